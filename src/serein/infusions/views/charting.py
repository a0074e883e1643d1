"""What is seen, felt and said during a visit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from serein.accounts.queries import zone_of
from serein.core.answers import saved
from serein.core.clinic_time import local_day
from serein.core.errors import Refused
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
    charted = monitored.vitals_of(visit.period_id)
    form = VitalsForm(
        request.POST or None,
        at=request.at,
        zone=zone,
        day=local_day(visit.checked_in_at, zone),
        last=next((fact for fact in reversed(charted) if fact.is_current), None),
    )
    if form.is_posted_and_valid(request):
        try:
            monitoring.record_vitals(
                key=form.key,
                by=request.actor,
                at=request.at,
                period_id=visit.period_id,
                **form.facts(),
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return saved(request, "Vitals saved.", to=url_of(visit))
    return shown(request, visit, entry="vitals", form=form)


def effect(request: ClinicRequest, patient_id: UUID, session_id: UUID) -> HttpResponse:
    """Chart a side effect."""
    visit = visit_of(request, patient_id, session_id)
    form = SideEffectForm(request.POST or None, at=request.at, zone=zone_of(visit.site_id))
    if form.is_posted_and_valid(request):
        facts = form.facts()
        try:
            actions.record_side_effect(
                key=form.key,
                by=request.actor,
                at=request.at,
                session_id=session_id,
                onset_at=facts.pop("occurred_at"),
                **facts,
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return saved(request, "Side effect charted.", to=url_of(visit))
    return shown(request, visit, entry="effect", form=form)


def remark(request: ClinicRequest, patient_id: UUID, session_id: UUID) -> HttpResponse:
    """Chart a note in free words."""
    visit = visit_of(request, patient_id, session_id)
    form = RemarkForm(request.POST or None, at=request.at, zone=zone_of(visit.site_id))
    if form.is_posted_and_valid(request):
        try:
            actions.chart_remark(
                key=form.key,
                by=request.actor,
                at=request.at,
                session_id=session_id,
                **form.facts(),
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return saved(request, "Note charted.", to=url_of(visit))
    return shown(request, visit, entry="remark", form=form)
