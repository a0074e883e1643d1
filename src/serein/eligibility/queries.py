"""What is known about whether a person may be offered ketamine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import ObjectDoesNotExist

from serein.accounts.queries import zone_of
from serein.assessments import queries as assessments
from serein.core.clinic_time import local_day
from serein.core.errors import NotFound
from serein.core.findings import Weight
from serein.core.quantities import shown
from serein.eligibility import rules
from serein.eligibility.models import Determination, ScreeningAnswer, ScreeningRound
from serein.intake import queries as intake
from serein.intake.rules import ANSWER_WORDS, SAFETY_QUESTIONS
from serein.patients import queries as patients
from serein.patients.rules import age_years

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from serein.assessments.queries import ScoreFact
    from serein.patients.models import Patient

PHQ9, PHQ9_SUICIDE_ITEM = "phq9", 9


@dataclass(frozen=True, slots=True)
class AnswerFact:
    """One answer ever given to a screening question."""

    question_code: str
    value: rules.AnswerValue
    note: str
    is_confirmed: bool
    answered_at: datetime
    by_name: str
    round_number: int


def facts_for(patient_id: UUID, at: datetime) -> rules.Facts:
    """Gather everything the rules look at, as it was known at a moment.

    :raises NotFound: there is no such patient
    """
    patient = _patient(patient_id)
    health = patients.health_of(patient_id)
    pressure = patients.blood_pressure_at(patient_id, at)
    item_9 = assessments.answers_to(patient_id, PHQ9, PHQ9_SUICIDE_ITEM)
    return rules.Facts(
        at=at,
        age_years=age_years(patient.birth_date, local_day(at, zone_of(patient.site_id))),
        blood_pressure=None
        if pressure is None
        else rules.BloodPressure(
            pressure.sbp_mmhg, pressure.dbp_mmhg, pressure.measured_at, pressure.source
        ),
        answers={
            code: rules.Answer(code, fact.value, fact.note, fact.answered_at, fact.by_name)
            for code, fact in answers_of(patient_id).items()
            if fact.answered_at <= at
        },
        problems=tuple(
            rules.Problem(item.system, item.code, item.display, item.is_active, item.source)
            for item in health.conditions
        ),
        medicines=tuple(
            rules.Medicine(item.name, item.ingredient, item.is_active)
            for item in health.medications
        ),
        allergens=tuple(item.substance for item in health.allergies.items),
        escorts=tuple(item.name for item in health.escorts),
        measures=tuple(
            _measure(score, item_9.get(score.response_id))
            for score in assessments.scores_of(patient_id, with_answers=False)
            if score.occurred_at <= at and score.total is not None
        ),
        said=_said(patient_id),
    )


def answers_of(patient_id: UUID) -> Mapping[str, AnswerFact]:
    """Return the newest answer to each question."""
    return {fact.question_code: fact for fact in answer_history(patient_id)}


def answer_history(patient_id: UUID) -> tuple[AnswerFact, ...]:
    """List every answer ever given, oldest first."""
    rows = ScreeningAnswer.objects.filter(round__patient_id=patient_id).select_related("round")
    return tuple(
        AnswerFact(
            question_code=row.question_code,
            value=rules.AnswerValue(row.value),
            note=row.note,
            is_confirmed=row.is_confirmed,
            answered_at=row.round.asked_at,
            by_name=row.round.by_name,
            round_number=row.round.number,
        )
        for row in rows.order_by("round__number", "question_code")
    )


def last_round(patient_id: UUID) -> int:
    """Return the number of the last round of questions, 0 before the first."""
    rounds = ScreeningRound.objects.filter(patient_id=patient_id)
    newest = rounds.order_by("-number").values_list("number", flat=True).first()
    return newest or 0


def standing(patient_id: UUID) -> Determination | None:
    """Return the decision that stands: the newest."""
    return Determination.objects.filter(patient_id=patient_id).order_by("-number").first()


def determinations_of(patient_id: UUID) -> tuple[Determination, ...]:
    """List every decision, newest first."""
    return tuple(Determination.objects.filter(patient_id=patient_id).order_by("-number"))


def new_stops(
    patient_id: UUID, at: datetime, determination: Determination | None = None
) -> tuple[str, ...]:
    """List what speaks against the standing decision now and did not when it was signed.

    ``determination`` is the standing decision, where the caller has just read it.

    Counted are requirements that are not met and stop, and facts that contradict an answer. An
    answer that has merely grown old is asked again at the next consult and stops no visit.
    """
    determination = determination or standing(patient_id)
    if determination is None:
        return ()
    known = {(item["code"], item["verdict"]) for item in determination.findings}
    return tuple(
        line.because
        for line in rules.panel(facts_for(patient_id, at))
        if _speaks_against(line) and (line.code, line.verdict.value) not in known
    )


def _speaks_against(line: rules.RuleLine) -> bool:
    stops = line.verdict is rules.Verdict.NOT_MET and line.weight is Weight.STOPS
    return stops or line.is_conflict


def _patient(patient_id: UUID) -> Patient:
    try:
        found: Patient = ScreeningRound(patient_id=patient_id).patient
    except ObjectDoesNotExist:
        raise NotFound from None
    return found


def _measure(score: ScoreFact, item_9: int | None) -> rules.Measure:
    total = shown(score.total) if score.total is not None else "no total"
    return rules.Measure(
        instrument_code=score.instrument_code,
        occurred_at=score.occurred_at,
        total=f"{total} (prorated)" if score.prorated else total,
        item_9=item_9,
    )


def _said(patient_id: UUID) -> tuple[rules.Said, ...]:
    request = intake.request_of_patient(patient_id)
    if request is None:
        return ()
    return tuple(
        rules.Said(
            code,
            f"{question.staff_words}: {ANSWER_WORDS[request.answers[code]].lower()}",
            request.submitted_at,
        )
        for code, question in SAFETY_QUESTIONS.items()
        if request.answers.get(code)
    )
