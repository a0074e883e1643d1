"""When sets are due and what becomes of them. Minutes count from the actual start."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from serein.monitoring.rules import (
    DueState,
    Pause,
    Phase,
    Reading,
    Signal,
    Timeline,
    Values,
    due_sets,
    due_times,
    ladder,
    schedule,
    silence,
    time_flags,
)

START = datetime(2026, 3, 9, 14, 0, tzinfo=UTC)
GOOD = {"sbp_mmhg": 120, "dbp_mmhg": 76, "hr_bpm": 70, "spo2_percent": 98}


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


def timeline(
    stop: float | None = None,
    close: float | None = None,
    pauses: tuple[tuple[float, float | None], ...] = (),
    post_for_min: int | None = None,
) -> Timeline:
    return Timeline(
        opened_at=at(-40),
        started_at=START,
        stopped_at=at(stop) if stop is not None else None,
        closed_at=at(close) if close is not None else None,
        pauses=tuple(Pause(at(a), at(b) if b is not None else None) for a, b in pauses),
        post_for_min=post_for_min,
    )


def taken(*minutes: float, **values: int) -> list[Reading]:
    return [
        Reading(
            f"m{m:g}",
            at(m),
            Phase.PRE if m <= 0 else Phase.DURING,
            Values(**(values or GOOD)),
        )
        for m in minutes
    ]


def due_minutes(line: Timeline, now: float, ahead: int = 30) -> list[tuple[str, float]]:
    times = due_times(timeline=line, at=at(now), plan=schedule(), ahead_min=ahead)
    return [(d.code, (d.due_at - START).total_seconds() / 60) for d in times]


def states(line: Timeline, readings: list[Reading], now: float, ahead: int = 0) -> dict[str, str]:
    found = due_sets(
        timeline=line,
        readings=readings,
        at=at(now),
        plan=schedule(),
        ladder=ladder(),
        ahead_min=ahead,
    )
    return {d.code: d.state.value for d in found}


def test_sets_of_the_infusion_count_from_the_actual_start() -> None:
    assert [m for _, m in due_minutes(timeline(), 12)] == [5, 10, 20, 30, 40]
    assert [m for _, m in due_minutes(timeline(), 41)] == [5, 10, 20, 30, 40, 50, 60, 70]


def test_nothing_is_due_before_the_start_but_the_first_set() -> None:
    waiting = Timeline(opened_at=at(-40))
    assert due_times(timeline=waiting, at=at(-10), plan=schedule()) == ()
    assert states(waiting, [], -10) == {"pre": "due"}
    assert states(waiting, taken(-12), -10) == {"pre": "done"}
    assert states(waiting, taken(-39.5), -9) == {"pre": "due"}, "older than half an hour"


def test_a_pause_shifts_the_sets_of_the_infusion() -> None:
    paused = timeline(pauses=((12, 18),))
    assert [m for _, m in due_minutes(paused, 30, 20)] == [5, 10, 26, 36, 46]


def test_sets_wait_while_the_pause_lasts() -> None:
    assert [m for _, m in due_minutes(timeline(pauses=((12, None),)), 30)] == [5, 10]


def test_a_pause_in_the_first_minutes_leaves_nothing_due_yet() -> None:
    assert due_minutes(timeline(pauses=((2, None),)), 10) == []


def test_a_pause_at_the_due_minute_does_not_shift_it() -> None:
    assert [m for _, m in due_minutes(timeline(pauses=((10, 15),)), 20, 10)] == [5, 10, 25]


def test_the_clock_after_the_infusion_counts_from_the_end_and_never_shifts() -> None:
    ended = timeline(stop=46, pauses=((12, 18),))
    assert due_minutes(ended, 50, 0)[3:] == [
        ("during-30", 36), ("end", 46), ("post-15", 61), ("post-30", 76), ("post-45", 91),
        ("post-60", 106),
    ]  # fmt: skip


def test_first_infusions_are_watched_longer() -> None:
    found = due_minutes(timeline(stop=40, post_for_min=120), 41, 0)
    assert found[-1] == ("post-120", 160)
    assert len([code for code, _ in found if code.startswith("post")]) == 8


def test_sets_stay_due_until_discharge() -> None:
    assert due_minutes(timeline(stop=40), 118, 0)[-1] == ("post-75", 115)
    assert due_minutes(timeline(stop=40, close=90), 118, 0)[-1] == ("post-45", 85)


def test_the_last_set_and_the_end_set_are_one() -> None:
    assert [code for code, _ in due_minutes(timeline(stop=41), 41, 0)][:5] == [
        "during-5", "during-10", "during-20", "during-30", "end"
    ]  # fmt: skip


# A set every 10 min or closer is late after more than 3 min, one every 15 min after more than 5.
WINDOWS = [
    # taken at, now, state of the 20-minute set
    (None, 16, "upcoming"),
    (None, 17, "due"),
    (None, 23, "due"),
    (None, 23.1, "late"),
    (None, 26.9, "late"),
    (None, 27, "missed"),
    (16.9, 40, "missed"),
    (17, 40, "done"),
    (20, 40, "done"),
    (23, 40, "done"),
    (23.1, 40, "done_late"),
    (26.9, 40, "done_late"),
    (27, 40, "missed"),
]


@pytest.mark.parametrize(("minute", "now", "state"), WINDOWS)
def test_what_became_of_the_set_of_minute_20(minute: float | None, now: float, state: str) -> None:
    readings = taken(minute) if minute is not None else []
    assert states(timeline(), readings, now, 10)["during-20"] == state


AFTER = [
    (None, 60.1, "late"),
    (None, 60, "due"),
    (60, 75, "done"),
    (60.1, 75, "done_late"),
    (None, 65, "missed"),
]


@pytest.mark.parametrize(("minute", "now", "state"), AFTER)
def test_what_became_of_the_first_set_after(minute: float | None, now: float, state: str) -> None:
    readings = taken(minute) if minute is not None else []
    assert states(timeline(stop=40), readings, now)["post-15"] == state


def test_one_set_satisfies_one_due_time() -> None:
    found = states(timeline(), taken(-5, 5, 10, 21), 31)
    assert found == {
        "pre": "done", "during-5": "done", "during-10": "done", "during-20": "done",
        "during-30": "due",
    }  # fmt: skip


FIRST_TWO = [
    # taken at, set of minute 5, set of minute 10
    ((), "missed", "due"),
    ((2,), "done", "due"),
    ((7.5,), "done", "due"),
    ((8,), "done", "due"),
    ((8.1,), "missed", "done"),
    ((5, 10), "done", "done"),
]


@pytest.mark.parametrize(("minutes", "five", "ten"), FIRST_TWO)
def test_the_first_two_sets_lie_close(minutes: tuple[float, ...], five: str, ten: str) -> None:
    found = states(timeline(), taken(-5, *minutes), 10.5)
    assert (found["during-5"], found["during-10"]) == (five, ten)


def test_half_a_set_satisfies_nothing_but_a_lost_signal_does() -> None:
    half = [Reading("a", at(20), Phase.DURING, Values(spo2_percent=98))]
    assert states(timeline(), half, 21)["during-20"] == "due"
    lost = [
        Reading(
            "a", at(20), Phase.DURING, Values(sbp_mmhg=120, dbp_mmhg=70, hr_bpm=70),
            no_signal=frozenset({Signal.SPO2}),
        )
    ]  # fmt: skip
    assert states(timeline(), lost, 21)["during-20"] == "done"


def test_out_of_range_asks_for_a_repeat_until_two_in_a_row_are_good() -> None:
    high = taken(10, **{**GOOD, "sbp_mmhg": 165})
    line, base = timeline(), taken(-5)
    assert states(line, base + high, 12)["repeat"] == "upcoming"
    assert states(line, base + high, 13)["repeat"] == "due"
    assert states(line, base + high, 15)["repeat"] == "due"
    assert states(line, base + high, 15.1)["repeat"] == "late"
    assert states(line, base + high + taken(14), 15)["repeat"] == "upcoming"
    assert "repeat" not in states(line, base + high + taken(14, 18), 30)
    again = base + high + taken(14) + taken(18, **{**GOOD, "sbp_mmhg": 165}) + taken(22)
    assert states(line, again, 25)["repeat"] == "due"


def test_the_oldest_repeat_is_owed_first() -> None:
    high = taken(10, **{**GOOD, "sbp_mmhg": 165})
    breathing = taken(16, rr_per_min=11)
    assert states(timeline(), taken(-5) + high + breathing, 16)["repeat"] == "late"


def test_silence_speaks_after_twice_the_interval() -> None:
    def minutes(line: Timeline, now: float, *sets: float) -> tuple[int, bool] | None:
        found = silence(timeline=line, readings=taken(*sets), at=at(now), plan=schedule())
        return (found.minutes, found.is_stale) if found else None

    assert minutes(timeline(), 25, 5) == (20, False)
    assert minutes(timeline(), 25.1, 5) == (20, True)
    assert minutes(timeline(stop=40), 70, 40) == (30, False)
    assert minutes(timeline(stop=40), 70.1, 40) == (30, True)
    assert minutes(timeline(), 21) == (21, True), "nothing since the start"
    assert minutes(timeline(stop=40, close=100), 200, 40) is None
    assert (
        silence(timeline=Timeline(opened_at=at(-40)), readings=[], at=at(0), plan=schedule())
        is None
    )


def test_a_late_set_raises_a_flag_and_silence_stands_over_it() -> None:
    def codes(now: float, *sets: float) -> list[tuple[str, str]]:
        readings, line = taken(-5, *sets), timeline()
        due = due_sets(
            timeline=line, readings=readings, at=at(now), plan=schedule(), ladder=ladder()
        )
        quiet = silence(timeline=line, readings=readings, at=at(now), plan=schedule())
        found = time_flags(due=due, silence=quiet, at=at(now))
        return [(flag.code, flag.word) for flag in found]

    assert codes(8) == []
    assert codes(8.1)[0][0] == "time.overdue"
    assert codes(9.5)[0][0] == "time.overdue", "missed stays owed until a set is taken"
    assert codes(13, 5) == []
    assert codes(13.5, 5) == [("time.overdue", "Vitals overdue")]
    assert codes(18, 5) == [("time.overdue", "Vitals overdue")]
    assert codes(18, 5, 17.5) == []
    assert codes(25, 5) == [("time.overdue", "Vitals overdue")]
    assert codes(26, 5) == [("time.stale", "No reading for 21\u202fmin")]
    assert codes(4 * 24 * 60, 5) == [("time.stale", "No reading for 3 days")]


def test_nothing_is_owed_after_the_visit() -> None:
    line = timeline(stop=40, close=100)
    found = due_sets(
        timeline=line, readings=taken(-5, 5), at=at(300), plan=schedule(), ladder=ladder()
    )
    assert {d.state.value for d in found} == {"done", "missed"}
    assert not any(d.is_open for d in found)
    assert time_flags(due=found, silence=None, at=at(300)) == ()


def test_a_visit_left_open_does_not_ask_for_ever() -> None:
    weeks = 60 * 24 * 20
    assert len(due_minutes(timeline(), weeks)) < 80
    assert DueState.MISSED in states(timeline(stop=40), [], weeks).values()
