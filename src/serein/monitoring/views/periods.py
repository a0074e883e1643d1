"""Vitals and flags of one period; the chairside page composes the same parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from serein.accounts import queries as accounts
from serein.core.answers import carry_out, page
from serein.core.clinic_time import local_day
from serein.monitoring import actions, presenters, queries, rules
from serein.monitoring.forms import AnswerForm, CorrectionForm, TakeBackForm, VitalsForm

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from serein.accounts.requests import ClinicRequest
    from serein.monitoring.queries import PeriodFact


def period(request: ClinicRequest, patient_id: UUID, period_id: UUID) -> HttpResponse:
    """The whole period: what is due, flags, sheet and table."""
    watched = queries.period(period_id, patient_id=patient_id)
    return page(request, "monitoring/period.html", _whole(request, watched))


def chart(request: ClinicRequest, patient_id: UUID, period_id: UUID) -> HttpResponse:
    """Chart one set."""
    opened_at = queries.opened_at(period_id, patient_id=patient_id)
    zone = accounts.zone_of(request.site_id)
    form = VitalsForm(
        request.POST or None,
        at=request.at,
        zone=zone,
        day=local_day(opened_at, zone),
    )
    back = back_to(request, reverse("monitoring:period", args=[patient_id, period_id]))
    if done := carry_out(
        request, form, actions.record_vitals, said="Vitals saved.", to=back, period_id=period_id
    ):
        return done
    form.hint_from(queries.vitals_of(period_id))
    return page(request, "monitoring/chart.html", {"form": form, "back": back})


def correct(
    request: ClinicRequest, patient_id: UUID, period_id: UUID, vitals_id: UUID
) -> HttpResponse:
    """Correct one set: the old values stay, struck through."""
    watched = queries.period(period_id, patient_id=patient_id)
    before = queries.vitals_named(period_id, vitals_id)
    zone = accounts.zone_of(request.site_id)
    form = CorrectionForm(
        request.POST or None,
        at=request.at,
        zone=zone,
        day=local_day(watched.timeline.opened_at, zone),
        before=before,
    )
    back = back_to(request, reverse("monitoring:period", args=[patient_id, period_id]))
    if done := carry_out(
        request,
        form,
        actions.correct_vitals,
        said="Correction saved. The values before stay in the table.",
        to=back,
        vitals_id=vitals_id,
    ):
        return done
    take_back_url = reverse("monitoring:take_back", args=[patient_id, period_id, vitals_id])
    context = {"form": form, "back": back, "before": before, "take_back_url": take_back_url}
    return page(request, "monitoring/correct.html", context)


def take_back(
    request: ClinicRequest, patient_id: UUID, period_id: UUID, vitals_id: UUID
) -> HttpResponse:
    """Take one set back, with the reason."""
    queries.period(period_id, patient_id=patient_id)
    queries.vitals_named(period_id, vitals_id)
    form = TakeBackForm(request.POST or None)
    back = back_to(request, reverse("monitoring:period", args=[patient_id, period_id]))
    if done := carry_out(
        request,
        form,
        actions.withdraw_vitals,
        said="Set taken back. It stays in the table, struck through.",
        to=back,
        vitals_id=vitals_id,
    ):
        return done
    return page(request, "monitoring/take_back.html", {"form": form, "back": back})


def answer(request: ClinicRequest, patient_id: UUID, flag_id: UUID) -> HttpResponse:
    """Answer a flag by name."""
    flag = queries.flag(flag_id, patient_id=patient_id)
    home = reverse("monitoring:period", args=[patient_id, flag.period_id])
    back = back_to(request, home)
    form = AnswerForm(request.POST or None)
    if done := carry_out(
        request,
        form,
        actions.acknowledge_flag,
        said=f"Answer saved: {flag.word}.",
        to=back,
        flag_id=flag_id,
    ):
        return done
    listed = presenters.flag_list(
        flags=[flag], at=request.at, zone=accounts.zone_of(request.site_id)
    )
    context = {"form": form, "back": back, "flags": listed, "is_standing": flag.is_standing}
    return page(request, "monitoring/answer.html", context)


def limits(request: ClinicRequest) -> HttpResponse:
    """The limits in force, with version and source."""
    return page(
        request,
        "monitoring/limits.html",
        {
            "limits": presenters.limits_page(),
            "back_url": back_to(request, reverse("workspace:today")),
        },
    )


def _whole(request: ClinicRequest, watched: PeriodFact) -> dict[str, Any]:
    zone, timeline = accounts.zone_of(request.site_id), watched.timeline
    vitals = queries.vitals_of(watched.period_id)
    readings = queries.readings_from(vitals, timeline)
    plan, at = rules.schedule(), request.at
    due = rules.due_sets(
        timeline=timeline, readings=readings, at=at, plan=plan, ladder=rules.ladder()
    )
    silence = rules.silence(timeline=timeline, readings=readings, at=at, plan=plan)
    return {
        "period": watched,
        "due": presenters.due_panel(
            due=due, silence=silence, at=at, zone=zone, is_paused=timeline.is_paused
        ),
        "flags": presenters.flag_list(
            flags=queries.flags_of(watched.period_id),
            at=at,
            zone=zone,
            due=due,
            silence=silence,
            back=request.path,
        ),
        "sheet": presenters.flowsheet(
            vitals=vitals,
            bars=(),
            events=(),
            started_at=timeline.started_at,
            stopped_at=timeline.stopped_at,
            opened_at=timeline.opened_at,
            closed_at=timeline.closed_at,
            at=at,
            zone=zone,
        ),
        "table": presenters.flowsheet_table(
            vitals=vitals,
            started_at=timeline.started_at,
            stopped_at=timeline.stopped_at,
            zone=zone,
            patient_id=watched.patient_id,
        ),
        "chart_url": reverse("monitoring:chart", args=[watched.patient_id, watched.period_id]),
    }


def back_to(request: ClinicRequest, home: str) -> str:
    """Return the page to go back to: one of ours, named by the page that sent here."""
    wanted = request.POST.get("back") or request.GET.get("back") or ""
    is_ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_ours else home
