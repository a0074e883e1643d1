from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Prefetch, Window
from django.db.models.functions import RowNumber

from serein.assessments import rules
from serein.assessments.models import Answer, Invitation, Response
from serein.assessments.states import InvitationState, ResponseState
from serein.core.errors import NotFound

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal
    from uuid import UUID

    from django.db.models import QuerySet

    from serein.assessments.rules import Instrument

_OLDEST_FIRST = ("occurred_at", "recorded_at", "pk")


@dataclass(frozen=True, slots=True)
class ScoreFact:
    """One sent questionnaire and its result. `missing` lists the items left without an answer.

    `answers` is None where only the result was read.
    """

    instrument_code: str
    occurred_at: datetime
    total: Decimal | None
    prorated: bool
    clusters: Mapping[str, int | None]
    provisional: str | None
    answers: Mapping[int, int | None] | None
    response_id: UUID
    missing: tuple[int, ...]
    inconsistent: bool
    respondent: str
    recorded_at: datetime
    by_name: str
    by_link: bool

    @property
    def may_enter_change(self) -> bool:
        """A prorated total is an estimate and stays out of reliable change."""
        return self.total is not None and not self.prorated


@dataclass(frozen=True, slots=True)
class AnswerFact:
    """One answer as it was given, whether or not a later one took its place."""

    number: int
    value: int | None
    at: datetime
    by_name: str


@dataclass(frozen=True, slots=True)
class ResponseFact:
    """One copy of a questionnaire with every answer ever given, in order."""

    response_id: UUID
    patient_id: UUID
    instrument: Instrument
    state: ResponseState
    respondent: str
    occurred_at: datetime
    recorded_at: datetime
    by_name: str
    given: tuple[AnswerFact, ...]
    answers: Mapping[int, int | None]
    score: ScoreFact | None
    error_reason: str
    safe_now: str | None


@dataclass(frozen=True, slots=True)
class InvitationFact:
    """A personal link, without its secret."""

    invitation_id: UUID
    patient_id: UUID
    site_id: UUID
    instrument: Instrument
    state: InvitationState
    invited_at: datetime
    expires_at: datetime
    by_name: str
    asked_again_at: datetime | None
    called: str
    patient_name: str
    response_id: UUID | None
    answered: int

    def is_open(self, at: datetime) -> bool:
        """Tell whether answers may still be given."""
        return rules.link_is_open(state=self.state, expires_at=self.expires_at, at=at)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a patient has come through a personal link.

    `answers` has a number for every question that was answered or left blank on purpose.
    """

    response_id: UUID | None
    answers: Mapping[int, int | None]
    signal_at: datetime | None
    safe_now: str | None


def scores_of(
    patient_id: UUID, instrument_code: str | None = None, *, with_answers: bool = True
) -> tuple[ScoreFact, ...]:
    """List the results of a patient, oldest first. The two PCL-5 forms are two series."""
    rows = _sent(with_answers=with_answers).filter(patient_id=patient_id)
    if instrument_code is not None:
        rows = rows.filter(instrument_code=instrument_code)
    return tuple(_score_fact(row, with_answers=with_answers) for row in rows)


def latest_scores(patient_id: UUID) -> dict[str, ScoreFact]:
    """Return the newest result of each questionnaire without its answers, by its code."""
    place = Window(
        RowNumber(), partition_by="instrument_code", order_by=[f"-{name}" for name in _OLDEST_FIRST]
    )
    rows = _sent(with_answers=False).filter(patient_id=patient_id).annotate(place=place)
    return {
        row.instrument_code: _score_fact(row, with_answers=False) for row in rows.filter(place=1)
    }


def scores_of_patients(
    patient_ids: Iterable[UUID], *, with_answers: bool = True
) -> dict[UUID, tuple[ScoreFact, ...]]:
    """List the results of several patients, oldest first, in a constant number of queries."""
    found: dict[UUID, list[ScoreFact]] = {}
    for row in _sent(with_answers=with_answers).filter(patient_id__in=set(patient_ids)):
        found.setdefault(row.patient_id, []).append(_score_fact(row, with_answers=with_answers))
    return {patient_id: tuple(facts) for patient_id, facts in found.items()}


def answers_to(patient_id: UUID, instrument_code: str, number: int) -> dict[UUID, int | None]:
    """Return the answer that counts to one question, by the sent questionnaire it stands in."""
    rows = Answer.objects.filter(
        response__patient_id=patient_id,
        response__state=ResponseState.SENT.value,
        response__instrument_code=instrument_code,
        item_number=number,
    )
    return dict(rows.order_by("sequence").values_list("response_id", "value"))


def response(patient_id: UUID, response_id: UUID) -> ResponseFact:
    """Return one questionnaire of a patient with its whole history.

    :raises NotFound: this patient has none with this id
    """
    row = response_row(patient_id, response_id)
    given = tuple(
        AnswerFact(answer.item_number, answer.value, answer.at, answer.by_name)
        for answer in row.answers.order_by("sequence")
    )
    error = row.transitions.filter(to_state=ResponseState.IN_ERROR.value).first()
    return ResponseFact(
        response_id=row.pk,
        patient_id=row.patient_id,
        instrument=rules.instrument(row.instrument_code),
        state=ResponseState(row.state),
        respondent=row.respondent,
        occurred_at=row.occurred_at,
        recorded_at=row.recorded_at,
        by_name=row.by_name,
        given=given,
        answers=_last(given),
        score=_score_fact(row, with_answers=True) if hasattr(row, "score") else None,
        error_reason=error.reason if error is not None else "",
        safe_now=_safe_now(row),
    )


def response_row(patient_id: UUID, response_id: UUID) -> Response:
    """Return the row of one questionnaire of a patient.

    :raises NotFound: this patient has none with this id
    """
    rows = Response.objects.select_related("score").prefetch_related(_answers())
    found = rows.filter(patient_id=patient_id, pk=response_id).first()
    if found is None:
        raise NotFound
    return found


def answers_of(response_id: UUID) -> dict[int, int | None]:
    """Return the answers that count: the last of each question."""
    rows = Answer.objects.filter(response_id=response_id).order_by("sequence")
    return dict(rows.values_list("item_number", "value"))


def highest_answer(response_id: UUID, number: int) -> int:
    """Return the highest answer ever given to a question, 0 for none."""
    rows = Answer.objects.filter(response_id=response_id, item_number=number)
    given = [value for value in rows.values_list("value", flat=True) if value is not None]
    return max(given, default=0)


def progress_of(invitation_id: UUID) -> Progress:
    """Return how far the patient has come through a link."""
    row = Response.objects.filter(invitation_id=invitation_id).first()
    if row is None:
        return Progress(None, {}, None, None)
    signal = rules.instrument(row.instrument_code).signal
    raised = (
        row.answers.filter(item_number=signal.item, value__gt=0).order_by("sequence").first()
        if signal is not None
        else None
    )
    return Progress(
        response_id=row.pk,
        answers=answers_of(row.pk),
        signal_at=raised.at if raised is not None else None,
        safe_now=_safe_now(row),
    )


def invitation_for_token(token: str) -> InvitationFact:
    """Find a personal link by its secret.

    :raises NotFound: no link has this secret, or it was withdrawn
    """
    if len(token) != rules.TOKEN_CHARACTERS or not token.isascii():
        raise NotFound
    row = (
        Invitation.objects.select_related("patient", "response")
        .filter(token_hash=rules.token_hash(token))
        .exclude(state=InvitationState.WITHDRAWN.value)
        .first()
    )
    if row is None:
        raise NotFound
    return _invitation_fact(row)


def invitation_row(patient_id: UUID, invitation_id: UUID) -> Invitation:
    """Return the row of one personal link of a patient.

    :raises NotFound: this patient has none with this id
    """
    found = Invitation.objects.filter(patient_id=patient_id, pk=invitation_id).first()
    if found is None:
        raise NotFound
    return found


def invitations_of(patient_id: UUID) -> tuple[InvitationFact, ...]:
    """List the personal links of a patient, newest first."""
    rows = Invitation.objects.filter(patient_id=patient_id).select_related("patient", "response")
    return _with_counts(rows.order_by("-invited_at", "pk"))


def links_asked_for(site_id: UUID) -> tuple[InvitationFact, ...]:
    """List the links for which somebody asked the clinic to send a new one, longest waiting first."""
    rows = Invitation.objects.filter(
        patient__site_id=site_id, state=InvitationState.ASKED_AGAIN.value
    ).select_related("patient", "response")
    return _with_counts(rows.order_by("asked_again_at", "pk"))


def _sent(*, with_answers: bool) -> QuerySet[Response]:
    rows = Response.objects.filter(state=ResponseState.SENT.value).select_related("score")
    rows = rows.order_by(*_OLDEST_FIRST)
    return rows.prefetch_related(_answers()) if with_answers else rows


def _answers() -> Prefetch[str]:
    return Prefetch("answers", queryset=Answer.objects.order_by("sequence"))


def _last(given: Iterable[AnswerFact]) -> dict[int, int | None]:
    return {answer.number: answer.value for answer in given}


def _score_fact(row: Response, *, with_answers: bool) -> ScoreFact:
    score = row.score
    return ScoreFact(
        instrument_code=row.instrument_code,
        occurred_at=row.occurred_at,
        total=score.total if score.is_prorated or score.total is None else score.total.quantize(1),
        prorated=score.is_prorated,
        clusters=dict(score.clusters),
        provisional=score.provisional or None,
        answers={answer.item_number: answer.value for answer in row.answers.all()}
        if with_answers
        else None,
        response_id=row.pk,
        missing=tuple(score.missing),
        inconsistent=score.is_inconsistent,
        respondent=row.respondent,
        recorded_at=row.recorded_at,
        by_name=row.by_name,
        by_link=row.invitation_id is not None,
    )


def _safe_now(row: Response) -> str | None:
    last = row.safety_answers.order_by("-at", "pk").first()
    return last.answer if last is not None else None


def _with_counts(rows: QuerySet[Invitation]) -> tuple[InvitationFact, ...]:
    found = list(rows)
    answered: dict[UUID, set[int]] = {}
    pairs = Answer.objects.filter(response__invitation__in=found).values_list(
        "response__invitation_id", "item_number"
    )
    for invitation_id, number in pairs:
        answered.setdefault(invitation_id, set()).add(number)
    return tuple(_invitation_fact(row, len(answered.get(row.pk, ()))) for row in found)


def _invitation_fact(row: Invitation, answered: int = 0) -> InvitationFact:
    return InvitationFact(
        invitation_id=row.pk,
        patient_id=row.patient_id,
        site_id=row.patient.site_id,
        instrument=rules.instrument(row.instrument_code),
        state=InvitationState(row.state),
        invited_at=row.invited_at,
        expires_at=row.expires_at,
        by_name=row.by_name,
        asked_again_at=row.asked_again_at,
        called=row.patient.called,
        patient_name=row.patient.full_name,
        response_id=row.response.pk if hasattr(row, "response") else None,
        answered=answered,
    )
