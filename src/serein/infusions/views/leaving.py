"""Going home: through the discharge gate, or against advice."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from serein.accounts.permissions import Act, may
from serein.accounts.queries import zone_of
from serein.core.answers import carry_out
from serein.infusions import actions, queries
from serein.infusions.forms import DischargeForm, LeaveForm
from serein.infusions.rules.discharge import Recovery, gate
from serein.infusions.views.chairside import shown, url_of, visit_of

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from serein.accounts.requests import ClinicRequest

MEASURED = ("time", "pressure", "awake")


def discharge(request: ClinicRequest, patient_id: UUID, session_id: UUID) -> HttpResponse:
    """Ask the discharge criteria and let the patient go when all are met."""
    visit = visit_of(request, patient_id, session_id)
    zone = zone_of(visit.site_id)
    tomorrow = (request.at + timedelta(days=1)).astimezone(zone)
    form = DischargeForm(
        request.POST or None,
        initial={
            "escort_name": queries.escort_known(visit),
            "contact_date": tomorrow.date(),
            "contact_clock": tomorrow.time().replace(second=0, microsecond=0),
        },
        zone=zone,
        may_override=may(request.actor.role, Act.OVERRIDE_GATE),
    )
    if done := carry_out(
        request,
        form,
        actions.discharge,
        said="Discharged. Read and sign the note.",
        to=url_of(visit),
        session_id=session_id,
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
    if done := carry_out(
        request,
        form,
        actions.leave_against_advice,
        said="Leaving recorded. Read and sign the note.",
        to=url_of(visit),
        session_id=session_id,
    ):
        return done
    return shown(request, visit, entry="leave", form=form)
