"""What must lie between the visits of a series."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from serein.core.errors import Refused
from serein.scheduling import queries, rules

if TYPE_CHECKING:
    from serein.scheduling.models import Appointment


def check_gaps(row: Appointment, starts: Mapping[int, datetime], zone: ZoneInfo) -> None:
    """Check every pair of neighbours of which at least one moves; ``starts`` maps numbers to times.

    :raises Refused: a gap would break
    """
    standing = {fact.number: fact for fact in queries.standing_of_series(row.series_id)}
    after = {number: fact.starts_at for number, fact in standing.items()} | dict(starts)
    series = rules.SeriesRules(
        visits=len(after),
        infusion_minutes=row.infusion_minutes,
        min_gap_hours=row.min_gap_hours,
        max_gap_days=row.max_gap_days,
    )
    for earlier, later in pairwise(sorted(after)):
        if not {earlier, later} & set(starts):
            continue
        if after[later] <= after[earlier]:
            raise Refused(
                "Choose a time between the infusion before and the infusion after.",
                field="starts_at",
            )
        if rules.gap_problem(series, [after[earlier], after[later]], zone) is not None:
            which = "before" if later in starts else "after"
            raise Refused(
                f"Choose another time: between this visit and the one {which} it at least "
                f"{row.min_gap_hours} hours and at most {row.max_gap_days} days must lie.",
                field="starts_at",
            )
