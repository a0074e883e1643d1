"""What the pump did: order, ties, open ends, silences and refusals."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import inf, nan
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from pharmacokinetics import pump_log
from pharmacokinetics.errors import PumpLogError
from pharmacokinetics.pump_log import Bolus, Infusion, Rate, Silence


def test_entries_are_sorted_by_time_and_then_sequence() -> None:
    log = pump_log.from_entries([Rate(40, 0), Rate(0, 0.5, 1), Rate(0, 0.875, 2), Rate(0, 9, 0)])
    assert log.minutes.tolist() == [0, 40]
    assert log.rates_mg_per_min.tolist() == [0.875, 0]


def test_of_entries_with_one_time_and_sequence_the_one_written_last_wins() -> None:
    assert pump_log.from_entries([Rate(0, 1), Rate(0, 2)]).rate_at(0) == 2


def test_boluses_add_to_each_other_and_leave_the_rate_alone() -> None:
    log = pump_log.from_entries([Rate(0, 1), Bolus(5, 10), Bolus(5, 15), Rate(10, 0)])
    assert log.boluses_mg.tolist() == [0, 25, 0]
    assert log.rate_at(5) == 1
    assert log.given_mg(5) == 30
    assert log.given_mg(4.5) == 4.5
    assert log.given_mg(inf) == 35
    assert log.given_mg(-1) == 0


def test_a_log_without_a_stop_is_open_and_says_so() -> None:
    log = pump_log.read("0:0.875")
    assert log.is_open
    assert log.assumption == (
        "No stop is recorded: after minute 0 the rate of 0.875 mg/min is assumed to go on."
    )
    assert log.assumed(np.array([-1.0, 0.0, 1.0])).tolist() == [False, False, True]
    closed = pump_log.read("0:0.875; 40:0")
    assert not closed.is_open
    assert closed.assumption is None
    assert not closed.assumed(np.array([5.0, 500.0])).any()
    assert not pump_log.read("", "0:5").is_open


def test_a_silence_keeps_the_rate_and_is_shown() -> None:
    log = pump_log.from_entries(
        [Rate(0, 0.875), Silence(10), Silence(12), Rate(20, 0.875), Rate(40, 0)]
    )
    assert log.gaps == ((10, 20),)
    assert log.rate_at(15) == 0.875
    assert log.assumed(np.array([10.0, 11.0, 30.0])).tolist() == [False, True, True]
    assert (
        log.assumption
        == "The pump was silent for a while: the last rate is assumed to have gone on."
    )


def test_a_pump_that_never_spoke_again_stays_a_gap() -> None:
    log = pump_log.from_entries([Rate(0, 0.875), Silence(10)])
    assert log.gaps == ((10, inf),)
    assert log.is_open


def test_what_was_not_known_yet_is_left_out() -> None:
    log = pump_log.from_entries([Rate(0, 1), Silence(5), Rate(10, 0)])
    early = log.until(7)
    assert early.minutes.tolist() == [0, 5]
    assert early.gaps == ((5, inf),)
    assert early.is_open


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        (
            [Rate(0, 1), Rate(12, -0.3)],
            r"Enter a rate of 0 mg/min or more in entry 2 \(minute 12\)",
        ),
        ([Rate(0, nan)], r"entry 1 \(minute 0\)"),
        ([Rate(0, inf)], r"entry 1 \(minute 0\)"),
        ([Rate(0, 1), Rate(3, 52.5)], r"Check the rate and its unit in entry 2 \(minute 3\)"),
        ([Rate(nan, 1)], "Enter the time of entry 1"),
        ([Rate(0, 1), Bolus(2, -5)], r"Enter a dose of 0 mg or more in entry 2 \(minute 2\)"),
        ([Bolus(2, nan)], r"entry 1 \(minute 2\)"),
    ],
)
def test_what_cannot_be_is_refused_by_the_entry_that_holds_it(
    entries: list[pump_log.Entry], words: str
) -> None:
    with pytest.raises(PumpLogError, match=words):
        pump_log.from_entries(entries, max_rate_mg_per_min=20.0)


def test_planned_infusions_become_one_log() -> None:
    log = pump_log.from_infusions([Infusion(60, 100, 0.5), Infusion(0, 60, 1.0)])
    assert log.minutes.tolist() == [0, 60, 100]
    assert log.rates_mg_per_min.tolist() == [1, 0.5, 0]


@pytest.mark.parametrize(
    ("infusions", "words"),
    [
        ([Infusion(0, 40, 1), Infusion(30, 60, 1)], "Separate infusions 1 and 2.*minute 30"),
        ([Infusion(40, 40, 1)], "Enter a stop after the start of infusion 1"),
    ],
)
def test_one_pump_has_one_rate(infusions: list[Infusion], words: str) -> None:
    with pytest.raises(PumpLogError, match=words):
        pump_log.from_infusions(infusions)


@pytest.mark.parametrize("text", ["0-1", "0:fast", "soon:1", "0"])
def test_a_pair_that_cannot_be_read_is_named(text: str) -> None:
    with pytest.raises(PumpLogError, match="Write rate entry 2 as minute:amount"):
        pump_log.read(f"0:1; {text}")


def test_elapsed_minutes_are_those_of_instants() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    before = datetime(2026, 3, 29, 1, 30, tzinfo=berlin)
    after = datetime(2026, 3, 29, 3, 10, tzinfo=berlin)
    assert pump_log.elapsed_min(after, before) == 40
    assert pump_log.elapsed_min(before.astimezone(UTC) + timedelta(minutes=7), before) == 7


def test_a_moment_without_a_zone_is_refused() -> None:
    aware = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    with pytest.raises(PumpLogError, match="time zone"):
        pump_log.elapsed_min(aware.replace(tzinfo=None), aware)


def test_a_line_delays_the_whole_log() -> None:
    log = pump_log.from_entries([Rate(0, 1), Bolus(1, 5), Silence(2), Rate(3, 0)]).delayed_by(1.5)
    assert log.minutes.tolist() == [1.5, 2.5, 3.5, 4.5]
    assert log.gaps == ((3.5, 4.5),)
    assert log.given_mg(inf) == 8
