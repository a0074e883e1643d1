"""The prescriber's decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from serein.accounts.permissions import Act, may
from serein.accounts.queries import zone_of
from serein.core.answers import carry_out, page
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
    if done := carry_out(
        request,
        form,
        actions.determine,
        said=lambda made: (
            f"Decision signed: {rules.OUTCOME_WORDS[rules.Outcome(made.outcome)].lower()}."
        ),
        to=reverse("eligibility:consult", args=[patient_id]),
        patient_id=patient_id,
    ):
        return done
    shown = presenters.decision_page(
        patient_id=patient_id,
        facts=queries.facts_for(patient_id, request.at),
        standing=standing,
        zone=zone_of(request.site_id),
        may_override=may(request.actor.role, Act.OVERRIDE_ELIGIBILITY),
    )
    return page(request, "eligibility/decide.html", {"form": form, "page": shown})
