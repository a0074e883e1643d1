"""What is seen, felt and said during a visit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from serein.accounts.queries import zone_of
from serein.core.answers import carry_out
from serein.core.clinic_time import local_day
from serein.infusions import actions
from serein.infusions.forms import RemarkForm, SideEffectForm
from serein.infusions.views.chairside import shown, url_of, visit_of
from serein.monitoring import actions as monitoring
from serein.monitoring import queries as monitored
from serein.monitoring.forms import VitalsForm

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from serein.accounts.requests import ClinicRequest


def vitals(request: ClinicRequest, patient_id: UUID, session_id: UUID) -> HttpResponse:
    """Chart one set of vitals."""
    visit = visit_of(request, patient_id, session_id)
    zone = zone_of(visit.site_id)
    form = VitalsForm(
        request.POST or None,
        at=request.at,
        zone=zone,
        day=local_day(visit.checked_in_at, zone),
    )
    if done := carry_out(
        request,
        form,
        monitoring.record_vitals,
        said="Vitals saved.",
        to=url_of(visit),
        period_id=visit.period_id,
    ):
        return done
    form.hint_at(monitored.latest_vitals(visit.period_id))
    return shown(request, visit, entry="vitals", form=form)


def effect(request: ClinicRequest, patient_id: UUID, session_id: UUID) -> HttpResponse:
    """Chart a side effect."""
    visit = visit_of(request, patient_id, session_id)
    form = SideEffectForm(request.POST or None, at=request.at, zone=zone_of(visit.site_id))
    if done := carry_out(
        request,
        form,
        actions.record_side_effect,
        said="Side effect charted.",
        to=url_of(visit),
        session_id=session_id,
    ):
        return done
    return shown(request, visit, entry="effect", form=form)


def remark(request: ClinicRequest, patient_id: UUID, session_id: UUID) -> HttpResponse:
    """Chart a note in free words."""
    visit = visit_of(request, patient_id, session_id)
    form = RemarkForm(request.POST or None, at=request.at, zone=zone_of(visit.site_id))
    if done := carry_out(
        request,
        form,
        actions.chart_remark,
        said="Note charted.",
        to=url_of(visit),
        session_id=session_id,
    ):
        return done
    return shown(request, visit, entry="remark", form=form)
