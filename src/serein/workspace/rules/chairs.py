"""Which chair needs somebody first, and where a value is going."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from serein.infusions.states import SessionState
from serein.monitoring.rules import Rank

STEADY_WITHIN_MMHG = 10
"""A systolic pressure that moved by less than this is called steady (clinic default, review)."""

_RANKS: tuple[Rank | None, ...] = (*Rank, None)
_STATES = (
    SessionState.RUNNING,
    SessionState.PAUSED,
    SessionState.RECOVERING,
    SessionState.READY,
    SessionState.CHECKED_IN,
)


class Trend(StrEnum):
    """Where the systolic pressure went between the last two sets."""

    UP = "up"
    DOWN = "down"
    STEADY = "steady"


@dataclass(frozen=True, slots=True)
class Concern:
    """What makes a chair come first: the gravest flag, silence, what is overdue or unanswered."""

    rank: Rank | None
    is_stale: bool
    is_overdue: bool
    waits_for_answer: bool
    state: SessionState
    chair_name: str

    @property
    def order(self) -> tuple[int, bool, bool, bool, int, str]:
        """The key to sort by, the greatest concern first; equal chairs stand by their names."""
        state = _STATES.index(self.state) if self.state in _STATES else len(_STATES)
        return (
            _RANKS.index(self.rank),
            not self.is_stale,
            not self.is_overdue,
            not self.waits_for_answer,
            state,
            self.chair_name,
        )


def trend(before: int | None, now: int | None) -> Trend | None:
    """Say where a systolic pressure went, in mmHg; None where there are not two to compare."""
    if before is None or now is None:
        return None
    if abs(now - before) < STEADY_WITHIN_MMHG:
        return Trend.STEADY
    return Trend.UP if now > before else Trend.DOWN
