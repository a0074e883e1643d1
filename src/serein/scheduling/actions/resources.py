"""Recovery chairs, rooms, prescribers, pumps and monitors; what is out of use, and when."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from serein.accounts.permissions import Role
from serein.accounts.queries import staff_named
from serein.audit.actions import action, record
from serein.core.errors import NotFound, Refused
from serein.scheduling.actions import guard
from serein.scheduling.models import COLUMN_OF, OWN_ROW, Appointment, Chair, Resource, UnitOutage
from serein.scheduling.rules import Kind
from serein.scheduling.states import WAITING

if TYPE_CHECKING:
    from uuid import UUID

    from serein.core.actors import Actor

_CALIBRATED = (Kind.PUMP, Kind.MONITOR)


@action
def add_resource(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    kind: Kind,
    name: str,
    calibration_due_date: date | None = None,
) -> Resource:
    """Add a recovery chair, a room, a pump or a monitor. From the first of a kind on, it is counted.

    :raises Refused: there is no name, it is in use already, or the kind is not calibrated
    """
    if kind not in OWN_ROW or kind is Kind.PRESCRIBER:
        raise Refused("Choose a recovery chair, a room, a pump or a monitor.", field="kind")
    if not name.strip():
        raise Refused("Enter a name.", field="name")
    if calibration_due_date is not None and kind not in _CALIBRATED:
        raise Refused(
            "Leave the date empty: only pumps and monitors are calibrated.",
            field="calibration_due_date",
        )
    in_use = Resource.objects.filter(site_id=by.site_id, kind=kind, is_in_use=True)
    if in_use.filter(name__iexact=name.strip()).exists():
        raise Refused("Choose another name: one in use has it.", field="name")
    made = Resource.objects.create(
        site_id=by.site_id,
        kind=kind.value,
        name=name.strip(),
        calibration_due_date=calibration_due_date,
    )
    return _changed(made, "add_resource", by, at)


@action
def add_prescriber(*, key: UUID, by: Actor, at: datetime, staff_id: UUID) -> Resource:
    """Let a prescriber's time be counted for sign-offs and consultations.

    :raises Refused: not a prescriber, or counted already
    :raises NotFound: not a member of staff of this site
    """
    person = staff_named(by.site_id, staff_id)
    if person.role not in (Role.PRESCRIBER, Role.MEDICAL_DIRECTOR) or not person.is_active:
        raise Refused("Choose a prescriber who works here.", field="staff_id")
    if Resource.objects.filter(site_id=by.site_id, staff_id=staff_id, is_in_use=True).exists():
        raise Refused("Choose somebody else: this prescriber is counted already.", field="staff_id")
    made = Resource.objects.create(
        site_id=by.site_id,
        kind=Kind.PRESCRIBER.value,
        name=person.name,
        staff_id=staff_id,
    )
    return _changed(made, "add_prescriber", by, at)


@action
def retire_resource(*, key: UUID, by: Actor, at: datetime, resource_id: UUID) -> Resource:
    """Take a thing or a prescriber out of the book.

    :raises Refused: visits to come need it
    :raises NotFound: no such thing at this site
    """
    row = resource_row(by.site_id, resource_id)
    waiting = Appointment.objects.filter(
        **{COLUMN_OF[Kind(row.kind)]: row.pk},
        state__in=[state.value for state in WAITING],
        ends_at__gt=at,
    ).count()
    if waiting:
        raise Refused(f"Move the visits that need {row.name} first: {waiting} to come.")
    if Resource.objects.filter(pk=row.pk, is_in_use=True).update(is_in_use=False) != 1:
        raise Refused("Reload the page: this was taken out of use before.")
    row.is_in_use = False
    return _changed(row, "retire_resource", by, at)


@action
def set_calibration(
    *, key: UUID, by: Actor, at: datetime, resource_id: UUID, due_date: date
) -> Resource:
    """Say until when a pump or monitor is calibrated. From that date on it is not offered.

    Visits that count on it afterwards appear in the list of affected visits.

    :raises Refused: this kind of thing is not calibrated
    :raises NotFound: no such thing at this site
    """
    row = resource_row(by.site_id, resource_id)
    if Kind(row.kind) not in _CALIBRATED:
        raise Refused("Choose a pump or a monitor.", field="resource_id")
    row.calibration_due_date = due_date
    row.save(update_fields=["calibration_due_date"])
    return _changed(row, "set_calibration", by, at)


@action
def add_outage(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    unit_id: UUID,
    first_date: date,
    last_date: date,
    reason: str,
) -> UnitOutage:
    """Take a chair or another unit out of use for some days. Visits booked in it stay and are listed.

    :raises Refused: the dates are not in order, or there is no reason
    :raises NotFound: no such chair or thing at this site
    """
    if last_date < first_date:
        raise Refused("Choose a last day on or after the first.", field="last_date")
    if not reason.strip():
        raise Refused("Enter why it is out of use.", field="reason")
    chair = Chair.objects.filter(pk=unit_id, site_id=by.site_id).first()
    made = UnitOutage.objects.create(
        site_id=by.site_id,
        chair=chair,
        resource=None if chair else resource_row(by.site_id, unit_id),
        first_date=first_date,
        last_date=last_date,
        reason=reason.strip(),
    )
    guard.touch_site(by.site_id)
    record(by=by, at=at, verb="add_outage", subject=made)
    return made


@action
def lift_outage(*, key: UUID, by: Actor, at: datetime, outage_id: UUID) -> UnitOutage:
    """Put a unit back to use.

    :raises NotFound: no such outage at this site
    """
    row = UnitOutage.objects.filter(pk=outage_id, site_id=by.site_id).first()
    if row is None:
        raise NotFound
    if UnitOutage.objects.filter(pk=row.pk, is_withdrawn=False).update(is_withdrawn=True) != 1:
        raise Refused("Reload the page: this was lifted before.")
    row.is_withdrawn = True
    guard.touch_site(by.site_id)
    record(by=by, at=at, verb="lift_outage", subject=row)
    return row


def resource_row(site_id: UUID, resource_id: UUID) -> Resource:
    """Return one thing or prescriber of a site.

    :raises NotFound: there is none
    """
    row = Resource.objects.filter(pk=resource_id, site_id=site_id).first()
    if row is None:
        raise NotFound
    return row


def _changed(row: Resource, verb: str, by: Actor, at: datetime) -> Resource:
    guard.touch_site(by.site_id)
    record(by=by, at=at, verb=verb, subject=row, details={"kind": row.kind})
    return row
