"""The legal starts of each day, with the chairs and the nurses that are free for all of a visit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from serein.scheduling import rules
from serein.scheduling.queries.clinic import ClinicFact
from serein.scheduling.queries.find import OFFER_GRID_MINUTES, visit_at
from serein.scheduling.rules import (
    DayMasks,
    DayStarts,
    Horizon,
    Kind,
    PatientSide,
    SeriesRules,
    VisitType,
    footprints,
    tick_of,
)
from serein.scheduling.rules.availability import keepers
from serein.scheduling.rules.horizon import all_runs
from serein.scheduling.states import VisitKind

Units = dict[int, tuple[Any, ...]]
"""For each start of a day, the chairs or the nurses who are free for all of the visit."""


def starts_by_day(
    clinic: ClinicFact,
    series: SeriesRules,
    book: Horizon,
    patient: PatientSide,
    not_before: datetime,
    grid_minutes: int = OFFER_GRID_MINUTES,
) -> tuple[DayStarts, ...]:
    """The legal starts of each day, those of the longer first visit beside those of the others."""
    usual_type = clinic.type_of_kind(VisitKind.INFUSION)
    first_type = clinic.type_of_kind(VisitKind.FIRST)
    usual = visit_at(clinic, usual_type, series.infusion_minutes)
    first = visit_at(clinic, first_type, series.infusion_minutes, series.first_recovery_minutes)
    ask = starts_of(clinic, book, patient, not_before, grid_minutes)
    later, firsts = ask(usual), ask(first)
    return tuple(
        DayStarts(
            day,
            tuple(chairs),
            tuple(firsts[day][0]) if day in firsts else (),
            chairs=chairs,
            first_chairs=firsts[day][0] if day in firsts else {},
            nurses=nurses,
            first_nurses=firsts[day][1] if day in firsts else {},
        )
        for day, (chairs, nurses) in later.items()
    )


def starts_of(
    clinic: ClinicFact,
    book: Horizon,
    patient: PatientSide,
    not_before: datetime,
    grid_minutes: int,
) -> Callable[[VisitType], dict[date, tuple[Units, Units]]]:
    """Return a function that lists the starts of a visit by day, with the chairs and nurses free."""
    masks = {day.day: day for day in book.days}

    def ask(visit: VisitType) -> dict[date, tuple[Units, Units]]:
        found: dict[date, list[int]] = {}
        for start in rules.find_starts(
            visit, book, zone=clinic.zone, patient=patient,
            not_before=tick_of(not_before) + 1, grid_minutes=grid_minutes,
        ):  # fmt: skip
            found.setdefault(start.day, []).append(start.tick)
        return {
            day: (_chairs_at(masks[day], visit, ticks), _nurses_at(masks[day], visit, ticks))
            for day, ticks in found.items()
        }

    return ask


def _chairs_at(day: DayMasks, visit: VisitType, ticks: Sequence[int]) -> Units:
    needs = [[need for need in way.needs if need.kind is Kind.CHAIR] for way in footprints(visit)]
    free = [
        (chair, [all_runs(need, mask) for need in needs])
        for chair, mask in day.free.get(Kind.CHAIR, ())
    ]
    return {
        tick: tuple(
            chair for chair, runs in free if any(run >> day.bit_of(tick) & 1 for run in runs)
        )
        for tick in ticks
    }


def _nurses_at(day: DayMasks, visit: VisitType, ticks: Sequence[int]) -> Units:
    """The nurses who could keep the patient; where they are a pool, nobody is named."""
    free = list(keepers(day, footprints(visit)[0]))
    return {
        tick: tuple(nurse for nurse, mask in free if mask >> day.bit_of(tick) & 1) for tick in ticks
    }
