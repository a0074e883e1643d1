"""What patients are told about their visits. The words, the ways and the sending are messaging's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from serein.audit.actions import derived_key
from serein.messaging import actions as messaging
from serein.messaging import queries as messages
from serein.messaging.rules import Kind, Reader
from serein.scheduling import queries
from serein.scheduling.models import Appointment
from serein.scheduling.rules import ElapsedRule, QuietHours, WallRule, send_at
from serein.scheduling.states import WAITING, VisitKind

if TYPE_CHECKING:
    from uuid import UUID

    from serein.core.actors import Actor
    from serein.scheduling.queries import ClinicFact

QUIET = QuietHours(time(20), time(8))
"""A message that would leave in the quiet hours leaves at their start (clinic default, review)."""

MORNING_LEAD_HOURS = 1
"""Whoever comes sooner than that after the quiet hours has the checklist of the day on the evening
before (clinic default, review)."""

_KINDS = ((7, Kind.PREPARE), (3, Kind.CONFIRM), (1, Kind.REMIND), (0, Kind.TODAY))


@dataclass(frozen=True, slots=True)
class Window:
    """One message about a visit: what for, and from when until when it may leave."""

    kind: Kind
    due_at: datetime
    not_after: datetime


def tell_booked(key: UUID, by: Actor, at: datetime, made: Sequence[Appointment]) -> None:
    """Say that visits are booked: each with its own invite, a whole series in one message."""
    if len(made) > 1:
        messaging.queue(
            key=derived_key(key, "told"),
            by=by,
            at=at,
            patient_id=made[0].patient_id,
            kind=Kind.BOOKED,
            subject_id=derived_key(made[0].series_id, str(made[0].visit_id)),
            revision=0,
            due_at=at,
            not_after=made[-1].starts_at,
            arguments={"times": [row.starts_at for row in made]},
        )
    for row in made:
        _invite(key, by, at, row, Kind.BOOKED, or_text=len(made) == 1)


def tell_moved(key: UUID, by: Actor, at: datetime, row: Appointment, was_at: datetime) -> None:
    """Say that a visit has another time; what was to be said about the old one is void."""
    _void(key, by, at, row)
    _invite(key, by, at, row, Kind.MOVED, was_at=was_at)


def tell_cancelled(key: UUID, by: Actor, at: datetime, row: Appointment) -> None:
    """Say that a visit is cancelled. ``revision`` is the new one."""
    _void(key, by, at, row)
    _invite(key, by, at, row, Kind.CANCELLED)


def queue_reminders(site_id: UUID, by: Actor, at: datetime) -> int:
    """Put every reminder that is due now into the outbox, once; returns how many.

    Each visit has a window per reminder, and a message belongs to the visit's revision, so a moved
    visit is reminded of its new time only. A reminder whose time was over when the visit was booked
    is left out.
    """
    clinic = queries.clinic_of(site_id)
    furthest = max(clinic.settings.reminder_days, default=0) + 2
    rows = Appointment.objects.filter(
        site_id=site_id,
        state__in=[state.value for state in WAITING],
        starts_at__gt=at,
        starts_at__lte=at + timedelta(days=furthest),
    ).order_by("starts_at", "pk")
    queued = 0
    for row in rows:
        for window in windows(row, clinic):
            is_due = window.due_at <= at < window.not_after
            if is_due and (row.made_at is None or row.made_at <= window.due_at):
                queued += _remind(row, window, by, at)
    return queued


def windows(row: Appointment, clinic: ClinicFact) -> Iterator[Window]:
    """List the reminders of a visit, earliest first; each ends where the next begins."""
    wanted = sorted(clinic.settings.reminder_days, reverse=True)
    kinds = {next(kind for least, kind in _KINDS if days >= least): days for days in wanted}
    found = [
        (kind, _due_at(row, days, clinic))
        for kind, days in sorted(kinds.items(), key=lambda pair: -pair[1])
    ]
    ends = [due_at for _, due_at in found[1:]] + [row.starts_at]
    for (kind, due_at), end in zip(found, ends, strict=True):
        yield Window(kind, due_at, max(end, due_at))


def _due_at(row: Appointment, days: int, clinic: ClinicFact) -> datetime:
    if days:
        rule = WallRule(days, clinic.settings.reminder_time)
        return send_at(rule, row.starts_at, clinic.zone, QUIET)
    morning = send_at(WallRule(0, QUIET.end), row.starts_at, clinic.zone, QUIET)
    if row.starts_at - morning >= timedelta(hours=MORNING_LEAD_HOURS):
        return morning
    return send_at(ElapsedRule(MORNING_LEAD_HOURS), row.starts_at, clinic.zone, QUIET)


def _remind(row: Appointment, window: Window, by: Actor, at: datetime) -> bool:
    reader = _reader(row)
    if reader is None or messages.messages_about(row.visit_id, row.revision, window.kind):
        return False
    messaging.queue(
        key=derived_key(row.visit_id, f"{window.kind} {row.revision}"),
        by=by,
        at=at,
        patient_id=reader.patient_id,
        guest_id=reader.guest_id,
        kind=window.kind,
        subject_id=row.visit_id,
        revision=row.revision,
        due_at=at,
        not_after=window.not_after,
        arguments={
            "starts_at": row.starts_at,
            "needs_driver": row.kind != VisitKind.CONSULT,
        },
    )
    return True


def _invite(
    key: UUID,
    by: Actor,
    at: datetime,
    row: Appointment,
    kind: Kind,
    *,
    was_at: datetime | None = None,
    or_text: bool = True,
) -> None:
    reader = _reader(row)
    if reader is None or row.starts_at <= at:
        return
    messaging.send_invite(
        key=derived_key(key, f"invite {row.visit_id}"),
        by=by,
        at=at,
        patient_id=reader.patient_id,
        guest_id=reader.guest_id,
        kind=kind,
        subject_id=row.visit_id,
        revision=row.revision,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        due_at=at,
        not_after=row.starts_at,
        was_at=was_at,
        or_text=or_text,
    )


def _void(key: UUID, by: Actor, at: datetime, row: Appointment) -> None:
    reader = _reader(row)
    if reader is None:
        return
    messaging.void_messages(
        key=derived_key(key, f"void {row.visit_id}"),
        by=by,
        at=at,
        patient_id=reader.patient_id,
        guest_id=reader.guest_id,
        subject_id=row.visit_id,
        below_revision=row.revision,
    )


def _reader(row: Appointment) -> Reader | None:
    """Say who is told of a visit; nobody where a guest has left no way to be reached."""
    if row.patient_id is not None:
        return Reader(patient_id=row.patient_id)
    if row.guest_id is not None and messages.is_known_guest(row.guest_id):
        return Reader(guest_id=row.guest_id)
    return None
