"""What the pages about questionnaires say, in finished words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from serein.assessments.rules import (
    GATE,
    INSTRUMENTS,
    RESPONDENT_WORDS,
    SAFE_NOW_WORDS,
    Respondent,
    SafeNow,
    cut_off_for,
)
from serein.assessments.states import InvitationState, ResponseState
from serein.core.clinic_time import clock

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID
    from zoneinfo import ZoneInfo

    from django.forms import BoundField

    from serein.assessments.forms import ResponseForm
    from serein.assessments.queries import InvitationFact, ResponseFact, ScoreFact
    from serein.assessments.rules import Instrument

PROVISIONAL_WORDS: Mapping[str, tuple[str, str]] = {
    "yes": ("look", "Pattern met"),
    "no": ("plain", "Pattern not met"),
    "indeterminate": ("wait", "Not known"),
}
HOW_SHORT: Mapping[Respondent, str] = {
    Respondent.PATIENT: "By the patient",
    Respondent.STAFF: "Asked by staff",
    Respondent.PHONE: "By telephone",
}
BLANK_WORDS = "Left blank"


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One result in a list."""

    response_id: UUID
    when: str
    total: str
    tone: str
    note: str
    answered: str
    clusters: str
    provisional_tone: str
    provisional: str
    how: str


@dataclass(frozen=True, slots=True)
class Series:
    """All results of one questionnaire."""

    code: str
    title: str
    recall_period: str
    range_words: str
    cut_off: str
    has_clusters: bool
    has_provisional: bool
    lines: tuple[ScoreLine, ...]
    count_words: str


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """One question with its answer, and those given before it."""

    number: str
    text: str
    answer: str
    is_missing: bool
    before: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ResponsePage:
    """One questionnaire, whole."""

    title: str
    state_tone: str
    state: str
    stem: str
    facts: tuple[tuple[str, str], ...]
    answers: tuple[GivenAnswer, ...]
    missing: str
    signal: str
    may_mark: bool
    error_reason: str
    score_note: str


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """One question of the form that staff fill in."""

    field: BoundField
    number: str
    text: str
    heading: str


@dataclass(frozen=True, slots=True)
class LinkLine:
    """One personal link in a list."""

    invitation_id: UUID
    patient_id: UUID
    patient_name: str
    title: str
    tone: str
    state: str
    detail: str
    may_withdraw: bool
    response_id: UUID | None


def moment_words(at: datetime, zone: ZoneInfo) -> str:
    """Say a moment in the clinic's own time."""
    return f"{at.astimezone(zone):%-d %b %Y}, {clock(at, zone)}"


def total_words(fact: ScoreFact, instrument: Instrument) -> str:
    """Say a total with its range; what is not known is said to be so."""
    if fact.total is None:
        return "No total"
    return f"{fact.total} of {instrument.highest_total}"


def series_of(scores: Sequence[ScoreFact], *, sex: str, zone: ZoneInfo) -> tuple[Series, ...]:
    """Group a patient's results by questionnaire, newest first within each."""
    found = []
    for form in INSTRUMENTS.values():
        own = [fact for fact in scores if fact.instrument_code == form.code]
        cut_off = cut_off_for(instrument=form, sex=sex)
        found.append(
            Series(
                code=form.code,
                title=form.short_title,
                recall_period=form.recall_period,
                range_words=f"0 to {form.highest_total}",
                cut_off=f"cut-off {cut_off.at_least}" if cut_off else "",
                has_clusters=bool(form.clusters),
                has_provisional=form.provisional is not None,
                lines=tuple(_line(fact, form, zone) for fact in reversed(own)),
                count_words=_count_words(own),
            )
        )
    return tuple(found)


def response_page(fact: ResponseFact, *, sex: str, zone: ZoneInfo) -> ResponsePage:
    """Say everything about one questionnaire: result, answers, and what was changed."""
    form = fact.instrument
    state = {
        ResponseState.OPEN: ("wait", "Begun, not sent"),
        ResponseState.SENT: ("done", "Sent"),
        ResponseState.IN_ERROR: ("act", "Marked as wrong: it does not count"),
    }[fact.state]
    facts = [
        ("Filled in", moment_words(fact.occurred_at, zone)),
        ("How", _how(fact.respondent)),
        ("Recorded by", f"{fact.by_name}, {moment_words(fact.recorded_at, zone)}"),
    ]
    if fact.score is not None:
        facts[:0] = _score_facts(fact.score, form, sex)
    if fact.safe_now is not None:
        facts.append(("“Are you safe right now?”", SAFE_NOW_WORDS[SafeNow(fact.safe_now)]))
    missing = fact.score.missing if fact.score is not None else ()
    return ResponsePage(
        title=form.short_title,
        state_tone=state[0],
        state=state[1],
        stem=form.stem,
        facts=tuple(facts),
        answers=tuple(_given(fact, number) for number in form.numbers),
        missing=_missing_words(missing, len(form.items)),
        signal=_signal_words(fact),
        may_mark=fact.state is not ResponseState.IN_ERROR,
        error_reason=fact.error_reason,
        score_note=_score_note(fact.score),
    )


def recorded_words(fact: ResponseFact) -> str:
    """Say what was saved, and that a clinician has been told where it matters."""
    result = total_words(fact.score, fact.instrument) if fact.score is not None else "not scored"
    told = " A safety task is open for a clinician." if _signal_words(fact) else ""
    return f"{fact.instrument.short_title} saved: {result[0].lower()}{result[1:]}.{told}"


def question_rows(form: ResponseForm) -> tuple[QuestionRow, ...]:
    """Pair each question of a form with its row of answers; a heading where a cluster begins."""
    instrument = form.instrument
    rows = []
    for number in instrument.numbers:
        cluster = instrument.cluster_of(number)
        begins = cluster is not None and cluster.items[0] == number
        rows.append(
            QuestionRow(
                field=form[f"q{number}"],
                number="" if number == GATE else str(number),
                text=instrument.text_for(number),
                heading=f"{cluster.code.upper()}. {cluster.name}" if cluster and begins else "",
            )
        )
    return tuple(rows)


def link_lines(
    facts: Sequence[InvitationFact], *, at: datetime, zone: ZoneInfo
) -> tuple[LinkLine, ...]:
    """Say where each personal link stands."""
    return tuple(_link_line(fact, at, zone) for fact in facts)


def _how(respondent: str) -> str:
    return RESPONDENT_WORDS[Respondent(respondent)]


def _line(fact: ScoreFact, form: Instrument, zone: ZoneInfo) -> ScoreLine:
    asked = len(form.items)
    tone, provisional = PROVISIONAL_WORDS.get(fact.provisional or "", ("", ""))
    return ScoreLine(
        response_id=fact.response_id,
        when=moment_words(fact.occurred_at, zone),
        total=total_words(fact, form),
        tone="look" if fact.inconsistent else "stale" if fact.prorated else "wait",
        note=_short_note(fact),
        answered=f"{asked - len(fact.missing)} of {asked}",
        clusters=", ".join(
            f"{code.upper()} {'not known' if value is None else value}"
            for code, value in fact.clusters.items()
        ),
        provisional_tone=tone,
        provisional=provisional,
        how="By personal link" if fact.by_link else HOW_SHORT[Respondent(fact.respondent)],
    )


def _short_note(fact: ScoreFact) -> str:
    if fact.inconsistent:
        return "First answer is no, yet items are answered"
    if fact.prorated:
        return "Prorated"
    return "Answers missing" if fact.total is None else ""


def _count_words(own: Sequence[ScoreFact]) -> str:
    if not own:
        return "None yet"
    without = sum(fact.total is None for fact in own)
    words = f"{len(own)} recorded"
    return f"{words}, {without} without a total" if without else words


def _score_facts(score: ScoreFact, form: Instrument, sex: str) -> list[tuple[str, str]]:
    found = [("Total", total_words(score, form))]
    cut_off = cut_off_for(instrument=form, sex=sex)
    if cut_off is not None and score.total is not None:
        place = "At or above" if score.total >= cut_off.at_least else "Below"
        found.append(("Cut-off", f"{place} {cut_off.at_least}. Source: {cut_off.source}."))
    for cluster in form.clusters:
        value = score.clusters.get(cluster.code)
        highest = len(cluster.items) * form.permitted[-1]
        words = "Not known: answers missing" if value is None else f"{value} of {highest}"
        found.append((f"{cluster.code.upper()}. {cluster.name}", words))
    if score.provisional:
        words = PROVISIONAL_WORDS[score.provisional][1]
        found.append(("Symptom pattern of PTSD", f"{words}. This is not a diagnosis."))
    return found


def _score_note(score: ScoreFact | None) -> str:
    if score is None:
        return ""
    if score.inconsistent:
        return "The first question was answered no, and yet items are answered. Scored 0."
    if score.prorated:
        return (
            "The total is an estimate from the answers given (mean times items). "
            "It is not used for reliable change. Source: clinic default, review."
        )
    if score.total is None:
        return "There is no total: too many answers are missing. A missing answer is never zero."
    return ""


def _missing_words(missing: Sequence[int], count: int) -> str:
    if not missing:
        return ""
    numbers = ", ".join(str(number) for number in missing)
    return f"{count - len(missing)} of {count} answered. Missing: {numbers}."


def _signal_words(fact: ResponseFact) -> str:
    signal = fact.instrument.signal
    if signal is None:
        return ""
    highest = max((a.value or 0 for a in fact.given if a.number == signal.item), default=0)
    if not highest:
        return ""
    words = fact.instrument.label_for(highest)
    return f"Item {signal.item} was answered “{words}”. A safety task was opened for it."


def _given(fact: ResponseFact, number: int) -> GivenAnswer:
    form = fact.instrument
    history = [answer for answer in fact.given if answer.number == number]
    words = [BLANK_WORDS if a.value is None else _answer_words(form, a.value) for a in history]
    return GivenAnswer(
        number="" if number == GATE else str(number),
        text=form.text_for(number),
        answer=words[-1] if words else "Not reached",
        is_missing=not history or history[-1].value is None,
        before=tuple(words[:-1]),
    )


def _answer_words(form: Instrument, value: int) -> str:
    return f"{value} {form.label_for(value)}"


def _link_line(fact: InvitationFact, at: datetime, zone: ZoneInfo) -> LinkLine:
    tone, state, detail = _link_state(fact, at, zone)
    return LinkLine(
        invitation_id=fact.invitation_id,
        patient_id=fact.patient_id,
        patient_name=fact.patient_name,
        title=fact.instrument.short_title,
        tone=tone,
        state=state,
        detail=detail,
        may_withdraw=fact.state in {InvitationState.OPEN, InvitationState.ASKED_AGAIN},
        response_id=fact.response_id,
    )


def _link_state(fact: InvitationFact, at: datetime, zone: ZoneInfo) -> tuple[str, str, str]:
    made = f"Made by {fact.by_name}, {moment_words(fact.invited_at, zone)}."
    if fact.state is InvitationState.USED:
        return "done", "Answered and sent", made
    if fact.state is InvitationState.ASKED_AGAIN and fact.asked_again_at is not None:
        asked = moment_words(fact.asked_again_at, zone)
        return "look", "New link asked for", f"Asked {asked}."
    if fact.state is InvitationState.REPLACED:
        return "plain", "Replaced by a newer link", made
    if fact.state is InvitationState.WITHDRAWN:
        return "plain", "Withdrawn", made
    asked_count = len(fact.instrument.numbers)
    reached = f"{fact.answered} of {asked_count} reached." if fact.answered else "Not begun."
    if fact.is_open(at):
        return "wait", "Open", f"{reached} Until {moment_words(fact.expires_at, zone)}. {made}"
    return "stale", "Ran out", f"{reached} On {moment_words(fact.expires_at, zone)}. {made}"
