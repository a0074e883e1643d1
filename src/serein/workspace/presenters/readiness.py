"""What a visit still waits for, as chips; a chip opens the one page that mends it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.urls import reverse

from serein.accounts.permissions import Act, may
from serein.core.clinic_time import days_ago
from serein.infusions.rules.readiness import WEIGHT_MAX_AGE
from serein.infusions.states import BEFORE_START
from serein.outcomes.rules import DueState
from serein.scheduling.queries.worklists import CALL_WITHIN_HOURS, RED_WITHIN_HOURS
from serein.scheduling.states import AppointmentState

if TYPE_CHECKING:
    from datetime import datetime

    from serein.workspace.queries import VisitFacts


CALL_WITHIN = timedelta(hours=CALL_WITHIN_HOURS)
RED_WITHIN = timedelta(hours=RED_WITHIN_HOURS)


@dataclass(frozen=True, slots=True)
class Chip:
    """One condition of a visit."""

    tone: str
    text: str
    url: str = ""


def chips_for(facts: VisitFacts, role: str, at: datetime) -> tuple[Chip, ...]:
    """List what is missing first, then what is there; nothing once the infusion has begun."""
    if facts.appointment.state not in {"booked", "arrived"}:
        return ()
    if facts.session is not None and facts.session.state not in BEFORE_START:
        return ()
    chips = [
        _coming(facts, role, at),
        _forms(facts, role),
        _consent(facts, role),
        _escort(facts, role),
        _weight(facts, role, at),
        _order(facts),
    ]
    found = [chip for chip in chips if chip is not None]
    return tuple(sorted(found, key=lambda chip: chip.tone == "done"))


def _coming(facts: VisitFacts, role: str, at: datetime) -> Chip | None:
    """Ask for a call where the visit is close and nobody has said that they are coming."""
    booked = facts.appointment
    left = booked.starts_at - at
    if booked.status != AppointmentState.BOOKED or not timedelta() < left <= CALL_WITHIN:
        return None
    url = reverse("scheduling:unconfirmed") if may(role, Act.BOOK) else ""
    return Chip("look" if left <= RED_WITHIN else "wait", "Not confirmed", url)


def _forms(facts: VisitFacts, role: str) -> Chip | None:
    """Say whether the questionnaires before this visit are in; a visit may ask for none."""
    if not facts.may_see_forms or not facts.forms:
        return None
    waiting = [form for form in facts.forms if form.state is not DueState.RECEIVED]
    if not waiting:
        return Chip("done", "Forms")
    if all(form.state is DueState.EXPECTED for form in waiting):
        return Chip("wait", "Forms not due yet")
    invite = _page("assessments:invite", facts, role, Act.INVITE)
    url = invite or _page("assessments:list", facts, role, Act.SEE_ASSESSMENTS)
    return Chip("look", "1 form due" if len(waiting) == 1 else f"{len(waiting)} forms due", url)


def _consent(facts: VisitFacts, role: str) -> Chip | None:
    if facts.has_consent is None:
        return None
    if facts.has_consent:
        return Chip("done", "Consent")
    return Chip("act", "No consent", _page("consents:list", facts, role, Act.SEE_CONSENT))


def _escort(facts: VisitFacts, role: str) -> Chip | None:
    if facts.has_escort is None:
        return None
    if facts.has_escort:
        return Chip("done", "Escort")
    return Chip("act", "No escort", _page("patients:escort", facts, role, Act.EDIT_DEMOGRAPHICS))


def _weight(facts: VisitFacts, role: str, at: datetime) -> Chip | None:
    if not facts.may_see_weight:
        return None
    url = _page("patients:weight", facts, role, Act.WRITE_CHART)
    if facts.weight is None:
        return Chip("act", "No weight", url)
    age = at - facts.weight.measured_at
    if age > WEIGHT_MAX_AGE:
        return Chip("look", f"Weight from {days_ago(age.days)}", url)
    return Chip("done", "Weight")


def _order(facts: VisitFacts) -> Chip | None:
    if not facts.may_see_plan:
        return None
    if facts.plan is not None:
        return Chip("done", "Order")
    return Chip("act", "No signed plan", reverse("plans:list", args=[facts.appointment.patient_id]))


def _page(name: str, facts: VisitFacts, role: str, act: Act) -> str:
    return reverse(name, args=[facts.appointment.patient_id]) if may(role, act) else ""
