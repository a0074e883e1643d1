from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from serein.core.clinic_time import clock, days_ago, local_day
from serein.core.findings import Finding, Weight
from serein.intake import rules
from serein.intake.rules import ANSWER_WORDS, OUTCOME_WORDS, SAFETY_QUESTIONS, ContactKind
from serein.intake.states import RequestState
from serein.patients.rules.contacts import shown_phone

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID
    from zoneinfo import ZoneInfo

    from serein.intake.queries import AttemptFact, QueueLine, RequestFact, SendingFact, StepFact

STATE_WORDS = {
    RequestState.NEW: ("look", "New"),
    RequestState.CONTACTED: ("wait", "Contacted"),
    RequestState.ACCEPTED: ("done", "Accepted"),
    RequestState.NOT_NOW: ("plain", "Not now"),
}
NO_NAME = "No name yet"
_TYPED_WORDS = {
    "name": "Name",
    "contact": "Contact",
    "may_leave_message": "May we leave a message",
    "what_brings": "What brings you",
    "birth_date": "Birth date",
    **{code: question.staff_words for code, question in SAFETY_QUESTIONS.items()},
}


@dataclass(frozen=True, slots=True)
class Badge:
    """A word with its tone."""

    tone: str
    text: str


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One request in the list."""

    request_id: UUID
    name: str
    contact: str
    badge: Badge
    to_look_at: str
    asked: str
    tries: str
    ago: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """A label and what stands beside it."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of what happened: the word, the note, by whom and when."""

    word: str
    note: str
    who: str
    when: str


@dataclass(frozen=True, slots=True)
class Typed:
    """Everything that one press of a button sent, as typed."""

    title: str
    pairs: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class RequestPage:
    """One request with all its answers and what may be done."""

    request_id: UUID
    patient_id: UUID | None
    name: str
    lead: str
    badge: Badge
    is_danger: bool
    call: str
    facts: tuple[Pair, ...]
    what_brings: str
    answers: tuple[Pair, ...]
    findings: tuple[Finding, ...]
    log: tuple[LogLine, ...]
    sendings: tuple[Typed, ...]
    can_work: bool
    can_reopen: bool
    booking_url: str
    messages_url: str


def queue_rows(lines: Sequence[QueueLine], *, at: datetime, zone: ZoneInfo) -> tuple[QueueRow, ...]:
    """Write the lines of the queue."""
    return tuple(_queue_row(line, at=at, zone=zone) for line in lines)


def later_rows(requests: Sequence[RequestFact], *, zone: ZoneInfo) -> tuple[QueueRow, ...]:
    """Write the requests that were put off, with the day to ask again."""
    return tuple(
        QueueRow(
            request_id=asked.request_id,
            name=asked.name or NO_NAME,
            contact=contact_words(asked),
            badge=_badge(asked),
            to_look_at="",
            asked=f"Ask again on {asked.ask_again_date:%-d %B %Y}"
            if asked.ask_again_date
            else when(asked.submitted_at, zone),
            tries="",
        )
        for asked in requests
    )


def request_page(
    asked: RequestFact,
    *,
    attempts: Sequence[AttemptFact],
    steps: Sequence[StepFact],
    sendings: Sequence[SendingFact],
    has_open_task: bool,
    clinician: str,
    zone: ZoneInfo,
    first_visit: datetime | None = None,
    booking_url: str = "",
    messages_url: str = "",
) -> RequestPage:
    """Write one request. ``booking_url`` is where the person may choose a time for a first visit."""
    visit = when(first_visit, zone) if first_visit else "Not booked yet"
    is_open = asked.state in (RequestState.NEW, RequestState.CONTACTED)
    return RequestPage(
        request_id=asked.request_id,
        patient_id=asked.patient_id,
        name=asked.name or NO_NAME,
        lead=f"Asked on {when(asked.submitted_at, zone)}",
        badge=_badge(asked),
        is_danger=asked.danger_at is not None,
        call=f"Call {clinician or 'a clinician'} now." if has_open_task else "",
        facts=(*request_facts(asked), Pair("First visit", visit)),
        what_brings=asked.what_brings,
        answers=answer_pairs(asked),
        findings=_findings(asked),
        log=_log(attempts, steps, zone),
        sendings=tuple(_typed(sending, zone) for sending in sendings)
        if asked.danger_at is not None or len(sendings) > 1
        else (),
        can_work=is_open,
        can_reopen=asked.state is RequestState.NOT_NOW,
        booking_url="" if first_visit else booking_url,
        messages_url=messages_url,
    )


def request_facts(asked: RequestFact) -> tuple[Pair, ...]:
    """Write who asks and how to reach them."""
    leave = {True: "Yes", False: "No", None: "Not answered"}[asked.may_leave_message]
    facts = [
        Pair("Contact", contact_words(asked)),
        Pair("Leave a message", leave),
        Pair("Birth date", f"{asked.birth_date:%-d %B %Y}" if asked.birth_date else "Not given"),
    ]
    if asked.ask_again_date is not None:
        facts.append(Pair("Ask again on", f"{asked.ask_again_date:%-d %B %Y}"))
    return tuple(facts)


def answer_pairs(asked: RequestFact) -> tuple[Pair, ...]:
    """Write the five answers."""
    return tuple(
        Pair(question.staff_words, ANSWER_WORDS[asked.answers.get(code, "")])
        for code, question in SAFETY_QUESTIONS.items()
    )


def contact_words(asked: RequestFact) -> str:
    """Write the contact as people read it."""
    if asked.contact_kind == ContactKind.PHONE:
        return shown_phone(asked.contact_value)
    return asked.contact_value or "None given yet"


def when(at: datetime, zone: ZoneInfo) -> str:
    """Write a moment by the clinic's clock."""
    return f"{at.astimezone(zone):%-d %b %Y}, {clock(at, zone)}"


def _queue_row(line: QueueLine, *, at: datetime, zone: ZoneInfo) -> QueueRow:
    asked = line.request
    found = rules.answer_findings(asked.answers)
    concerns = [one for one in found if one.weight is Weight.NEEDS_REVIEW]
    return QueueRow(
        request_id=asked.request_id,
        name=asked.name or NO_NAME,
        contact=contact_words(asked),
        badge=Badge("wait", "Ask again") if line.is_due else _badge(asked),
        to_look_at=f"{len(concerns)} to look at" if concerns else "None",
        asked=when(asked.submitted_at, zone),
        tries=_tries(line.attempts),
        ago=_days_ago(asked.submitted_at, at, zone),
    )


def _findings(asked: RequestFact) -> tuple[Finding, ...]:
    """Keep each concern; say in one line what was left open."""
    found = rules.answer_findings(asked.answers)
    concerns = tuple(one for one in found if one.weight is Weight.NEEDS_REVIEW)
    if len(concerns) == len(found):
        return concerns
    because = "Ask again what is not answered. Silence is not a no."
    return (*concerns, Finding("unanswered", Weight.TO_NOTE, because, rules.CLINIC_DEFAULT))


def _badge(asked: RequestFact) -> Badge:
    is_open = asked.state in (RequestState.NEW, RequestState.CONTACTED)
    if asked.danger_at is not None and is_open:
        return Badge("act", "In danger")
    return Badge(*STATE_WORDS[asked.state])


def _days_ago(then: datetime, at: datetime, zone: ZoneInfo) -> str:
    return days_ago((local_day(at, zone) - local_day(then, zone)).days)


def _tries(count: int) -> str:
    return {0: "None yet", 1: "1 try"}.get(count, f"{count} tries")


def _log(
    attempts: Sequence[AttemptFact], steps: Sequence[StepFact], zone: ZoneInfo
) -> tuple[LogLine, ...]:
    lines = [
        (attempt.at, 1, LogLine(
            OUTCOME_WORDS[attempt.outcome], attempt.note, attempt.by_name, when(attempt.at, zone)
        ))
        for attempt in attempts
    ] + [
        (step.at, 0, LogLine(
            _step_word(step.to_state), step.reason, step.by_name, when(step.at, zone)
        ))
        for step in steps
        if step.to_state is not RequestState.CONTACTED
    ]  # fmt: skip
    return tuple(line for _, _, line in sorted(lines, key=lambda item: item[:2], reverse=True))


def _step_word(state: RequestState) -> str:
    return "Taken up again" if state is RequestState.NEW else STATE_WORDS[state][1]


def _typed(sending: SendingFact, zone: ZoneInfo) -> Typed:
    button = "“I am in danger now”" if sending.is_danger else "“Send”"
    return Typed(
        title=f"Pressed {button}, {when(sending.sent_at, zone)}",
        pairs=tuple(
            Pair(words, sending.typed[name])
            for name, words in _TYPED_WORDS.items()
            if sending.typed.get(name)
        ),
    )
