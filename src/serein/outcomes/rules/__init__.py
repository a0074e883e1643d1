"""Whether it helped: change against the course baseline, relapse, and which scores are due.

None of this is a causal estimate. Ketamine is not FDA-approved for PTSD.
"""

from __future__ import annotations

from serein.outcomes.rules.change import (
    CHANGE_RULES,
    RELIABLE_POINTS,
    REMISSION_PCL5,
    REMISSION_PHQ9_BELOW,
    Holds,
    RuleResult,
    judge,
    percent_fall,
    reliable_change,
    remission,
    response,
)
from serein.outcomes.rules.content import ContentError, Definition, definitions, schedule
from serein.outcomes.rules.due import (
    Count,
    Course,
    DueMeasure,
    DueState,
    InfusionState,
    InfusionTime,
    due_measures,
    is_followed,
    received_of,
    to_chase,
)
from serein.outcomes.rules.lines import runs
from serein.outcomes.rules.readings import (
    CLUSTERS,
    FORM_NAMES,
    GAD7,
    HIGHEST,
    PCL5_MONTH,
    PCL5_WEEK,
    PHQ9,
    RECALL_DAYS,
    Reading,
    baseline_of,
    overlapping_recall,
    series,
)
from serein.outcomes.rules.relapses import Relapse, relapse

__all__ = [
    "CHANGE_RULES",
    "CLUSTERS",
    "FORM_NAMES",
    "GAD7",
    "HIGHEST",
    "PCL5_MONTH",
    "PCL5_WEEK",
    "PHQ9",
    "RECALL_DAYS",
    "RELIABLE_POINTS",
    "REMISSION_PCL5",
    "REMISSION_PHQ9_BELOW",
    "ContentError",
    "Count",
    "Course",
    "Definition",
    "DueMeasure",
    "DueState",
    "Holds",
    "InfusionState",
    "InfusionTime",
    "Reading",
    "Relapse",
    "RuleResult",
    "baseline_of",
    "definitions",
    "due_measures",
    "is_followed",
    "judge",
    "overlapping_recall",
    "percent_fall",
    "received_of",
    "relapse",
    "reliable_change",
    "remission",
    "response",
    "runs",
    "schedule",
    "series",
    "to_chase",
]
