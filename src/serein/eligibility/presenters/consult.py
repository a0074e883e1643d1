"""The consult workspace: what is known, what to ask, what it adds up to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from serein.core.quantities import shown
from serein.eligibility import rules
from serein.eligibility.presenters.decision import DecisionShown, decision_shown
from serein.eligibility.presenters.panel import PanelShown, panel_shown
from serein.eligibility.presenters.words import age_words, day_words
from serein.intake.rules import ANSWER_WORDS as INTAKE_WORDS
from serein.intake.rules import SAFETY_QUESTIONS

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID
    from zoneinfo import ZoneInfo

    from serein.assessments.queries import ScoreFact
    from serein.eligibility.queries import AnswerFact
    from serein.intake.queries import RequestFact

_INSTRUMENTS = {
    "pcl5-month": "PCL-5 (past month)",
    "pcl5-week": "PCL-5 (past week)",
    "pc-ptsd-5": "PC-PTSD-5",
    "phq9": "PHQ-9",
    "gad7": "GAD-7",
}


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """The newest score of one questionnaire."""

    name: str
    total: str
    when: str
    clusters: str


@dataclass(frozen=True, slots=True)
class SaidShown:
    """What the patient already told the clinic."""

    asked_on: str
    what_brings: str
    answers: tuple[tuple[str, str], ...]
    scores: tuple[ScoreLine, ...]


@dataclass(frozen=True, slots=True)
class Earlier:
    """An answer that was given before the one that stands."""

    words: str
    note: str
    by: str


@dataclass(frozen=True, slots=True)
class QuestionShown:
    """One question with its fields and where its answer comes from."""

    code: str
    answer: Any
    note: Any
    confirm: Any
    value: str
    note_text: str
    asked: str
    source: str
    class_: str
    earlier: tuple[Earlier, ...]
    opens: bool


@dataclass(frozen=True, slots=True)
class SectionShown:
    """A heading with its questions and how many have an answer."""

    code: str
    name: str
    progress: str
    is_done: bool
    questions: tuple[QuestionShown, ...]


@dataclass(frozen=True, slots=True)
class ConsultPage:
    """The whole workspace."""

    patient_id: UUID
    may_ask: bool
    may_decide: bool
    said: SaidShown
    sections: tuple[SectionShown, ...]
    panel: PanelShown
    standing: DecisionShown | None
    earlier: tuple[DecisionShown, ...]


def consult_page(
    *,
    patient_id: UUID,
    form: Any,
    facts: rules.Facts,
    history: Sequence[AnswerFact],
    determinations: Iterable[Any],
    request: RequestFact | None,
    scores: Mapping[str, ScoreFact],
    zone: ZoneInfo,
    may_ask: bool,
    may_decide: bool,
) -> ConsultPage:
    """Put the workspace into words."""
    decisions = tuple(decision_shown(row, zone=zone) for row in determinations)
    return ConsultPage(
        patient_id=patient_id,
        may_ask=may_ask,
        may_decide=may_decide,
        said=_said(request, scores, facts.at, zone),
        sections=_sections(form, history, facts.at, zone),
        panel=panel_shown(rules.panel(facts), at=facts.at, zone=zone),
        standing=decisions[0] if decisions else None,
        earlier=decisions[1:],
    )


def _said(
    request: RequestFact | None,
    scores: Mapping[str, ScoreFact],
    at: datetime,
    zone: ZoneInfo,
) -> SaidShown:
    answers: tuple[tuple[str, str], ...] = ()
    if request is not None:
        answers = tuple(
            (question.staff_words, INTAKE_WORDS[request.answers.get(code, "")])
            for code, question in SAFETY_QUESTIONS.items()
        )
    return SaidShown(
        asked_on=day_words(request.submitted_at, zone) if request else "",
        what_brings=request.what_brings if request else "",
        answers=answers,
        scores=tuple(
            _score(scores[code], name, at, zone)
            for code, name in _INSTRUMENTS.items()
            if code in scores
        ),
    )


def _score(score: ScoreFact, name: str, at: datetime, zone: ZoneInfo) -> ScoreLine:
    total = "no total, answers missing" if score.total is None else shown(score.total)
    parts = [
        f"{letter.upper()} {'–' if value is None else value}"
        for letter, value in score.clusters.items()
    ]
    when = f"{day_words(score.occurred_at, zone)}, {age_words(score.occurred_at, at, zone)}"
    return ScoreLine(
        name, f"{total} (prorated)" if score.prorated else total, when, " · ".join(parts)
    )


def _sections(
    form: Any, history: Sequence[AnswerFact], at: datetime, zone: ZoneInfo
) -> tuple[SectionShown, ...]:
    by_code: dict[str, list[AnswerFact]] = {}
    for fact in history:
        by_code.setdefault(fact.question_code, []).append(fact)
    content = rules.screening()
    shown_sections = []
    for section in content.sections:
        mine = [question for question in content.questions if question.section == section.code]
        done = sum(question.code in by_code for question in mine)
        shown_sections.append(
            SectionShown(
                code=section.code,
                name=section.name,
                progress=f"{done} of {len(mine)} answered",
                is_done=done == len(mine),
                questions=tuple(
                    _question(question, form, by_code.get(question.code, []), at, zone)
                    for question in mine
                ),
            )
        )
    return tuple(shown_sections)


def _question(
    question: rules.Question,
    form: Any,
    given: Sequence[AnswerFact],
    at: datetime,
    zone: ZoneInfo,
) -> QuestionShown:
    last = given[-1] if given else None
    note = form.bound("note", question.code)
    return QuestionShown(
        code=question.code,
        answer=form.bound("answer", question.code),
        note=note,
        confirm=form.bound("confirm", question.code) if _is_old(last, at, zone) else None,
        value=rules.ANSWER_WORDS[last.value] if last else "Not asked yet",
        note_text=last.note if last else "",
        asked=_asked(last, at, zone),
        source=question.source,
        class_=question.class_,
        earlier=tuple(_earlier(fact, zone) for fact in reversed(given[:-1])),
        opens=bool(note.value() or note.errors),
    )


def _is_old(last: AnswerFact | None, at: datetime, zone: ZoneInfo) -> bool:
    return last is not None and age_words(last.answered_at, at, zone) != "today"


def _asked(last: AnswerFact | None, at: datetime, zone: ZoneInfo) -> str:
    if last is None:
        return ""
    when = day_words(last.answered_at, zone)
    if _is_old(last, at, zone):
        return f"From {when}, {last.by_name}. Still right?"
    return f"Today, {last.by_name}"


def _earlier(fact: AnswerFact, zone: ZoneInfo) -> Earlier:
    how = "confirmed" if fact.is_confirmed else "answered"
    return Earlier(
        words=rules.ANSWER_WORDS[fact.value],
        note=fact.note,
        by=f"{how} {day_words(fact.answered_at, zone)} by {fact.by_name}",
    )
