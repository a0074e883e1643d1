"""What is known about treatment plans."""

from __future__ import annotations

from serein.plans.queries.order import (
    body_of,
    changed_from,
    judge_stored,
    last_signed,
    scores_seen,
    work_out,
)
from serein.plans.queries.plans import (
    PlanFact,
    plan_fact,
    plan_in_force,
    plan_of,
    plans_in_force,
    plans_of,
    plans_of_patients,
    plans_of_site,
    version_fact,
    versions_of,
)
from serein.plans.queries.visits import (
    count_visits,
    guided_weekdays,
    propose_visits,
    protocols_that_fit,
    series_rules,
    visits_not_begun,
    visits_of,
    visits_to_book,
    why_not_in_hours,
)

__all__ = [
    "PlanFact",
    "body_of",
    "changed_from",
    "count_visits",
    "guided_weekdays",
    "judge_stored",
    "last_signed",
    "plan_fact",
    "plan_in_force",
    "plan_of",
    "plans_in_force",
    "plans_of",
    "plans_of_patients",
    "plans_of_site",
    "propose_visits",
    "protocols_that_fit",
    "scores_seen",
    "series_rules",
    "version_fact",
    "versions_of",
    "visits_not_begun",
    "visits_of",
    "visits_to_book",
    "why_not_in_hours",
    "work_out",
]
