"""The facts by which somebody in a series may be drifting away, for a whole site in constant questions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from serein.infusions import queries as infusions
from serein.outcomes import queries as outcomes
from serein.outcomes.rules import InfusionState
from serein.plans import queries as plans
from serein.safety import queries as safety
from serein.safety.rules import SEVERITY_WORDS
from serein.safety.states import EffectState
from serein.scheduling import queries as schedule
from serein.workspace.rules.drifting import CLINICAL, Drift, Reason, Series, reasons

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from serein.outcomes.queries import FollowFact
    from serein.plans.queries import PlanFact
    from serein.safety.queries import SideEffectFact


@dataclass(frozen=True, slots=True)
class DriftFact:
    """One patient who may be drifting away. ``reasons`` are those the reader is told of all."""

    patient_id: UUID
    full_name: str
    mrn: str
    series: Series
    all_reasons: tuple[Reason, ...]
    reasons: tuple[Reason, ...]


def drifting(site_id: UUID, *, at: datetime, with_clinical: bool) -> tuple[DriftFact, ...]:
    """List who may be drifting away, the most pressing first.

    Without ``with_clinical`` it is only said that there is something a clinician should ask about.
    """
    in_force = {plan.plan_id: plan for plan in plans.plans_of_site(site_id) if plan.is_in_force}
    under_way = [
        (follow, plan)
        for follow in outcomes.followed(site_id, at)
        if follow.course.plan_id and (plan := in_force.get(follow.course.plan_id))
    ]
    effects = _effects_of_last_sessions([follow.patient_id for follow, _ in under_way])
    unconfirmed = {fact.visit.patient_id for fact in schedule.unconfirmed(site_id, at)}
    found = []
    for follow, plan in under_way:
        series = _series(
            follow,
            plan,
            effects.get(follow.patient_id, ()),
            is_unconfirmed=follow.patient_id in unconfirmed,
        )
        why = reasons(series, at=at)
        told = tuple(one for one in why if with_clinical or one.drift not in CLINICAL)
        if why:
            found.append(
                DriftFact(follow.patient_id, follow.full_name, follow.mrn, series, why, told)
            )
    return tuple(sorted(found, key=_pressing))


def _pressing(fact: DriftFact) -> tuple[int, str]:
    order = list(Drift)
    return (min(order.index(one.drift) for one in fact.all_reasons), fact.full_name.casefold())


def _effects_of_last_sessions(
    patient_ids: Sequence[UUID],
) -> dict[UUID, tuple[SideEffectFact, ...]]:
    newest = {
        patient_id: next((one for one in mine if one.started_at is not None), None)
        for patient_id, mine in infusions.sessions_of_patients(patient_ids).items()
    }
    last = {one.session_id: patient_id for patient_id, one in newest.items() if one is not None}
    return {
        last[session_id]: effects
        for session_id, effects in safety.side_effects_of_sessions(last).items()
    }


def _series(
    follow: FollowFact,
    plan: PlanFact,
    effects: Sequence[SideEffectFact],
    *,
    is_unconfirmed: bool,
) -> Series:
    times = follow.course.times
    last_at = times.given[-1].at
    planned = [one.at for one in times.infusions if one.state is InfusionState.PLANNED]
    heard = [one.occurred_at for one in follow.course.readings if one.occurred_at > last_at]
    standing = [one for one in effects if one.state is not EffectState.IN_ERROR]
    worst = max(standing, key=lambda one: one.worst, default=None)
    return Series(
        given=len(times.given),
        left=max(0, times.planned - len(times.given)),
        max_gap_days=plan.max_gap_days,
        last_at=last_at,
        next_at=min(planned, default=None),
        is_unconfirmed=is_unconfirmed,
        worst=worst.worst if worst else 0,
        worst_words=_words(worst) if worst else "",
        heard_at=max(heard, default=None),
        overdue=tuple(dict.fromkeys(one.name for one in follow.overdue)),
    )


def _words(effect: SideEffectFact) -> str:
    strength = SEVERITY_WORDS[effect.worst].split(":")[0]
    return f"{effect.words.lower()}, {strength}"
