"""A patient answers by a personal link: each answer is kept the moment it is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from serein.assessments import queries, rules
from serein.assessments.actions.recording import send
from serein.assessments.actions.signals import open_task_for_answer, open_task_for_safety
from serein.assessments.models import Answer, Invitation, Response, SafetyAnswer
from serein.assessments.states import INVITATION, InvitationMove
from serein.audit.actions import action, move, record
from serein.core.errors import NotFound, Refused

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from serein.core.actors import Actor

LINK_CLOSED = "Ask the clinic for a new link: this one is closed."


@action
def answer_item(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    invitation_id: UUID,
    item_number: int,
    value: int | None,
) -> Answer:
    """Keep one answer, or that the question was left blank; the earlier answers stay readable.

    A critical answer opens its safety task here, before the form is sent and even if it never is.

    :raises Refused: the link is closed, or the form does not offer this answer
    """
    invitation = _open_invitation(by, invitation_id, at)
    form = rules.instrument(invitation.instrument_code)
    try:
        rules.check_answers(instrument=form, answers={item_number: value})
    except rules.AnswerNotPermitted as fault:
        raise Refused("Choose one of the answers shown.", field="value") from fault
    response = _response(invitation, by, at)
    before = queries.highest_answer(response.pk, item_number)
    answer = Answer.objects.create(
        response=response,
        sequence=response.answers.count() + 1,
        item_number=item_number,
        value=value,
        at=at,
        by_id=by.id,
        by_name=by.name,
    )
    if value is not None and rules.raises_signal(
        instrument=form, number=item_number, value=value, before=before
    ):
        open_task_for_answer(
            key=key, by=by, at=at, response=response, value=value,
            where="through a personal link, saved before the form is sent",
        )  # fmt: skip
    record(
        by=by,
        at=at,
        verb="answer_item",
        subject=response,
        patient_id=response.patient_id,
        details={"item": item_number, "blank": value is None},
    )
    return answer


@action
def answer_safety(
    *, key: UUID, by: Actor, at: datetime, invitation_id: UUID, answer: str
) -> SafetyAnswer:
    """Keep what was said to "Are you safe right now?"; anything but yes opens a task for now.

    :raises Refused: the link is closed, nothing was answered yet, or the answer is not offered
    """
    invitation = _open_invitation(by, invitation_id, at)
    response = Response.objects.filter(invitation=invitation).first()
    if response is None:
        raise Refused("Answer the questions first.")
    if answer not in set(rules.SafeNow):
        raise Refused("Choose one of the answers shown.", field="answer")
    told = [rules.SafeNow(row.answer) for row in response.safety_answers.all()]
    kept = SafetyAnswer.objects.create(response=response, answer=answer, at=at)
    if rules.needs_someone_now(rules.SafeNow(answer)) and not any(
        rules.needs_someone_now(earlier) for earlier in told
    ):
        open_task_for_safety(key=key, by=by, at=at, response=response, answer=rules.SafeNow(answer))
    record(by=by, at=at, verb="answer_safety", subject=response, patient_id=response.patient_id)
    return kept


@action
def send_response(*, key: UUID, by: Actor, at: datetime, invitation_id: UUID) -> Response:
    """Send what was answered, score it, and close the link.

    :raises Refused: the link is closed, or nothing was answered
    """
    invitation = _open_invitation(by, invitation_id, at)
    response = Response.objects.filter(invitation=invitation).first()
    if response is None or all(v is None for v in queries.answers_of(response.pk).values()):
        raise Refused("Answer at least one question before you send.")
    send(response=response, by=by, at=at)
    move(
        subject=invitation,
        table=INVITATION,
        move=InvitationMove.USE,
        by=by,
        at=at,
        patient_id=invitation.patient_id,
    )
    return response


@action
def ask_for_new_link(*, key: UUID, by: Actor, at: datetime, invitation_id: UUID) -> Invitation:
    """Ask the desk for a new link, from the page of one that is used or has run out.

    :raises Refused: the link still works
    :raises MoveNotAllowed: the desk was asked already
    """
    invitation = _invitation(by, invitation_id)
    if rules.link_is_open(state=invitation.state, expires_at=invitation.expires_at, at=at):
        raise Refused("Go on with this link: it still works.")
    move(
        subject=invitation,
        table=INVITATION,
        move=InvitationMove.ASK_AGAIN,
        by=by,
        at=at,
        patient_id=invitation.patient_id,
        also={"asked_again_at": at},
    )
    return invitation


def _invitation(by: Actor, invitation_id: UUID) -> Invitation:
    # Locked, so that two devices of one patient answer one after the other.
    found = (
        Invitation.objects.select_for_update(of=("self",))
        .filter(pk=invitation_id, patient_id=by.id, patient__site_id=by.site_id)
        .first()
    )
    if found is None:
        raise NotFound
    return found


def _open_invitation(by: Actor, invitation_id: UUID, at: datetime) -> Invitation:
    invitation = _invitation(by, invitation_id)
    if not rules.link_is_open(state=invitation.state, expires_at=invitation.expires_at, at=at):
        raise Refused(LINK_CLOSED)
    return invitation


def _response(invitation: Invitation, by: Actor, at: datetime) -> Response:
    found = Response.objects.filter(invitation=invitation).first()
    if found is not None:
        return found
    form = rules.instrument(invitation.instrument_code)
    return Response.objects.create(
        patient_id=invitation.patient_id,
        invitation=invitation,
        instrument_code=form.code,
        instrument_version=form.version,
        respondent=rules.Respondent.PATIENT.value,
        occurred_at=at,
        recorded_at=at,
        by_id=by.id,
        by_name=by.name,
    )
