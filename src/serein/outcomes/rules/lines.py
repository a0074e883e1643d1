"""Which points of a series may be joined: a line is broken where an expected score is missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from serein.outcomes.rules.due import DueMeasure, DueState
from serein.outcomes.rules.readings import Reading


def runs(
    readings: Sequence[Reading], expected: Iterable[DueMeasure]
) -> tuple[tuple[Reading, ...], ...]:
    """Split a series of one form into runs that may be drawn as unbroken lines.

    A run ends at a form that could not be scored, and at a window that closed without a score.
    """
    missed = [item for item in expected if item.state is DueState.OVERDUE]
    found: list[list[Reading]] = []
    current: list[Reading] = []
    for reading in readings:
        if reading.total is None:
            found.append(current)
            current = []
            continue
        if current and _missed_between(current[-1], reading, missed):
            found.append(current)
            current = []
        current.append(reading)
    found.append(current)
    return tuple(tuple(run) for run in found if run)


def _missed_between(earlier: Reading, later: Reading, missed: Iterable[DueMeasure]) -> bool:
    return any(
        item.instrument_code == later.instrument_code
        and earlier.occurred_at < item.closes_at <= later.occurred_at
        for item in missed
    )
