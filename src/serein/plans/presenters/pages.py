"""What the pages about plans say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from serein.assessments.rules import instrument
from serein.core.findings import Finding, Weight
from serein.core.quantities import shown
from serein.plans.presenters.dose import DoseLine, dose_line, plan_dose_line
from serein.plans.presenters.words import STATE_WORDS, day_in, protocol_words, when_in
from serein.plans.rules import PROTOCOLS, Judged, Protocol
from serein.plans.states import PlanState

if TYPE_CHECKING:
    from uuid import UUID
    from zoneinfo import ZoneInfo

    from serein.plans.queries import PlanFact


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One plan in the list."""

    plan_id: UUID
    name: str
    tone: str
    state: str
    summary: str
    signed: str


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version in the history."""

    number: int
    when: str
    by: str
    summary: str
    reason: str
    signed: str
    seen: str


@dataclass(frozen=True, slots=True)
class PlanPage:
    """One plan, whole."""

    title: str
    tone: str
    state: str
    is_draft: bool
    is_signed: bool
    dose: DoseLine
    facts: tuple[tuple[str, str], ...]
    findings: tuple[Finding, ...]
    sources: tuple[str, ...]
    versions: tuple[VersionLine, ...]
    summary: str
    to_book: int


@dataclass(frozen=True, slots=True)
class Echo:
    """The live answer to what is typed: the dose, or why there is none."""

    dose: DoseLine | None
    findings: tuple[Finding, ...]
    needs_reason: bool


@dataclass(frozen=True, slots=True)
class ProtocolCard:
    """One protocol to choose, and whether the clinic's hours allow it."""

    code: str
    name: str
    summary: str
    facts: str
    why_not: str


def plan_lines(plans: Sequence[PlanFact], zone: ZoneInfo) -> tuple[PlanLine, ...]:
    """List plans, newest first."""
    return tuple(
        PlanLine(
            plan_id=plan.plan_id,
            name=protocol_words(plan.protocol_code),
            tone=STATE_WORDS[plan.state][0],
            state=STATE_WORDS[plan.state][1],
            summary=plan_dose_line(plan).summary,
            signed=day_in(plan.signed_at, zone) if plan.signed_at else "not signed",
        )
        for plan in reversed(plans)
    )


def plan_page(
    plan: PlanFact,
    versions: Sequence[PlanFact],
    zone: ZoneInfo,
    *,
    findings: tuple[Finding, ...],
    to_book: int,
) -> PlanPage:
    """Say everything about one plan."""
    tone, state = STATE_WORDS[plan.state]
    return PlanPage(
        title=f"Plan {protocol_words(plan.protocol_code)}",
        tone=tone,
        state=state,
        is_draft=plan.state is PlanState.DRAFT,
        is_signed=plan.state is PlanState.SIGNED,
        dose=plan_dose_line(plan),
        facts=_facts(plan, zone),
        findings=findings,
        sources=PROTOCOLS[plan.protocol_code].sources,
        versions=tuple(_version(version, zone) for version in versions),
        summary=_summary(plan),
        to_book=to_book,
    )


def echo(judged: Judged) -> Echo:
    """Say what an order comes to."""
    dose = judged.dose
    line = None if dose is None else dose_line(dose, basis=judged.terms.weight_basis.words)
    needs = any(finding.weight is Weight.NEEDS_REVIEW for finding in judged.findings)
    return Echo(line, judged.findings, needs)


def protocol_cards(why_not: Mapping[str, str]) -> tuple[ProtocolCard, ...]:
    """List the protocols to choose from."""
    return tuple(
        ProtocolCard(
            code=protocol.code,
            name=protocol.name,
            summary=protocol.summary,
            facts=_protocol_facts(protocol),
            why_not=why_not.get(protocol.code, ""),
        )
        for protocol in PROTOCOLS.values()
    )


def _protocol_facts(protocol: Protocol) -> str:
    return (
        f"Starts at {shown(protocol.mg_per_kg, 'mg/kg')} over {protocol.minutes} minutes; at least "
        f"{protocol.min_gap_hours} hours and at most {protocol.max_gap_days} days between infusions."
    )


def _summary(plan: PlanFact) -> str:
    return (
        f"{plan.infusions} infusions, at least {plan.min_gap_hours} hours and at most "
        f"{plan.max_gap_days} days apart. Version {plan.version_number}."
    )


def _facts(plan: PlanFact, zone: ZoneInfo) -> tuple[tuple[str, str], ...]:
    facts = [
        ("Dosing weight", f"{shown(plan.weight_kg, 'kg', 1)}, {plan.weight_basis.words}"),
        (
            "Weighed",
            f"{shown(plan.actual_weight_kg, 'kg')} on {day_in(plan.weight_measured_at, zone)}",
        ),
        ("Ceiling for one infusion", shown(plan.ceiling_mg, "mg")),
        ("Vial", shown(plan.vial_mg_per_ml, "mg/mL")),
        ("Bag", _bag(plan)),
        ("Written", f"{plan.written_by_name}, {when_in(plan.written_at, zone)}"),
    ]
    if plan.signed_at is not None:
        facts.append(("Signed", f"{plan.signed_by_name}, {when_in(plan.signed_at, zone)}"))
    if plan.reason_for_soft:
        facts.append(("Reason for what is unusual", plan.reason_for_soft))
    return tuple(facts)


def _bag(plan: PlanFact) -> str:
    if plan.bag_ml is None:
        return f"{shown(plan.bag_mg_per_ml, 'mg/mL', 3)}, {plan.preparation.words}"
    return f"{shown(plan.bag_ml, 'mL')}: {plan.preparation.words}"


def _version(plan: PlanFact, zone: ZoneInfo) -> VersionLine:
    scores = plan.seen.get("scores", {})
    return VersionLine(
        number=plan.version_number,
        when=when_in(plan.written_at, zone),
        by=plan.written_by_name,
        summary=f"{shown(plan.mg_per_kg, 'mg/kg')}: {plan_dose_line(plan).summary}",
        reason=plan.reason,
        signed=f"{plan.signed_by_name}, {day_in(plan.signed_at, zone)}" if plan.signed_at else "no",
        seen=", ".join(f"{instrument(code).short_title} {total}" for code, total in scores.items()),
    )
