"""What each page of a personal link says, in finished words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from serein.assessments.rules import GATE, Gate, asked, minutes_for

if TYPE_CHECKING:
    from serein.assessments.rules import Instrument

Answers = Mapping[int, int | None]


@dataclass(frozen=True, slots=True)
class StartPage:
    """The first page."""

    greeting: str
    length: str
    instructions: str
    begun: str
    button: str
    step: int
    credit: str


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """One question."""

    title: str
    progress: str
    done: int
    count: int
    stem: str
    text: str
    gate: Gate | None
    was_blank: bool
    previous: int


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One answer on the page that checks them."""

    step: int
    number: str
    text: str
    answer: str
    is_blank: bool


@dataclass(frozen=True, slots=True)
class CheckPage:
    """All answers before they are sent."""

    stem: str
    lines: tuple[AnswerLine, ...]
    blank: str
    may_send: bool
    last_step: int


def start_page(*, instrument: Instrument, answers: Answers, called: str) -> StartPage:
    """Greet, say how long it takes, and where the person left off."""
    numbers = asked(instrument=instrument, answers=answers)
    left = [number for number in numbers if number not in answers]
    if answers:
        questions = ngettext("%(count)s question left", "%(count)s questions left", len(left))
    else:
        questions = ngettext("%(count)s question", "%(count)s questions", len(left))
    questions %= {"count": len(left)}
    minutes = _minutes(instrument, len(left))
    begun = ""
    if answers:
        begun = _("Welcome back. Your answers so far are kept: %(done)s of %(count)s.") % {
            "done": len(numbers) - len(left),
            "count": len(numbers),
        }
    return StartPage(
        greeting=_("Hello %(name)s") % {"name": called},
        length=_("%(questions)s, %(minutes)s.") % {"questions": questions, "minutes": minutes},
        instructions=instrument.instructions,
        begun=begun,
        button=_("Go on") if answers else _("Start"),
        step=numbers.index(left[0]) + 1 if left else 0,
        credit=f"{instrument.title}. {instrument.citation} {instrument.licence_note}",
    )


def question_page(*, instrument: Instrument, step: int, answers: Answers) -> QuestionPage:
    """Say one question, how far along it is, and how long the rest takes."""
    count = len(instrument.numbers)
    number = instrument.numbers[step - 1]
    progress = _("Question %(step)s of %(count)s, %(minutes)s") % {
        "step": step,
        "count": count,
        "minutes": _minutes(instrument, count - step + 1),
    }
    return QuestionPage(
        title=_("Question %(step)s of %(count)s") % {"step": step, "count": count},
        progress=progress,
        done=step - 1,
        count=count,
        stem="" if number == GATE else instrument.stem,
        text=instrument.text_for(number),
        gate=instrument.gate if number == GATE else None,
        was_blank=number in answers and answers[number] is None,
        previous=step - 1,
    )


def check_page(*, instrument: Instrument, answers: Answers) -> CheckPage:
    """List every answer before it is sent, and say plainly what is blank."""
    numbers = asked(instrument=instrument, answers=answers)
    lines = tuple(
        AnswerLine(
            step=step,
            number=str(step),
            text=instrument.text_for(number),
            answer=_answer(instrument, answers, number),
            is_blank=answers.get(number) is None,
        )
        for step, number in enumerate(numbers, start=1)
    )
    blank = sum(line.is_blank for line in lines)
    words = ngettext(
        "%(count)s question is blank. A blank question counts as missing, and there may be no score.",
        "%(count)s questions are blank. A blank question counts as missing, and there may be no score.",
        blank,
    )
    return CheckPage(
        stem=instrument.stem,
        lines=lines,
        blank=words % {"count": blank} if blank else "",
        may_send=blank < len(lines),
        last_step=len(numbers),
    )


def _minutes(instrument: Instrument, questions: int) -> str:
    minutes = minutes_for(instrument=instrument, questions=questions)
    return ngettext("about %(count)s minute", "about %(count)s minutes", minutes) % {
        "count": minutes
    }


def _answer(instrument: Instrument, answers: Answers, number: int) -> str:
    if number not in answers:
        return _("Not answered yet")
    value = answers[number]
    return _("Left blank") if value is None else instrument.label_for(value)
