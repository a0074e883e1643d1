"""What we know of a patient who is watched."""

from __future__ import annotations

from serein.monitoring.queries.facts import FlagFact, PeriodFact, VitalFact
from serein.monitoring.queries.flags import flag, flags_of, standing_flags
from serein.monitoring.queries.overdue import periods_with_news
from serein.monitoring.queries.periods import (
    open_period_of,
    opened_at,
    period,
    periods_running,
    timeline_of,
)
from serein.monitoring.queries.vitals import (
    baseline_of,
    due_sets,
    latest_vitals,
    readings_from,
    readings_of,
    readings_with_baseline,
    silence_of,
    vitals_named,
    vitals_of,
    vitals_of_periods,
)

__all__ = [
    "FlagFact",
    "PeriodFact",
    "VitalFact",
    "baseline_of",
    "due_sets",
    "flag",
    "flags_of",
    "latest_vitals",
    "open_period_of",
    "opened_at",
    "period",
    "periods_running",
    "periods_with_news",
    "readings_from",
    "readings_of",
    "readings_with_baseline",
    "silence_of",
    "standing_flags",
    "timeline_of",
    "vitals_named",
    "vitals_of",
    "vitals_of_periods",
]
