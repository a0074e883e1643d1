"""The eligibility panel, requirement by requirement: tables that a clinician can check."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serein.core.findings import Weight, stops
from serein.eligibility.rules import (
    QUESTIONS,
    Answer,
    AnswerValue,
    BloodPressure,
    Facts,
    Measure,
    Medicine,
    Problem,
    RuleLine,
    Verdict,
    advice,
    blocking,
    findings_for,
    panel,
)

AT = datetime(2026, 3, 12, 15, 0, tzinfo=UTC)
SNOMED = "http://snomed.info/sct"
ICD10 = "http://hl7.org/fhir/sid/icd-10-cm"


def answer(code: str, value: str, note: str = "", days_ago: int = 1) -> Answer:
    return Answer(code, AnswerValue(value), note, AT - timedelta(days=days_ago), "Dr Priya")


def clear() -> Facts:
    """A person for whom every requirement is met."""
    return Facts(
        at=AT,
        age_years=41,
        blood_pressure=BloodPressure(124, 78, AT - timedelta(hours=1), "staff"),
        answers={q.code: answer(q.code, q.safe) for q in QUESTIONS},
        escorts=("Jo Reyes",),
        measures=(Measure("pcl5-month", AT - timedelta(days=3), "52"),),
    )


def with_answer(facts: Facts, given_answer: Answer) -> Facts:
    return replace(facts, answers={**facts.answers, given_answer.code: given_answer})


def line(facts: Facts, code: str) -> RuleLine:
    return {item.code: item for item in panel(facts)}[code]


def test_a_person_without_concerns_is_eligible() -> None:
    facts = clear()

    assert all(item.verdict is Verdict.MET for item in panel(facts))
    assert findings_for(facts) == ()
    assert advice(panel(facts)).outcome == "eligible"


def test_nothing_known_blocks_and_is_never_read_as_no() -> None:
    facts = Facts(at=AT)

    assert stops(findings_for(facts))
    assert advice(panel(facts)).outcome == ""
    assert {item.code for item in blocking(panel(facts))} >= {q.code for q in QUESTIONS}


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.code)
def test_each_stated_concern_is_not_met_with_its_weight(question) -> None:
    unsafe = "no" if question.safe == "yes" else "yes"
    found = line(with_answer(clear(), answer(question.code, unsafe)), question.code)

    assert found.verdict is Verdict.NOT_MET
    assert found.weight is question.weight
    assert question.concern in found.because
    assert found.source == question.source


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.code)
def test_each_question_unanswered_or_not_known_blocks(question) -> None:
    unasked = clear()
    unasked = replace(
        unasked, answers={c: a for c, a in unasked.answers.items() if c != question.code}
    )
    unknown = with_answer(clear(), answer(question.code, "unknown"))

    for facts in (unasked, unknown):
        assert line(facts, question.code).verdict is Verdict.UNKNOWN
        assert line(facts, question.code) in blocking(panel(facts))


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.code)
def test_an_old_safe_answer_is_asked_again_and_an_old_concern_still_counts(question) -> None:
    unsafe = "no" if question.safe == "yes" else "yes"
    late = question.valid_days + 1
    safe = with_answer(clear(), answer(question.code, question.safe, days_ago=late))
    concern = with_answer(clear(), answer(question.code, unsafe, days_ago=late))

    assert line(safe, question.code).verdict is Verdict.UNKNOWN
    assert line(safe, question.code).because.startswith("Ask again")
    assert line(concern, question.code).verdict is Verdict.NOT_MET


@pytest.mark.parametrize(
    ("years", "verdict", "weight"),
    [
        (None, "unknown", "stops"),
        (17, "not_met", "stops"),
        (18, "met", "stops"),
        (64, "met", "stops"),
        (65, "not_met", "needs_review"),
    ],
)
def test_age(years: int | None, verdict: str, weight: str) -> None:
    found = line(replace(clear(), age_years=years), "age")

    assert (found.verdict, found.weight) == (verdict, weight)


@pytest.mark.parametrize(
    ("sbp", "dbp", "verdict", "weight"),
    [
        (139, 89, "met", "stops"),
        (140, 70, "not_met", "needs_review"),
        (120, 90, "not_met", "needs_review"),
        (159, 99, "not_met", "needs_review"),
        (160, 80, "not_met", "needs_review"),
        (179, 109, "not_met", "needs_review"),
        (180, 80, "not_met", "stops"),
        (150, 110, "not_met", "stops"),
    ],
)
def test_blood_pressure_by_the_ladder_before_a_dose(
    sbp: int, dbp: int, verdict: str, weight: str
) -> None:
    found = line(replace(clear(), blood_pressure=BloodPressure(sbp, dbp, AT)), "blood_pressure")

    assert (found.verdict, found.weight) == (verdict, weight)
    assert found.fact == f"{sbp}/{dbp}\u202fmmHg"


def test_a_blood_pressure_older_than_30_days_does_not_count() -> None:
    on_the_day = BloodPressure(120, 70, AT - timedelta(days=30))
    too_old = BloodPressure(120, 70, AT - timedelta(days=30, seconds=1))

    assert line(replace(clear(), blood_pressure=on_the_day), "blood_pressure").verdict == "met"
    found = line(replace(clear(), blood_pressure=too_old), "blood_pressure")
    assert found.verdict is Verdict.UNKNOWN
    assert found.fact_at == too_old.measured_at


def test_a_missing_escort_is_weighed_and_does_not_exclude() -> None:
    facts = replace(clear(), escorts=())

    assert line(facts, "escort").weight is Weight.NEEDS_REVIEW
    assert advice(panel(facts)).outcome == "eligible_with_conditions"


def test_a_missing_ptsd_measure_is_only_a_note() -> None:
    facts = replace(clear(), measures=())

    assert line(facts, "ptsd_measure").verdict is Verdict.UNKNOWN
    assert not blocking(panel(facts))
    assert not stops(findings_for(facts))


class TestThePregnancyRule:
    def test_it_does_not_apply_only_with_a_reason(self) -> None:
        without = with_answer(clear(), answer("pregnancy", "not_applicable"))
        reasoned = with_answer(clear(), answer("pregnancy", "not_applicable", "No uterus."))

        assert line(without, "pregnancy").verdict is Verdict.UNKNOWN
        assert line(reasoned, "pregnancy").verdict is Verdict.MET
        assert "No uterus." in line(reasoned, "pregnancy").because

    def test_an_active_pregnancy_on_the_problem_list_contradicts_a_no(self) -> None:
        facts = replace(clear(), problems=(Problem(SNOMED, "72892002", "Normal pregnancy"),))

        found = line(facts, "pregnancy")

        assert found.verdict is Verdict.UNKNOWN
        assert "Answer: no" in found.fact
        assert "Normal pregnancy" in found.fact
        assert found.because.startswith("Resolve the conflict")

    def test_a_pregnancy_that_is_over_does_not_count(self) -> None:
        over = Problem(SNOMED, "72892002", "Normal pregnancy", is_active=False)

        assert line(replace(clear(), problems=(over,)), "pregnancy").verdict is Verdict.MET


@pytest.mark.parametrize(
    ("problem", "question", "verdict"),
    [
        (Problem(SNOMED, "5602001", "Opioid abuse (disorder)"), "substance_use", "unknown"),
        (Problem(SNOMED, "233985008", "AAA"), "aneurysm", "unknown"),
        (Problem(ICD10, "I71.4", "Abdominal aortic aneurysm"), "aneurysm", "unknown"),
        (Problem("", "", "Small berry aneurysm"), "aneurysm", "unknown"),
        (Problem("", "", "Family history of aneurysm"), "aneurysm", "met"),
        (Problem(SNOMED, "230265002", "Early onset"), "head_injury_dementia", "unknown"),
        (Problem(SNOMED, "44054006", "Diabetes mellitus type 2"), "cardiovascular", "met"),
        (Problem(ICD10, "O09.511", "Supervision"), "pregnancy", "unknown"),
        (Problem(SNOMED, "58214004", "Schizophrenia"), "psychosis", "unknown"),
        (Problem(ICD10, "F31.81", "Bipolar II"), "mania", "unknown"),
    ],
)
def test_the_problem_list_is_weighed_against_the_answer(
    problem: Problem, question: str, verdict: str
) -> None:
    assert line(replace(clear(), problems=(problem,)), question).verdict == verdict


def test_a_related_problem_is_met_once_a_note_says_how_it_was_weighed() -> None:
    facts = replace(clear(), problems=(Problem(SNOMED, "59621000", "Essential hypertension"),))
    weighed = with_answer(facts, answer("cardiovascular", "no", "118/74 on two drugs."))

    assert line(facts, "cardiovascular").because.startswith("Write a note")
    assert line(weighed, "cardiovascular").verdict is Verdict.MET
    assert "Essential hypertension" in line(weighed, "cardiovascular").because


def test_an_allergy_to_ketamine_contradicts_no_hypersensitivity() -> None:
    facts = replace(clear(), allergens=("Ketamine hydrochloride",))

    assert line(facts, "hypersensitivity").verdict is Verdict.UNKNOWN


def test_item_9_above_zero_after_the_question_was_asked_asks_again() -> None:
    earlier = Measure("phq9", AT - timedelta(days=2), "11", item_9=2)
    later = Measure("phq9", AT - timedelta(hours=2), "11", item_9=1)
    none = Measure("phq9", AT - timedelta(hours=2), "11", item_9=0)

    for measure, verdict in ((earlier, "met"), (later, "unknown"), (none, "met")):
        assert line(replace(clear(), measures=(measure,)), "suicide_risk").verdict == verdict


@pytest.mark.parametrize(
    ("medicine", "code", "weight"),
    [
        (Medicine("Xanax", "alprazolam"), "benzodiazepine", "needs_review"),
        (Medicine("Zolpidem 10 MG"), "benzodiazepine", "needs_review"),
        (Medicine("Parnate", "tranylcypromine"), "maoi", "needs_review"),
        (Medicine("Lamictal", "lamotrigine"), "lamotrigine", "to_note"),
        (Medicine("Acetaminophen/Hydrocodone"), "opioid", "needs_review"),
        (Medicine("Adderall", "Amphetamine"), "stimulant", "needs_review"),
        (Medicine("Theo-24", "theophylline"), "theophylline", "needs_review"),
        (Medicine("Spravato", "esketamine"), "other_ketamine", "needs_review"),
    ],
)
def test_interacting_medicines_by_ingredient(medicine: Medicine, code: str, weight: str) -> None:
    found = line(replace(clear(), medicines=(medicine,)), f"medicine.{code}")

    assert found.verdict is Verdict.NOT_MET
    assert found.weight == weight
    assert medicine.name in found.fact


def test_a_medicine_no_longer_taken_and_a_harmless_one_do_not_count() -> None:
    facts = replace(
        clear(),
        medicines=(Medicine("Xanax", "alprazolam", is_active=False), Medicine("Sertraline")),
    )

    assert line(facts, "medicine.none_found").fact == "1 medicine on the list"


def test_the_findings_put_the_gravest_first() -> None:
    facts = with_answer(clear(), answer("aneurysm", "yes"))
    facts = replace(facts, escorts=(), medicines=(Medicine("Lamictal", "lamotrigine"),))

    assert [finding.weight for finding in findings_for(facts)] == [
        Weight.STOPS,
        Weight.NEEDS_REVIEW,
        Weight.TO_NOTE,
    ]


values = st.sampled_from(["yes", "no", "unknown", None])


@given(st.fixed_dictionaries({q.code: values for q in QUESTIONS}))
def test_advice_is_eligible_only_when_every_answer_is_the_safe_one(chosen) -> None:
    answers = {code: answer(code, value) for code, value in chosen.items() if value}
    result = advice(panel(replace(clear(), answers=answers))).outcome

    every_safe = all(chosen[q.code] == q.safe for q in QUESTIONS)
    assert (result == "eligible") is every_safe
