"""The sheet says what was charted: every value at its place, the sentence true to the data."""

from __future__ import annotations

import re
import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.template.loader import render_to_string
from hypothesis import given, settings
from hypothesis import strategies as st

from serein.monitoring import presenters, rules
from serein.monitoring.presenters.scales import LEFT, RIGHT, WIDTH
from serein.monitoring.queries import FlagFact, VitalFact

START = datetime(2026, 3, 9, 14, 0, tzinfo=UTC)
ZONE = ZoneInfo("America/New_York")
PERIOD = uuid.UUID(int=1)


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


def fact(minute: float, *, entered: float | None = None, **more: Any) -> VitalFact:
    signal = more.pop("no_signal", ())
    chain = {
        name: more.pop(name) for name in ("supersedes_id", "reason", "is_current") if name in more
    }
    new_id = uuid.uuid5(PERIOD, f"{minute}-{entered}-{chain.get('reason', '')}")
    fields = {
        "supersedes_id": None, "reason": "", "is_withdrawn": False, "is_current": True, **chain,
    }  # fmt: skip
    return VitalFact(
        vitals_id=new_id,
        period_id=PERIOD,
        root_id=new_id,
        occurred_at=at(minute),
        recorded_at=at(minute if entered is None else entered),
        by_name="Sam Ortiz",
        phase=rules.Phase.PRE if minute < 0 else rules.Phase.DURING,
        source="manual",
        values=rules.Values(**more),
        signs=frozenset(),
        no_signal=frozenset(rules.Signal(code) for code in signal),
        note="",
        was_confirmed=False,
        moaas_version="",
        **fields,
    )


def sheet(
    *vitals: VitalFact, stop: float | None = None, now: float = 50, **more: Any
) -> presenters.Flowsheet:
    return presenters.flowsheet(
        vitals=vitals,
        bars=more.pop("bars", ()),
        events=more.pop("events", ()),
        started_at=more.pop("started_at", START),
        stopped_at=at(stop) if stop is not None else None,
        opened_at=at(-20),
        at=at(now),
        zone=ZONE,
        **more,
    )


def x_of(drawn: presenters.Flowsheet, minute: float) -> float:
    """Where a minute lies, worked out from the labelled grid and not by the code under test."""
    labelled = [(int(g.minute.replace("\u2212", "-")), g.x) for g in drawn.grid if g.minute]
    (m0, x0), (m1, x1) = labelled[0], labelled[-1]
    return x0 + (minute - m0) * (x1 - x0) / (m1 - m0)


def test_every_value_stands_at_its_minute() -> None:
    drawn = sheet(
        fact(-5, sbp_mmhg=120, dbp_mmhg=76, hr_bpm=70, spo2_percent=98, rr_per_min=14),
        fact(12, sbp_mmhg=150, dbp_mmhg=90, hr_bpm=88, spo2_percent=96, rr_per_min=12),
    )
    panels = {panel.code: panel for panel in drawn.panels}
    assert [bar.x for bar in panels["bp"].pressures] == pytest.approx(
        [x_of(drawn, -5), x_of(drawn, 12)], abs=0.2
    )
    for code in ("hr", "spo2", "rr"):
        assert [point.x for point in panels[code].points] == pytest.approx(
            [x_of(drawn, -5), x_of(drawn, 12)], abs=0.2
        )
    first, second = panels["bp"].pressures
    assert second.top < first.top < first.bottom, "higher pressure stands higher"
    ticks = {int(tick.text): tick.y for tick in panels["bp"].ticks}
    assert ticks[120] == first.top


minutes = st.lists(st.integers(-30, 120), min_size=1, max_size=12, unique=True)


@settings(max_examples=60)
@given(minutes, st.integers(0, 10_000))
def test_no_vital_is_ever_lost_from_sheet_or_table(taken: list[int], seed: int) -> None:
    vitals = [fact(m, sbp_mmhg=110 + seed % 90, dbp_mmhg=70, hr_bpm=60 + seed % 80) for m in taken]
    drawn = sheet(*vitals, now=125)
    panels = {panel.code: panel for panel in drawn.panels}
    assert len(panels["bp"].pressures) == len(panels["hr"].points) == len(taken)
    assert all(LEFT <= bar.x <= WIDTH - RIGHT for bar in panels["bp"].pressures)
    assert all(drawn.top <= bar.top <= bar.bottom <= drawn.bottom for bar in panels["bp"].pressures)
    table = presenters.flowsheet_table(vitals=vitals, started_at=START, zone=ZONE)
    assert [row.minute.replace("\u2212", "-") for row in table.rows] == [
        str(m) for m in sorted(taken)
    ]
    assert f"{len(taken)} set" in drawn.summary


def test_the_sentence_matches_the_data() -> None:
    drawn = sheet(
        fact(-5, sbp_mmhg=120, dbp_mmhg=76, hr_bpm=70, spo2_percent=98),
        fact(20, sbp_mmhg=182, dbp_mmhg=104, hr_bpm=88, spo2_percent=93),
        fact(24, sbp_mmhg=150, dbp_mmhg=92, hr_bpm=82, no_signal=("spo2",)),
    )
    assert drawn.summary == (
        "3 sets of vitals; highest BP 182/104\u202fmmHg at minute 20; HR 70 to 88\u202fbpm; "
        "lowest SpO₂ 93% at minute 20."
    )
    assert sheet().summary == "No vitals charted yet."


def test_a_lost_signal_and_a_long_silence_break_the_line() -> None:
    def lines(*vitals: VitalFact) -> list[int]:
        panel = {p.code: p for p in sheet(*vitals, now=100).panels}["spo2"]
        return [len(points.split()) for points in panel.lines]

    assert lines(*(fact(m, spo2_percent=97) for m in (5, 10, 20))) == [3]
    assert lines(
        fact(5, spo2_percent=97), fact(10, spo2_percent=97), fact(15, no_signal=("spo2",)),
        fact(20, spo2_percent=97), fact(25, spo2_percent=97),
    ) == [2, 2]  # fmt: skip
    assert lines(*(fact(m, spo2_percent=97) for m in (5, 10, 45, 50))) == [2, 2]


def test_a_visit_left_open_keeps_a_readable_axis() -> None:
    good = {"sbp_mmhg": 120, "dbp_mmhg": 76, "hr_bpm": 70, "spo2_percent": 98}
    drawn = sheet(fact(5, **good), now=3000)
    (silence,) = [band for band in drawn.bands if band.kind == "silence"]
    assert [line.minute for line in drawn.grid if line.minute][-1] == "50"
    assert silence.x + silence.width <= drawn.right
    assert silence.label.startswith("No reading for 2995")
    assert drawn.summary.endswith("nothing was charted since.")
    assert drawn.now_x is None


def test_an_infusion_that_runs_on_is_drawn_until_now_though_nobody_charts() -> None:
    running = presenters.InfusionBar(at(0), None, Decimal(60), Decimal(80))
    drawn = sheet(fact(5, sbp_mmhg=120, dbp_mmhg=76), now=80, bars=(running,))
    assert drawn.now_x is not None
    assert drawn.bars[0].x + drawn.bars[0].width == pytest.approx(drawn.now_x, abs=0.5)


def test_silence_is_hatched_from_the_moment_it_is_too_long() -> None:
    def silences(*vitals: VitalFact, now: float) -> list[tuple[str, float, float]]:
        drawn = sheet(*vitals, now=now)
        return [
            (band.label, band.x, band.x + band.width)
            for band in drawn.bands
            if band.kind == "silence"
        ]

    good = {"sbp_mmhg": 120, "dbp_mmhg": 76, "hr_bpm": 70, "spo2_percent": 98}
    assert silences(fact(5, **good), fact(25, **good), now=45) == []
    drawn = sheet(fact(5, **good), now=35)
    ((label, begins, ends),) = silences(fact(5, **good), now=35)
    assert label == "No reading for 30\u202fmin"
    assert begins == pytest.approx(x_of(drawn, 25), abs=0.3)
    assert ends == pytest.approx(x_of(drawn, 35), abs=0.3)


def test_the_infusion_lies_below_with_its_rate_and_mg() -> None:
    drawn = sheet(
        bars=(
            presenters.InfusionBar(at(0), at(15), Decimal(60), Decimal(15)),
            presenters.InfusionBar(at(15), at(20), Decimal(0), Decimal(15)),
            presenters.InfusionBar(at(20), None, Decimal("46.875"), Decimal("30.4")),
        ),
        events=(
            presenters.NumberedEvent(at(0), 1, "Started"),
            presenters.NumberedEvent(at(1), 2, "Nausea"),
        ),
        now=40,
    )
    first, pause, second = drawn.bars
    assert first.label == "60\u202fmL/h"
    assert second.label == "46.9\u202fmL/h"
    assert pause.is_pause
    assert first.height > second.height > pause.height
    assert first.x == pytest.approx(x_of(drawn, 0), abs=0.2)
    assert second.x + second.width == pytest.approx(x_of(drawn, 40), abs=0.3)
    assert [label.text for label in drawn.mg_labels] == ["15\u202fmg", "30.4\u202fmg"]
    one, two = drawn.events
    assert one.y != two.y, "events that fall together stand one under the other"
    assert [(line.number, line.at, line.label) for line in drawn.key] == [
        (1, "10:00", "Started"), (2, "10:01", "Nausea")
    ]  # fmt: skip


def test_corrected_sets_are_in_the_table_and_not_on_the_sheet() -> None:
    wrong = fact(10, sbp_mmhg=205, dbp_mmhg=90, is_current=False)
    right = fact(
        10, entered=12, sbp_mmhg=105, dbp_mmhg=70, supersedes_id=wrong.vitals_id,
        reason="digit slipped",
    )  # fmt: skip
    late = fact(20, entered=110, hr_bpm=72)
    assert "105/70" in sheet(wrong, right, late).summary
    table = presenters.flowsheet_table(
        vitals=[wrong, late, right], started_at=START, zone=ZONE, patient_id=uuid.UUID(int=7)
    )
    assert [(row.at, row.bp, row.is_struck) for row in table.rows] == [
        ("10:10", "205/90", True), ("10:10", "105/70", False), ("10:20", "–", False)
    ]  # fmt: skip
    assert table.rows[0].marks == ("replaced 10:12 by Sam Ortiz: digit slipped",)
    assert table.rows[1].marks == ("corrected 10:12 by Sam Ortiz: digit slipped",)
    assert table.rows[2].marks == ("entered 11:50 by Sam Ortiz",)
    assert [bool(row.correct_url) for row in table.rows] == [False, True, True]


def test_the_drawing_is_whole_and_carries_no_colour() -> None:
    drawn = sheet(
        fact(-5, sbp_mmhg=120, dbp_mmhg=76, hr_bpm=70, spo2_percent=98, rr_per_min=14, moaas=5),
        fact(10, sbp_mmhg=190, dbp_mmhg=112, hr_bpm=135, spo2_percent=90, rr_per_min=9, moaas=3),
        bars=(presenters.InfusionBar(at(0), None, Decimal(60), Decimal(9)),),
        events=(presenters.NumberedEvent(at(0), 1, "Started <b>"),),
    )
    html = render_to_string("monitoring/_flowsheet.html", {"sheet": drawn})
    assert 'role="img" aria-labelledby="flowsheet-title flowsheet-desc"' in html
    assert f'<desc id="flowsheet-desc">{drawn.summary}</desc>' in html
    assert not re.search(r"#[0-9a-fA-F]{3,6}\b|rgb\(|style=", html)
    assert "Started <b>" not in html
    assert all(float(number) >= 0 for number in re.findall(r'(?:width|height)="([-\d.]+)"', html))


def flag(minute: float, code: str, rank: rules.Rank, **more: Any) -> FlagFact:
    fields: dict[str, Any] = {
        "word": code, "do": "Look.", "value_text": "182/104", "limit_text": "180/110",
        "count": 1, "ended_at": None, "ended_because": "", "withdrawn_at": None,
        "acknowledged_at": None, "acknowledged_by_name": "", "answer": "", "note": "", **more,
    }  # fmt: skip
    return FlagFact(
        flag_id=uuid.uuid5(PERIOD, f"{minute}{code}"), period_id=PERIOD,
        patient_id=uuid.UUID(int=7), cause_id=None, code=code, condition=code.split(".")[0],
        rank=rank, limit_source="clinic default, review", raised_at=at(minute),
        shown_at=at(minute), latest_at=fields.pop("latest_at", at(minute)),
        latest_text=fields["value_text"], **fields,
    )  # fmt: skip


def listed(*flags: FlagFact, now: float = 30) -> presenters.FlagList:
    return presenters.flag_list(flags=flags, at=at(now), zone=ZONE, back="/here/")


def test_flags_are_listed_gravest_first_one_line_per_condition() -> None:
    found = listed(
        flag(5, "bp_high.notify", rules.Rank.LOOK),
        flag(10, "bp_high.hold", rules.Rank.ACT_NOW),
        flag(12, "no_signal_hr.none", rules.Rank.NOTE),
        flag(20, "nausea.notify", rules.Rank.LOOK),
    )
    assert [line.code for line in found.standing] == [
        "bp_high.hold", "nausea.notify", "no_signal_hr.none"
    ]  # fmt: skip
    assert found.standing[0].milder == "Before it: 10:05 182/104"
    assert found.standing[0].age == "10:10, 20\u202fmin ago"
    assert found.standing[0].answer_url.endswith("?back=%2Fhere%2F")
    assert found.summary == "1 to act on now, 2 to look at."
    assert found.limits_url.endswith("?back=%2Fhere%2F")


def test_the_link_of_a_flag_keeps_its_name_while_the_list_around_it_changes() -> None:
    first = flag(5, "nausea.notify", rules.Rank.LOOK)
    (alone,) = listed(first).standing
    later = listed(flag(8, "bp_high.hold", rules.Rank.ACT_NOW), first, now=35).standing
    assert alone.answer_id
    assert [line.answer_id == alone.answer_id for line in later] == [False, True]


def test_what_is_over_is_set_apart_but_an_act_now_stays_in_front() -> None:
    found = listed(
        flag(5, "nausea.notify", rules.Rank.LOOK, ended_at=at(9), ended_because="in_range"),
        flag(6, "rr_low.stop", rules.Rank.ACT_NOW, ended_at=at(9), ended_because="in_range"),
    )
    assert [line.code for line in found.standing] == ["rr_low.stop"]
    assert [line.code for line in found.over] == ["nausea.notify"]
    assert found.standing[0].state == "Back in range 10:09"


def test_an_answered_flag_that_goes_on_asks_again() -> None:
    answered = {
        "acknowledged_at": at(10), "acknowledged_by_name": "Sam Ortiz", "answer": "repeated",
    }  # fmt: skip
    quiet = flag(5, "bp_high.hold", rules.Rank.ACT_NOW, latest_at=at(24), **answered)
    assert not listed(quiet).standing
    assert listed(quiet).answered[0].answered == "Repeated the reading · Sam Ortiz, 10:10"
    again = replace(quiet, latest_at=at(25))
    assert [line.code for line in listed(again).standing] == ["bp_high.hold"]
    assert not listed(replace(again, ended_at=at(26), ended_because="in_range")).standing


def test_late_sets_are_said_before_anybody_keeps_them() -> None:
    timeline = rules.Timeline(opened_at=at(-20), started_at=START)
    readings: list[rules.Reading] = []
    due = rules.due_sets(
        timeline=timeline, readings=readings, at=at(9), plan=rules.schedule(),
        ladder=rules.ladder(),
    )  # fmt: skip
    found = presenters.flag_list(flags=[], due=due, at=at(9), zone=ZONE)
    assert [line.word for line in found.standing] == ["Vitals overdue"]
    panel = presenters.due_panel(due=due, silence=None, at=at(9), zone=ZONE)
    assert (panel.headline, panel.detail) == ("Vitals overdue", "5\u202fmin, 4\u202fmin late")


def test_the_due_panel_counts_down() -> None:
    timeline = rules.Timeline(opened_at=at(-20), started_at=START)
    good = rules.Values(sbp_mmhg=120, dbp_mmhg=76, hr_bpm=70, spo2_percent=98)
    readings = [rules.Reading("a", at(5), rules.Phase.DURING, good)]

    def headline(now: float) -> tuple[str, str]:
        plan, ladder = rules.schedule(), rules.ladder()
        due = rules.due_sets(
            timeline=timeline, readings=readings, at=at(now), plan=plan, ladder=ladder
        )
        quiet = rules.silence(timeline=timeline, readings=readings, at=at(now), plan=plan)
        panel = presenters.due_panel(due=due, silence=quiet, at=at(now), zone=ZONE)
        return panel.headline, panel.silence

    assert headline(6) == ("Next vitals in 4\u202fmin", "")
    assert headline(10) == ("Vitals due now", "")
    assert headline(26) == ("Vitals overdue", "No reading for 21\u202fmin")


def test_the_limits_page_says_every_limit_with_its_source() -> None:
    page = presenters.limits_page()
    assert len(page.rows) == sum(len(c.limits) for c in rules.ladder().conditions)
    row = next(row for row in page.rows if row.condition == "BP high" and row.rung == "Pause")
    assert row.limit == "SBP 180 or more, or DBP 110 or more"
    assert row.confirm.startswith("a second reading at least 3\u202fmin later")
    assert all(row.source for row in page.rows)
