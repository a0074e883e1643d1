"""What is seen, felt and said during a visit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from serein.accounts.queries import zone_of
from serein.core.clinic_time import local_day
from serein.infusions import actions
from serein.infusions.forms import RemarkForm, SideEffectForm
from serein.infusions.views.chairside import shown, visit_of
from serein.infusions.views.offline import chart, moment_of
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
        at=moment_of(request),
        zone=zone,
        day=local_day(visit.checked_in_at, zone),
    )
    if done := chart(
        request,
        visit,
        form,
        monitoring.record_vitals,
        kind="vitals",
        said="Vitals saved.",
        period_id=visit.period_id,
    ):
        return done
    form.hint_from(monitored.vitals_of(visit.period_id))
    return shown(request, visit, entry="vitals", form=form)


def effect(request: ClinicRequest, patient_id: UUID, session_id: UUID) -> HttpResponse:
    """Chart a side effect."""
    visit = visit_of(request, patient_id, session_id)
    form = SideEffectForm(request.POST or None, at=moment_of(request), zone=zone_of(visit.site_id))
    if done := chart(
        request,
        visit,
        form,
        actions.record_side_effect,
        kind="effect",
        said="Side effect charted.",
        session_id=session_id,
    ):
        return done
    return shown(request, visit, entry="effect", form=form)


def remark(request: ClinicRequest, patient_id: UUID, session_id: UUID) -> HttpResponse:
    """Chart a note in free words."""
    visit = visit_of(request, patient_id, session_id)
    form = RemarkForm(request.POST or None, at=moment_of(request), zone=zone_of(visit.site_id))
    if done := chart(
        request,
        visit,
        form,
        actions.chart_remark,
        kind="note",
        said="Note charted.",
        session_id=session_id,
    ):
        return done
    return shown(request, visit, entry="remark", form=form)
