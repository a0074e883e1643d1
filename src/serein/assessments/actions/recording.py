"""A whole questionnaire recorded at once by staff, and one struck out that was wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from serein.assessments import queries, rules
from serein.assessments.actions.signals import open_task_for_answer
from serein.assessments.models import Answer, Response, Score
from serein.assessments.states import (
    INVITATION,
    RESPONSE,
    InvitationMove,
    InvitationState,
    ResponseMove,
    ResponseState,
)
from serein.audit.actions import action, move, record
from serein.core.errors import Refused
from serein.patients import queries as patients

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from serein.assessments.rules import Instrument
    from serein.core.actors import Actor


@action
def record_response(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    patient_id: UUID,
    instrument_code: str,
    answers: Mapping[int, int | None],
    occurred_at: datetime,
    respondent: str,
) -> Response:
    """Record a filled questionnaire and score it; a critical answer opens its safety task too.

    :raises Refused: an unknown form, an answer it does not offer, nothing answered, or the future
    :raises NotFound: the patient is not of this site
    """
    patient = patients.patient_for(by.site_id, patient_id)
    form = known_instrument(instrument_code)
    _check(form, answers, occurred_at=occurred_at, respondent=respondent, at=at)
    response = Response.objects.create(
        patient=patient,
        instrument_code=form.code,
        instrument_version=form.version,
        respondent=rules.Respondent(respondent).value,
        occurred_at=occurred_at,
        recorded_at=at,
        by_id=by.id,
        by_name=by.name,
    )
    Answer.objects.bulk_create(
        Answer(
            response=response,
            sequence=sequence,
            item_number=number,
            value=value,
            at=at,
            by_id=by.id,
            by_name=by.name,
        )
        for sequence, (number, value) in enumerate(sorted(answers.items()), start=1)
    )
    if form.signal is not None:
        value = answers.get(form.signal.item)
        if rules.raises_signal(instrument=form, number=form.signal.item, value=value, before=0):
            open_task_for_answer(
                key=key, by=by, at=at, response=response, value=value or 0,
                where=rules.RESPONDENT_WORDS[rules.Respondent(respondent)].lower(),
            )  # fmt: skip
    send(response=response, by=by, at=at)
    return response


@action
def mark_response_in_error(
    *, key: UUID, by: Actor, at: datetime, patient_id: UUID, response_id: UUID, reason: str
) -> Response:
    """Strike out a questionnaire, for example one of another person. It stays readable.

    Safety tasks that it opened stay open: somebody did give that answer. A link through which it
    was being answered is withdrawn.

    :raises Refused: no reason was given
    :raises NotFound: this patient has none with this id
    """
    patients.patient_for(by.site_id, patient_id)
    response = queries.response_row(patient_id, response_id)
    if not reason.strip():
        raise Refused("Enter why this questionnaire is wrong.", field="reason")
    move(
        subject=response,
        table=RESPONSE,
        move=ResponseMove.MARK_IN_ERROR,
        by=by,
        at=at,
        reason=reason.strip(),
        patient_id=patient_id,
    )
    link = response.invitation
    if link is not None and link.state == InvitationState.OPEN.value:
        move(
            subject=link,
            table=INVITATION,
            move=InvitationMove.WITHDRAW,
            by=by,
            at=at,
            patient_id=patient_id,
        )
    return response


def known_instrument(code: str) -> Instrument:
    """Look up a questionnaire.

    :raises Refused: there is none of that code
    """
    try:
        return rules.instrument(code)
    except KeyError:
        raise Refused("Choose one of the questionnaires.", field="instrument_code") from None


def send(*, response: Response, by: Actor, at: datetime) -> None:
    """Close a questionnaire and score what counts, inside an action.

    The claim comes first: after it no answer can slip in behind the score.

    :raises SomeoneActedFirst: it was sent already
    """
    form = rules.instrument(response.instrument_code)
    when = response.occurred_at if response.invitation_id is None else at
    move(
        subject=response,
        table=RESPONSE,
        move=ResponseMove.SEND,
        by=by,
        at=at,
        patient_id=response.patient_id,
        also={"occurred_at": when},
    )
    answers = queries.answers_of(response.pk)
    scored = rules.score(form, answers)
    Score.objects.create(
        response=response,
        total=scored.total,
        is_prorated=scored.prorated,
        clusters=dict(scored.clusters),
        provisional=str(scored.provisional or ""),
        missing=list(scored.missing),
        is_inconsistent=scored.inconsistent,
    )
    record(
        by=by,
        at=at,
        verb="score_response",
        subject=response,
        patient_id=response.patient_id,
        details={
            "instrument": form.code,
            "missing": len(scored.missing),
            "state": ResponseState.SENT.value,
        },
    )


def _check(
    form: Instrument,
    answers: Mapping[int, int | None],
    *,
    occurred_at: datetime,
    respondent: str,
    at: datetime,
) -> None:
    if respondent not in set(rules.Respondent):
        raise Refused("Choose who filled in the form.", field="respondent")
    if occurred_at > at:
        raise Refused("Enter a day that is not in the future.", field="occurred_date")
    try:
        rules.check_answers(instrument=form, answers=answers)
    except rules.AnswerNotPermitted as fault:
        raise Refused(str(fault), field=f"q{fault.number}") from fault
    if all(value is None for value in answers.values()):
        raise Refused("Answer at least one question.")
