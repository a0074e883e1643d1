"""What follows a move, what moves with it, and what becomes of a late arrival, in finished words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from serein.scheduling import rules

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from serein.scheduling.queries import AppointmentFact
    from serein.scheduling.queries.changes import Change
    from serein.scheduling.rules import DueWindow, LateAnswer


@dataclass(frozen=True, slots=True)
class TogetherLine:
    """One way to move a visit together with others; ``moves`` pairs numbers with ticks."""

    moves: str
    title: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LateLine:
    """Whether the whole visit still fits, and at which times it would."""

    because: str
    times: tuple[tuple[int, str], ...]


def around_words(fact: AppointmentFact, others: Iterable[AppointmentFact], zone: ZoneInfo) -> str:
    """Say which visits lie before and after one that moves; they stay where they are."""
    standing = sorted(others, key=lambda one: one.number)
    before = [one for one in standing if one.number < fact.number][-1:]
    after = [one for one in standing if one.number > fact.number][:1]
    said = [
        f"infusion {one.number} on {rules.start_words(one.starts_at, zone)}"
        for one in (*before, *after)
    ]
    return f"Staying where they are: {rules.listed(said)}." if said else ""


def together_lines(changes: Iterable[Change], zone: ZoneInfo) -> tuple[TogetherLine, ...]:
    """Write the ways to move a visit together with others."""
    return tuple(_together(change, zone) for change in changes)


def _together(change: Change, zone: ZoneInfo) -> TogetherLine:
    count = len(change)
    return TogetherLine(
        ",".join(f"{number}:{rules.tick_of(then)}" for number, (_, then) in change.items()),
        f"{rules.number_word(count)} visit{'' if count == 1 else 's'} move{'s' if count == 1 else ''}"
        .capitalize(),
        tuple(
            f"Infusion {number}: {rules.start_words(now, zone)} to {rules.start_words(then, zone)}"
            for number, (now, then) in change.items()
        ),
    )  # fmt: skip


def late_line(late: LateAnswer, zone: ZoneInfo) -> LateLine:
    """Write what becomes of a visit whose patient comes late."""
    starts = (late.starts_at,) if late.starts_at is not None else late.later
    return LateLine(
        late.because, tuple((rules.tick_of(at), rules.start_words(at, zone)) for at in starts)
    )


def due_words(window: DueWindow, today: datetime, zone: ZoneInfo) -> str:
    """Say when the next maintenance visit is due."""
    first, last = rules.day_words(window.first), rules.day_words(window.last)
    said = f"The next one is due on {rules.day_words(window.due)}, from {first} to {last}."
    return f"{said} That is over." if today.astimezone(zone).date() > window.last else said
