"""Where one visit could go, and why not, in finished words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from serein.scheduling import rules
from serein.scheduling.rules import BlockerKind

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from serein.scheduling.queries import AppointmentFact, VisitFact
    from serein.scheduling.rules import Blocker


@dataclass(frozen=True, slots=True)
class TimeChoice:
    """One start that may be chosen."""

    value: int
    words: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class DayChoices:
    """One day with its starts."""

    day: str
    times: tuple[TimeChoice, ...]


@dataclass(frozen=True, slots=True)
class VisitPage:
    """One visit that is about to be moved or cancelled."""

    title: str
    now: str
    gaps: str
    days: tuple[DayChoices, ...]


def visit_page(
    fact: AppointmentFact,
    options: Sequence[tuple[date, Sequence[datetime]]],
    zone: ZoneInfo,
    chosen: str = "",
) -> VisitPage:
    """Write one visit with the starts it could move to."""
    return VisitPage(
        title=f"Infusion {fact.number}",
        now=f"{rules.start_words(fact.starts_at, zone)}, {fact.chair_name}",
        gaps=gap_words(fact),
        days=day_choices(options, zone, chosen),
    )


def gap_words(fact: AppointmentFact) -> str:
    """Say what must lie between one visit of a series and its neighbours."""
    return (
        f"At least {fact.min_gap_hours} hours and at most {fact.max_gap_days} days to the "
        f"infusions before and after."
    )


def day_choices(
    options: Iterable[tuple[date, Sequence[datetime]]], zone: ZoneInfo, chosen: str = ""
) -> tuple[DayChoices, ...]:
    """Write starts by day, to choose one from."""
    return tuple(
        DayChoices(
            rules.day_words(day),
            tuple(
                TimeChoice(
                    rules.tick_of(at),
                    rules.time_words(at.astimezone(zone).time()),
                    str(rules.tick_of(at)) == chosen,
                )
                for at in starts
            ),
        )
        for day, starts in options
    )


@dataclass(frozen=True, slots=True)
class BlockerLine:
    """One thing in the way, and the nearest time that it alone would allow."""

    what: str
    because: str
    fix: str
    fix_url: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a wanted time will do. ``chair`` is where the visit would sit if it does."""

    value: int
    when: str
    fits: bool
    chair: str
    chair_id: str
    blockers: tuple[BlockerLine, ...]
    may_bend: bool


@dataclass(frozen=True, slots=True)
class MovePage:
    """One visit that is about to move on the board."""

    title: str
    what: str
    now: str
    gaps: str
    verdict: Verdict | None
    days: tuple[DayChoices, ...]


BENDABLE = frozenset({"opening hours", "nurse", "prescriber", "room", "gap"})
"""What a reasoned override may do without; the guard of the book decides."""


def verdict(
    starts_at: datetime,
    blockers: Sequence[Blocker],
    *,
    zone: ZoneInfo,
    url_for: Callable[[int], str],
    chair: tuple[str, str] = ("", ""),
    may_override: bool = False,
) -> Verdict:
    """Say whether a time will do, and what stands in the way with the nearest time that it allows."""
    return Verdict(
        value=rules.tick_of(starts_at),
        when=rules.start_words(starts_at, zone),
        fits=not blockers,
        chair=chair[0],
        chair_id=chair[1],
        blockers=tuple(
            BlockerLine(
                _WHAT[each.kind],
                each.because,
                each.fix,
                url_for(each.fix_tick) if each.fix_tick is not None else "",
            )
            for each in blockers
        ),
        may_bend=may_override and all(each.what in BENDABLE for each in blockers),
    )


_WHAT = {
    BlockerKind.RULE: "Rule",
    BlockerKind.RESOURCE: "Place or thing",
    BlockerKind.PERSON: "Person",
}


def move_page(
    visit: VisitFact,
    name: str,
    *,
    gaps: str,
    options: Iterable[tuple[date, Sequence[datetime]]],
    judged: Verdict | None,
    zone: ZoneInfo,
    chosen: str = "",
) -> MovePage:
    """Write one visit that is about to move."""
    seats = ", ".join(unit.name for unit in visit.units if unit.name)
    when = rules.start_words(visit.starts_at, zone)
    is_series = visit.patient_id is not None and visit.type_code in {"first", "infusion"}
    return MovePage(
        title=f"Move {name}",
        what=f"Infusion {visit.number}" if is_series else visit.type_name,
        now=f"{when}, {seats}" if seats else when,
        gaps=gaps,
        verdict=judged,
        days=day_choices(options, zone, chosen),
    )
