"""The list of who may be drifting away, in finished words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from serein.core.clinic_time import clock
from serein.workspace.presenters.visits import day_words
from serein.workspace.rules.drifting import Drift

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID
    from zoneinfo import ZoneInfo

    from serein.workspace.queries.drifting import DriftFact

TONES = {Drift.HARD_SESSION: "act", Drift.NOTHING_BOOKED: "look", Drift.LONG_GAP: "look"}


@dataclass(frozen=True, slots=True)
class Why:
    """One reason with its tone, and what to do."""

    tone: str
    because: str
    do: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """One patient on the list."""

    patient_id: UUID
    name: str
    mrn: str
    where: str
    why: tuple[Why, ...]


def people(found: Sequence[DriftFact], *, zone: ZoneInfo) -> tuple[Person, ...]:
    """Word the list; a reason that the reader may not know becomes a call by a clinician."""
    return tuple(
        Person(
            patient_id=fact.patient_id,
            name=fact.full_name,
            mrn=fact.mrn,
            where=_where(fact, zone),
            why=_why(fact),
        )
        for fact in found
    )


def _why(fact: DriftFact) -> tuple[Why, ...]:
    told = tuple(Why(TONES.get(one.drift, "note"), one.because, one.do) for one in fact.reasons)
    if len(fact.reasons) == len(fact.all_reasons):
        return told
    ask = Why("note", "There is something a clinician should ask about.", ("Ask a nurse to call.",))
    return (*told, ask)


def _where(fact: DriftFact, zone: ZoneInfo) -> str:
    series = fact.series
    given = f"{series.given} of {series.given + series.left} infusions given"
    last = f"the last on {day_words(series.last_at, zone)}"
    if series.next_at is None:
        return f"{given}, {last}."
    when = f"{day_words(series.next_at, zone)}, {clock(series.next_at, zone)}"
    return f"{given}, {last}; the next is on {when}."
