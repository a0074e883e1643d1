"""Where a patient stands on the way from the first question to the follow-up."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Stage(StrEnum):
    """The stages in the order in which a patient meets them."""

    ASSESS = "assess"
    DECIDE = "decide"
    CONSENT = "consent"
    PLAN = "plan"
    BOOK = "book"
    INFUSE = "infuse"
    FOLLOW = "follow"
    NOT_GOING_ON = "not_going_on"


class Decision(StrEnum):
    """What the standing decision means for going on."""

    NONE = "none"
    WAITS = "waits"
    GOES_ON = "goes_on"
    ENDS = "ends"


BASELINE = frozenset({"pcl5-month", "phq9"})
"""Questionnaires that a decision leans on (clinic default, review)."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is on record for one patient."""

    scored: frozenset[str]
    decision: Decision
    has_consent: bool
    has_signed_plan: bool
    infusions: int
    booked: int
    done: int
    is_finished: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """The stage in hand, and those behind it."""

    now: Stage
    behind: tuple[Stage, ...]


def standing_of(known: Known) -> Standing:
    """Return the first stage that is not complete.

    A course that is finished leads to the follow-up, and one that has begun stays in the infusions,
    whatever else is missing by now.
    """
    if known.is_finished:
        return _at(Stage.FOLLOW)
    if known.done and known.has_signed_plan:
        return _at(Stage.INFUSE)
    if known.decision is Decision.ENDS:
        return Standing(Stage.NOT_GOING_ON, (Stage.ASSESS, Stage.DECIDE))
    checks = (
        (Stage.ASSESS, known.scored >= BASELINE or known.decision is not Decision.NONE),
        (Stage.DECIDE, known.decision is Decision.GOES_ON),
        (Stage.CONSENT, known.has_consent),
        (Stage.PLAN, known.has_signed_plan),
        (Stage.BOOK, known.booked + known.done >= known.infusions),
    )
    return _at(next((stage for stage, is_complete in checks if not is_complete), Stage.INFUSE))


def _at(stage: Stage) -> Standing:
    order = list(Stage)
    return Standing(stage, tuple(order[: order.index(stage)]))
