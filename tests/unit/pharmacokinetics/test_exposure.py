"""Areas, peaks and time above a level."""

from __future__ import annotations

from itertools import pairwise
from math import inf

import numpy as np
import pytest

from pharmacokinetics import course, exposure, library, pump_log
from pharmacokinetics.disposition import Disposition, disposition
from pharmacokinetics.errors import PharmacokineticError

KAMP = disposition(library.model("KAMP2020"), weight_kg=70.0)
OTTO = disposition(library.model("OTTO2021"), weight_kg=70.0)
SIMONS = disposition(library.model("SIMONS2022"), weight_kg=70.0)
ORDINARY = pump_log.read("0:0.875; 40:0")
SERIES = pump_log.read("; ".join(f"{2880 * k}:0.875; {2880 * k + 40}:0" for k in range(6)))

people = pytest.mark.parametrize("person", [KAMP, OTTO, SIMONS], ids=lambda one: one.model.name)


@people
def test_an_area_is_what_the_curve_encloses(person: Disposition) -> None:
    log = pump_log.read("0:1; 12:0; 17:0.5; 46:0", "30:10")
    points, weights = np.polynomial.legendre.leggauss(24)
    cuts = [0, 12, 17, 30, 46, 90, 200, 400]
    total = np.zeros(len(person.outputs))
    for start, stop in pairwise(cuts):
        times = start + (points + 1) * (stop - start) / 2
        total += course.levels(person, log, times).levels_ng_per_ml @ weights * (stop - start) / 2
        found = exposure.areas(person, log, [stop])[:, 0]
        assert found == pytest.approx(total, rel=1e-9)


@people
def test_the_area_without_end_is_dose_times_area_per_mg(person: Disposition) -> None:
    whole = exposure.area_to_infinity(person, ORDINARY)
    assert whole == pytest.approx(35.0 * person.area_per_mg)
    assert exposure.areas(person, ORDINARY, [60_000.0])[:, 0] == pytest.approx(whole, rel=1e-9)
    with pytest.raises(PharmacokineticError, match="Enter the stop"):
        exposure.area_to_infinity(person, pump_log.read("0:1"))


def test_areas_of_windows_add_up_and_late_ones_lose_nothing() -> None:
    cuts = [0.0, 20.0, 2880.0, 8640.0, 20_160.0]
    parts = [
        exposure.area_between(OTTO, SERIES, from_min=start, to_min=stop)
        for start, stop in pairwise(cuts)
    ]
    assert sum(parts) == pytest.approx(exposure.areas(OTTO, SERIES, [cuts[-1]])[:, 0], rel=1e-12)
    late = exposure.area_between(OTTO, ORDINARY, from_min=20_000.0, to_min=20_100.0)
    levels = course.levels(OTTO, ORDINARY, [20_050.0]).levels_ng_per_ml[:, 0]
    assert late == pytest.approx(100.0 * levels, rel=1e-2)
    with pytest.raises(PharmacokineticError, match="Enter an end"):
        exposure.area_between(OTTO, SERIES, from_min=2.0, to_min=1.0)


def test_nothing_given_encloses_nothing() -> None:
    assert not exposure.areas(KAMP, pump_log.read(""), [5.0, 50.0]).any()
    assert not exposure.areas(KAMP, ORDINARY, [-5.0, 0.0]).any()
    peak = exposure.peak(KAMP, pump_log.read("0:0; 40:0"), "ketamine")
    assert peak.level_ng_per_ml == 0.0
    assert exposure.stretches_above(KAMP, pump_log.read(""), "ketamine", 1.0) == ()


def test_plasma_peaks_at_the_end_of_the_infusion() -> None:
    peak = exposure.peak(KAMP, ORDINARY, "ketamine")
    assert peak.minute == 40.0
    assert peak.level_ng_per_ml == pytest.approx(253.05183479, rel=1e-11)
    assert not peak.assumed


def test_the_effect_site_peaks_where_it_meets_the_plasma() -> None:
    peak = exposure.peak(KAMP, ORDINARY, "effect")
    assert 40.0 < peak.minute < 45.0
    there = course.levels(KAMP, ORDINARY, [peak.minute])
    assert there.of("effect").levels_ng_per_ml[0] == pytest.approx(peak.level_ng_per_ml)
    assert there.of("ketamine").levels_ng_per_ml[0] == pytest.approx(peak.level_ng_per_ml, rel=1e-9)


@pytest.mark.parametrize(
    "log",
    [
        ORDINARY,
        SERIES,
        pump_log.read("0:3; 10:0; 12:0.3; 60:0"),
        pump_log.read("0:0.5; 60:0", "5:20; 30:10"),
    ],
)
@people
def test_no_time_lies_above_the_peak(person: Disposition, log: pump_log.PumpLog) -> None:
    times = np.union1d(np.linspace(0.0, log.minutes[-1] + 600.0, 1201), log.minutes)
    found = course.levels(person, log, times)
    for output in person.outputs:
        peak = exposure.peak(person, log, output.name)
        highest = found.of(output.name).levels_ng_per_ml.max()
        assert highest <= peak.level_ng_per_ml * (1 + 1e-12)
        assert highest == pytest.approx(peak.level_ng_per_ml, rel=5e-2)


def test_a_window_has_its_own_peak() -> None:
    peak = exposure.peak(KAMP, ORDINARY, "ketamine", from_min=60.0, until_min=90.0)
    assert peak.minute == 60.0
    assert peak.level_ng_per_ml == pytest.approx(95.8599564006)


def test_a_peak_after_an_open_end_is_an_assumption() -> None:
    peak = exposure.peak(KAMP, pump_log.read("0:0.875"), "ketamine", until_min=120.0)
    assert peak.minute == 120.0
    assert peak.assumed


@pytest.mark.parametrize("output", ["ketamine", "norketamine", "effect"])
@pytest.mark.parametrize("level", [20.0, 60.0, 80.0])
def test_time_above_a_level_ends_on_that_level(output: str, level: float) -> None:
    found = exposure.stretches_above(KAMP, SERIES, output, level)
    assert len(found) == 6
    for start, stop in found:
        ends = course.levels(KAMP, SERIES, [start, stop]).of(output).levels_ng_per_ml
        assert ends == pytest.approx([level, level], rel=1e-9)
        inside = np.linspace(start + 1e-6, stop - 1e-6, 50)
        assert course.levels(KAMP, SERIES, inside).of(output).levels_ng_per_ml.min() > level
    total = exposure.time_above_min(KAMP, SERIES, output, level)
    assert total == pytest.approx(sum(stop - start for start, stop in found))


def test_a_bolus_lifts_the_level_at_once() -> None:
    ((start, stop),) = exposure.stretches_above(KAMP, pump_log.read("", "7:25"), "ketamine", 500.0)
    assert start == 7.0
    assert 7.0 < stop < 12.0


def test_a_stretch_still_above_ends_with_the_time_looked_at() -> None:
    ((_, stop),) = exposure.stretches_above(KAMP, ORDINARY, "ketamine", 50.0, until_min=60.0)
    assert stop == 60.0


@pytest.mark.parametrize("level", [100.0, 1.0, 1e-6, 1e-12])
def test_when_the_level_has_fallen_below_a_value(level: float) -> None:
    minute = exposure.falls_below_min(OTTO, SERIES, "ketamine", level)
    assert minute is not None
    assert minute > SERIES.minutes[-1]
    there = course.levels(OTTO, SERIES, [minute]).of("ketamine").levels_ng_per_ml[0]
    assert there == pytest.approx(level, rel=1e-9)


def test_a_level_that_was_never_reached_is_never_left() -> None:
    assert exposure.falls_below_min(OTTO, ORDINARY, "ketamine", 5000.0) is None


@pytest.mark.parametrize(
    "ask",
    [
        lambda: exposure.falls_below_min(OTTO, pump_log.read("0:1"), "ketamine", 5.0),
        lambda: exposure.falls_below_min(OTTO, ORDINARY, "ketamine", 0.0),
        lambda: exposure.stretches_above(OTTO, ORDINARY, "ketamine", -inf),
        lambda: exposure.peak(OTTO, ORDINARY, "effect"),
    ],
)
def test_what_has_no_answer_is_refused(ask: object) -> None:
    with pytest.raises(PharmacokineticError):
        ask()  # type: ignore[operator]
