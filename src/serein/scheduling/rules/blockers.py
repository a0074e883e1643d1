"""Why a wanted time cannot be had: each rule, resource or person in the way, and the nearest fix."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from serein.scheduling.rules.availability import nearest_start
from serein.scheduling.rules.book import DayBook, Unit
from serein.scheduling.rules.day import day_masks
from serein.scheduling.rules.horizon import Horizon, PatientSide
from serein.scheduling.rules.hours import Hours, explain_day
from serein.scheduling.rules.masks import span_mask
from serein.scheduling.rules.phases import (
    FULL_LOAD,
    Footprint,
    Id,
    Kind,
    Load,
    Need,
    VisitType,
    footprints,
    needs_by_kind,
)
from serein.scheduling.rules.ticks import TICK_MINUTES, moment_of
from serein.scheduling.rules.words import listed, time_words

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


class BlockerKind(StrEnum):
    """What stands in the way."""

    RULE = "rule"
    RESOURCE = "resource"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Blocker:
    """One thing in the way of a start.

    ``what`` names it ("opening hours", "chair", a unit's kind, "patient"). ``fix_tick`` is the
    nearest start that this thing alone would allow. ``visit_ids`` are the visits that hold it.
    """

    kind: BlockerKind
    what: str
    because: str
    fix: str
    fix_tick: int | None = None
    visit_ids: tuple[Id, ...] = ()


_WORDS = {
    Kind.CHAIR: "chair",
    Kind.RECOVERY: "recovery chair",
    Kind.ROOM: "room",
    Kind.PRESCRIBER: "prescriber",
    Kind.NURSE: "nurse",
    Kind.PUMP: "pump",
    Kind.MONITOR: "monitor",
}


def why_not(
    visit_type: VisitType,
    book: DayBook,
    tick: int,
    *,
    zone: ZoneInfo,
    hours: Hours | None = None,
    patient: PatientSide | None = None,
    now: int | None = None,
) -> tuple[Blocker, ...]:
    """Name everything that keeps a visit from starting at a tick; nothing if it can.

    Outside the day only the hours are named: nobody need be there then.
    Where a recovery chair could free the chair early, the way with the fewest blockers counts.
    """
    question = _Question(visit_type, book, tick, zone)
    found: list[Blocker] = list(question.general(hours, now))
    if question.bit:
        ways: list[list[Blocker]] = [
            list(question.seated(footprint)) for footprint in footprints(visit_type)
        ]
        fewest: list[Blocker] = min(ways, key=len)
        found += fewest
        if patient is not None:
            found += question.of_patient(patient)
    return tuple(found)


class _Question:
    """One wanted start on one day."""

    def __init__(self, visit_type: VisitType, book: DayBook, tick: int, zone: ZoneInfo) -> None:
        self.visit_type, self.book, self.tick, self.zone = visit_type, book, tick, zone
        self.horizon = Horizon([day_masks(book)])
        self.footprint = footprints(visit_type)[0]
        day = self.horizon.days[0] if self.horizon.days else None
        self.origin = day.origin if day else 0
        place = tick - self.origin
        self.bit = 1 << place if day and 0 <= place < day.length else 0
        self.begins = self.horizon.begins(self.footprint, visit_type)

    def clock(self, tick: int) -> str:
        return time_words(moment_of(tick).astimezone(self.zone).time())

    def blocked(
        self,
        kind: BlockerKind,
        what: str,
        because: str,
        allowed: int,
        visit_ids: tuple[Id, ...] = (),
    ) -> Blocker:
        """Make a blocker with the nearest start that keeps the hours and is allowed by it."""
        near = nearest_start(self.begins & allowed, self.horizon, self.tick)
        if near is None:
            return Blocker(kind, what, because, "Choose another day.", None, visit_ids)
        fix = f"Nearest on this day: {self.clock(near.tick)}."
        return Blocker(kind, what, because, fix, near.tick, visit_ids)

    # Rules

    def general(self, hours: Hours | None, now: int | None) -> Iterator[Blocker]:
        """The hours of the day, and the clock."""
        if now is not None and self.tick < now:
            after = ~span_mask(0, self.horizon.place_of(now)) if self.bit else 0
            yield self.blocked(BlockerKind.RULE, "time", "This time has passed.", after)
        if not self.book.windows:
            why = explain_day(hours, self.book.day).because if hours else "The clinic is closed."
            yield Blocker(BlockerKind.RULE, "opening hours", why, "Choose another day.")
        elif not self.begins & self.bit:
            yield self.blocked(BlockerKind.RULE, "opening hours", self._outside(), -1)

    def _outside(self) -> str:
        end = self.tick + self.footprint.patient_ticks
        times = listed([f"{self.clock(a)}–{self.clock(b)}" for a, b in sorted(self.book.windows)])
        if any(opens <= self.tick < closes for opens, closes in self.book.windows):
            return (
                f"The visit takes {self.visit_type.patient_minutes} minutes and would end at "
                f"{self.clock(end)}; the clinic is open {times}."
            )
        return f"The clinic is not open at {self.clock(self.tick)}; it is open {times}."

    # Resources and people

    def seated(self, footprint: Footprint) -> Iterator[Blocker]:
        """What one way to seat the visit lacks."""
        for kind, needs in needs_by_kind(footprint):
            allowed = self.horizon.has_kind(kind, needs)
            if not allowed & self.bit:
                yield self._lacking(kind, needs, allowed)
        if footprint.loads:
            allowed = self.horizon.has_nurses(footprint.loads)
            if not allowed & self.bit:
                yield self.blocked(
                    BlockerKind.PERSON, "nurse", self._short_of_nurses(footprint.loads), allowed
                )
        if footprint.on_site is not None:
            allowed = self.horizon.has_on_site(*footprint.on_site)
            if not allowed & self.bit:
                begin, end = (self.clock(self.tick + place) for place in footprint.on_site)
                text = f"No prescriber is in the house for all of {begin}–{end}."
                yield self.blocked(BlockerKind.PERSON, "prescriber", text, allowed)

    def _lacking(self, kind: Kind, needs: Sequence[Need], allowed: int) -> Blocker:
        word = _WORDS[kind]
        start, end = needs[0].start + self.tick, needs[0].start + needs[0].ticks + self.tick
        units = [unit for unit in self.book.units if unit.kind is kind]
        count = len(units) + self.book.pools.get(kind, 0)
        span = f"{self.clock(start)}–{self.clock(end)}"
        if not count:
            text = f"There is no {word} in use."
        else:
            text = f"No {word} is free for all of {span}."
            text = " ".join([text, *self._absences(units, start, end)])
        holders = [
            held.visit_id
            for held in self.book.taken
            if held.kind is kind and held.start < end and start < held.end
        ]
        is_person = kind is Kind.PRESCRIBER
        return self.blocked(
            BlockerKind.PERSON if is_person else BlockerKind.RESOURCE,
            word,
            text,
            allowed,
            visit_ids=tuple(dict.fromkeys(who for who in holders if who is not None)),
        )

    def _absences(self, units: Sequence[Unit], start: int, end: int) -> Iterator[str]:
        """Say which units are away for a reason while they would be needed."""
        for unit in units:
            away = next((gone for gone in unit.away if gone.start < end and start < gone.end), None)
            if away is not None and away.because:
                yield f"{unit.name or unit.id}: {away.because}."

    def _short_of_nurses(self, loads: Sequence[Load]) -> str:
        nurses = [unit for unit in self.book.units if unit.kind is Kind.NURSE]
        if not nurses and not self.book.pools.get(Kind.NURSE):
            return "No nurse is on duty."
        for load in loads:
            if not self.horizon.has_nurses([load]) & self.bit:
                share = (
                    "one nurse for this patient alone"
                    if load.units >= FULL_LOAD
                    else f"a nurse who has no more than {FULL_LOAD // load.units - 1} other patients"
                )
                begin, end = self.tick + load.start, self.tick + load.start + load.ticks
                span = f"{self.clock(begin)}–{self.clock(end)}"
                return f"{self._phase(load)} from {span} needs {share}."
        return "No one nurse is free for all of the visit."

    def _phase(self, load: Load) -> str:
        at = 0
        for phase in self.visit_type.phases:
            if at == load.start * TICK_MINUTES:
                return phase.name.replace("_", " ").capitalize()
            at += phase.minutes
        return "The visit"

    # The patient

    def of_patient(self, patient: PatientSide) -> Iterator[Blocker]:
        """What keeps the patient from coming or from being fetched."""
        stay = self.footprint.patient_ticks
        kinds = (
            (PatientSide(busy=patient.busy), "patient", "The patient has another visit then."),
            (
                PatientSide(can_come=patient.can_come),
                "patient",
                "The patient cannot be here for all of the visit.",
            ),
            (
                PatientSide(driver=patient.driver),
                "driver",
                f"Nobody can fetch the patient at {self.clock(self.tick + stay)}.",
            ),
        )
        for side, what, because in kinds:
            allowed = self.horizon.suits(stay, side)
            if not allowed & self.bit:
                yield self.blocked(BlockerKind.PERSON, what, because, allowed)
