"""Masks of days, kept in this process and served only while the book is as it was.

Masks are kept for each (site, day) and used only while the numbers that the database has now are the
ones they were built at: the site's, the day's, and how many holds are alive. A booking by another
process therefore never goes unseen; whoever writes still checks inside the lock, on rows read there.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from django.db import connection

from serein.scheduling.models import Appointment, ClinicDay
from serein.scheduling.queries.clinic import ClinicFact, Roster, rosters
from serein.scheduling.queries.days import Span, book_of, day_books
from serein.scheduling.queries.lean import books_for_search
from serein.scheduling.rules import DayMasks, Horizon, MaskCache, day_masks
from serein.scheduling.states import AppointmentState

if TYPE_CHECKING:
    from uuid import UUID

KEPT_DAYS, KEPT_HORIZONS = 4000, 64


class DayCache(MaskCache):
    """Masks of days with the versions at which they were built."""

    def known(self, key: Hashable, version: Hashable) -> DayMasks | None:
        """Return the masks of a day if they were built at this version."""
        kept = self._kept.get(key)
        return kept[1] if kept is not None and kept[0] == version else None


def masks(clinic: ClinicFact, span: Span, ignoring: Sequence[UUID] = ()) -> tuple[DayMasks, ...]:
    """Return the masks of each date of a span, built only where the book has changed."""
    days, versions = span.days(), _versions(clinic, span)
    apart = _days_of(ignoring)
    known = {
        day: found
        for day in days
        if day not in apart and (found := _known(clinic, day, versions[day])) is not None
    }
    missing = [day for day in days if day not in known and day not in apart]
    for day, book in books_for_search(clinic, missing, span.at).items():
        known[day] = built = day_masks(book)
        if not connection.in_atomic_block:
            _masks.get((clinic.site_id, day), versions[day], lambda built=built: built)  # type: ignore[misc]
    for day, book in day_books(clinic, apart.intersection(days), span.at, ignoring).items():
        known[day] = day_masks(book)
    return tuple(known[day] for day in days)


def empty_masks(clinic: ClinicFact, span: Span) -> tuple[DayMasks, ...]:
    """Return the masks of each date of a span as if nothing were booked."""
    on_shift = rosters(clinic, span.days())
    return tuple(
        day_masks(book_of(clinic, day, on_shift.get(day, Roster()))) for day in span.days()
    )


def horizon(clinic: ClinicFact, span: Span, ignoring: Sequence[UUID] = ()) -> Horizon:
    """Return the dates of a span side by side, the same ones as before while nothing changed."""
    if ignoring or connection.in_atomic_block:
        return Horizon(masks(clinic, span, ignoring))
    key = (clinic.site_id, span.first, span.last)
    found = masks(clinic, span)
    kept = _horizons.pop(key, None)
    if kept is None or any(one is not other for one, other in zip(kept[0], found, strict=True)):
        kept = (found, Horizon(found))
    _horizons[key] = kept
    if len(_horizons) > KEPT_HORIZONS:
        _horizons.pop(next(iter(_horizons)))
    return kept[1]


_masks = DayCache(KEPT_DAYS)
_horizons: dict[tuple[UUID, date, date], tuple[tuple[DayMasks, ...], Horizon]] = {}


def _known(clinic: ClinicFact, day: date, version: Hashable) -> DayMasks | None:
    if connection.in_atomic_block:
        return None
    return _masks.known((clinic.site_id, day), version)


def _versions(clinic: ClinicFact, span: Span) -> dict[date, Hashable]:
    """The numbers by which the masks of each date are judged, as the database has them now."""
    changes = dict(
        ClinicDay.objects.filter(
            site_id=clinic.site_id, local_date__range=(span.first, span.last)
        ).values_list("local_date", "version")
    )
    holds: dict[date, int] = {}
    alive = Appointment.objects.filter(
        site_id=clinic.site_id,
        local_date__range=(span.first, span.last),
        state=AppointmentState.HELD.value,
        held_until__gt=span.at,
    )
    for day in alive.values_list("local_date", flat=True):
        holds[day] = holds.get(day, 0) + 1
    return {day: (clinic.stamp, changes.get(day, 0), holds.get(day, 0)) for day in span.days()}


def _days_of(appointment_ids: Sequence[UUID]) -> set[date]:
    if not appointment_ids:
        return set()
    rows = Appointment.objects.filter(pk__in=list(appointment_ids))
    return set(rows.values_list("local_date", flat=True))
