"""From answers to a score, exactly, and never with a zero in the place of an answer not given.

Sources: the scoring block of each questionnaire file in `content/`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction

from serein.assessments.rules.instruments import GATE, CutOff, Instrument, MissingRule

TENTH = Decimal("0.1")


class Provisional(StrEnum):
    """Whether the answers alone meet the symptom pattern of PTSD. It is no diagnosis."""

    YES = "yes"
    NO = "no"
    INDETERMINATE = "indeterminate"


class AnswerNotPermitted(ValueError):
    """An answer names no question of the form, or is none of its anchors."""

    def __init__(self, *, instrument: Instrument, number: int, value: object) -> None:
        self.number = number
        self.value = value
        choices = ", ".join(str(choice) for choice in instrument.permitted)
        super().__init__(
            f"Correct question {number}: {value!r} is not one of {choices}."
            if number in instrument.numbers
            else f"Leave out question {number}: {instrument.short_title} has no such question."
        )


@dataclass(frozen=True, slots=True)
class Score:
    """`missing` lists the items that were to be answered and were not.

    `inconsistent` marks a form whose gate was answered "no" while items were filled in.
    """

    total: Decimal | None
    prorated: bool
    clusters: Mapping[str, int | None]
    provisional: Provisional | None
    missing: tuple[int, ...]
    inconsistent: bool = False

    @property
    def may_enter_change(self) -> bool:
        """A prorated total is an estimate: it is shown, and kept out of reliable change."""
        return self.total is not None and not self.prorated


def check_answers(*, instrument: Instrument, answers: Mapping[int, int | None]) -> None:
    """Refuse an answer that the form does not offer.

    :raises AnswerNotPermitted: an unknown question, or a value that is no anchor
    """
    numbers = instrument.numbers
    for number, value in answers.items():
        if number not in numbers:
            raise AnswerNotPermitted(instrument=instrument, number=number, value=value)
        # bool counts as int in Python, and True is no answer that anybody gave.
        if value is not None and (type(value) is not int or value not in instrument.permitted):
            raise AnswerNotPermitted(instrument=instrument, number=number, value=value)


def score(instrument: Instrument, answers: Mapping[int, int | None]) -> Score:
    """Score one filled form. An item left out and an item that is None are both missing.

    :raises AnswerNotPermitted: an unknown question, or a value that is no anchor
    """
    check_answers(instrument=instrument, answers=answers)
    given: dict[int, int] = {}
    for item in instrument.items:
        value = answers.get(item.number)
        if value is not None:
            given[item.number] = value
    if gate_is_closed(instrument=instrument, answers=answers):
        return Score(
            total=Decimal(0),
            prorated=False,
            clusters={},
            provisional=None,
            missing=(),
            inconsistent=bool(given),
        )
    total, prorated = _total(instrument, given)
    return Score(
        total=total,
        prorated=prorated,
        clusters=_clusters(instrument, given),
        provisional=_provisional(instrument, given),
        missing=tuple(item.number for item in instrument.items if item.number not in given),
    )


def gate_is_closed(*, instrument: Instrument, answers: Mapping[int, int | None]) -> bool:
    """Tell whether the first question ended the form. An unanswered gate does not."""
    answer = answers.get(GATE)
    return instrument.gate is not None and answer is not None and answer < instrument.gate.passes_at


def asked(*, instrument: Instrument, answers: Mapping[int, int | None]) -> tuple[int, ...]:
    """List the questions that this person is to answer, in order."""
    if gate_is_closed(instrument=instrument, answers=answers):
        return (GATE,)
    return instrument.numbers


def cut_off_for(*, instrument: Instrument, sex: str) -> CutOff | None:
    """Choose the cut-off for a recorded sex: its own, else the general one.

    Where the sex is not recorded and the cut-offs differ, the lowest is taken, so that nobody is
    missed (clinic default, review).
    """
    own = [cut_off for cut_off in instrument.cut_offs if cut_off.applies_to == sex]
    general = [cut_off for cut_off in instrument.cut_offs if not cut_off.applies_to]
    if sex not in {"female", "male"}:
        own = list(instrument.cut_offs)
    return min(own or general, key=lambda cut_off: cut_off.at_least, default=None)


def raises_signal(*, instrument: Instrument, number: int, value: int | None, before: int) -> bool:
    """Tell whether an answer must reach a clinician now.

    `before` is the highest answer already told about this item in this form, 0 for none: a lower
    or equal answer opens no second task, and taking it back never closes one.
    """
    signal = instrument.signal
    return signal is not None and number == signal.item and value is not None and value > before


def minutes_for(*, instrument: Instrument, questions: int) -> int:
    """Estimate the minutes for so many questions, at least one."""
    return max(1, -(-questions * instrument.seconds_per_item // 60))


def _total(instrument: Instrument, given: Mapping[int, int]) -> tuple[Decimal | None, bool]:
    count = len(instrument.items)
    if len(given) == count:
        return Decimal(sum(given.values())), False
    if not _may_prorate(instrument, given):
        return None, False
    exact = Fraction(sum(given.values()) * count, len(given))
    estimate = Decimal(exact.numerator) / Decimal(exact.denominator)
    return estimate.quantize(TENTH, rounding=ROUND_HALF_UP), True


def _may_prorate(instrument: Instrument, given: Mapping[int, int]) -> bool:
    rule = instrument.scoring
    if rule.missing is not MissingRule.PRORATE or len(given) < rule.min_answered:
        return False
    return all(
        sum(number in given for number in cluster.items)
        >= rule.min_cluster_share * len(cluster.items)
        for cluster in instrument.clusters
    )


def _clusters(instrument: Instrument, given: Mapping[int, int]) -> dict[str, int | None]:
    return {
        cluster.code: sum(given[number] for number in cluster.items)
        if all(number in given for number in cluster.items)
        else None
        for cluster in instrument.clusters
    }


def _provisional(instrument: Instrument, given: Mapping[int, int]) -> Provisional | None:
    rule = instrument.provisional
    if rule is None:
        return None
    sure, possible = True, True
    for cluster in instrument.clusters:
        need = rule.needs[cluster.code]
        present = sum(given.get(number, -1) >= rule.present_at for number in cluster.items)
        missing = sum(number not in given for number in cluster.items)
        sure = sure and present >= need
        possible = possible and present + missing >= need
    if sure:
        return Provisional.YES
    return Provisional.INDETERMINATE if possible else Provisional.NO
