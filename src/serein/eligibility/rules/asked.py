"""The requirements that a clinician's answer decides, each weighed against the record."""

from __future__ import annotations

from datetime import timedelta

from serein.core.errors import Refused
from serein.eligibility.rules.content import Question, Screening
from serein.eligibility.rules.facts import Answer, AnswerValue, Facts
from serein.eligibility.rules.lines import RuleLine, Verdict
from serein.eligibility.rules.matching import allergens_matching, problems_matching

ANSWER_WORDS = {
    AnswerValue.YES: "Yes",
    AnswerValue.NO: "No",
    AnswerValue.UNKNOWN: "Not known",
    AnswerValue.NOT_APPLICABLE: "Does not apply",
}


def check_answer(question: Question, value: str, note: str) -> tuple[AnswerValue, str]:
    """Read one answer with its note.

    :raises Refused: it is no answer to this question, or its reason is missing
    """
    allowed = {item.value for item in AnswerValue} - (
        set() if question.may_not_apply else {AnswerValue.NOT_APPLICABLE.value}
    )
    if value not in allowed:
        raise Refused("Choose one of the answers.", field=f"answer_{question.code}")
    if value == AnswerValue.NOT_APPLICABLE and not note.strip():
        raise Refused("Write why this does not apply.", field=f"note_{question.code}")
    return AnswerValue(value), note.strip()


def screening_lines(facts: Facts, content: Screening) -> tuple[RuleLine, ...]:
    """Judge every screening question."""
    return tuple(_line(question, facts) for question in content.questions)


def _line(question: Question, facts: Facts) -> RuleLine:
    answer = facts.answers.get(question.code)
    against = _record_against(question, facts)
    related = tuple(
        problem.display for problem in problems_matching(question.related, facts.problems)
    )
    verdict, because = _judge(question, answer, against, related, facts)
    conflict = bool(against) or bool(answer and _newer_signal(question, answer, facts))
    return RuleLine(
        code=question.code,
        name=question.requires,
        verdict=verdict,
        fact=_fact(answer, against or related, _said(question, facts)),
        fact_at=answer.answered_at if answer else None,
        source=question.source,
        because=because,
        weight=question.weight,
        fact_source=_fact_source(answer, against or related),
        section=question.section,
        is_conflict=conflict and verdict is Verdict.UNKNOWN,
    )


def _judge(
    question: Question,
    answer: Answer | None,
    against: tuple[str, ...],
    related: tuple[str, ...],
    facts: Facts,
) -> tuple[Verdict, str]:
    """Return the verdict and its sentence. A stated concern always counts, however old."""
    if answer is None:
        return Verdict.UNKNOWN, _ask(against or related)
    if answer.value is AnswerValue.UNKNOWN:
        return Verdict.UNKNOWN, f"Find out: answered “not known”.{_quoted(answer.note)}"
    if is_concern(question, answer.value):
        return Verdict.NOT_MET, f"{question.concern}.{_quoted(answer.note)}"
    if against:
        return Verdict.UNKNOWN, (
            f"Resolve the conflict: answered “{ANSWER_WORDS[answer.value].lower()}”, "
            f"but the record lists {_listed(against)}."
        )
    if facts.at - answer.answered_at > timedelta(days=question.valid_days):
        return Verdict.UNKNOWN, (f"Ask again: the answer is older than {question.valid_days} days.")
    newer = _newer_signal(question, answer, facts)
    if newer:
        return Verdict.UNKNOWN, newer
    return _weighed(question, answer, related)


def _weighed(question: Question, answer: Answer, related: tuple[str, ...]) -> tuple[Verdict, str]:
    if answer.value is AnswerValue.NOT_APPLICABLE:
        if not question.may_not_apply or not answer.note.strip():
            return Verdict.UNKNOWN, "Write why this does not apply."
        return Verdict.MET, f"Does not apply:{_quoted(answer.note)}"
    if related and not answer.note.strip():
        return Verdict.UNKNOWN, (
            f"Write a note on how {_listed(related)} was weighed: the record lists it as active."
        )
    if related:
        return Verdict.MET, f"The record lists {_listed(related)}; weighed:{_quoted(answer.note)}"
    return Verdict.MET, f"Asked: {_lower(question.requires)}."


def _newer_signal(question: Question, answer: Answer, facts: Facts) -> str:
    """Say what the patient reported after the answer was given, if it touches the question."""
    if question.code != "suicide_risk":
        return ""
    for measure in facts.measures:
        if measure.item_9 and measure.occurred_at > answer.answered_at:
            return (
                f"Ask about suicide today: PHQ-9 item 9 was answered {measure.item_9} "
                "after this was last asked."
            )
    return ""


def _record_against(question: Question, facts: Facts) -> tuple[str, ...]:
    problems = problems_matching(question.contradicts, facts.problems)
    allergies = allergens_matching(question.contradicts, facts.allergens)
    return tuple(problem.display for problem in problems) + tuple(
        f"allergy: {text}" for text in allergies
    )


def is_concern(question: Question, value: AnswerValue) -> bool:
    """Say whether an answer states the concern that a question asks about."""
    unsafe = AnswerValue.NO if question.safe is AnswerValue.YES else AnswerValue.YES
    return value is unsafe


def _ask(found: tuple[str, ...]) -> str:
    if found:
        return f"Ask: the record lists {_listed(found)}."
    return "Ask this at the consult."


def _said(question: Question, facts: Facts) -> tuple[str, ...]:
    return tuple(item.text for item in facts.said if item.code in question.said)


def _fact(answer: Answer | None, found: tuple[str, ...], said: tuple[str, ...]) -> str:
    parts = [f"Answer: {ANSWER_WORDS[answer.value].lower()}" if answer else "Not asked"]
    if found:
        parts.append(f"Record: {_listed(found)}")
    if said:
        parts.append(f"The patient wrote: {_listed(said)}")
    return ". ".join(parts)


def _fact_source(answer: Answer | None, found: tuple[str, ...]) -> str:
    parts = [f"asked by {answer.by_name}"] if answer else []
    if found:
        parts.append("problem list")
    return " and ".join(parts)


def _listed(items: tuple[str, ...]) -> str:
    seen = tuple(dict.fromkeys(items))
    return "; ".join(seen)


def _quoted(note: str) -> str:
    return f" “{note.strip()}”" if note.strip() else ""


def _lower(text: str) -> str:
    if text[:2].isupper():
        return text
    return text[:1].lower() + text[1:]
