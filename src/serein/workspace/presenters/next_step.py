"""The one next thing to do for a patient, and where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from serein.accounts.permissions import Act
from serein.assessments.rules import instrument
from serein.core.clinic_time import clock
from serein.infusions.states import IN_THE_CHAIR
from serein.workspace.rules import BASELINE, Stage

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from serein.workspace.queries import ChartFacts


@dataclass(frozen=True, slots=True)
class NextStep:
    """A sentence and, where the reader's role may open it, its page."""

    text: str
    label: str
    url: str


def next_step(facts: ChartFacts, stage: Stage, zone: ZoneInfo) -> NextStep:
    """Say what comes next."""
    if stage is Stage.INFUSE:
        return _infuse(facts, zone)
    text, label, name, act = _STEPS[stage]
    if stage is Stage.ASSESS:
        missing = sorted(instrument(code).short_title for code in BASELINE - set(facts.scores))
        text = text.format(", ".join(missing))
    if stage is Stage.BOOK and facts.plan is not None:
        ids = [facts.patient_id, facts.plan.plan_id]
        return NextStep(text, label, reverse(name, args=ids) if facts.may(act) else "")
    return NextStep(text, label, reverse(name, args=[facts.patient_id]) if facts.may(act) else "")


_STEPS: dict[Stage, tuple[str, str, str, Act]] = {
    Stage.ASSESS: (
        "Ask for the questionnaires that are missing: {}.",
        "Open questionnaires",
        "assessments:list",
        Act.SEE_ASSESSMENTS,
    ),
    Stage.DECIDE: (
        "Decide whether ketamine treatment may be offered.",
        "Open the consult",
        "eligibility:consult",
        Act.SEE_DECISION,
    ),
    Stage.CONSENT: (
        "Go through the consent document and sign it together.",
        "Open consent",
        "consents:list",
        Act.SEE_CONSENT,
    ),
    Stage.PLAN: (
        "Write and sign the treatment plan.",
        "Open plans",
        "plans:list",
        Act.SEE_PLAN,
    ),
    Stage.BOOK: (
        "Book the visits that are still missing.",
        "Open the plan",
        "plans:plan",
        Act.SEE_PLAN,
    ),
    Stage.FOLLOW: (
        "Follow up: see whether it helped, and for how long.",
        "Open outcomes",
        "outcomes:course",
        Act.SEE_OUTCOMES,
    ),
    Stage.NOT_GOING_ON: (
        "The decision is not to go on. Nothing is planned here.",
        "See the decision",
        "eligibility:consult",
        Act.SEE_DECISION,
    ),
}


def _infuse(facts: ChartFacts, zone: ZoneInfo) -> NextStep:
    running = [one for one in facts.sessions if one.state in IN_THE_CHAIR]
    if running:
        ids = [facts.patient_id, running[0].session_id]
        url = reverse("infusions:session", args=ids)
        return NextStep("The patient is in the chair.", "Open the session", url)
    coming = [visit for visit in facts.visits if visit.state in {"booked", "arrived"}]
    if not coming:
        return NextStep("Complete the plan, or book another visit.", "Open plans", _plans(facts))
    first = min(coming, key=lambda visit: visit.starts_at)
    local = first.starts_at.astimezone(zone)
    text = f"Infusion {first.number}: {local:%A %-d %B}, {clock(first.starts_at, zone)}, {first.chair_name}."
    return NextStep(text, "Open the day", f"{reverse('workspace:board')}?day={local:%Y-%m-%d}")


def _plans(facts: ChartFacts) -> str:
    return reverse("plans:list", args=[facts.patient_id])
