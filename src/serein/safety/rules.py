"""How fast a safety signal must be answered, and which side effects are asked about.

Deadlines and re-ask times have no published source: they are clinic defaults, to be reviewed by
the medical director, who may tighten them. Side effects: docs/science/references.md (S17, S30, S55).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from enum import StrEnum

from serein.core.findings import Finding, Weight

CLINIC_DEFAULT = "clinic default, review"


class Level(StrEnum):
    """How soon a clinician must answer."""

    S1 = "s1"
    S2 = "s2"
    S3 = "s3"


LEVEL_WORDS: Mapping[Level, str] = {
    Level.S3: "Now",
    Level.S2: "Today",
    Level.S1: "Next working day",
}

ANSWER_WITHIN: Mapping[Level, timedelta] = {
    Level.S3: timedelta(minutes=5),
    Level.S2: timedelta(minutes=60),
}
MORNING_LIST = time(10, 0)  # S1 is answered by this hour, local time, on the next working day
SATURDAY = 5

LEVEL_BY_ITEM_9: Mapping[int, Level | None] = {0: None, 1: Level.S1, 2: Level.S2, 3: Level.S3}

MAY_CLOSE_UNREACHED = frozenset({"prescriber", "medical_director"})


class Reached(StrEnum):
    """Whom a clinician spoke with before the task was closed."""

    PERSON = "person"
    SOMEONE_WITH_THEM = "someone_with_them"
    NOBODY = "nobody"


class AttemptOutcome(StrEnum):
    """What came of one try to reach the person."""

    SPOKE = "spoke"
    LEFT_MESSAGE = "left_message"
    NO_ANSWER = "no_answer"
    WRONG_NUMBER = "wrong_number"


ATTEMPT_WORDS: Mapping[AttemptOutcome, str] = {
    AttemptOutcome.SPOKE: "Spoke with the person",
    AttemptOutcome.LEFT_MESSAGE: "Left a message to call back",
    AttemptOutcome.NO_ANSWER: "No answer",
    AttemptOutcome.WRONG_NUMBER: "Wrong number",
}
REACHED_WORDS: Mapping[Reached, str] = {
    Reached.PERSON: "Yes, the person",
    Reached.SOMEONE_WITH_THEM: "Someone who is with them",
    Reached.NOBODY: "Nobody (a prescriber decides)",
}


@dataclass(frozen=True, slots=True)
class Closing:
    """What a clinician states when they close a safety task."""

    level: Level
    role: str
    may_close: bool
    reached: str
    finding_text: str
    next_step: str


@dataclass(frozen=True, slots=True)
class SideEffectKind:
    """A side effect that is asked about by name."""

    code: str
    words: str
    is_emergency: bool = False


SIDE_EFFECTS: Mapping[str, SideEffectKind] = {
    kind.code: kind
    for kind in (
        SideEffectKind("dizziness", "Dizziness"),
        SideEffectKind("nausea", "Nausea"),
        SideEffectKind("vomiting", "Vomiting"),
        SideEffectKind("visual_change", "Blurred or double vision"),
        SideEffectKind("dissociation", "Feeling far away or unreal"),
        SideEffectKind("anxiety", "Anxiety or panic"),
        SideEffectKind("headache", "Headache"),
        SideEffectKind("sedation", "Very sleepy"),
        SideEffectKind("palpitations", "Racing or uneven heartbeat"),
        SideEffectKind("infiltration", "Swelling or pain at the IV"),
        SideEffectKind("allergic", "Allergic reaction", is_emergency=True),
        SideEffectKind("chest_pain", "Chest pain", is_emergency=True),
        SideEffectKind("syncope", "Fainting", is_emergency=True),
        SideEffectKind("seizure", "Seizure", is_emergency=True),
        SideEffectKind("other", "Something else"),
    )
}

SEVERITY_WORDS: Mapping[int, str] = {
    0: "not there",
    1: "mild",
    2: "moderate: limits what they can do",
    3: "severe: cannot go on",
}

ASK_AGAIN_AFTER: Mapping[int, timedelta] = {
    3: timedelta(minutes=5),
    2: timedelta(minutes=10),
    1: timedelta(minutes=15),
}


def due_at(level: str, at: datetime, zone: tzinfo = UTC) -> datetime:
    """Say when a task of this level must have been answered.

    S3 and S2 count minutes from ``at``; S1 is due on the morning of the next working day
    (Monday to Friday) in the clinic's own ``zone``.

    :raises ValueError: the level is not s1, s2 or s3, or ``at`` has no zone
    """
    if at.tzinfo is None:
        raise ValueError("at must carry a time zone")
    known = Level(level)
    if known in ANSWER_WITHIN:
        return at + ANSWER_WITHIN[known]
    day = at.astimezone(zone).date() + timedelta(days=1)
    while day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    return datetime.combine(day, MORNING_LIST, tzinfo=zone).astimezone(UTC)


def level_for_item_9(value: int | None) -> Level | None:
    """Rank an answer to item 9 of the PHQ-9; an unanswered item is no signal by itself.

    :raises ValueError: the answer is not 0, 1, 2 or 3
    """
    if value is None:
        return None
    if value not in LEVEL_BY_ITEM_9:
        raise ValueError("item 9 is answered with 0, 1, 2 or 3")
    return LEVEL_BY_ITEM_9[value]


def is_overdue(*, state: str, due: datetime, at: datetime) -> bool:
    """Tell whether nobody has answered an open task by its deadline."""
    return state == "open" and at > due


def closing_findings(closing: Closing) -> tuple[Finding, ...]:
    """List what still keeps a safety task from being closed."""
    found: list[Finding] = []
    if not closing.may_close:
        found.append(_stop("not-licensed", "Ask a licensed clinician to close this task."))
    if closing.reached not in set(Reached):
        found.append(_stop("reached-missing", "Choose whom you reached."))
    if not closing.finding_text.strip():
        found.append(_stop("finding-missing", "Enter what you found."))
    if not closing.next_step.strip():
        found.append(_stop("next-step-missing", "Enter the next step."))
    if (
        closing.reached == Reached.NOBODY
        and closing.level is not Level.S1
        and closing.role not in MAY_CLOSE_UNREACHED
    ):
        found.append(
            _stop("nobody-reached", "Ask a prescriber to decide: nobody has been reached yet.")
        )
    return tuple(found)


def ask_again_at(*, severity: int, asked_at: datetime) -> datetime | None:
    """Say when to ask about a side effect again; None once it is gone.

    :raises ValueError: severity is not 0 to 3
    """
    if severity not in SEVERITY_WORDS:
        raise ValueError("severity is 0, 1, 2 or 3")
    wait = ASK_AGAIN_AFTER.get(severity)
    return None if wait is None else asked_at + wait


def side_effect_findings(
    *, code: str, severity: int, onset_at: datetime, at: datetime
) -> tuple[Finding, ...]:
    """List what is wrong with a side effect as it is about to be recorded."""
    found: list[Finding] = []
    if code not in SIDE_EFFECTS:
        found.append(_stop("unknown-effect", "Choose a side effect from the list."))
    if severity not in SEVERITY_WORDS:
        found.append(_stop("severity-range", "Choose how strong it is, from 0 to 3."))
    if onset_at > at:
        found.append(_stop("onset-ahead", "Enter a start time that is not in the future."))
    if not found and severity and SIDE_EFFECTS[code].is_emergency:
        found.append(
            Finding(
                code="emergency-effect",
                weight=Weight.NEEDS_REVIEW,
                because=f"{SIDE_EFFECTS[code].words} needs the prescriber at the chair now.",
                source="S30; " + CLINIC_DEFAULT,
            )
        )
    return tuple(found)


def _stop(code: str, because: str) -> Finding:
    return Finding(code=code, weight=Weight.STOPS, because=because, source=CLINIC_DEFAULT)
