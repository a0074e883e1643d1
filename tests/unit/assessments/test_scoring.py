"""How each questionnaire is scored. Sources: the files in `assessments/content/`."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serein.assessments.rules import (
    INSTRUMENTS,
    AnswerNotPermitted,
    Instrument,
    Provisional,
    asked,
    instrument,
    minutes_for,
    raises_signal,
    score,
)

MONTH = instrument("pcl5-month")
WEEK = instrument("pcl5-week")
PHQ9 = instrument("phq9")
GAD7 = instrument("gad7")
SCREEN = instrument("pc-ptsd-5")
PCL5_CLUSTERS = {"b": range(1, 6), "c": range(6, 8), "d": range(8, 15), "e": range(15, 21)}


def all_items(form: Instrument, value: int) -> dict[int, int | None]:
    return {item.number: value for item in form.items}


def with_symptoms(**counts: int) -> dict[int, int | None]:
    """A complete PCL-5 with so many symptoms present in each cluster, all others absent."""
    answers: dict[int, int | None] = dict.fromkeys(range(1, 21), 1)
    for code, count in counts.items():
        answers.update(dict.fromkeys(list(PCL5_CLUSTERS[code])[:count], 2))
    return answers


def without(answers: dict[int, int | None], *numbers: int) -> dict[int, int | None]:
    return {number: None if number in numbers else value for number, value in answers.items()}


@pytest.mark.parametrize("code", INSTRUMENTS)
def test_a_complete_form_totals_its_answers(code: str) -> None:
    form = instrument(code)
    top = form.permitted[-1]
    scored = score(form, all_items(form, top))
    assert scored.total == form.highest_total
    assert (scored.prorated, scored.missing) == (False, ())
    assert score(form, all_items(form, 0)).total == 0


@pytest.mark.parametrize(
    ("code", "highest"),
    [("pcl5-month", 80), ("pcl5-week", 80), ("pc-ptsd-5", 5), ("phq9", 27), ("gad7", 21)],
)
def test_ranges_are_those_of_the_forms(code: str, highest: int) -> None:
    assert instrument(code).highest_total == highest


def test_clusters_of_the_pcl5() -> None:
    # One distinct value per cluster: 5 x 1, 2 x 2, 7 x 3, 6 x 4.
    answers = {n: v for v, c in enumerate("bcde", start=1) for n in PCL5_CLUSTERS[c]}
    scored = score(MONTH, answers)
    assert scored.clusters == {"b": 5, "c": 4, "d": 21, "e": 24}
    assert scored.total == 54


def test_a_cluster_with_a_missing_item_is_not_known() -> None:
    scored = score(MONTH, without(all_items(MONTH, 4), 7))
    assert scored.clusters == {"b": 20, "c": None, "d": 28, "e": 24}
    assert scored.missing == (7,)


@pytest.mark.parametrize(
    ("left_out", "expected"),
    [
        ((1,), "40.0"),
        ((1, 2, 8, 9), "40.0"),
        ((6, 8, 15, 1), "40.0"),  # one of two in C is half of it
        ((6, 7), None),  # nothing of C
        ((1, 2, 3), None),  # two of five in B is less than half
        ((1, 2, 8, 9, 15), None),  # 15 of 20
    ],
)
def test_when_the_pcl5_may_be_prorated(left_out: tuple[int, ...], expected: str | None) -> None:
    scored = score(MONTH, without(all_items(MONTH, 2), *left_out))
    assert scored.total == (None if expected is None else Decimal(expected))
    assert scored.prorated is (expected is not None)
    assert not scored.may_enter_change


def test_a_prorated_total_is_the_mean_times_the_items_to_one_decimal() -> None:
    answers = without(all_items(MONTH, 1), 20)
    answers[1] = 3
    # 21 over 19 answers: 21 / 19 x 20 = 22.105…
    scored = score(MONTH, answers)
    assert str(scored.total) == "22.1"
    assert scored.prorated


def test_half_a_tenth_is_rounded_up() -> None:
    # 33 over 16 answers: 33 / 16 x 20 = 41.25
    answers = without(all_items(MONTH, 2), 1, 8, 15, 16)
    answers[2] = 3
    assert str(score(MONTH, answers).total) == "41.3"


@pytest.mark.parametrize("form", [PHQ9, GAD7, SCREEN], ids=lambda form: form.code)
def test_the_other_forms_need_every_answer(form: Instrument) -> None:
    scored = score(form, without(all_items(form, 1), 1))
    assert (scored.total, scored.prorated, scored.missing) == (None, False, (1,))


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({"b": 1, "c": 1, "d": 2, "e": 2}, "yes"),
        ({"b": 0, "c": 1, "d": 2, "e": 2}, "no"),
        ({"b": 1, "c": 0, "d": 2, "e": 2}, "no"),
        ({"b": 1, "c": 1, "d": 1, "e": 2}, "no"),
        ({"b": 1, "c": 1, "d": 2, "e": 1}, "no"),
        ({"b": 5, "c": 2, "d": 7, "e": 6}, "yes"),
    ],
)
def test_provisional_ptsd_of_a_complete_form(counts: dict[str, int], expected: str) -> None:
    assert score(MONTH, with_symptoms(**counts)).provisional == expected


@pytest.mark.parametrize(
    ("left_out", "counts", "expected"),
    [
        ((20,), {"b": 1, "c": 1, "d": 2, "e": 2}, "yes"),  # met without it
        ((20,), {"b": 1, "c": 1, "d": 2, "e": 1}, "indeterminate"),  # it could be the second
        ((20,), {"b": 1, "c": 1, "d": 2, "e": 0}, "no"),  # one more would not do
        ((20, 19), {"b": 1, "c": 1, "d": 2, "e": 0}, "indeterminate"),
        ((7,), {"b": 0, "c": 1, "d": 2, "e": 2}, "no"),  # B cannot be met any more
    ],
)
def test_provisional_ptsd_with_items_missing(
    left_out: tuple[int, ...], counts: dict[str, int], expected: str
) -> None:
    scored = score(MONTH, without(with_symptoms(**counts), *left_out))
    assert scored.provisional == expected


def test_an_empty_form_says_nothing() -> None:
    scored = score(MONTH, {})
    assert scored.total is None
    assert scored.provisional is Provisional.INDETERMINATE
    assert len(scored.missing) == 20


def test_only_the_past_month_gives_a_provisional_result() -> None:
    giving = [code for code, form in INSTRUMENTS.items() if score(form, {}).provisional]
    assert giving == ["pcl5-month"]


class TestGate:
    """PC-PTSD-5: the question about the event comes first, under number 0."""

    def test_no_ends_the_form_with_zero(self) -> None:
        scored = score(SCREEN, {0: 0})
        assert (scored.total, scored.missing, scored.inconsistent) == (0, (), False)
        assert asked(instrument=SCREEN, answers={0: 0}) == (0,)

    def test_no_with_items_filled_in_is_zero_and_inconsistent(self) -> None:
        scored = score(SCREEN, {0: 0, **all_items(SCREEN, 1)})
        assert (scored.total, scored.inconsistent) == (0, True)

    def test_yes_counts_the_items(self) -> None:
        scored = score(SCREEN, {0: 1, 1: 1, 2: 1, 3: 0, 4: 1, 5: 0})
        assert (scored.total, scored.inconsistent) == (3, False)
        assert asked(instrument=SCREEN, answers={0: 1}) == (0, 1, 2, 3, 4, 5)

    def test_a_gate_left_blank_is_not_no(self) -> None:
        assert score(SCREEN, {0: None}).total is None
        assert score(SCREEN, {0: None, **all_items(SCREEN, 1)}).total == 5


@pytest.mark.parametrize("value", [-1, 5, 2.0, True, "2", Decimal(2)])
def test_what_the_form_does_not_offer_is_refused(value: object) -> None:
    with pytest.raises(AnswerNotPermitted, match=r"^Correct question 3"):
        score(MONTH, {3: value})  # type: ignore[dict-item]


@pytest.mark.parametrize("number", [0, 21, -1])
def test_a_question_that_is_not_there_is_refused(number: int) -> None:
    with pytest.raises(AnswerNotPermitted, match=r"^Leave out question"):
        score(MONTH, {number: 1})


@pytest.mark.parametrize(
    ("number", "value", "before", "expected"),
    [
        (9, 0, 0, False),
        (9, None, 0, False),
        (9, 1, 0, True),
        (9, 3, 0, True),
        (9, 3, 1, True),
        (9, 1, 1, False),
        (9, 1, 3, False),
        (9, 0, 3, False),
        (8, 3, 0, False),
    ],
)
def test_when_item_9_reaches_a_clinician(
    number: int, value: int | None, before: int, expected: bool
) -> None:
    raised = raises_signal(instrument=PHQ9, number=number, value=value, before=before)
    assert raised is expected
    assert not raises_signal(instrument=GAD7, number=number, value=value, before=before)


@pytest.mark.parametrize(("questions", "minutes"), [(20, 5), (14, 4), (4, 1), (1, 1), (0, 1)])
def test_minutes_left(questions: int, minutes: int) -> None:
    assert minutes_for(instrument=MONTH, questions=questions) == minutes


FORMS = st.sampled_from(list(INSTRUMENTS.values()))


@st.composite
def filled(draw: st.DrawFn) -> tuple[Instrument, dict[int, int | None]]:
    form = draw(FORMS)
    answer = st.none() | st.sampled_from(form.permitted)
    return form, {number: draw(answer) for number in form.numbers}


@given(filled())
def test_totals_and_clusters_stay_within_range(
    case: tuple[Instrument, dict[int, int | None]],
) -> None:
    form, answers = case
    scored = score(form, answers)
    assert scored.total is None or 0 <= scored.total <= form.highest_total
    for cluster in form.clusters:
        value = scored.clusters[cluster.code]
        assert value is None or 0 <= value <= len(cluster.items) * form.permitted[-1]


@given(filled())
def test_missing_never_becomes_zero(case: tuple[Instrument, dict[int, int | None]]) -> None:
    form, answers = case
    scored = score(form, answers)
    if answers.get(0) == 0:
        return  # the gate was answered: nothing is missing
    given_values = [v for n, v in answers.items() if n and v is not None]
    if len(given_values) == len(form.items):
        assert scored.total == sum(given_values)
    elif scored.total is not None:
        # An estimate: the mean of what was answered, never the bare sum over all items.
        assert scored.prorated
        mean = Decimal(sum(given_values)) / len(given_values)
        assert abs(scored.total - mean * len(form.items)) <= Decimal("0.05")
    assert (scored.total is None or scored.prorated) == bool(scored.missing)


@given(filled(), st.data())
def test_another_answer_never_takes_back_a_yes_or_a_no(
    case: tuple[Instrument, dict[int, int | None]], data: st.DataObject
) -> None:
    _, answers = case
    answers = {n: v for n, v in answers.items() if n in MONTH.numbers and n}
    before = score(MONTH, answers)
    if not before.missing:
        return
    number = data.draw(st.sampled_from(before.missing))
    after = score(MONTH, {**answers, number: data.draw(st.sampled_from(MONTH.permitted))})
    if before.provisional is not Provisional.INDETERMINATE:
        assert after.provisional is before.provisional
    for code, value in before.clusters.items():
        assert value is None or after.clusters[code] == value


@given(filled())
def test_the_order_of_answers_does_not_matter(
    case: tuple[Instrument, dict[int, int | None]],
) -> None:
    form, answers = case
    assert score(form, dict(reversed(answers.items()))) == score(form, answers)


@given(st.lists(st.sampled_from(MONTH.permitted), min_size=20, max_size=20))
def test_past_week_and_past_month_total_alike_and_only_one_speaks_of_ptsd(
    values: list[int],
) -> None:
    answers = dict(enumerate(values, start=1))
    month, week = score(MONTH, answers), score(WEEK, answers)
    assert (month.total, month.clusters) == (week.total, week.clusters)
    assert month.provisional in (Provisional.YES, Provisional.NO)
    assert week.provisional is None
