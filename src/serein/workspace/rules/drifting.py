"""Who may be drifting away from a series, and what to do about it today.

Half of the patients of such clinics leave before the sixth infusion, a fifth after the first. These are
plain rules on facts of the record, not a learned probability: each says why and what to do. Their figures
are clinic defaults, to be reviewed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from serein.core.quantities import shown

MODERATE = 2
"""From this severity on a side effect makes a session a hard one (0 none to 3 severe)."""

HEARD_WITHIN = timedelta(hours=24)
"""After a hard session somebody should have asked by then (clinic default, review)."""

ASK_FOR = timedelta(days=14)
"""A session longer ago than this is no longer asked about here (clinic default, review)."""


class Drift(StrEnum):
    """Why somebody may be drifting, the most pressing first."""

    HARD_SESSION = "hard_session"
    NOTHING_BOOKED = "nothing_booked"
    LONG_GAP = "long_gap"
    UNCONFIRMED = "unconfirmed"
    NO_SCORE = "no_score"


CLINICAL = frozenset({Drift.HARD_SESSION, Drift.NO_SCORE})
"""Reasons that only those who read outcomes are told; others are told that a clinician should call."""


@dataclass(frozen=True, slots=True)
class Series:
    """Where one patient stands in a series that is under way.

    ``left`` is how many infusions of the plan are neither given nor given up; ``worst`` the highest
    severity of a side effect in the last session; ``heard_at`` the newest score since that session.
    """

    given: int
    left: int
    max_gap_days: int
    last_at: datetime
    next_at: datetime | None
    is_unconfirmed: bool
    worst: int
    worst_words: str
    heard_at: datetime | None
    overdue: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason, in words, with what to do."""

    drift: Drift
    because: str
    do: tuple[str, ...]


def reasons(series: Series, *, at: datetime) -> tuple[Reason, ...]:
    """List why this patient may be drifting, the most pressing first; mostly nothing."""
    found = (_hard_session(series, at), _gap(series), _unconfirmed(series), _no_score(series))
    order = list(Drift)
    return tuple(sorted((one for one in found if one), key=lambda one: order.index(one.drift)))


def _hard_session(series: Series, at: datetime) -> Reason | None:
    since = at - series.last_at
    if series.worst < MODERATE or series.heard_at is not None:
        return None
    if not HEARD_WITHIN <= since <= ASK_FOR:
        return None
    return Reason(
        Drift.HARD_SESSION,
        f"Infusion {series.given} was hard ({series.worst_words}) and nothing was heard since.",
        (
            "Call and ask how the days since were.",
            "Offer to talk with the prescriber before the next infusion.",
        ),
    )


def _gap(series: Series) -> Reason | None:
    if not series.left:
        return None
    if series.next_at is None:
        return Reason(
            Drift.NOTHING_BOOKED,
            f"{series.left} of the infusions planned are left and none is booked.",
            ("Call, ask what speaks against going on, offer the next times.",),
        )
    if series.next_at - series.last_at <= timedelta(days=series.max_gap_days):
        return None
    days = (series.next_at - series.last_at).days
    return Reason(
        Drift.LONG_GAP,
        f"The next infusion comes after {days} days; the plan allows "
        f"{shown(series.max_gap_days)} at the most.",
        ("Offer an earlier time, or ask the prescriber to look at the plan.",),
    )


def _unconfirmed(series: Series) -> Reason | None:
    if not series.is_unconfirmed:
        return None
    return Reason(
        Drift.UNCONFIRMED,
        "The next visit is close and not confirmed.",
        ("Call to confirm it, and ask who takes them home.",),
    )


def _no_score(series: Series) -> Reason | None:
    if not series.overdue:
        return None
    return Reason(
        Drift.NO_SCORE,
        f"Overdue: {', '.join(series.overdue)}.",
        ("Send the link again, or ask at the next visit.",),
    )
