"""Scales asked at the chair, each with its version, and the moments at which they are asked.

Dissociation is asked in our own words, 0 to 10: the licensed scale is not shipped. Modified Aldrete is
the score of the discharge gate. Times: clinical reference 4.3 and 4.6, clinic default, review.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from serein.core.errors import Refused
from serein.infusions.rules.discharge import ALDRETE, ALDRETE_VERSION

DISSOCIATION, ALDRETE_CODE = "dissociation", "aldrete"
SOURCE = "clinic default, review"
ALDRETE_AFTER = timedelta(minutes=30)
BEFORE_HOME = timedelta(minutes=60)
COUNTS_AROUND = timedelta(minutes=10)
"""A score this close to its time is that time's score."""


@dataclass(frozen=True, slots=True)
class Scale:
    code: str
    name: str
    version: str
    question: str
    items: int
    highest: int


SCALES: Mapping[str, Scale] = {
    scale.code: scale
    for scale in (
        Scale(
            DISSOCIATION,
            "Dissociation",
            "0 to 10, asked in one question (clinic default, review)",
            "How far away or unreal do you feel right now? 0 not at all, 10 completely.",
            1,
            10,
        ),
        Scale(
            ALDRETE_CODE,
            "Modified Aldrete",
            ALDRETE_VERSION,
            "Five items, each 0 to 2.",
            len(ALDRETE),
            2,
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Scored:
    scale: str
    total: int
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class Ask:
    """A moment at which a scale is asked; ``done`` is the score that answers it."""

    scale: str
    label: str
    due_at: datetime
    done: Scored | None

    def is_due(self, at: datetime) -> bool:
        """Whether it waits now."""
        return self.done is None and at >= self.due_at


def check_score(code: str, items: Sequence[int]) -> Scale:
    """See that a score belongs to its scale.

    :raises Refused: an unknown scale, too few items, or a value outside of it
    """
    scale = SCALES.get(code)
    if scale is None:
        raise Refused("Choose a scale of the list.")
    if len(items) != scale.items or any(not 0 <= each <= scale.highest for each in items):
        raise Refused(f"Score all of {scale.name} from 0 to {scale.highest}.")
    return scale


def asks(
    *,
    opened_at: datetime,
    started_at: datetime | None,
    stopped_at: datetime | None,
    scored: Sequence[Scored],
) -> tuple[Ask, ...]:
    """List the moments of a visit at which a scale is asked, so far as they are known.

    Dissociation before the start, at its peak (the end of the infusion) and before going home;
    modified Aldrete half an hour after the end and before going home.
    """
    found = [_ask(DISSOCIATION, "before the start", opened_at, started_at, scored, opened_at)]
    if stopped_at is None:
        return tuple(found)
    half, home = stopped_at + ALDRETE_AFTER, stopped_at + BEFORE_HOME
    around = COUNTS_AROUND
    found += [
        _ask(DISSOCIATION, "at the end", stopped_at, half, scored, stopped_at - around),
        _ask(ALDRETE_CODE, "30\u202fmin after", half, home - around, scored, half - around),
        _ask(DISSOCIATION, "before going home", home, None, scored, home - around),
        _ask(ALDRETE_CODE, "before going home", home, None, scored, home - around),
    ]
    return tuple(found)


def _ask(
    scale: str,
    label: str,
    due_at: datetime,
    until_at: datetime | None,
    scored: Sequence[Scored],
    from_at: datetime,
) -> Ask:
    fitting = [
        one
        for one in scored
        if one.scale == scale
        and one.occurred_at >= from_at
        and (until_at is None or one.occurred_at < until_at)
    ]
    done = min(fitting, key=lambda one: abs(one.occurred_at - due_at), default=None)
    return Ask(scale, label, due_at, done)
