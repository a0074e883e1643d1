"""What the front desk does with a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from serein.accounts import queries as accounts
from serein.audit.actions import action, derived_key, move, record
from serein.core.clinic_time import local_day
from serein.core.errors import Refused
from serein.core.findings import stops
from serein.intake import queries, rules
from serein.intake.models import ConsultRequest, ContactAttempt
from serein.intake.rules import Outcome
from serein.intake.states import REQUEST, RequestMove, RequestState
from serein.messaging import actions as messaging
from serein.messaging import queries as messages
from serein.patients import actions as patients
from serein.patients import queries as patient_queries
from serein.safety import actions as safety
from serein.safety import queries as safety_queries
from serein.scheduling import actions as scheduling
from serein.scheduling.actions import guard

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from serein.core.actors import Actor
    from serein.patients.models import Patient
    from serein.scheduling.queries import VisitFact


@action
def log_contact(
    *, key: UUID, by: Actor, at: datetime, request_id: UUID, outcome: str, note: str = ""
) -> ContactAttempt:
    """Keep one try to reach the person; the first that reaches them makes the request contacted.

    :raises Refused: the request is no longer open, or the outcome is not on the list
    """
    asked = queries.request_row(by.site_id, request_id)
    if asked.state not in (RequestState.NEW, RequestState.CONTACTED):
        raise Refused("Ask again first: this request is not open.")
    if outcome not in set(Outcome):
        raise Refused("Choose what came of it.", field="outcome")
    attempt = ContactAttempt.objects.create(
        request=asked, outcome=outcome, note=note, by_id=by.id, by_name=by.name, at=at
    )
    record(by=by, at=at, verb="log_contact", subject=asked, details={"outcome": str(outcome)})
    if asked.state == RequestState.NEW and rules.counts_as_contact(outcome):
        move(subject=asked, table=REQUEST, move=RequestMove.CONTACT, by=by, at=at)
    return attempt


@action
def set_not_now(
    *, key: UUID, by: Actor, at: datetime, request_id: UUID, reason: str, ask_again_on: date | None
) -> ConsultRequest:
    """Put a request off with a reason and a day to ask again; a first visit it has is cancelled.

    :raises Refused: reason or date is missing, or a safety task about it is still open
    """
    asked = queries.request_row(by.site_id, request_id)
    today = local_day(at, accounts.zone_of(by.site_id))
    found = rules.not_now_findings(reason=reason, ask_again_on=ask_again_on, today=today)
    if stops(found):
        field = "reason" if found[0].code == "reason-missing" else "ask_again_on"
        raise Refused(found[0].because, found[1:], field=field)
    if safety_queries.open_tasks_of_request(asked.pk):
        raise Refused("Wait for the clinician: a safety task about this person is still open.")
    booked = _first_visit(by, at, request_id)
    if booked is not None:
        scheduling.cancel_appointment(
            key=derived_key(key, "visit"),
            by=by,
            at=at,
            appointment_id=booked.appointment_id,
            reason=reason.strip(),
            is_rebooked=False,
        )
    move(
        subject=asked,
        table=REQUEST,
        move=RequestMove.SET_NOT_NOW,
        by=by,
        at=at,
        reason=reason.strip(),
        also={"ask_again_date": ask_again_on},
    )
    return asked


@action
def reopen_request(*, key: UUID, by: Actor, at: datetime, request_id: UUID) -> ConsultRequest:
    """Take up a request again that was put off."""
    asked = queries.request_row(by.site_id, request_id)
    move(
        subject=asked,
        table=REQUEST,
        move=RequestMove.REOPEN,
        by=by,
        at=at,
        also={"ask_again_date": None},
    )
    return asked


@action
def accept_request(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    request_id: UUID,
    birth_date: date,
    sex: str,
    given_name: str = "",
    family_name: str = "",
    same_as: UUID | None = None,
    is_someone_else: bool = False,
) -> ConsultRequest:
    """Make the person a patient, with everything they answered and the first visit they booked.

    Names that are left out are taken from the request. ``same_as`` names a patient who is the same
    person; ``is_someone_else`` says that the people who look alike were checked and are not.

    :raises Refused: a possible duplicate has not been decided, or the facts are not plausible
    """
    asked = queries.request_row(by.site_id, request_id)
    REQUEST.after(RequestState(asked.state), RequestMove.ACCEPT)
    given, family = rules.split_name(asked.name)
    given, family = given_name.strip() or given, family_name.strip() or family
    booked = _first_visit(by, at, request_id)
    if same_as is not None:
        patient = patient_queries.patient_for(by.site_id, same_as)
    else:
        if not is_someone_else:
            _refuse_duplicates(by, birth_date=birth_date, given=given, family=family)
        patient = patients.register_patient(
            key=derived_key(key, "register"),
            by=by,
            at=at,
            given_name=given,
            family_name=family,
            birth_date=birth_date,
            sex=sex,
            may_leave_message=asked.may_leave_message,
            source="request",
        )
    _carry_contact(asked, patient, key=key, by=by, at=at)
    move(
        subject=asked,
        table=REQUEST,
        move=RequestMove.ACCEPT,
        by=by,
        at=at,
        patient_id=patient.pk,
        also={"patient_id": patient.pk},
    )
    _carry_messages(asked, patient, key=key, by=by, at=at)
    for task_id in safety_queries.tasks_of_request(asked.pk):
        safety.name_patient(
            key=derived_key(key, f"task {task_id}"),
            by=by,
            at=at,
            task_id=task_id,
            patient_id=patient.pk,
        )
    if booked is not None and booked.patient_id is None:
        scheduling.name_patient(
            key=derived_key(key, "visit"),
            by=by,
            at=at,
            appointment_id=booked.appointment_id,
            patient_id=patient.pk,
        )
    return queries.request_row(by.site_id, request_id)


def _first_visit(by: Actor, at: datetime, request_id: UUID) -> VisitFact | None:
    """Find the first visit of a request, and lock its day: that comes before anything is audited."""
    asked = queries.request(by.site_id, request_id)
    booked = queries.first_visit_of(by.site_id, asked, at)
    if booked is not None:
        guard.lock_days(by.site_id, [booked.local_date])
    return booked


def _refuse_duplicates(by: Actor, *, birth_date: date, given: str, family: str) -> None:
    if patient_queries.duplicates_of(by.site_id, birth_date, given, family):
        raise Refused(
            "Choose whether this is the same person: somebody with this birth date and a similar "
            "name is registered.",
            field="same_as",
        )


def _carry_contact(
    asked: ConsultRequest, patient: Patient, *, key: UUID, by: Actor, at: datetime
) -> None:
    if not asked.contact_kind:
        return
    known = {contact.value for contact in patient_queries.contacts_of(patient.pk)}
    if asked.contact_value in known:
        return
    patients.record_contact(
        key=derived_key(key, "contact"),
        by=by,
        at=at,
        patient_id=patient.pk,
        kind=asked.contact_kind,
        value=asked.contact_value,
    )


def _carry_messages(
    asked: ConsultRequest, patient: Patient, *, key: UUID, by: Actor, at: datetime
) -> None:
    """What was said to them as a guest, and what they stopped, belongs to the record now."""
    if messages.is_known_guest(asked.client_key):
        messaging.name_guest(
            key=derived_key(key, "guest"),
            by=by,
            at=at,
            guest_id=asked.client_key,
            patient_id=patient.pk,
        )
