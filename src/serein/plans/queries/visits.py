"""The visits of a plan, and what the search for them must keep to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from serein.plans.queries.plans import PlanFact
from serein.plans.rules import PROTOCOLS, Protocol
from serein.scheduling import queries as scheduling
from serein.scheduling.rules import Proposal, SeriesCount, SeriesRules, Wishes, recovery_for
from serein.scheduling.states import VisitKind

if TYPE_CHECKING:
    from uuid import UUID

    from serein.scheduling.queries import AppointmentFact

NO_WISHES = Wishes()


def visits_of(plan_id: UUID) -> tuple[AppointmentFact, ...]:
    """List the visits booked under a plan, by number; its id is the series' id."""
    return scheduling.appointments_of_series(plan_id)


def visits_to_book(plan: PlanFact) -> int:
    """Count the infusions of a plan that have no visit."""
    return max(plan.infusions - len(scheduling.standing_of_series(plan.plan_id)), 0)


def visits_not_begun(plan: PlanFact) -> int:
    """Count the infusions of a plan that could be booked anew: those without a visit that began."""
    return max(plan.infusions - len(_begun(plan)), 0)


def series_rules(
    plan: PlanFact, *, preferred_time: time | None = None, wishes: Wishes = NO_WISHES
) -> SeriesRules:
    """Return what the visits of a plan must keep to.

    The pattern of the protocol (fixed weekdays, whole weeks) is asked for only while nothing was
    given yet and the plan has the protocol's own number of infusions.
    """
    protocol = PROTOCOLS[plan.protocol_code]
    visits = visits_not_begun(plan)
    is_whole = visits == protocol.infusions
    return SeriesRules(
        visits=visits,
        infusion_minutes=plan.minutes,
        min_gap_hours=plan.min_gap_hours,
        min_gap_days=2 if plan.min_gap_hours > 24 else 1,
        max_gap_days=plan.max_gap_days,
        max_per_week=protocol.per_week,
        weekdays=protocol.weekdays if is_whole else None,
        calendar_weeks=protocol.calendar_weeks if is_whole else None,
        span_days=protocol.span_days if is_whole else None,
        preferred_time=preferred_time,
        wishes=wishes,
        first_recovery_minutes=recovery_for(len(_begun(plan)) + 1),
    )


def _begun(plan: PlanFact) -> list[AppointmentFact]:
    standing = scheduling.standing_of_series(plan.plan_id)
    return [fact for fact in standing if fact.state != "booked"]


def propose_visits(
    site_id: UUID,
    plan: PlanFact,
    *,
    first: date,
    not_before: datetime,
    preferred_time: time | None = None,
    wishes: Wishes = NO_WISHES,
    pins: Mapping[int, date | datetime] | None = None,
) -> Proposal:
    """Propose complete series for what is left of a plan; ``pins`` hold visits to a day or a time."""
    if not visits_not_begun(plan):
        return Proposal((), fits_as_planned=False, because="Every infusion of the plan has begun.")
    return scheduling.propose_series(
        site_id,
        series_rules(plan, preferred_time=preferred_time, wishes=wishes),
        first=first,
        not_before=not_before,
        patient_id=plan.patient_id,
        ignoring=_booked(plan),
        pins=pins,
    )


def count_visits(
    site_id: UUID,
    plan: PlanFact,
    *,
    first: date,
    not_before: datetime,
    pins: Mapping[int, date | datetime] | None = None,
) -> SeriesCount:
    """Count every series that what is left of a plan could become: sets of days, and of times."""
    if not visits_not_begun(plan):
        return SeriesCount(0, 0)
    asked = scheduling.Asked(first, not_before, plan.patient_id, _booked(plan), pins)
    return scheduling.count_series(site_id, series_rules(plan), asked)


def guided_weekdays(site_id: UUID) -> tuple[int, ...]:
    """List the weekdays on which infusions are offered at the starts of a template."""
    clinic = scheduling.clinic_of(site_id)
    code = clinic.type_of_kind(VisitKind.INFUSION).code
    return tuple(sorted(day for day, guide in clinic.guides.items() if guide.of(code)))


def _booked(plan: PlanFact) -> tuple[UUID, ...]:
    standing = scheduling.standing_of_series(plan.plan_id)
    return tuple(fact.appointment_id for fact in standing if fact.state == "booked")


def protocols_that_fit(site_id: UUID, *, first: date, at: datetime) -> tuple[str, ...]:
    """List the protocols that can be kept in this clinic's opening hours."""
    return tuple(
        code
        for code, protocol in PROTOCOLS.items()
        if not why_not_in_hours(site_id, protocol, first=first, at=at)
    )


def why_not_in_hours(site_id: UUID, protocol: Protocol, *, first: date, at: datetime) -> str:
    """Say why a protocol cannot be kept in this clinic's opening hours; empty if it can."""
    proposal = scheduling.propose_series(
        site_id,
        SeriesRules(
            visits=protocol.infusions,
            infusion_minutes=protocol.minutes,
            min_gap_hours=protocol.min_gap_hours,
            min_gap_days=2,
            max_gap_days=protocol.max_gap_days,
            max_per_week=protocol.per_week,
            weekdays=protocol.weekdays,
            calendar_weeks=protocol.calendar_weeks,
            span_days=protocol.span_days,
            first_recovery_minutes=recovery_for(1),
        ),
        first=first,
        not_before=at,
        limit=1,
    )
    return proposal.because
