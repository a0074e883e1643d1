"""The threshold ladder as a table that a clinician can read: value in, flag out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from serein.monitoring.rules import (
    Baseline,
    LadderFault,
    Phase,
    Rank,
    Reading,
    Rung,
    Signal,
    Timeline,
    Values,
    is_out_of_range,
    ladder,
    raised_flags,
    read_ladder,
)
from serein.monitoring.rules.ladder import CONTENT

START = datetime(2026, 3, 9, 14, 0, tzinfo=UTC)
BASELINE = (-5, {"sbp_mmhg": 120, "dbp_mmhg": 76})


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


def reading(minute: float, **values: int) -> Reading:
    phase = Phase.PRE if minute < 0 else Phase.DURING if minute <= 40 else Phase.POST
    signs = frozenset(str(sign) for sign in values.pop("signs", ()))
    lost = frozenset(Signal(signal) for signal in values.pop("no_signal", ()))
    return Reading(f"m{minute:g}", at(minute), phase, Values(**values), signs, lost)


def flags(*sets: tuple[float, dict[str, int]], started: bool = True) -> list[tuple[object, ...]]:
    timeline = Timeline(opened_at=at(-40), started_at=START if started else None)
    found = raised_flags(
        readings=[reading(minute, **values) for minute, values in sets],
        timeline=timeline,
        ladder=ladder(),
    )
    return [
        (f.code, f.rank.value, (f.raised_at - START).total_seconds() / 60, f.count) for f in found
    ]


def bp(sbp: int, dbp: int) -> dict[str, int]:
    return {"sbp_mmhg": sbp, "dbp_mmhg": dbp}


# One reading during the infusion, baseline 120/76. What flag does it raise?
ONE_READING = [
    # blood pressure high: 160/100 look, 180/110 and 200/120 ask for a repeat
    (bp(155, 90), None),
    (bp(155, 99), None),
    (bp(156, 80), "bp_high.notify"),  # exactly 30% above 120
    (bp(159, 99), "bp_high.notify"),
    (bp(160, 80), "bp_high.notify"),
    (bp(150, 100), "bp_high.notify"),
    (bp(179, 109), "bp_high.notify"),
    (bp(180, 90), "bp_high.notify_confirm_hold"),
    (bp(150, 110), "bp_high.notify_confirm_hold"),
    (bp(199, 119), "bp_high.notify_confirm_hold"),
    (bp(200, 90), "bp_high.notify_confirm_stop"),
    (bp(150, 120), "bp_high.notify_confirm_stop"),
    # blood pressure low: below 100 or 20% below 120, pause below 90, below 80 waits for a repeat
    (bp(101, 60), None),
    (bp(100, 60), None),
    (bp(99, 60), "bp_low.notify"),
    (bp(96, 60), "bp_low.notify"),  # exactly 20% below 120, and below 100
    (bp(90, 60), "bp_low.notify"),
    (bp(89, 60), "bp_low.hold"),
    (bp(80, 60), "bp_low.hold"),
    (bp(79, 60), "bp_low.hold_confirm_stop"),
    # heart rate
    ({"hr_bpm": 50}, None),
    ({"hr_bpm": 49}, "hr_low.notify"),
    ({"hr_bpm": 45}, "hr_low.notify"),
    ({"hr_bpm": 44}, "hr_low.notify_confirm_hold"),
    ({"hr_bpm": 40}, "hr_low.notify_confirm_hold"),
    ({"hr_bpm": 39}, "hr_low.stop"),
    ({"hr_bpm": 110}, None),
    ({"hr_bpm": 111}, "hr_high.notify"),
    ({"hr_bpm": 130}, "hr_high.notify"),
    ({"hr_bpm": 131}, "hr_high.notify_confirm_hold"),
    ({"hr_bpm": 150}, "hr_high.notify_confirm_hold"),
    ({"hr_bpm": 151}, "hr_high.stop"),
    # oxygen
    ({"spo2_percent": 94}, None),
    ({"spo2_percent": 93}, "spo2_low.notify"),
    ({"spo2_percent": 92}, "spo2_low.notify"),
    ({"spo2_percent": 91}, "spo2_low.hold"),
    ({"spo2_percent": 90}, "spo2_low.hold"),
    ({"spo2_percent": 89}, "spo2_low.hold_confirm_stop"),
    # breathing
    ({"rr_per_min": 12}, None),
    ({"rr_per_min": 11}, "rr_low.notify"),
    ({"rr_per_min": 10}, "rr_low.notify"),
    ({"rr_per_min": 9}, "rr_low.hold"),
    ({"rr_per_min": 8}, "rr_low.hold"),
    ({"rr_per_min": 7}, "rr_low.stop"),
    # sedation, distress, nausea
    ({"moaas": 5}, None),
    ({"moaas": 4}, "sedation.notify"),
    ({"moaas": 3}, "sedation.hold"),
    ({"moaas": 2}, "sedation.stop"),
    ({"moaas": 0}, "sedation.stop"),
    ({"distress": 5}, None),
    ({"distress": 6}, "distress.notify"),
    ({"distress": 7}, "distress.notify"),
    ({"distress": 8}, "distress.hold"),
    ({"distress": 10}, "distress.hold"),
    ({"nausea": 3}, None),
    ({"nausea": 4}, "nausea.notify"),
    ({"nausea": 0}, None),
]


@pytest.mark.parametrize(("values", "code"), ONE_READING, ids=str)
def test_one_reading_during_the_infusion(values: dict[str, int], code: str | None) -> None:
    found = [flag[0] for flag in flags(BASELINE, (10, values))]
    assert found == ([code] if code else [])


# One reading before the dose.
BEFORE = [
    (bp(139, 89), None),
    (bp(140, 89), "bp_high_pre.notify"),
    (bp(130, 90), "bp_high_pre.notify"),
    (bp(160, 80), "bp_high_pre.notify_confirm_hold"),
    (bp(150, 100), "bp_high_pre.notify_confirm_hold"),
    (bp(179, 109), "bp_high_pre.notify_confirm_hold"),
    (bp(180, 90), "bp_high_pre.stop"),
    (bp(150, 110), "bp_high_pre.stop"),
    (bp(99, 60), "bp_low.notify"),
]


@pytest.mark.parametrize(("values", "code"), BEFORE, ids=str)
def test_one_reading_before_the_dose(values: dict[str, int], code: str | None) -> None:
    found = [flag[0] for flag in flags((-20, values), started=False)]
    assert found == ([code] if code else [])


# Several readings. Minutes count from the start; the flags are code, rank, minute raised, readings.
SEVERAL = [
    (
        "a second high reading after 3 min confirms",
        [(10, bp(182, 100)), (13, bp(181, 100))],
        [("bp_high.notify_confirm_hold", "look", 10, 1), ("bp_high.hold", "act_now", 13, 1)],
    ),
    (
        "after 2 min 54 s it does not",
        [(10, bp(182, 100)), (12.9, bp(181, 100))],
        [("bp_high.notify_confirm_hold", "look", 10, 2)],
    ),
    (
        "a longer wait confirms too",
        [(10, bp(182, 100)), (20, bp(181, 100))],
        [("bp_high.notify_confirm_hold", "look", 10, 1), ("bp_high.hold", "act_now", 20, 1)],
    ),
    (
        "a lower reading between breaks the confirmation",
        [(10, bp(182, 90)), (13, bp(150, 90)), (16, bp(182, 90))],
        [
            ("bp_high.notify_confirm_hold", "look", 10, 1),
            ("bp_high.notify_confirm_hold", "look", 16, 1),
        ],
    ),
    (
        "a single outlier never pauses, and ends with the next good reading",
        [(10, bp(205, 125)), (13, bp(140, 85))],
        [("bp_high.notify_confirm_stop", "look", 10, 1)],
    ),
    (
        "200 after 185: the pause is certain, the stop waits for its own repeat",
        [(10, bp(185, 100)), (14, bp(204, 100)), (18, bp(203, 100))],
        [
            ("bp_high.notify_confirm_hold", "look", 10, 1),
            ("bp_high.hold_confirm_stop", "act_now", 14, 1),
            ("bp_high.stop", "act_now", 18, 1),
        ],
    ),
    (
        "worse raises again, milder is counted, worse again raises again",
        [(5, bp(165, 90)), (10, bp(182, 90)), (15, bp(170, 90)), (20, bp(181, 90))],
        [
            ("bp_high.notify", "look", 5, 1),
            ("bp_high.notify_confirm_hold", "look", 10, 2),
            ("bp_high.notify_confirm_hold", "look", 20, 1),
        ],
    ),
    (
        "heart rate over 130 pauses after 5 min",
        [(10, {"hr_bpm": 135}), (14, {"hr_bpm": 136}), (15, {"hr_bpm": 133})],
        [("hr_high.notify_confirm_hold", "look", 10, 2), ("hr_high.hold", "act_now", 15, 1)],
    ),
    (
        "SpO2 under 90 twice, 30 s apart, stops",
        [(10, {"spo2_percent": 88}), (10.5, {"spo2_percent": 89})],
        [("spo2_low.hold_confirm_stop", "act_now", 10, 1), ("spo2_low.stop", "act_now", 10.5, 1)],
    ),
    (
        "not measured changes nothing",
        [(10, bp(182, 90)), (12, {"hr_bpm": 70}), (14, bp(182, 90))],
        [("bp_high.notify_confirm_hold", "look", 10, 1), ("bp_high.hold", "act_now", 14, 1)],
    ),
    (
        "no signal is a note of its own and breaks nothing",
        [
            (10, {"spo2_percent": 91}),
            (11, {"no_signal": ("spo2",)}),
            (12, {"spo2_percent": 91}),
            (13, {"spo2_percent": 98}),
        ],
        [("spo2_low.hold", "act_now", 10, 2), ("no_signal_spo2.none", "note", 11, 1)],
    ),
    (
        "chest pain stops at any pressure",
        [(10, {**bp(125, 80), "signs": ("chest_pain",)}), (12, bp(122, 80))],
        [("sign_chest_pain.stop", "act_now", 10, 1)],
    ),
    (
        "pressure after the infusion is judged by the same ladder",
        [(45, bp(160, 90))],
        [("bp_high.notify", "look", 45, 1)],
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("sets", "expected"), [row[1:] for row in SEVERAL], ids=[row[0] for row in SEVERAL]
)
def test_several_readings(
    sets: list[tuple[float, dict[str, int]]], expected: list[tuple[object, ...]]
) -> None:
    assert flags(BASELINE, *sets) == expected


MEANS = [
    ("mean 160 holds", [(-20, bp(165, 90)), (-12, bp(155, 90))], "bp_high_pre.hold"),
    ("mean 159.5 does not", [(-20, bp(165, 90)), (-12, bp(154, 90))], None),
    ("too soon for a mean", [(-20, bp(165, 90)), (-19.5, bp(165, 90))], None),
    ("a high one is never averaged away", [(-20, bp(182, 90)), (-12, bp(120, 70))], None),
]


@pytest.mark.parametrize(("sets", "last"), [m[1:] for m in MEANS], ids=[m[0] for m in MEANS])
def test_mean_of_two_before_the_dose(
    sets: list[tuple[float, dict[str, int]]], last: str | None
) -> None:
    found = flags(*sets, started=False)
    first = "bp_high_pre.stop" if sets[0][1]["sbp_mmhg"] >= 180 else None
    assert found[0][0] == (first or "bp_high_pre.notify_confirm_hold")
    assert [f[0] for f in found[1:]] == ([last] if last else [])


def test_the_limit_before_the_dose_ends_with_the_start() -> None:
    (flag,) = raised_flags(
        readings=[reading(-5, **bp(145, 85))],
        timeline=Timeline(opened_at=at(-40), started_at=START),
        ladder=ladder(),
    )
    assert (flag.code, flag.ended_at, flag.ended_because) == (
        "bp_high_pre.notify", START, "phase_over"
    )  # fmt: skip


@pytest.mark.parametrize(("minute", "is_missing"), [(-31, True), (-30, False), (-1, False)])
def test_the_baseline_is_of_this_visit_and_fresh(minute: float, is_missing: bool) -> None:
    found = [flag[0] for flag in flags((minute, bp(100, 70)), (5, bp(130, 80)))]
    assert ("baseline.missing" in found) is is_missing
    assert ("bp_high.notify" in found) is not is_missing  # 130 is 30% above 100


def test_percentages_are_exact_and_only_after_the_baseline() -> None:
    base = Baseline(123, 80, at(-5))
    codes = {c.code: c for c in ladder().conditions}
    assert is_out_of_range(codes["bp_high"], reading(10, **bp(160, 80)), base)
    assert not is_out_of_range(codes["bp_high"], reading(10, **bp(159, 80)), base)  # 159.9 is 30%
    assert is_out_of_range(codes["bp_low"], reading(10, **bp(98, 60)), base)
    assert not is_out_of_range(
        codes["bp_low"], reading(-2, **bp(100, 80)), Baseline(130, 80, at(-5))
    )


def test_words_and_limits_of_a_flag() -> None:
    found = raised_flags(
        readings=[
            reading(-5, **bp(118, 76)),
            reading(10, **bp(154, 80)),
            reading(15, **bp(182, 104)),
            reading(18, **bp(184, 104)),
        ],
        timeline=Timeline(opened_at=at(-40), started_at=START),
        ladder=ladder(),
    )
    assert [(f.word, f.value_text, f.limit_text) for f in found] == [
        ("BP high", "154/80\u202fmmHg", "SBP 30% above baseline 118"),
        ("BP high: repeat to confirm", "182/104\u202fmmHg", "180/110"),
        ("BP high: pause", "184/104\u202fmmHg", "180/110"),
    ]


def test_every_limit_names_its_source_and_asks_for_review() -> None:
    for condition in ladder().conditions:
        for limit in condition.limits:
            assert "clinic default, review" in limit.source, condition.code
            assert limit.do.endswith(".")
    assert ladder().moaas_version.startswith("MOAA/S 0-5")


def test_ranks_of_the_rungs() -> None:
    found = {
        condition.code: [limit.rung for limit in condition.limits]
        for condition in ladder().conditions
    }
    assert found["nausea"] == [Rung.NOTIFY]
    assert found["distress"] == [Rung.NOTIFY, Rung.HOLD]
    assert all(rungs[0] is Rung.NOTIFY for rungs in found.values())
    assert {Rank.ACT_NOW, Rank.LOOK, Rank.NOTE} == set(Rank)


FAULTS = [
    ("rung", 'rung = "notify"', 'rung = "panic"'),
    ("order of rungs", 'rung = "hold"', 'rung = "notify"'),
    ("comparison", "at_least = 140", "about = 140"),
    ("value", 'of = "sbp_mmhg", at_least = 140', 'of = "sbp", at_least = 140'),
    ("source", 'source = "clinic default, review"\n\n  [[condition.limit]]',
     'source = ""\n\n  [[condition.limit]]'),
    ("version", 'version = "1"', ""),
    ("two of a code", 'code = "nausea"', 'code = "distress"'),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new"), [f[1:] for f in FAULTS], ids=[f[0] for f in FAULTS])
def test_a_broken_ladder_is_refused(old: str, new: str) -> None:
    text = (CONTENT / "ladder.toml").read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(LadderFault):
        read_ladder(text.replace(old, new, 1))
