"""Who works when, who is away, and what is out of use, as the pages that keep it list them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import TYPE_CHECKING

from serein.scheduling.models import Leave, Shift, UnitOutage

if TYPE_CHECKING:
    from uuid import UUID


@dataclass(frozen=True, slots=True)
class ShiftFact:
    """One shift of one person, with its breaks."""

    shift_id: UUID
    staff_id: UUID
    name: str
    role: str
    local_date: date
    start_time: time
    end_time: time
    breaks: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class LeaveFact:
    """Somebody is away, both dates included."""

    leave_id: UUID
    staff_id: UUID
    name: str
    first_date: date
    last_date: date
    reason: str


@dataclass(frozen=True, slots=True)
class OutageFact:
    """A chair or a thing is out of use, both dates included."""

    outage_id: UUID
    unit_id: UUID
    name: str
    first_date: date
    last_date: date
    reason: str


def shifts_between(site_id: UUID, first: date, last: date) -> tuple[ShiftFact, ...]:
    """List the shifts from first to last, by person and date."""
    rows = Shift.objects.filter(
        site_id=site_id, local_date__range=(first, last), is_withdrawn=False
    ).select_related("staff")
    return tuple(
        ShiftFact(
            row.pk,
            row.staff_id,
            row.staff.name,
            row.role,
            row.local_date,
            row.start_time,
            row.end_time,
            tuple((begins, ends) for begins, ends in row.breaks),
        )
        for row in rows.order_by("staff__name", "local_date", "start_time")
    )


def shift_known(site_id: UUID, shift_id: UUID) -> bool:
    """Say whether a shift belongs to a site."""
    return Shift.objects.filter(pk=shift_id, site_id=site_id).exists()


def leaves_from(site_id: UUID, first: date) -> tuple[LeaveFact, ...]:
    """List who is away on a date or later."""
    rows = Leave.objects.filter(site_id=site_id, is_withdrawn=False, last_date__gte=first)
    return tuple(
        LeaveFact(row.pk, row.staff_id, row.staff.name, row.first_date, row.last_date, row.reason)
        for row in rows.select_related("staff").order_by("first_date", "pk")
    )


def outages_from(site_id: UUID, first: date) -> tuple[OutageFact, ...]:
    """List what is out of use on a date or later."""
    rows = UnitOutage.objects.filter(site_id=site_id, is_withdrawn=False, last_date__gte=first)
    found = []
    for row in rows.select_related("chair", "resource").order_by("first_date", "pk"):
        unit = row.chair or row.resource
        if unit is not None:
            found.append(
                OutageFact(row.pk, unit.pk, unit.name, row.first_date, row.last_date, row.reason)
            )
    return tuple(found)
