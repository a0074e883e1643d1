from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.views.decorators.http import require_POST

from serein.accounts import queries as accounts
from serein.accounts.permissions import Act, may
from serein.core.answers import carry_out, page, saved
from serein.core.clinic_time import local_day
from serein.core.errors import Refused
from serein.core.forms import KeyedForm
from serein.intake import actions, presenters, queries, rules
from serein.intake.forms import AcceptForm, ContactForm, NotNowForm
from serein.intake.states import RequestState
from serein.messaging import queries as messages
from serein.patients import queries as patients
from serein.safety import queries as safety

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from serein.accounts.requests import ClinicRequest
    from serein.intake.queries import RequestFact

SHOWS = {"open": "To do", "later": "Ask again later", "accepted": "Accepted"}


def queue(request: ClinicRequest) -> HttpResponse:
    """List the requests that wait, those put off, or those accepted."""
    zone = accounts.zone_of(request.site_id)
    today = local_day(request.at, zone)
    shown = request.GET.get("show", "")
    shown = shown if shown in SHOWS else "open"
    if shown == "later":
        rows = presenters.later_rows(queries.put_off(request.site_id, today=today), zone=zone)
    elif shown == "accepted":
        rows = presenters.later_rows(queries.accepted(request.site_id), zone=zone)
    else:
        lines = queries.queue(request.site_id, today=today)
        rows = presenters.queue_rows(lines, at=request.at, zone=zone)
    address = reverse("intake:queue")
    tabs = [
        {"url": f"{address}?show={key}", "label": label, "is_current": key == shown}
        for key, label in SHOWS.items()
    ]
    return page(request, "intake/queue.html", {"rows": rows, "tabs": tabs, "shown": shown})


def consult_request(request: ClinicRequest, request_id: UUID) -> HttpResponse:
    """Show one request with every answer and the contact log."""
    return _request_page(request, request_id, ContactForm())


@require_POST
def log_contact(request: ClinicRequest, request_id: UUID) -> HttpResponse:
    """Keep one try to reach the person."""
    queries.request(request.site_id, request_id)
    form = ContactForm(request.POST)
    if done := carry_out(
        request,
        form,
        actions.log_contact,
        said="Contact saved.",
        to=_address(request_id),
        request_id=request_id,
    ):
        return done
    return _request_page(request, request_id, form)


def not_now(request: ClinicRequest, request_id: UUID) -> HttpResponse:
    """Put a request off."""
    asked = queries.request(request.site_id, request_id)
    form = NotNowForm(request.POST or None)
    if done := carry_out(
        request,
        form,
        actions.set_not_now,
        said="Put off. It comes back on that day.",
        to=reverse("intake:queue"),
        request_id=request_id,
    ):
        return done
    booked = queries.first_visit_of(request.site_id, asked, request.at)
    zone = accounts.zone_of(request.site_id)
    context = {
        "form": form,
        "asked": _named(asked),
        "first_visit": presenters.when(booked.starts_at, zone) if booked else "",
    }
    return page(request, "intake/not_now.html", context)


@require_POST
def ask_again(request: ClinicRequest, request_id: UUID) -> HttpResponse:
    """Take up a request that was put off."""
    queries.request(request.site_id, request_id)
    form = KeyedForm(request.POST, auto_id="again_%s")
    form.is_valid()
    try:
        actions.reopen_request(key=form.key, by=request.actor, at=request.at, request_id=request_id)
    except Refused as refusal:
        form.refuse(refusal)
        return _request_page(request, request_id, ContactForm(), again=form)
    return saved(request, "Taken up again.", to=_address(request_id))


def accept(request: ClinicRequest, request_id: UUID) -> HttpResponse:
    """Make the person a patient, after the warning about people who look alike."""
    asked = queries.request(request.site_id, request_id)
    form = _accept_form(request, asked)
    if done := carry_out(
        request,
        form,
        actions.accept_request,
        said="This person is on record now.",
        to=lambda accepted: reverse("intake:patient_request", args=[accepted.patient_id]),
        request_id=request_id,
    ):
        return done
    return page(request, "intake/accept.html", {"form": form, "asked": _named(asked)})


def patient_request(request: ClinicRequest, patient_id: UUID) -> HttpResponse:
    """Show what a patient wrote when they asked to be seen."""
    asked = queries.request_of_patient(patient_id)
    if asked is None:
        return page(request, "intake/patient_request.html", {"page": None})
    return page(request, "intake/patient_request.html", {"page": _presented(request, asked)})


def _request_page(
    request: ClinicRequest, request_id: UUID, form: ContactForm, again: KeyedForm | None = None
) -> HttpResponse:
    asked = queries.request(request.site_id, request_id)
    context: dict[str, Any] = {
        "page": _presented(request, asked),
        "form": form,
        "again": again or KeyedForm(auto_id="again_%s"),
    }
    return page(request, "intake/request.html", context)


def _presented(request: ClinicRequest, asked: RequestFact) -> presenters.RequestPage:
    clinician = accounts.safety_clinician(request.site_id)
    booked = queries.first_visit_of(request.site_id, asked, request.at)
    return presenters.request_page(
        asked,
        attempts=queries.attempts_of(request.site_id, asked.request_id),
        steps=queries.steps_of(request.site_id, asked.request_id),
        sendings=queries.sendings_of(asked.request_id),
        has_open_task=bool(safety.open_tasks_of_request(asked.request_id)),
        clinician=clinician.name if clinician is not None else "",
        zone=accounts.zone_of(request.site_id),
        first_visit=booked.starts_at if booked else None,
        booking_url=_booking_url(asked),
        messages_url=_messages_url(request, asked),
    )


def _booking_url(asked: RequestFact) -> str:
    """Return the address at which the person chooses a time; none for a request that is put off."""
    if asked.state is RequestState.NOT_NOW or not asked.is_complete:
        return ""
    query = urlencode({"for": queries.booking_token(asked)})
    return f"{settings.SEREIN_ADDRESS}{reverse('website:book')}?{query}"


def _messages_url(request: ClinicRequest, asked: RequestFact) -> str:
    """Return where one reads what was written to somebody who is no patient yet."""
    reads = may(request.actor.role, Act.SEE_MESSAGES)
    if not reads or asked.patient_id is not None or not messages.is_known_guest(asked.client_key):
        return ""
    return reverse("messaging:guest", args=[asked.client_key])


def _accept_form(request: ClinicRequest, asked: RequestFact) -> AcceptForm:
    given, family = rules.split_name(asked.name)
    initial = {"given_name": given, "family_name": family, "birth_date": asked.birth_date}
    if request.method != "POST":
        return AcceptForm(initial=initial)
    first = AcceptForm(request.POST)
    # A retry must not be warned of the person whom the first press registered.
    if not first.is_valid() or asked.patient_id is not None:
        return first
    typed = first.cleaned_data
    duplicates = patients.duplicates_of(
        request.site_id, typed["birth_date"], typed["given_name"], typed["family_name"]
    )
    form = AcceptForm(request.POST, duplicates=duplicates)
    if duplicates:
        form.fields["same_as"].required = True
    return form


def _named(asked: RequestFact) -> dict[str, Any]:
    return {
        "name": asked.name or presenters.NO_NAME,
        "address": _address(asked.request_id),
        "contact": presenters.contact_words(asked),
    }


def _address(request_id: UUID) -> str:
    return reverse("intake:request", args=[request_id])
