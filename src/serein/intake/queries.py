from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.core import signing
from django.db.models import Count

from serein.core.errors import NotFound
from serein.intake import rules
from serein.intake.models import ConsultRequest, Sending
from serein.intake.states import RequestState
from serein.scheduling import queries as scheduling
from serein.scheduling.states import WAITING, VisitKind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from django.db.models import QuerySet

    from serein.scheduling.queries import VisitFact

_BOOKING = "serein.intake.booking"


@dataclass(frozen=True, slots=True)
class SendingFact:
    """What was typed at one press of a button."""

    typed: Mapping[str, str]
    is_danger: bool
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class AttemptFact:
    """One try to reach the person."""

    outcome: str
    note: str
    by_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class StepFact:
    """One step of a request: where it went, by whom, when and why."""

    to_state: RequestState
    by_name: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class RequestFact:
    """A request to be seen, with everything that was answered.

    ``client_key`` is the key under which it was sent, and the guest of a visit booked for it.
    """

    request_id: UUID
    client_key: UUID
    state: RequestState
    name: str
    contact_kind: str
    contact_value: str
    may_leave_message: bool | None
    what_brings: str
    answers: Mapping[str, str]
    birth_date: date | None
    is_complete: bool
    danger_at: datetime | None
    submitted_at: datetime
    ask_again_date: date | None
    patient_id: UUID | None


@dataclass(frozen=True, slots=True)
class QueueLine:
    """A request in the queue of the front desk."""

    request: RequestFact
    is_due: bool
    attempts: int


def queue(site_id: UUID, *, today: date) -> tuple[QueueLine, ...]:
    """List the requests that wait for somebody, danger first.

    A request that was put off appears on the day it is to be asked again.
    """
    rows = _of_site(site_id).exclude(state=RequestState.ACCEPTED.value)
    due = rows.exclude(state=RequestState.NOT_NOW.value) | rows.filter(ask_again_date__lte=today)
    lines = [
        QueueLine(
            request=_fact(row),
            is_due=row.state == RequestState.NOT_NOW.value,
            attempts=row.tries,
        )
        for row in due.annotate(tries=Count("attempts"))
    ]
    return tuple(sorted(lines, key=_place))


def put_off(site_id: UUID, *, today: date) -> tuple[RequestFact, ...]:
    """List the requests that are to be asked again later, the nearest date first."""
    rows = _of_site(site_id).filter(state=RequestState.NOT_NOW.value, ask_again_date__gt=today)
    return tuple(_fact(row) for row in rows.order_by("ask_again_date", "pk"))


def accepted(site_id: UUID, *, limit: int = 20) -> tuple[RequestFact, ...]:
    """List the requests that became patients, newest first."""
    rows = _of_site(site_id).filter(state=RequestState.ACCEPTED.value)
    return tuple(_fact(row) for row in rows.order_by("-submitted_at", "pk")[:limit])


def request_row(site_id: UUID, request_id: UUID) -> ConsultRequest:
    """Return one request of a site.

    :raises NotFound: there is none at this site
    """
    found = _of_site(site_id).filter(pk=request_id).first()
    if found is None:
        raise NotFound
    return found


def request(site_id: UUID, request_id: UUID) -> RequestFact:
    """Return what is known of one request of a site.

    :raises NotFound: there is none at this site
    """
    return _fact(request_row(site_id, request_id))


def request_by_key(site_id: UUID, client_key: UUID) -> ConsultRequest | None:
    """Return the request that a page with this key has made, if it has."""
    return _of_site(site_id).filter(client_key=client_key).first()


def request_of_patient(patient_id: UUID) -> RequestFact | None:
    """Return what a patient wrote when they asked to be seen; the newest if they asked twice."""
    rows = ConsultRequest.objects.filter(patient_id=patient_id)
    newest = rows.order_by("-submitted_at", "pk").first()
    return None if newest is None else _fact(newest)


def booking_token(asked: RequestFact) -> str:
    """Return the secret with which the sender of a request chooses a time for it online."""
    return signing.Signer(salt=_BOOKING).sign(asked.client_key.hex)


def request_for_token(site_id: UUID, token: str) -> RequestFact:
    """Return the request for which a secret chooses a time.

    :raises NotFound: nobody was given this secret, or the request was put off
    """
    try:
        key = UUID(hex=signing.Signer(salt=_BOOKING).unsign(token))
    except (signing.BadSignature, ValueError):
        raise NotFound from None
    fact = whole_request(site_id, key)
    if fact is None or fact.state is RequestState.NOT_NOW:
        raise NotFound
    return fact


def whole_request(site_id: UUID, client_key: UUID) -> RequestFact | None:
    """Return the request that was sent under a key, if its sender finished it."""
    row = request_by_key(site_id, client_key)
    return _fact(row) if row is not None and row.is_complete else None


def first_visit_of(site_id: UUID, asked: RequestFact, at: datetime) -> VisitFact | None:
    """Return the consultation that is booked for a request and still to come."""
    theirs = scheduling.visits_of_guest(site_id, asked.client_key)
    if asked.patient_id is not None:
        theirs += scheduling.visits_of_patient(asked.patient_id)
    for visit in theirs:
        is_to_come = visit.ends_at > at and visit.state in WAITING
        if is_to_come and visit.kind is VisitKind.CONSULT:
            return visit
    return None


def sendings_of(request_id: UUID) -> tuple[SendingFact, ...]:
    """List everything that was typed for a request, newest first."""
    rows = Sending.objects.filter(request_id=request_id).order_by("-sent_at", "pk")
    return tuple(SendingFact(row.typed, row.is_danger, row.sent_at) for row in rows)


def attempts_of(site_id: UUID, request_id: UUID) -> tuple[AttemptFact, ...]:
    """List the tries to reach the person, newest first."""
    rows = request_row(site_id, request_id).attempts.order_by("-at", "pk")
    return tuple(AttemptFact(row.outcome, row.note, row.by_name, row.at) for row in rows)


def steps_of(site_id: UUID, request_id: UUID) -> tuple[StepFact, ...]:
    """List the steps of a request, newest first."""
    rows = request_row(site_id, request_id).transitions.order_by("-at", "pk")
    return tuple(
        StepFact(RequestState(row.to_state), row.by_name, row.at, row.reason) for row in rows
    )


def sent_from(address_digest: str, *, since: datetime) -> int:
    """Count what one address has sent since a moment."""
    return Sending.objects.filter(address_digest=address_digest, sent_at__gt=since).count()


def _of_site(site_id: UUID) -> QuerySet[ConsultRequest]:
    return ConsultRequest.objects.filter(site_id=site_id)


def _place(line: QueueLine) -> tuple[int, datetime]:
    return rules.queue_place(
        is_danger=line.request.danger_at is not None,
        is_due=line.is_due,
        state=line.request.state,
        submitted_at=line.request.submitted_at,
    )


def _fact(row: ConsultRequest) -> RequestFact:
    return RequestFact(
        request_id=row.pk,
        client_key=row.client_key,
        state=RequestState(row.state),
        name=row.name,
        contact_kind=row.contact_kind,
        contact_value=row.contact_value,
        may_leave_message=row.may_leave_message,
        what_brings=row.what_brings,
        answers=row.answers,
        birth_date=row.birth_date,
        is_complete=row.is_complete,
        danger_at=row.danger_at,
        submitted_at=row.submitted_at,
        ask_again_date=row.ask_again_date,
        patient_id=row.patient_id,
    )
