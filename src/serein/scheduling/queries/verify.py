"""An independent look at a day: plain spans, minute by minute, without the masks that the search uses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import TYPE_CHECKING

from serein.scheduling.models import (
    COLUMN_OF,
    Appointment,
    ChairTick,
    ClinicDay,
    PatientTick,
    ResourceTick,
)
from serein.scheduling.queries.clinic import ClinicFact, clinic_of, rosters
from serein.scheduling.queries.days import footprint_of, occupying
from serein.scheduling.rules import (
    FULL_LOAD,
    CoverMode,
    Kind,
    day_words,
    pages,
    span_ticks,
    tick_of,
)
from serein.scheduling.rules.availability import kept_loads
from serein.scheduling.rules.masks import span_mask

if TYPE_CHECKING:
    from uuid import UUID


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that is wrong with a day, and the visits that it concerns."""

    what: str
    appointment_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """What one visit holds, in ticks."""

    what: str
    start: int
    end: int
    appointment_id: UUID


def verify_day(site_id: UUID, day: date, at: datetime) -> tuple[Violation, ...]:
    """Check a day's book anew from its visits: overlaps, nurses, hours, its guard rows, its page."""
    clinic = clinic_of(site_id)
    rows = list(
        Appointment.objects.filter(occupying(at), site_id=site_id, local_date=day).order_by(
            "starts_at", "pk"
        )
    )
    return (
        *_overlaps(rows),
        *_too_few_nurses(clinic, day, rows),
        *_overtaxed(clinic, rows),
        *_outside_hours(clinic, day, rows),
        *_unguarded(rows),
        *_belied_by_page(clinic, day, rows, at),
    )


def _overlaps(rows: Sequence[Appointment]) -> Iterator[Violation]:
    spans: dict[str, list[Held]] = defaultdict(list)
    for row in rows:
        for held in _holds(row):
            spans[held.what].append(held)
    for what, taken in spans.items():
        for earlier, later in pairwise(sorted(taken, key=lambda held: (held.start, held.end))):
            if later.start < earlier.end:
                yield Violation(
                    f"{what.split()[0].capitalize()} in two visits at once.",
                    (earlier.appointment_id, later.appointment_id),
                )


def _too_few_nurses(
    clinic: ClinicFact, day: date, rows: Sequence[Appointment]
) -> Iterator[Violation]:
    if not clinic.settings.is_staff_planned:
        return
    roster = rosters(clinic, [day]).get(day)
    on_shift = list(roster.nurses.values()) if roster else []
    needed: dict[int, list[tuple[int, UUID]]] = defaultdict(list)
    for row in rows:
        if row.override_reason:
            continue
        start = tick_of(row.starts_at)
        for load in footprint_of(row).loads:
            for tick in range(start + load.start, start + load.start + load.ticks):
                needed[tick].append((load.units, row.pk))
    for tick in sorted(needed):
        there = sum(any(a <= tick < b for a, b in spans) for spans in on_shift)
        if sum(units for units, _ in needed[tick]) > FULL_LOAD * there:
            who = tuple(sorted({pk for _, pk in needed[tick]}))
            yield Violation("Fewer nurses on shift than the visits need.", who)
            return


def _overtaxed(clinic: ClinicFact, rows: Sequence[Appointment]) -> Iterator[Violation]:
    """Where a visit has one nurse, no moment may ask more of her than one nurse can do."""
    mode = clinic.cover.mode
    if not clinic.settings.is_staff_planned or mode is CoverMode.POOL:
        return
    needed: dict[tuple[UUID, int], list[tuple[int, UUID]]] = defaultdict(list)
    for row in rows:
        if row.nurse_id is not None and not row.override_reason:
            start = tick_of(row.starts_at)
            for load in kept_loads(footprint_of(row), mode):
                for tick in range(start + load.start, start + load.start + load.ticks):
                    needed[row.nurse_id, tick].append((load.units, row.pk))
    over = [loads for loads in needed.values() if sum(units for units, _ in loads) > FULL_LOAD]
    if over:
        who = tuple(sorted({pk for loads in over for _, pk in loads}))
        yield Violation("One nurse has more patients than she can keep.", who)


def _outside_hours(
    clinic: ClinicFact, day: date, rows: Sequence[Appointment]
) -> Iterator[Violation]:
    windows = clinic.windows(day)
    for row in rows:
        start, end = span_ticks(row.starts_at, row.ends_at)
        inside = any(opens <= start and end <= closes for opens, closes in windows)
        if not inside and not row.override_reason:
            yield Violation(f"Outside the opening hours of {day_words(day)}.", (row.pk,))


def _unguarded(rows: Sequence[Appointment]) -> Iterator[Violation]:
    """The rows that the database keeps unique must be exactly those that the visits hold."""
    ids = [row.pk for row in rows]
    kept: dict[UUID, set[tuple[str, int]]] = defaultdict(set)
    for table, column in ((ChairTick, "chair_id"), (ResourceTick, "resource_id")):
        found = table.objects.filter(appointment_id__in=ids)
        for pk, unit, tick in found.values_list("appointment_id", column, "tick"):
            kept[pk].add((str(unit), tick))
    patients = PatientTick.objects.filter(appointment_id__in=ids)
    for pk, unit, tick in patients.values_list("appointment_id", "patient_id", "tick"):
        kept[pk].add((str(unit), tick))
    for row in rows:
        wanted = {
            (held.what.split()[1], tick)
            for held in _holds(row)
            if not held.what.startswith("guest")
            for tick in range(held.start, held.end)
        }
        if wanted != kept[row.pk]:
            yield Violation("The rows that guard this visit do not match it.", (row.pk,))


def _belied_by_page(
    clinic: ClinicFact, day: date, rows: Sequence[Appointment], at: datetime
) -> Iterator[Violation]:
    """What the search reads must not show as free what a visit holds."""
    stored = ClinicDay.objects.filter(site_id=clinic.site_id, local_date=day).first()
    page = stored and pages.read(stored.page)
    if not stored or not page or not page.seal.holds(clinic.stamp, stored.version, at):
        return
    free = {str(unit): mask for units in page.masks.free.values() for unit, mask in units}
    for row in rows:
        for held in _holds(row):
            begins = max(page.masks.bit_of(held.start), 0)
            ends = max(page.masks.bit_of(held.end), 0)
            if free.get(held.what.split()[1], 0) & span_mask(begins, ends):
                yield Violation(
                    "The page of this day shows as free what this visit holds.", (row.pk,)
                )


def _holds(row: Appointment) -> Iterator[Held]:
    start = tick_of(row.starts_at)
    who = f"patient {row.patient_id}" if row.patient_id else f"guest {row.guest_id}"
    yield Held(who, *span_ticks(row.starts_at, row.ends_at), row.pk)
    for need in footprint_of(row).needs:
        unit = getattr(row, COLUMN_OF[need.kind])
        if unit is not None and need.kind is not Kind.NURSE:
            begins = start + need.start
            yield Held(f"{need.kind.value} {unit}", begins, begins + need.ticks, row.pk)
