"""Going home: through the discharge gate, or against advice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from serein.infusions import actions, queries
from serein.infusions.forms import LeaveForm
from serein.infusions.rules.discharge import Recovery, gate
from serein.infusions.views.chairside import shown, visit_of
from serein.infusions.views.offline import chart, moment_of
from serein.infusions.views.sheets import discharge_form

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from serein.accounts.requests import ClinicRequest

MEASURED = ("time", "pressure", "awake")


def discharge(request: ClinicRequest, patient_id: UUID, session_id: UUID) -> HttpResponse:
    """Ask the discharge criteria and let the patient go when all are met."""
    visit = visit_of(request, patient_id, session_id)
    form = discharge_form(visit, request.at, request.actor, request.POST or None)
    if done := chart(
        request,
        visit,
        form,
        actions.discharge,
        kind="discharge",
        said="Discharged. Read and sign the note.",
        session_id=session_id,
        left_at=moment_of(request),
    ):
        return done
    facts = queries.discharge_facts(visit, Recovery(safety_reviewed=True), request.at)
    measured = [
        item
        for item in gate(facts)
        if item.code in MEASURED or (item.code == "safety" and item.is_open)
    ]
    return shown(request, visit, entry="discharge", form=form, measured=measured)


def leave(request: ClinicRequest, patient_id: UUID, session_id: UUID) -> HttpResponse:
    """Record that the patient leaves against advice."""
    visit = visit_of(request, patient_id, session_id)
    form = LeaveForm(request.POST or None)
    if done := chart(
        request,
        visit,
        form,
        actions.leave_against_advice,
        kind="leave",
        said="Leaving recorded. Read and sign the note.",
        session_id=session_id,
        left_at=moment_of(request),
    ):
        return done
    return shown(request, visit, entry="leave", form=form)
