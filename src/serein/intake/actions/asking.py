"""What a person does who asks to be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from serein.accounts import queries as accounts
from serein.audit.actions import action, derived_key, record
from serein.core.clinic_time import local_day
from serein.core.errors import Refused
from serein.core.findings import stops
from serein.intake import queries, rules
from serein.intake.models import ConsultRequest, Sending
from serein.intake.rules import ContactKind
from serein.intake.states import RequestState
from serein.safety import actions as safety
from serein.safety import queries as safety_queries

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from uuid import UUID

    from serein.core.actors import Actor


@action
def request_consult(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    name: str,
    contact_kind: str,
    contact_value: str,
    may_leave_message: bool | None = None,
    what_brings: str = "",
    answers: Mapping[str, str] | None = None,
    birth_date: date | None = None,
    client_key: UUID | None = None,
    typed: Mapping[str, str] | None = None,
    address_digest: str = "",
) -> ConsultRequest:
    """Ask to be seen. A second sending with the same ``client_key`` completes the same request.

    Once the front desk works on a request, a further sending is kept beside it.

    :raises Refused: no name, no contact, or an answer that the form does not have
    """
    if not name.strip():
        raise Refused("Enter your name.", field="name")
    if contact_kind not in set(ContactKind) or not contact_value:
        raise Refused("Enter a phone number or an e-mail address.", field="contact")
    if rules.unknown_answers(answers or {}):
        raise Refused("Choose one of the answers shown.")
    today = local_day(at, accounts.zone_of(by.site_id))
    found = rules.birth_date_findings(birth_date=birth_date, today=today)
    if stops(found):
        raise Refused(found[0].because, field="birth_date")
    facts: dict[str, Any] = {
        "name": name.strip(),
        "contact_kind": contact_kind,
        "contact_value": contact_value,
        "may_leave_message": may_leave_message,
        "what_brings": what_brings,
        "answers": dict(answers or {}),
        "birth_date": birth_date,
        "is_complete": True,
    }
    asked = _keep(by=by, at=at, client_key=client_key or key, facts=facts)
    _keep_sending(asked, at=at, typed=typed or {}, address_digest=address_digest, is_danger=False)
    record(by=by, at=at, verb="request_consult", subject=asked, details={"is_complete": True})
    return asked


@action
def call_for_help(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    client_key: UUID,
    typed: Mapping[str, str],
    facts: Mapping[str, Any],
    address_digest: str = "",
) -> ConsultRequest:
    """Keep whatever was typed by a person in danger, and open a safety task at once.

    ``facts`` holds those columns that were already well formed; ``typed`` holds everything. No
    second task is opened while the first one stands.
    """
    asked = queries.request_by_key(by.site_id, client_key)
    if asked is None or not asked.is_complete:
        changes = {**facts, "is_complete": False}
        asked = _keep(by=by, at=at, client_key=client_key, facts=changes, danger_at=at)
    elif asked.danger_at is None:
        ConsultRequest.objects.filter(pk=asked.pk).update(danger_at=at)
        asked.danger_at = at
    _keep_sending(asked, at=at, typed=typed, address_digest=address_digest, is_danger=True)
    record(by=by, at=at, verb="call_for_help", subject=asked, details={"level": "s3"})
    if not safety_queries.open_tasks_of_request(asked.pk):
        safety.open_task(
            key=derived_key(key, "danger"),
            by=by,
            at=at,
            patient_id=asked.patient_id,
            request_id=asked.pk,
            person_name=asked.name,
            level="s3",
            code="in-danger-now",
            because="Pressed “I am in danger now” on the request form.",
        )
    return asked


def _keep(
    *,
    by: Actor,
    at: datetime,
    client_key: UUID,
    facts: Mapping[str, Any],
    danger_at: datetime | None = None,
) -> ConsultRequest:
    """Make the request of this key, or renew it as long as nobody works on it."""
    asked, is_new = ConsultRequest.objects.get_or_create(
        site_id=by.site_id,
        client_key=client_key,
        defaults={"submitted_at": at, "danger_at": danger_at, **facts},
    )
    if is_new:
        return asked
    changes = dict(facts)
    if danger_at is not None and asked.danger_at is None:
        changes["danger_at"] = danger_at
    rows = ConsultRequest.objects.filter(pk=asked.pk)
    if asked.state == RequestState.NEW or not asked.is_complete:
        rows.update(**changes)
    return rows.get()


def _keep_sending(
    asked: ConsultRequest,
    *,
    at: datetime,
    typed: Mapping[str, str],
    address_digest: str,
    is_danger: bool,
) -> None:
    Sending.objects.create(
        request=asked,
        typed=dict(typed),
        is_danger=is_danger,
        address_digest=address_digest,
        sent_at=at,
    )
