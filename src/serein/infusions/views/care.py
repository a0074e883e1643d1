"""Drugs under standing orders, scales at their times, and the patient's own signal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.views.decorators.http import require_POST

from serein.accounts.queries import zone_of
from serein.core.answers import carry_out
from serein.core.quantities import shown as written
from serein.infusions import actions, queries
from serein.infusions.forms import (
    DrugForm,
    EmergencyForm,
    HelpForm,
    PlainForm,
    ScoreForm,
    TakeBackDrugForm,
)
from serein.infusions.presenters.drugs import order_rows
from serein.infusions.rules.scales import SCALES
from serein.infusions.views.chairside import shown, url_of, visit_of
from serein.infusions.views.offline import chart, moment_of
from serein.infusions.views.sheets import emergency as emergency_sheet
from serein.infusions.views.sheets import phase_of

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from serein.accounts.requests import ClinicRequest


def drug(request: ClinicRequest, patient_id: UUID, session_id: UUID) -> HttpResponse:
    """Chart a drug that was given under a standing order."""
    visit = visit_of(request, patient_id, session_id)
    form = DrugForm(request.POST or None, at=moment_of(request), zone=zone_of(visit.site_id))
    if done := chart(
        request,
        visit,
        form,
        actions.give_rescue,
        kind="drug",
        said=lambda made: f"Charted: {made.drug} {written(made.dose, made.unit)}.",
        session_id=session_id,
    ):
        return done
    orders = order_rows(form, phase_of(visit))
    return shown(request, visit, entry="drug", form=form, orders=orders)


def rescue(
    request: ClinicRequest, patient_id: UUID, session_id: UUID, rescue_id: UUID
) -> HttpResponse:
    """Take back a drug that was charted by mistake."""
    visit = visit_of(request, patient_id, session_id)
    fact = next((one for one in queries.rescues_of(visit.pk) if one.rescue_id == rescue_id), None)
    if fact is None:
        raise Http404
    form = TakeBackDrugForm(request.POST or None)
    if done := carry_out(
        request,
        form,
        actions.take_back_rescue,
        said="Taken back. The entry stays, struck through.",
        to=url_of(visit),
        session_id=session_id,
        rescue_id=rescue_id,
    ):
        return done
    return shown(request, visit, entry="rescue", form=form, rescue=fact)


def score(request: ClinicRequest, patient_id: UUID, session_id: UUID, scale: str) -> HttpResponse:
    """Chart one score of a scale."""
    visit = visit_of(request, patient_id, session_id)
    if scale not in SCALES:
        raise Http404
    form = ScoreForm(
        request.POST or None,
        at=moment_of(request),
        zone=zone_of(visit.site_id),
        scale=SCALES[scale],
    )
    if done := chart(
        request,
        visit,
        form,
        actions.score_scale,
        kind="score",
        said=lambda made: f"{SCALES[made.scale].name} charted: {made.total}.",
        session_id=session_id,
    ):
        return done
    return shown(request, visit, entry="score", form=form, scale=SCALES[scale])


@require_POST
def ask_help(request: ClinicRequest, patient_id: UUID, session_id: UUID) -> HttpResponse:
    """Chart that the patient pressed for help."""
    visit = visit_of(request, patient_id, session_id)
    form = HelpForm(request.POST, at=moment_of(request), zone=zone_of(visit.site_id))
    if done := chart(
        request,
        visit,
        form,
        actions.patient_asks,
        kind="help",
        said="Help asked for. A flag stands until somebody answers it.",
        session_id=session_id,
    ):
        return done
    return shown(request, visit, entry="help", form=form)


def emergency(request: ClinicRequest, patient_id: UUID, session_id: UUID) -> HttpResponse:
    """The crash card; sent, it charts that help was called."""
    visit = visit_of(request, patient_id, session_id)
    form = EmergencyForm(request.POST or None, at=moment_of(request), zone=zone_of(visit.site_id))
    if done := chart(
        request,
        visit,
        form,
        actions.call_emergency,
        kind="emergency",
        said="Emergency charted. Its flag stands on every screen until somebody answers it.",
        session_id=session_id,
    ):
        return done
    sheet = emergency_sheet(visit, request.at)
    return shown(
        request,
        visit,
        entry="emergency",
        form=form,
        card=sheet.card,
        more=sheet.more,
        note_url=sheet.note_url,
    )


@require_POST
def take_over(request: ClinicRequest, patient_id: UUID, session_id: UUID) -> HttpResponse:
    """Take the chair over from whoever is in charge of it."""
    visit = visit_of(request, patient_id, session_id)
    form = PlainForm(request.POST)
    if done := carry_out(
        request,
        form,
        actions.take_over,
        said="You are in charge of this chair.",
        to=url_of(visit),
        session_id=session_id,
    ):
        return done
    return shown(request, visit, entry="take_over", form=form)
