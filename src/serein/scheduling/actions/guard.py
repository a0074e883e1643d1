"""What keeps anything from being promised twice, the same on both databases.

Every writer of a day first locks that day's row, in order of date; then checks; then stores one row
for each five minutes of the chair, of every other thing and of the patient, in order. The unique
constraints on those rows refuse what the check might miss. Days are locked before anything is
audited, because the audit chain is a lock too and locks are always taken in the same order. Holds
that have run out are judged and ended inside the lock, so nothing else has to end them in time.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import F

from serein.audit.actions import move
from serein.core.actors import Actor
from serein.core.errors import Refused
from serein.scheduling import queries
from serein.scheduling.models import (
    COLUMN_OF,
    Appointment,
    ChairTick,
    ClinicDay,
    PatientTick,
    ResourceTick,
    SiteBook,
)
from serein.scheduling.rules import Kind, span_ticks, tick_of
from serein.scheduling.states import APPOINTMENT, AppointmentMove, AppointmentState

if TYPE_CHECKING:
    from uuid import UUID

Owner = tuple[Any, Any, int]
"""A table of ticks, whose tick, and which."""

_TABLES: tuple[tuple[Any, str], ...] = (
    (ChairTick, "chair_id"),
    (ResourceTick, "resource_id"),
    (PatientTick, "patient_id"),
)


def lock_days(site_id: UUID, days: Iterable[date]) -> None:
    """Hold the rows of these days until the transaction ends, and count the change."""
    wanted = sorted(set(days))
    mine = ClinicDay.objects.filter(site_id=site_id)
    for day in wanted:
        if not mine.filter(local_date=day).update(version=F("version") + 1):
            ClinicDay.objects.bulk_create(
                [ClinicDay(site_id=site_id, local_date=day)], ignore_conflicts=True
            )
            mine.filter(local_date=day).update(version=F("version") + 1)


def touch_site(site_id: UUID) -> None:
    """Mark a change just made to what holds for every day of a site: no cached fact outlives it."""
    SiteBook.objects.update_or_create(site_id=site_id, defaults={"stamp": uuid.uuid4()})


def end_old_holds(
    site_id: UUID, days: Iterable[date], at: datetime, *, but: Sequence[UUID] = ()
) -> None:
    """End the holds on these locked days that have run out; ``but`` names those to leave alone."""
    rows = Appointment.objects.filter(
        site_id=site_id,
        local_date__in=set(days),
        state=AppointmentState.HELD.value,
        held_until__lte=at,
    ).exclude(pk__in=list(but))
    old = list(rows.order_by("pk"))
    release([row.pk for row in old])
    for row in old:
        move(
            subject=row,
            table=APPOINTMENT,
            move=AppointmentMove.LAPSE,
            by=Actor.system(site_id),
            at=at,
            patient_id=row.patient_id,
        )


def occupy(
    appointments: Sequence[Appointment],
    *,
    taking_over: Sequence[UUID] = (),
    if_taken: Callable[[], Refused],
) -> None:
    """Store every tick of these appointments.

    Ticks that ``taking_over`` still hold pass to the new owner; the rest of theirs is then released.
    The new time is stored before the old is given up, in one transaction.

    :raises Refused: what ``if_taken`` makes, when somebody else holds one of the ticks
    """
    wanted = {owner: row for row in appointments for owner in _owners(row)}
    old = {
        (table, getattr(tick, column), tick.tick): tick.pk
        for table, column in (_TABLES if taking_over else ())
        for tick in table.objects.filter(appointment_id__in=list(taking_over))
    }
    try:
        with transaction.atomic():
            for table, column in _TABLES:
                table.objects.bulk_create(
                    table(**{column: of, "tick": tick}, appointment=wanted[model, of, tick])
                    for model, of, tick in sorted(
                        (owner for owner in wanted if owner[0] is table and owner not in old),
                        key=lambda owner: owner[1:],
                    )
                )
    except IntegrityError:
        raise if_taken() from None
    for table, _ in _TABLES:
        for row in appointments:
            kept = [
                pk for owner, pk in old.items() if owner[0] is table and wanted.get(owner) is row
            ]
            if kept:
                table.objects.filter(pk__in=kept).update(appointment=row)
        left = [pk for owner, pk in old.items() if owner[0] is table and owner not in wanted]
        if left:
            table.objects.filter(pk__in=left).delete()


def release(appointment_ids: Sequence[UUID]) -> None:
    """Give up every tick of these appointments."""
    if appointment_ids:
        for table, _ in _TABLES:
            table.objects.filter(appointment_id__in=list(appointment_ids)).delete()


def _owners(row: Appointment) -> Iterator[Owner]:
    start = tick_of(row.starts_at)
    if row.patient_id is not None:
        for tick in range(*span_ticks(row.starts_at, row.ends_at)):
            yield PatientTick, row.patient_id, tick
    for need in queries.footprint_of(row).needs:
        unit = getattr(row, COLUMN_OF[need.kind])
        table = ChairTick if need.kind is Kind.CHAIR else ResourceTick
        if unit is not None:
            for tick in range(start + need.start, start + need.start + need.ticks):
                yield table, unit, tick


def prune(site_id: UUID, before_tick: int) -> int:
    """Delete the ticks of a site before one; returns how many."""
    return sum(
        table.objects.filter(appointment__site_id=site_id, tick__lt=before_tick).delete()[0]
        for table, _ in _TABLES
    )
