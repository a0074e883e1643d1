from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from serein.accounts import queries as accounts
from serein.accounts.permissions import Act, may
from serein.core.actors import Actor
from serein.core.answers import carry_out, page, saved
from serein.core.errors import NotFound, Refused
from serein.core.forms import KeyedForm
from serein.messaging import actions, presenters, queries
from serein.messaging.forms import CalendarForm, ChannelForm
from serein.messaging.rules import Reader

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from serein.accounts.requests import ClinicRequest
    from serein.messaging.models import ChannelChoice
    from serein.messaging.queries import GuestFact, StopFact


def failures(request: ClinicRequest) -> HttpResponse:
    """List what did not arrive, or may not have."""
    return _failures(request, KeyedForm())


def _failures(request: ClinicRequest, form: KeyedForm) -> HttpResponse:
    zone = accounts.zone_of(request.site_id)
    since = queries.waiting_since(request.site_id, request.at)
    failed = queries.failures(request.site_id, at=request.at)
    over = queries.failures(request.site_id, at=request.at, is_over=True)
    context = {
        "rows": presenters.message_rows(failed, at=request.at, zone=zone),
        "over": presenters.message_rows(over, at=request.at, zone=zone),
        "form": form,
        "overdue": presenters.overdue_words(since, at=request.at),
        "may_work": may(request.actor.role, Act.WORK_MESSAGES),
    }
    return page(request, "messaging/failures.html", context)


@require_POST
def again(request: ClinicRequest, message_id: UUID) -> HttpResponse:
    """Send a message once more."""
    return _mend(request, message_id, actions.try_again, "It will be sent within a minute.")


@require_POST
def called(request: ClinicRequest, message_id: UUID) -> HttpResponse:
    """Say that the patient was told by telephone."""
    return _mend(request, message_id, actions.called_instead, "Call saved.")


def _mend(request: ClinicRequest, message_id: UUID, act: Any, said: str) -> HttpResponse:
    queries.message(request.site_id, message_id)
    form = KeyedForm(request.POST)
    done = carry_out(
        request, form, act, said=said, to=reverse("messaging:failures"), message_id=message_id
    )
    return done or _failures(request, form)


def log(request: ClinicRequest, patient_id: UUID) -> HttpResponse:
    """Show every message of a patient, their channels, and their calendar address."""
    return _log(request, patient_id)


def _log(
    request: ClinicRequest, patient_id: UUID, *, form: KeyedForm | None = None, feed_url: str = ""
) -> HttpResponse:
    zone = accounts.zone_of(request.site_id)
    feed = queries.feed_of(patient_id)
    reader = Reader(patient_id=patient_id)
    context = {
        "patient_id": patient_id,
        "rows": presenters.message_rows(queries.messages_of(reader), at=request.at, zone=zone),
        "channels": presenters.channel_rows(queries.channels_of(reader), zone=zone),
        "channel_url": reverse("messaging:channel", args=[patient_id]),
        "feed": presenters.feed_words(feed, zone=zone),
        "has_feed": feed is not None,
        "feed_url": feed_url,
        "form": form or KeyedForm(),
        "may_work": may(request.actor.role, Act.WORK_MESSAGES),
    }
    return page(request, "messaging/log.html", context)


@require_POST
def channel(request: ClinicRequest, patient_id: UUID) -> HttpResponse:
    """Stop or allow a channel, as the patient said."""
    form = ChannelForm(request.POST)
    done = carry_out(
        request,
        form,
        actions.choose_channel,
        said=_stopped_words,
        to=reverse("messaging:log", args=[patient_id]),
        patient_id=patient_id,
    )
    return done or _log(request, patient_id, form=form)


def guest(request: ClinicRequest, guest_id: UUID) -> HttpResponse:
    """Show every message to a guest, and their channels; once they are a patient, their own page."""
    known = queries.guest(request.site_id, guest_id)
    if known.patient_id is not None:
        return HttpResponseRedirect(reverse("messaging:log", args=[known.patient_id]))
    return _guest(request, known, KeyedForm())


def _guest(request: ClinicRequest, known: GuestFact, form: KeyedForm) -> HttpResponse:
    zone = accounts.zone_of(request.site_id)
    reader = Reader(guest_id=known.guest_id)
    context = {
        "guest": known,
        "rows": presenters.message_rows(queries.messages_of(reader), at=request.at, zone=zone),
        "channels": [
            row
            for row in presenters.channel_rows(queries.channels_of(reader), zone=zone)
            if row.address
        ],
        "channel_url": reverse("messaging:guest_channel", args=[known.guest_id]),
        "form": form,
        "may_work": may(request.actor.role, Act.WORK_MESSAGES),
    }
    return page(request, "messaging/guest.html", context)


@require_POST
def guest_channel(request: ClinicRequest, guest_id: UUID) -> HttpResponse:
    """Stop or allow a channel, as the guest said."""
    known = queries.guest(request.site_id, guest_id)
    form = ChannelForm(request.POST)
    done = carry_out(
        request,
        form,
        actions.choose_channel,
        said=_stopped_words,
        to=reverse("messaging:guest", args=[guest_id]),
        patient_id=known.patient_id,
        guest_id=guest_id,
    )
    return done or _guest(request, known, form)


def _stopped_words(choice: ChannelChoice) -> str:
    return "Allowed." if choice.is_wanted else "Stopped."


@require_POST
def calendar(request: ClinicRequest, patient_id: UUID) -> HttpResponse:
    """Make a private calendar address and show it once, or end it."""
    form = CalendarForm(request.POST)
    if not form.is_valid():
        return _log(request, patient_id, form=form)
    asked: dict[str, Any] = {
        "key": form.key,
        "by": request.actor,
        "at": request.at,
        "patient_id": patient_id,
    }
    try:
        if form.cleaned_data["wish"] == "end":
            actions.close_feed(**asked)
        else:
            made = actions.open_feed(**asked)
            url = queries.feed_url(queries.secret_of("feed", made.pk))
            return _log(request, patient_id, feed_url=url)
    except Refused as refusal:
        form.refuse(refusal)
        return _log(request, patient_id, form=form)
    return saved(request, "Calendar address ended.", to=reverse("messaging:log", args=[patient_id]))


def stop(request: ClinicRequest, token: str) -> HttpResponse:
    """Let a patient stop messages, or have them again, by the link of any message."""
    try:
        known = queries.stop_for(token)
    except NotFound:
        response = render(request, "messaging/wrong_link.html", status=404)
    else:
        response = _stop(request, token, known)
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _stop(request: ClinicRequest, token: str, known: StopFact) -> HttpResponse:
    form = ChannelForm(request.POST if request.method == "POST" else None)
    if form.is_posted_and_valid(request):
        actions.choose_channel(
            key=form.key,
            by=_author(known),
            at=request.at,
            patient_id=known.reader.patient_id,
            guest_id=known.reader.guest_id,
            **form.facts(),
        )
        return HttpResponseRedirect(reverse("messaging:stop", args=[token]))
    channels = queries.channels_of(known.reader)
    context = {
        "form": form,
        "channels": presenters.public_channels(channels),
        "token": token,
        "clinic": accounts.site(known.site_id),
    }
    return page(request, "messaging/stop.html", context)


def _author(known: StopFact) -> Actor:
    patient_id = known.reader.patient_id
    return Actor.patient(patient_id, known.site_id) if patient_id else Actor.public(known.site_id)
