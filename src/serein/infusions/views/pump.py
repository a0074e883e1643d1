"""At the pump: start, rate, pause, resume, stop, and correcting one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponseRedirect
from django.urls import reverse

from serein.accounts.permissions import Act, may
from serein.accounts.queries import zone_of
from serein.core.answers import carry_out, page, saved
from serein.core.errors import NotFound, Refused
from serein.core.quantities import shown as written
from serein.infusions import actions, queries
from serein.infusions.forms import (
    CorrectionForm,
    PauseForm,
    RateForm,
    ResumeForm,
    StartForm,
    StopForm,
    TimedForm,
)
from serein.infusions.presenters.chairside import order_line
from serein.infusions.presenters.words import event as event_words
from serein.infusions.views.chairside import shown, url_of, visit_of
from serein.infusions.views.offline import answered, chart, envelope_of, moment_of
from serein.infusions.views.sheets import rate_before

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpResponse

    from serein.accounts.requests import ClinicRequest
    from serein.infusions.models import InfusionSession


def _timed(
    request: ClinicRequest,
    visit: InfusionSession,
    *,
    form: TimedForm,
    entry: str,
    act: Callable[..., Any],
    said: str | Callable[[Any], str],
) -> HttpResponse:
    if done := chart(request, visit, form, act, kind=entry, said=said, session_id=visit.pk):
        return done
    return shown(request, visit, entry=entry, form=form, order=order_line(visit))


def _common(request: ClinicRequest, visit: InfusionSession) -> dict[str, Any]:
    return {"at": moment_of(request), "zone": zone_of(visit.site_id)}


def _speed(visit: InfusionSession) -> str:
    return written(visit.rate_ml_per_h)


def start(request: ClinicRequest, patient_id: UUID, session_id: UUID) -> HttpResponse:
    """Start the infusion, if the gate stands open at this moment."""
    visit = visit_of(request, patient_id, session_id)
    if request.method == "GET" and visit.started_at is not None:
        return HttpResponseRedirect(url_of(visit))
    form = StartForm(
        request.POST or None,
        initial={"rate_ml_per_h": _speed(visit)},
        **_common(request, visit),
    )
    return _timed(
        request,
        visit,
        form=form,
        entry="start",
        act=actions.start_infusion,
        said="Infusion started.",
    )


def rate(request: ClinicRequest, patient_id: UUID, session_id: UUID) -> HttpResponse:
    """Chart a new rate."""
    visit = visit_of(request, patient_id, session_id)
    return _timed(
        request,
        visit,
        form=RateForm(request.POST or None, **_common(request, visit)),
        entry="rate",
        act=actions.change_rate,
        said=lambda made: f"Rate charted: {written(made.rate_ml_per_h, 'mL/h')}.",
    )


def pause(request: ClinicRequest, patient_id: UUID, session_id: UUID) -> HttpResponse:
    """Chart that the pump stands still."""
    visit = visit_of(request, patient_id, session_id)
    return _timed(
        request,
        visit,
        form=PauseForm(request.POST or None, **_common(request, visit)),
        entry="pause",
        act=actions.pause,
        said="Paused.",
    )


def resume(request: ClinicRequest, patient_id: UUID, session_id: UUID) -> HttpResponse:
    """Chart that the pump runs again."""
    visit = visit_of(request, patient_id, session_id)
    form = ResumeForm(
        request.POST or None,
        initial={"rate_ml_per_h": rate_before(visit)},
        **_common(request, visit),
    )
    return _timed(
        request,
        visit,
        form=form,
        entry="resume",
        act=actions.resume,
        said="Running again.",
    )


def stop(request: ClinicRequest, patient_id: UUID, session_id: UUID) -> HttpResponse:
    """Stop the infusion: opened by one press, done by a second. Never held up by a field."""
    visit = visit_of(request, patient_id, session_id)
    sent = request.POST if request.method == "POST" else None
    form = StopForm(sent, **_common(request, visit))
    if request.method == "POST":
        is_valid = form.is_valid()
        facts = form.facts()
        try:
            stop_and_keep = actions.stamped(
                actions.stop,
                session_id=visit.pk,
                kind="stop",
                envelope=envelope_of(request),
            )
            stopped = stop_and_keep(
                key=form.key,
                by=request.actor,
                at=request.at,
                session_id=session_id,
                occurred_at=facts.get("occurred_at") or moment_of(request),
                reason=facts.get("reason") or "",
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            done = _stopped(request, stopped, is_valid=is_valid)
            return answered(request, form, done) or done
    if (refused := answered(request, form, None)) is not None:
        return refused
    if may(request.actor.role, Act.SEE_SESSION):
        return shown(request, visit, entry="stop", form=form)
    return page(request, "infusions/stop.html", {"form": form, "chair": visit.chair_name})


def _stopped(request: ClinicRequest, visit: InfusionSession, *, is_valid: bool) -> HttpResponse:
    sees = may(request.actor.role, Act.SEE_SESSION)
    words = "Infusion stopped."
    if not is_valid:
        words += (
            " Part of the form could not be read: correct the time in the log if it was not now."
        )
    return saved(request, words, to=url_of(visit) if sees else reverse("workspace:board"))


def correct(
    request: ClinicRequest, patient_id: UUID, session_id: UUID, event_id: UUID
) -> HttpResponse:
    """Correct the time or the rate of one row of the log; the old row stays readable."""
    visit = visit_of(request, patient_id, session_id)
    fact = next((one for one in queries.events_of(visit.pk) if one.event_id == event_id), None)
    if fact is None:
        raise NotFound
    if fact.is_superseded:
        return HttpResponseRedirect(url_of(visit))
    zone = zone_of(visit.site_id)
    local = fact.event.occurred_at.astimezone(zone)
    rate_now = fact.event.rate_ml_per_h
    form = CorrectionForm(
        request.POST or None,
        initial={
            "clock": local.time().replace(second=0, microsecond=0),
            "seconds": local.second,
            "rate_ml_per_h": written(rate_now) if rate_now else "",
        },
        day_of=fact.event.occurred_at,
        zone=zone,
        has_rate=rate_now is not None,
    )
    if done := carry_out(
        request,
        form,
        actions.correct_event,
        said="Corrected. Both entries are kept.",
        to=url_of(visit),
        session_id=session_id,
        event_id=event_id,
    ):
        return done
    return shown(request, visit, entry="correct", form=form, event=event_words(fact.event.kind))
