"""What people do at the consult: ask, and decide."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.db import IntegrityError, transaction

from serein.accounts.permissions import MAY, Act, may
from serein.accounts.queries import zone_of
from serein.audit.actions import action, derived_key, record
from serein.core.clinic_time import local_day
from serein.core.errors import Refused, SomeoneActedFirst
from serein.eligibility import queries, rules
from serein.eligibility.models import Determination, ScreeningAnswer, ScreeningRound
from serein.patients.queries import patient_for
from serein.safety import actions as safety

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import date, datetime
    from uuid import UUID

    from serein.core.actors import Actor

Row = TypeVar("Row", ScreeningRound, Determination)


@action
def answer_screening(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    patient_id: UUID,
    answers: Mapping[str, str],
    notes: Mapping[str, str] | None = None,
    confirmed: Collection[str] = (),
    seen_round: int | None = None,
) -> ScreeningRound:
    """Store the answers that are new, changed, or confirmed as still right.

    ``answers`` maps question codes to "yes", "no", "unknown" or, where the question allows it,
    "not_applicable"; questions left out stay as they are. ``seen_round`` is the round that the page
    showed: if somebody has answered since, nothing is stored.

    :raises Refused: an answer is not one of those, a reason is missing, or nothing has changed
    :raises SomeoneActedFirst: somebody else answered in between
    """
    patient_for(by.site_id, patient_id)
    last = queries.last_round(patient_id)
    if seen_round is not None and seen_round != last:
        raise SomeoneActedFirst

    known = queries.answers_of(patient_id)
    given = _checked(answers, notes or {})
    fresh = {
        code: (value, note, False)
        for code, (value, note) in given.items()
        if code not in known or (known[code].value, known[code].note) != (value, note)
    }
    again = {
        code: (known[code].value, known[code].note, True)
        for code in confirmed
        if code in known and code not in fresh
    }
    stored = {**again, **fresh}
    if not stored:
        raise Refused("Change an answer, or confirm one as still right, before saving.")

    saved = _number_once(
        ScreeningRound(
            patient_id=patient_id,
            number=last + 1,
            content_version=rules.screening().version,
            asked_at=at,
            by_id=by.id,
            by_name=by.name,
        )
    )
    _keep(saved, stored)
    _open_tasks(key=key, by=by, at=at, patient_id=patient_id, fresh=fresh)
    record(
        by=by,
        at=at,
        verb="answer_screening",
        subject=saved,
        patient_id=patient_id,
        details={"round": last + 1, "changed": len(fresh), "confirmed": len(again)},
    )
    return saved


@action
def determine(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    patient_id: UUID,
    outcome: str,
    reason: str = "",
    override_reason: str = "",
    conditions: str = "",
    patient_reason: str = "",
    recheck_date: date | None = None,
    seen_number: int | None = None,
) -> Determination:
    """Decide whether this person may be offered ketamine. The rules advise; the decision is signed.

    "eligible" and "eligible_with_conditions" against a stopping or unknown requirement need a role
    that may override and ``override_reason``. Both are kept with the panel of this moment.

    :raises Refused: something the decision must say is missing, or the role may not
    :raises SomeoneActedFirst: somebody else decided since the page was opened
    """
    patient = patient_for(by.site_id, patient_id)
    if not may(by.role, Act.DETERMINE):
        raise Refused(f"Ask {_who_may(Act.DETERMINE)} to decide.")
    number = _number_before(patient_id, seen_number)
    chosen = rules.outcome_from(outcome)
    rules.check_parts(
        outcome=chosen,
        reason=reason,
        conditions=conditions,
        patient_reason=patient_reason,
        recheck_date=recheck_date,
        today=local_day(at, zone_of(patient.site_id)),
    )
    lines = rules.panel(queries.facts_for(patient_id, at))
    overridden = rules.check_override(
        outcome=chosen,
        lines=lines,
        may_override=may(by.role, Act.OVERRIDE_ELIGIBILITY),
        override_reason=override_reason,
        who_may=_who_may(Act.OVERRIDE_ELIGIBILITY),
    )

    goes_on_with_conditions = chosen is rules.Outcome.ELIGIBLE_WITH_CONDITIONS
    saved = _number_once(
        Determination(
            patient_id=patient_id,
            number=number + 1,
            outcome=chosen.value,
            reason=reason,
            conditions=(conditions or reason) if goes_on_with_conditions else "",
            patient_reason=patient_reason,
            recheck_date=recheck_date if chosen is rules.Outcome.HOLD else None,
            override_reason=override_reason if overridden else "",
            advised=rules.advice(lines).outcome,
            findings=_snapshot(lines),
            overridden=[finding.code for finding in overridden],
            is_override=bool(overridden),
            rule_set_version=rules.rule_set_version(),
            determined_at=at,
            by_id=by.id,
            by_name=by.name,
            by_role=by.role,
        )
    )
    record(
        by=by,
        at=at,
        verb="determine",
        subject=saved,
        patient_id=patient_id,
        details={
            "outcome": saved.outcome,
            "advised": saved.advised,
            "overridden": len(overridden),
            "rule_set_version": saved.rule_set_version,
        },
    )
    return saved


def _number_before(patient_id: UUID, seen_number: int | None) -> int:
    last = queries.standing(patient_id)
    number = last.number if last else 0
    if seen_number is not None and seen_number != number:
        raise SomeoneActedFirst
    return number


def _checked(
    answers: Mapping[str, str], notes: Mapping[str, str]
) -> Mapping[str, tuple[rules.AnswerValue, str]]:
    questions = {question.code: question for question in rules.QUESTIONS}
    checked = {}
    for code, value in answers.items():
        question = questions.get(code)
        if question is None:
            raise Refused(f"Leave out “{code[:60]}”: it is not a question of the consult.")
        checked[code] = rules.check_answer(question, value, notes.get(code, ""))
    return checked


def _keep(saved: ScreeningRound, stored: Mapping[str, tuple[rules.AnswerValue, str, bool]]) -> None:
    for code, (value, note, is_confirmed) in stored.items():
        ScreeningAnswer.objects.create(
            round=saved,
            question_code=code,
            value=value.value,
            note=note,
            is_confirmed=is_confirmed,
        )


def _open_tasks(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    patient_id: UUID,
    fresh: Mapping[str, tuple[rules.AnswerValue, str, bool]],
) -> None:
    """Open the safety task of a concern that cannot wait, in the same transaction."""
    for question in rules.QUESTIONS:
        value = fresh[question.code][0] if question.code in fresh else None
        if question.opens_task and value is not None and rules.is_concern(question, value):
            safety.open_task(
                key=derived_key(key, question.code),
                by=by,
                at=at,
                patient_id=patient_id,
                level=question.opens_task,
                code=f"screening-{question.code.replace('_', '-')}",
                because=f"Answered at the consult: {question.concern}.",
            )


def _number_once(row: Row) -> Row:
    """Save a numbered row; the number is taken when somebody else saved at the same moment."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise SomeoneActedFirst from None
    return row


def _snapshot(lines: Iterable[rules.RuleLine]) -> list[dict[str, str]]:
    return [
        {"code": line.code, "verdict": line.verdict.value, "weight": line.weight.value}
        for line in lines
    ]


def _who_may(act: Act) -> str:
    return " or ".join(sorted(f"the {role.words}" for role in MAY[act]))
