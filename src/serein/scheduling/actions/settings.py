"""What a site decides about its book: settings, holidays, visit types."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from serein.audit.actions import action, record
from serein.core.errors import NotFound, Refused
from serein.scheduling import queries
from serein.scheduling.actions import guard
from serein.scheduling.models import (
    BookSettings,
    HolidayChoice,
    Phase,
    StartTemplate,
    VisitType,
    VisitTypeVersion,
)
from serein.scheduling.rules import FULL_LOAD, TICK_MINUTES, GuideStart, Seat
from serein.scheduling.states import VisitKind

if TYPE_CHECKING:
    from uuid import UUID

    from serein.core.actors import Actor
    from serein.scheduling.rules.phases import Phase as PhaseFact

LONGEST_VISIT_MINUTES = 720
DAY_MINUTES = 24 * 60


@action
def set_book_settings(*, key: UUID, by: Actor, at: datetime, **changes: Any) -> BookSettings:
    """Decide about the book; what is not named stays. Fields are those of `SettingsFact`.

    :raises Refused: a number is out of its range
    """
    values = {**asdict(queries.settings_of(by.site_id)), **changes}
    _check_settings(values)
    newest = BookSettings.objects.filter(site_id=by.site_id).order_by("-number").first()
    values["nurse_cover"] = str(values["nurse_cover"])
    values["reminder_days"] = sorted(set(values["reminder_days"]), reverse=True)
    made = BookSettings.objects.create(
        site_id=by.site_id,
        number=newest.number + 1 if newest else 1,
        by_id=by.id,
        at=at,
        **values,
    )
    guard.touch_site(by.site_id)
    record(
        by=by,
        at=at,
        verb="set_book_settings",
        subject=made,
        details={"changed": ", ".join(sorted(changes))},
    )
    return made


@action
def keep_starts(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    weekday: int,
    starts: Sequence[GuideStart],
    worked_out_for: date,
    bound: int = 0,
    method: str = "",
) -> StartTemplate:
    """Offer these starts on a weekday from now on. Visits already booked stay.

    :raises Refused: there are none, or one is of a type that the site does not offer
    """
    known = {fact.code for fact in queries.visit_types(by.site_id)}
    if not starts or worked_out_for.weekday() != weekday:
        raise Refused("Search again: these starts are not of this weekday.")
    for start in starts:
        if start.code not in known or not 0 <= start.minute < DAY_MINUTES or start.count < 1:
            raise Refused("Search again: the visit types have changed since.")
    return _template(
        by, at, "keep_starts", weekday,
        starts=[[start.code, start.minute, start.count] for start in starts],
        worked_out_for=worked_out_for, bound=bound, method=method,
    )  # fmt: skip


@action
def drop_starts(*, key: UUID, by: Actor, at: datetime, weekday: int) -> StartTemplate:
    """Offer every legal start of a weekday again.

    :raises Refused: the weekday is not guided
    """
    if weekday not in queries.templates_of(by.site_id):
        raise Refused("Reload the page: this weekday is not guided.")
    return _template(by, at, "drop_starts", weekday, starts=[])


def _template(by: Actor, at: datetime, verb: str, weekday: int, **values: Any) -> StartTemplate:
    newest = StartTemplate.objects.filter(site_id=by.site_id).order_by("-number").first()
    made = StartTemplate.objects.create(
        site_id=by.site_id,
        number=newest.number + 1 if newest else 1,
        weekday=weekday,
        by_id=by.id,
        at=at,
        **values,
    )
    guard.touch_site(by.site_id)
    record(by=by, at=at, verb=verb, subject=made, details={"weekday": weekday})
    return made


@action
def choose_holidays(*, key: UUID, by: Actor, at: datetime, names: Iterable[str]) -> HolidayChoice:
    """Keep exactly these public holidays from now on; returns the last choice written.

    Visits on a holiday that is newly kept stay and are listed.

    :raises Refused: nothing changes
    """
    wanted, kept = set(names), queries.holidays_kept(by.site_id)
    changed = sorted(wanted ^ kept)
    if not changed:
        raise Refused("Tick another holiday: these are the ones the clinic keeps already.")
    newest = HolidayChoice.objects.filter(site_id=by.site_id).order_by("-number").first()
    first = newest.number + 1 if newest else 1
    rows = [
        HolidayChoice.objects.create(
            site_id=by.site_id, name=name, is_observed=name in wanted, at=at, number=number
        )
        for number, name in enumerate(changed, start=first)
    ]
    guard.touch_site(by.site_id)
    record(
        by=by, at=at, verb="choose_holidays", subject=rows[-1], details={"changed": len(changed)}
    )
    return rows[-1]


@action
def set_visit_type(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    code: str,
    kind: VisitKind,
    name: str,
    phases: Sequence[PhaseFact],
    is_public: bool = False,
    may_straddle: bool = False,
) -> VisitTypeVersion:
    """Write a visit type, or a new version of it. Visits already booked keep the version they have.

    :raises Refused: the name or the phases do not make sense, or the code is of another kind
    """
    if not name.strip():
        raise Refused("Enter a name.", field="name")
    _check_phases(kind, phases)
    row, _ = VisitType.objects.get_or_create(
        site_id=by.site_id, code=code, defaults={"kind": kind.value}
    )
    if row.kind != kind:
        raise Refused("Choose another code: this one is of another kind of visit.", field="code")
    if not row.is_in_use:
        VisitType.objects.filter(pk=row.pk).update(is_in_use=True)
    newest = row.versions.order_by("-number").first()
    made = VisitTypeVersion.objects.create(
        visit_type=row,
        number=newest.number + 1 if newest else 1,
        name=name.strip(),
        is_public=is_public,
        may_straddle=may_straddle,
        by_id=by.id,
        at=at,
    )
    for position, phase in enumerate(phases):
        Phase.objects.create(
            version=made,
            position=position,
            name=phase.name,
            minutes=phase.minutes,
            seat=phase.seat.value,
            nurse_load=phase.nurse_load,
            has_monitor=phase.monitor,
            has_pump=phase.pump,
            prescriber_last_minutes=phase.prescriber_last_minutes,
            is_prescriber_on_site=phase.prescriber_on_site,
            is_with_patient=phase.with_patient,
        )
    guard.touch_site(by.site_id)
    record(by=by, at=at, verb="set_visit_type", subject=made, details={"code": code})
    return made


@action
def retire_visit_type(*, key: UUID, by: Actor, at: datetime, code: str) -> VisitType:
    """Offer a visit type no longer. Visits already booked stay.

    :raises NotFound: the site has written no such type
    """
    row = VisitType.objects.filter(site_id=by.site_id, code=code).first()
    if row is None:
        raise NotFound
    if VisitType.objects.filter(pk=row.pk, is_in_use=True).update(is_in_use=False) != 1:
        raise Refused("Reload the page: this visit type was taken back before.")
    row.is_in_use = False
    guard.touch_site(by.site_id)
    record(by=by, at=at, verb="retire_visit_type", subject=row, details={"code": code})
    return row


_RANGES = {
    "hold_minutes": (1, 120, "minutes"),
    "offer_minutes": (5, 1440, "minutes"),
    "notice_hours": (0, 168, "hours"),
    "late_minutes": (5, 120, "minutes"),
}


def _check_settings(values: dict[str, Any]) -> None:
    for name, (least, most, unit) in _RANGES.items():
        if not least <= values[name] <= most:
            raise Refused(f"Enter {least} to {most} {unit}.", field=name)
    if not all(0 <= days <= 30 for days in values["reminder_days"]):
        raise Refused("Enter reminders of at most 30 days.", field="reminder_days")


def _check_steps(phases: Sequence[PhaseFact]) -> None:
    """The book counts in steps of five minutes, so nothing in it is longer than it says."""
    for phase in phases:
        if phase.minutes % TICK_MINUTES or phase.prescriber_last_minutes % TICK_MINUTES:
            raise Refused(
                f"Enter the minutes of {phase.name} in steps of {TICK_MINUTES}.", field="phases"
            )
        if phase.prescriber_last_minutes > phase.minutes:
            raise Refused(
                f"Enter at most {phase.minutes} minutes of a prescriber in {phase.name}.",
                field="phases",
            )


def _check_phases(kind: VisitKind, phases: Sequence[PhaseFact]) -> None:
    minutes = sum(phase.minutes for phase in phases if phase.with_patient)
    names = [phase.name for phase in phases]
    if not 5 <= minutes <= LONGEST_VISIT_MINUTES:
        raise Refused(
            f"Enter phases of 5 to {LONGEST_VISIT_MINUTES} minutes with the patient.",
            field="phases",
        )
    if len(names) != len(set(names)) or not all(names):
        raise Refused("Give each phase a name of its own.", field="phases")
    _check_steps(phases)
    if any(not 0 <= phase.nurse_load <= FULL_LOAD for phase in phases):
        raise Refused("Enter a nurse load of at most one nurse.", field="phases")
    with_patient = [phase.with_patient for phase in phases]
    if with_patient != sorted(with_patient, reverse=True):
        raise Refused("Put the phases without the patient last.", field="phases")
    has_chair = any(phase.seat in (Seat.CHAIR, Seat.CHAIR_OR_RECOVERY) for phase in phases)
    if has_chair is (kind is VisitKind.CONSULT):
        raise Refused("Put an infusion in a chair, and a consultation in none.", field="phases")
