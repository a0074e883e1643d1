"""The prescriber's decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from serein.accounts.permissions import Act, may
from serein.accounts.queries import zone_of
from serein.core.answers import page, saved
from serein.core.errors import Refused
from serein.eligibility import actions, presenters, queries, rules
from serein.eligibility.forms import DecisionForm

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from serein.accounts.requests import ClinicRequest


def determine(request: ClinicRequest, patient_id: UUID) -> HttpResponse:
    """Show what stands in the way, take the decision, sign it."""
    standing = queries.standing(patient_id)
    form = DecisionForm(
        request.POST or None, initial={"seen_number": standing.number if standing else 0}
    )
    if form.is_posted_and_valid(request):
        try:
            made = actions.determine(
                key=form.key,
                by=request.actor,
                at=request.at,
                patient_id=patient_id,
                **form.facts(),
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            words = rules.OUTCOME_WORDS[rules.Outcome(made.outcome)]
            to = reverse("eligibility:consult", args=[patient_id])
            return saved(request, f"Decision signed: {words.lower()}.", to=to)
    shown = presenters.decision_page(
        patient_id=patient_id,
        facts=queries.facts_for(patient_id, request.at),
        standing=standing,
        zone=zone_of(request.site_id),
        may_override=may(request.actor.role, Act.OVERRIDE_ELIGIBILITY),
    )
    return page(request, "eligibility/decide.html", {"form": form, "page": shown})
