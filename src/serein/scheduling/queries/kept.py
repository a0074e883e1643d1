"""Masks of days, kept in this process and beside the days, served only while the book is as it was.

What is free on a day is worked out once a minute where something changed and stored as the day's
page; a process keeps the pages that it has read. A page counts only while its seal is what the
database says now: the stamp of the site, the version of the day, and no hold that has run out. A
booking by another process therefore never goes unseen: a day whose page does not hold is read from
its visits. Bookings neither write pages nor wait for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import Min

from serein.scheduling.models import Appointment, ClinicDay
from serein.scheduling.queries.clinic import ClinicFact, Roster, rosters
from serein.scheduling.queries.days import Span, book_of, day_books
from serein.scheduling.queries.lean import books_for_search
from serein.scheduling.rules import DayBook, DayMasks, Horizon, day_masks, pages
from serein.scheduling.rules.pages import Page, Seal
from serein.scheduling.states import AppointmentState

if TYPE_CHECKING:
    from uuid import UUID

KEPT_DAYS, KEPT_HORIZONS = 4000, 64


def masks(clinic: ClinicFact, span: Span, ignoring: Sequence[UUID] = ()) -> tuple[DayMasks, ...]:
    """Return the masks of each date of a span, built only where the book has changed."""
    days, apart = span.days(), _days_of(ignoring)
    versions = _versions(clinic, days)
    found: dict[date, DayMasks] = {}
    for day in days:
        if day not in apart and (page := _kept_here(clinic, day, versions[day], span.at)):
            found[day] = page.masks
    missing = [day for day in days if day not in found and day not in apart]
    for day, page in _pages_of(clinic, missing, versions, span.at).items():
        found[day] = page.masks
        _keep(clinic, day, page)
    reread = [day for day in days if day not in found]
    for day, book in day_books(clinic, reread, span.at, ignoring).items():
        found[day] = day_masks(book)
    return tuple(found[day] for day in days)


def empty_masks(clinic: ClinicFact, span: Span) -> tuple[DayMasks, ...]:
    """Return the masks of each date of a span as if nothing were booked."""
    return tuple(day_masks(book) for book in empty_books(clinic, span.days()))


def empty_books(clinic: ClinicFact, days: Sequence[date]) -> tuple[DayBook, ...]:
    """Return these dates with their people and things as if nothing were booked."""
    on_shift = rosters(clinic, days)
    return tuple(book_of(clinic, day, on_shift.get(day, Roster())) for day in days)


def horizon(clinic: ClinicFact, span: Span, ignoring: Sequence[UUID] = ()) -> Horizon:
    """Return the dates of a span side by side, the same ones as before while nothing changed."""
    if ignoring or connection.in_atomic_block:
        return Horizon(masks(clinic, span, ignoring))
    key = (clinic.site_id, span.first, span.last)
    found = tuple(day for day in masks(clinic, span) if day.length)
    kept = _horizons.pop(key, None)
    if kept is None or not _are_same(kept[0], found):
        kept = (found, Horizon(found))
    _horizons[key] = kept
    if len(_horizons) > KEPT_HORIZONS:
        _horizons.pop(next(iter(_horizons)))
    return kept[1]


def new_pages(clinic: ClinicFact, days: Iterable[date], at: datetime) -> dict[date, str]:
    """Work the pages of these days out anew from their visits, shifts and things, as text."""
    wanted = sorted(day for day in set(days) if clinic.windows(day))
    return {
        day: pages.written(page)
        for day, page in _from_rows(clinic, wanted, _versions(clinic, wanted), at).items()
    }


def stale_days(clinic: ClinicFact, days: Iterable[date], at: datetime) -> tuple[date, ...]:
    """List those of these days on which the site is open and whose stored page does not hold."""
    wanted = [day for day in days if clinic.windows(day)]
    stored = _stored(clinic, wanted, _versions(clinic, wanted), at)
    return tuple(day for day in wanted if day not in stored)


def forget() -> None:
    """Forget what this process keeps, as a new one would begin."""
    _pages.clear()
    _horizons.clear()


_pages: dict[tuple[UUID, date], Page] = {}
_horizons: dict[tuple[UUID, date, date], tuple[tuple[DayMasks, ...], Horizon]] = {}


def _kept_here(clinic: ClinicFact, day: date, version: int, at: datetime) -> Page | None:
    """The page that this process keeps; none inside a transaction, which may yet be undone."""
    page = None if connection.in_atomic_block else _pages.get((clinic.site_id, day))
    return page if page and page.seal.holds(clinic.stamp, version, at) else None


def _keep(clinic: ClinicFact, day: date, page: Page) -> None:
    if connection.in_atomic_block:
        return
    if len(_pages) >= KEPT_DAYS:
        _pages.pop(next(iter(_pages)))
    _pages[clinic.site_id, day] = page


def _pages_of(
    clinic: ClinicFact, days: Sequence[date], versions: Mapping[date, int], at: datetime
) -> dict[date, Page]:
    found = _stored(clinic, days, versions, at)
    rest = [day for day in days if day not in found]
    closed = [day for day in rest if not clinic.windows(day)]
    found |= {
        day: Page(Seal(clinic.stamp, versions[day]), day_masks(DayBook(day, ()))) for day in closed
    }
    return found | _from_rows(clinic, [day for day in rest if day not in found], versions, at)


def _stored(
    clinic: ClinicFact, days: Sequence[date], versions: Mapping[date, int], at: datetime
) -> dict[date, Page]:
    """The pages stored with these days that still hold."""
    if not days:
        return {}
    rows = ClinicDay.objects.filter(site_id=clinic.site_id, local_date__in=days)
    return {
        day: page
        for day, text in rows.values_list("local_date", "page")
        if (page := pages.read(text)) and page.seal.holds(clinic.stamp, versions[day], at)
    }


def _from_rows(
    clinic: ClinicFact, days: Sequence[date], versions: Mapping[date, int], at: datetime
) -> dict[date, Page]:
    if not days:
        return {}
    ends = dict(
        Appointment.objects.filter(
            site_id=clinic.site_id,
            local_date__in=days,
            state=AppointmentState.HELD.value,
            held_until__gt=at,
        )
        .values_list("local_date")
        .annotate(Min("held_until"))
    )
    return {
        day: Page(Seal(clinic.stamp, versions[day], ends.get(day)), day_masks(book))
        for day, book in books_for_search(clinic, days, at).items()
    }


def _versions(clinic: ClinicFact, days: Sequence[date]) -> dict[date, int]:
    """The versions of these days as the database has them now; 0 of a day never written to."""
    found = dict.fromkeys(days, 0)
    rows = ClinicDay.objects.filter(site_id=clinic.site_id, local_date__in=list(days))
    found.update(rows.values_list("local_date", "version"))
    return found


def _are_same(before: Sequence[DayMasks], now: Sequence[DayMasks]) -> bool:
    return len(before) == len(now) and all(
        one is other for one, other in zip(before, now, strict=True)
    )


def _days_of(appointment_ids: Sequence[UUID]) -> set[date]:
    if not appointment_ids:
        return set()
    rows = Appointment.objects.filter(pk__in=list(appointment_ids))
    return set(rows.values_list("local_date", flat=True))
