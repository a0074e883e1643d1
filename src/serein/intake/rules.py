"""What a request to be seen must hold, and what the front desk may do with it.

Limits and waiting times have no published source: they are clinic defaults, to be reviewed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from serein.core.findings import Finding, Weight

CLINIC_DEFAULT = "clinic default, review"

SENDINGS_PER_ADDRESS = 8
CALLS_FOR_HELP_PER_ADDRESS = 60
SENDING_WINDOW = timedelta(minutes=15)
LONGEST_WAIT = timedelta(days=730)
KEPT_SIGNS = 20_000  # of each typed field, when somebody in danger sends an unfinished form


class Answer(StrEnum):
    YES = "yes"
    NO = "no"
    RATHER_NOT = "rather_not"


ANSWER_WORDS: Mapping[str, str] = {
    Answer.YES: "Yes",
    Answer.NO: "No",
    Answer.RATHER_NOT: "Rather not say",
    "": "Not answered",
}


@dataclass(frozen=True, slots=True)
class SafetyQuestion:
    """One soft question: ``looks_at`` is the answer that a clinician wants to see first."""

    code: str
    staff_words: str
    looks_at: Answer
    because: str
    source: str


SAFETY_QUESTIONS: Mapping[str, SafetyQuestion] = {
    question.code: question
    for question in (
        SafetyQuestion(
            "heart",
            "High blood pressure or heart trouble",
            Answer.YES,
            "Blood pressure and heart history need a look: ketamine raises blood pressure.",
            "S21, S22, S30",
        ),
        SafetyQuestion(
            "psychosis",
            "Ever told: psychosis or mania",
            Answer.YES,
            "Psychosis or mania in the past needs a prescriber's look.",
            "S22",
        ),
        SafetyQuestion(
            "pregnancy",
            "Pregnant, or could be",
            Answer.YES,
            "Pregnancy needs to be clarified: trials excluded it.",
            "S3",
        ),
        SafetyQuestion(
            "substances",
            "Alcohol or drug use is a concern now",
            Answer.YES,
            "Alcohol or drug use needs a look before a series is planned.",
            "S22",
        ),
        SafetyQuestion(
            "escort",
            "An adult could take them home",
            Answer.NO,
            "No adult to take them home yet: plan an escort.",
            "S30",
        ),
    )
}


class ContactKind(StrEnum):
    PHONE = "phone"
    EMAIL = "email"


class Outcome(StrEnum):
    """What came of one try to reach the person."""

    SPOKE = "spoke"
    LEFT_MESSAGE = "left_message"
    WROTE = "wrote"
    NO_ANSWER = "no_answer"
    WRONG_NUMBER = "wrong_number"


OUTCOME_WORDS: Mapping[str, str] = {
    Outcome.SPOKE: "Spoke with the person",
    Outcome.LEFT_MESSAGE: "Left a message",
    Outcome.WROTE: "Wrote an e-mail or text",
    Outcome.NO_ANSWER: "No answer",
    Outcome.WRONG_NUMBER: "Wrong number or address",
}
_COUNTS_AS_CONTACT = frozenset({Outcome.SPOKE, Outcome.LEFT_MESSAGE, Outcome.WROTE})


def counts_as_contact(outcome: str) -> bool:
    """Tell whether a try reached the person or left word for them."""
    return outcome in _COUNTS_AS_CONTACT


def too_many(*, sent: int, is_danger: bool) -> bool:
    """Tell whether one address has sent more than the form takes in fifteen minutes.

    A call for help is allowed far more often than a plain request.
    """
    return sent >= (CALLS_FOR_HELP_PER_ADDRESS if is_danger else SENDINGS_PER_ADDRESS)


def answer_findings(answers: Mapping[str, str]) -> tuple[Finding, ...]:
    """List what a clinician should look at; silence and "rather not say" are not "no"."""
    found: list[Finding] = []
    for question in SAFETY_QUESTIONS.values():
        given = answers.get(question.code, "")
        if given == question.looks_at:
            found.append(
                Finding(question.code, Weight.NEEDS_REVIEW, question.because, question.source)
            )
        elif given not in (Answer.YES, Answer.NO):
            found.append(
                Finding(
                    f"{question.code}-unknown",
                    Weight.TO_NOTE,
                    f"{question.staff_words}: {ANSWER_WORDS[given].lower()}. Ask again.",
                    question.source,
                )
            )
    return tuple(found)


def unknown_answers(answers: Mapping[str, str]) -> tuple[str, ...]:
    """List question codes or answers that the form does not have."""
    allowed = {"", *Answer}
    return tuple(
        code
        for code, given in answers.items()
        if code not in SAFETY_QUESTIONS or given not in allowed
    )


def not_now_findings(*, reason: str, ask_again_on: date | None, today: date) -> tuple[Finding, ...]:
    """List what is missing before a request can be put off."""
    found: list[Finding] = []
    if not reason.strip():
        found.append(_stop("reason-missing", "Enter the reason."))
    if ask_again_on is None:
        found.append(_stop("date-missing", "Choose a date to ask again."))
    elif ask_again_on <= today:
        found.append(_stop("date-past", "Choose a date after today."))
    elif ask_again_on > today + LONGEST_WAIT:
        found.append(_stop("date-far", "Choose a date within two years."))
    return tuple(found)


def birth_date_findings(*, birth_date: date | None, today: date) -> tuple[Finding, ...]:
    """List why a birth date cannot be right."""
    if birth_date is None:
        return ()
    if birth_date > today:
        return (_stop("birth-ahead", "Enter a birth date in the past."),)
    if birth_date.year < today.year - 120:
        return (_stop("birth-far", "Check the birth year: it is more than 120 years ago."),)
    return ()


def split_name(name: str) -> tuple[str, str]:
    """Suggest a given and a family name; the last word is taken as the family name."""
    words = name.split()
    if not words:
        return "", ""
    if len(words) == 1:
        return words[0], ""
    return " ".join(words[:-1]), words[-1]


def queue_place(
    *, is_danger: bool, is_due: bool, state: str, submitted_at: datetime
) -> tuple[int, datetime]:
    """Order the queue: danger first, then those due to be asked again, new, contacted."""
    if is_danger:
        return 0, submitted_at
    if is_due:
        return 1, submitted_at
    return (2 if state == "new" else 3), submitted_at


def _stop(code: str, because: str) -> Finding:
    return Finding(code=code, weight=Weight.STOPS, because=because, source=CLINIC_DEFAULT)
