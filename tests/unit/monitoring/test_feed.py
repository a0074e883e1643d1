"""Whose reading it is, and which readings are offered as a set."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bedside.monitor import Mark
from serein.monitoring.rules.feed import Claim, Seat, Why, clock_words, corrected, match
from serein.monitoring.rules.incoming import DOUBTED, LEFT_OUT, take_in
from serein.monitoring.rules.proposing import (
    MOST_SETS,
    PROPOSABLE,
    STRUCK_AFTER,
    TOGETHER,
    Pending,
    propose,
)

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
CHAIR, ELSEWHERE = uuid.uuid4(), uuid.uuid4()
SEAT = Seat(
    period_id=uuid.uuid4(),
    patient_id=uuid.uuid4(),
    mrn="100001-7",
    birth_date=date(1984, 5, 4),
    chair_id=CHAIR,
    opened_at=NOON - timedelta(minutes=30),
    closed_at=None,
)
HERS = Claim(("100001-7",), "19840504", "INFUSION 1 Chair 1")


def judged(claim: Claim = HERS, *, moment: datetime = NOON, **changed: object) -> object:
    """The visit that a message at the first chair is filed to, or why to none."""
    asked: dict[str, object] = {
        "chair_id": CHAIR,
        "is_known": True,
        "claim": claim,
        "seats": [SEAT],
        "moments": [moment],
        "at": NOON,
        "other_chairs": ["Chair 2", "Chair 11"],
    }
    found = match(**{**asked, **changed})  # type: ignore[arg-type]
    return found.seat or found.why


def closed(minutes_ago: int) -> Seat:
    """The visit before, at the same chair."""
    ended_at = NOON - timedelta(minutes=minutes_ago)
    return Seat(
        uuid.uuid4(), uuid.uuid4(), "200002-8", date(1970, 1, 1), CHAIR,
        ended_at - timedelta(hours=2), ended_at,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        (HERS, SEAT),
        (Claim(), SEAT),
        (Claim(("  100001-7 ", "OTHER-9")), SEAT),
        (Claim(("100001-7",), "1984"), SEAT),
        (Claim((), "19840504120000"), SEAT),
        (Claim((), "", "INFUSION 1 Bed 9"), SEAT),
        (Claim((), "", "chair 1"), SEAT),
        (Claim(("200002-8",)), Why.OTHER_PATIENT),
        (Claim(("100001",)), Why.OTHER_PATIENT),
        (Claim(("100001-7",), "19840505"), Why.OTHER_PATIENT),
        (Claim((), "19700101"), Why.OTHER_PATIENT),
        (Claim(("100001-7",), "", "INFUSION 1 Chair 2"), Why.OTHER_CHAIR),
        (Claim(("100001-7",), "", "Chair 11"), Why.OTHER_CHAIR),
    ],
)
def test_what_the_device_says_of_patient_and_place_must_agree(
    claim: Claim, expected: object
) -> None:
    assert judged(claim) == expected


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"is_known": False}, Why.UNKNOWN_DEVICE),
        ({"chair_id": None}, Why.NO_CHAIR),
        ({"chair_id": ELSEWHERE}, Why.NOBODY_IN_CHAIR),
        ({"seats": []}, Why.NOBODY_IN_CHAIR),
        ({"seats": [SEAT, SEAT]}, Why.TWO_IN_CHAIR),
        ({"moment": SEAT.opened_at - timedelta(seconds=1)}, Why.OUTSIDE_TIME),
        ({"moment": NOON + timedelta(seconds=31)}, Why.OUTSIDE_TIME),
        ({"moment": NOON + timedelta(seconds=30)}, SEAT),
        ({"moment": SEAT.opened_at}, SEAT),
    ],
)
def test_device_chair_and_time_must_agree(changed: dict[str, object], expected: object) -> None:
    assert judged(**changed) == expected  # type: ignore[arg-type]


def test_what_was_kept_back_goes_to_the_visit_in_which_it_was_measured() -> None:
    before = closed(45)
    theirs = Claim(("200002-8",))
    both = [before, SEAT]
    assert judged(theirs, moment=NOON - timedelta(minutes=50), seats=both) == before
    assert judged(HERS, moment=NOON - timedelta(minutes=50), seats=both) is Why.OTHER_PATIENT
    assert judged(theirs, seats=both) is Why.OTHER_PATIENT


@pytest.mark.parametrize(
    ("offset_s", "back_s", "words"),
    [
        (None, 0, ""),
        (30, 0, ""),
        (31, 31, "device clock 31\u202fs ahead, corrected"),
        (660, 660, "device clock 11\u202fmin 0\u202fs ahead, corrected"),
        (-29, 0, ""),
        (-90, 0, "1\u202fmin 30\u202fs late, or device clock behind"),
    ],
)
def test_only_a_clock_ahead_is_corrected(offset_s: float | None, back_s: int, words: str) -> None:
    assert corrected(NOON, offset_s) == NOON - timedelta(seconds=back_s)
    assert clock_words(offset_s) == words


def reading(code: str, value: str | None, seconds_ago: float, *marks: Mark) -> Pending:
    """A reading so long before noon."""
    return Pending(
        reading_id=uuid.uuid4(),
        device_name="Monitor 1",
        code=code,
        value=None if value is None else Decimal(value),
        at=NOON - timedelta(seconds=seconds_ago),
        marks=frozenset(mark.value for mark in marks),
    )


def cuff(seconds_ago: float, sbp: str = "128", dbp: str = "78") -> list[Pending]:
    """One measurement of the cuff."""
    return [reading("sbp_mmhg", sbp, seconds_ago), reading("dbp_mmhg", dbp, seconds_ago)]


def offers(
    pending: list[Pending], *, due: float | None = None, after: float | None = None
) -> list[tuple[float, bool, dict[str, int]]]:
    """What is offered at noon: how long ago, whether for the due set, which values."""
    found = propose(
        pending,
        due_at=None if due is None else NOON - timedelta(seconds=due),
        at=NOON,
        after=None if after is None else NOON - timedelta(seconds=after),
    )
    return [
        (
            (NOON - one.at).total_seconds(),
            one.due_at is not None,
            {name: int(one.values.of(name) or 0) for name, _ in one.fields},
        )
        for one in found
    ]


def test_the_set_nearest_the_due_time_comes_first_with_what_was_measured_with_it() -> None:
    probes = [reading("hr_per_min", str(60 + n), 30.0 * n) for n in range(20)]
    found = offers([*cuff(15), *cuff(290, "140", "90"), *probes], due=300)
    assert found[0] == (290, True, {"sbp_mmhg": 140, "dbp_mmhg": 90, "hr_bpm": 70})
    assert found[1][:2] == (15, False)


def test_without_a_cuff_nothing_is_offered_for_a_due_set_but_the_newest_probes_are() -> None:
    found = offers([reading("spo2_percent", "97", s) for s in (20, 95, 130)], due=100)
    assert found == [(20, False, {"spo2_percent": 97})]


@pytest.mark.parametrize(("ago", "is_for_due"), [(241, False), (240, True), (60, True)])
def test_a_cuff_too_early_for_the_due_time_is_not_offered_for_it(
    ago: float, is_for_due: bool
) -> None:
    made = propose(
        cuff(ago),
        due_at=NOON - timedelta(seconds=120),
        at=NOON,
        after=None,
        early=timedelta(seconds=120),
    )
    assert [one.due_at is not None for one in made] == [is_for_due]


def test_values_that_were_not_measured_together_are_not_one_set() -> None:
    apart = TOGETHER.total_seconds() + 1
    found = offers([*cuff(10 + apart), reading("hr_per_min", "70", 10)])
    assert [set(values) for _, _, values in found] == [{"sbp_mmhg", "dbp_mmhg"}, {"hr_bpm"}]


def test_half_a_cuff_or_one_upside_down_is_not_offered() -> None:
    assert offers([reading("sbp_mmhg", "128", 5)]) == []
    assert offers(cuff(5, "70", "120")) == []


def test_the_best_source_fills_a_field() -> None:
    found = offers([reading("pulse_oximeter_per_min", "99", 5), reading("hr_per_min", "61", 5)])
    assert found[0][2] == {"hr_bpm": 61}


def test_old_values_are_struck() -> None:
    limit = STRUCK_AFTER.total_seconds()
    assert offers([reading("hr_per_min", "70", limit + 1)]) == []
    assert len(offers([reading("hr_per_min", "70", limit)])) == 1


def test_what_lies_before_the_last_decision_was_passed_over() -> None:
    assert offers([reading("hr_per_min", "70", 120)], after=120) == []
    assert len(offers([reading("hr_per_min", "70", 119)], after=120)) == 1


@pytest.mark.parametrize("mark", [mark for mark in Mark if mark.value in LEFT_OUT])
def test_what_was_not_surely_measured_is_never_offered(mark: Mark) -> None:
    assert offers([reading("hr_per_min", "70", 5, mark)]) == []


@pytest.mark.parametrize("mark", [mark for mark in Mark if mark.value in DOUBTED])
def test_what_the_device_doubts_is_offered_and_asked_about(mark: Mark) -> None:
    made = propose([reading("hr_per_min", "70", 5, mark)], due_at=None, at=NOON, after=None)
    assert any(mark.value in ask for ask in made[0].asks)


def test_every_mark_of_a_monitor_has_its_rule() -> None:
    assert DOUBTED | LEFT_OUT | {Mark.CLOCK_AHEAD.value} == {mark.value for mark in Mark}


@settings(max_examples=100)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(sorted(PROPOSABLE)),
            st.one_of(st.none(), st.integers(0, 300)),
            st.integers(-60, 1500),
        ),
        max_size=30,
    ),
    st.one_of(st.none(), st.integers(-300, 900)),
)
def test_whatever_comes_no_value_is_offered_twice_too_old_or_apart(
    sent: list[tuple[str, int | None, int]], due: int | None
) -> None:
    pending = [reading(c, None if v is None else str(v), ago) for c, v, ago in sent]
    due_at = None if due is None else NOON - timedelta(seconds=due)
    made = propose(pending, due_at=due_at, at=NOON, after=None)
    ids = [reading_id for one in made for reading_id in one.reading_ids]
    assert len(ids) == len(set(ids))
    assert len(made) <= MOST_SETS
    for one in made:
        moments = [each.at for _, each in one.fields]
        assert max(moments) - min(moments) <= 2 * TOGETHER
        assert all(NOON - moment <= STRUCK_AFTER for moment in moments)
        assert all(each.value is not None for _, each in one.fields)
        assert ("sbp_mmhg" in dict(one.fields)) == ("dbp_mmhg" in dict(one.fields))
    assert all(one.due_at is None for one in made[1:])


@settings(max_examples=60)
@given(st.binary(max_size=300))
def test_no_bytes_break_the_desk(data: bytes) -> None:
    one = take_in(data, received_at=NOON, peer="127.0.0.1:9", zone=UTC)
    assert len(one.digest) == 64
    assert one.sender
