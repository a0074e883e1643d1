"""Cohorts: every level exact, the same from both engines, in memory that does not grow."""

from __future__ import annotations

import sys
import tracemalloc
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pharmacokinetics
from pharmacokinetics import cohort, course, library, march, pump_log
from pharmacokinetics.disposition import disposition, dispositions
from pharmacokinetics.errors import ModelError, PharmacokineticError
from pharmacokinetics.march import Engine
from pharmacokinetics.population import effects_of
from pharmacokinetics.protocol import Protocol
from pharmacokinetics.pump_log import Bolus, Entry, PumpLog, Rate

OTTO = library.model("OTTO2021")
SERIES = Protocol(0.5, 40.0, (0.0, 2.0, 4.0, 7.0, 9.0, 11.0))
ENGINES: tuple[Engine, ...] = ("numpy", "numba")

minutes = st.floats(-100.0, 3000.0, allow_nan=False).map(lambda value: round(value, 1))
entries = st.lists(
    st.one_of(
        st.builds(Rate, minutes, st.sampled_from([0.0, 0.4, 0.875, 2.5])),
        st.builds(Bolus, minutes, st.sampled_from([0.0, 5.0, 20.0])),
    ),
    max_size=8,
)
asked = st.lists(minutes, min_size=1, max_size=20, unique=True).map(sorted)


def series_plan(times: np.ndarray) -> march.Steps:
    return march.steps_of(SERIES.log_per_kg(), times)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", ["OTTO2021", "KAMP2020"])
@settings(max_examples=25)
@given(given_entries=entries, times=asked)
def test_every_person_gets_the_exact_curve(
    engine: Engine, name: str, given_entries: list[Entry], times: list[float]
) -> None:
    """Against the one-person path, which has an independent oracle of its own."""
    model, weights = library.model(name), np.array([50.0, 70.0, 110.0])
    log = pump_log.from_entries(given_entries)
    many = dispositions(model, weight_kg=weights)
    plan = march.steps_of(log, times)
    found = march.levels(many.poles_per_min, many.residues, plan, engine=engine)
    for index, weight in enumerate(weights):
        exact = course.levels(disposition(model, weight_kg=weight), log, times)
        expected = exact.levels_ng_per_ml.T
        assert np.abs(found[:, :, index] - expected).max() <= 1e-10 * max(1.0, expected.max())
        assert (found >= 0.0).all()


def test_both_engines_agree_to_the_last_bit() -> None:
    people = cohort.recruit(OTTO, count=1500, weight_kg=75.0, weight_sd_kg=12.0)
    plan = series_plan(SERIES.sensible_times())
    both = [
        march.levels(
            people.responses.poles_per_min,
            people.residues,
            plan,
            scale=people.weight_kg,
            engine=engine,
        )
        for engine in ENGINES
    ]
    assert both[0].max() > 200.0
    assert np.array_equal(both[0], both[1])


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("memory", [1, 20_000, 200_000])
def test_blocks_of_any_size_give_the_same_levels(engine: Engine, memory: int) -> None:
    people = cohort.recruit(OTTO, count=37, weight_kg=70.0)
    poles, residues = people.responses.poles_per_min, people.residues
    plan = series_plan(np.arange(-30.0, 4000.0, 17.0))
    whole = march.levels(poles, residues, plan, engine=engine)
    parts = [
        (rows, levels.copy())
        for rows, levels in march.blocks(poles, residues, plan, engine=engine, memory_bytes=memory)
    ]
    assert [rows.start for rows, _ in parts[1:]] == [rows.stop for rows, _ in parts[:-1]]
    joined = np.concatenate([levels for _, levels in parts])
    assert np.abs(joined - whole).max() <= 1e-13 * whole.max()


def test_memory_does_not_grow_with_the_number_of_times() -> None:
    people = cohort.recruit(OTTO, count=400, weight_kg=70.0)

    def peak(times: int) -> int:
        plan = series_plan(np.arange(float(times)))
        tracemalloc.start()
        cohort.run(people, plan, np.arange(float(times)), engine="numpy", memory_bytes=2**20)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    whole = 8 * 400 * 2 * 8000
    assert peak(8000) < peak(500) + 0.1 * whole


def test_a_dose_per_kilogram_follows_the_weight() -> None:
    people = cohort.recruit(OTTO, count=64, weight_kg=80.0, weight_sd_kg=15.0)
    times = np.array([40.0])
    plan = series_plan(times)
    found = march.levels(
        people.responses.poles_per_min, people.residues, plan, scale=people.weight_kg
    )
    effects = effects_of(OTTO)
    eta = effects.draw(64)
    for index in (0, 17, 63):
        weight = float(people.weight_kg[index])
        factors = dict(zip(effects.names, np.exp(eta[index]).tolist(), strict=True))
        person = disposition(OTTO, weight_kg=weight, factors=factors)
        log = pump_log.read(f"0:{0.5 * weight / 40.0!r}; 40:0")
        expected = course.levels(person, log, times).of("ketamine").levels_ng_per_ml
        assert found[0, 0, index] == pytest.approx(expected[0], rel=1e-9)


def test_weights_spread_as_asked() -> None:
    people = cohort.recruit(OTTO, count=4096, weight_kg=80.0, weight_sd_kg=15.0)
    assert np.median(people.weight_kg) == pytest.approx(80.0, rel=0.01)
    assert people.weight_kg.std() == pytest.approx(15.0, rel=0.05)


def test_limits_come_with_progress_and_every_level_is_seen_in_order() -> None:
    people = cohort.recruit(OTTO, count=50, weight_kg=70.0, outputs=["norketamine"])
    times = np.arange(0.0, 100.0)
    told: list[tuple[int, int]] = []
    seen: list[np.ndarray] = []
    limits = cohort.run(
        people,
        series_plan(times),
        times,
        keep=lambda _, levels: seen.append(levels.copy()),
        progress=lambda done, of: told.append((done, of)),
        memory_bytes=10_000,
    )
    levels = np.concatenate(seen)
    assert levels.shape == (100, 1, 50)
    assert limits.values == pytest.approx(np.quantile(levels, cohort.SHARES, axis=-1), rel=1e-12)
    assert told[-1] == (100, 100)
    assert told == sorted(told)
    assert len(told) > 3


def test_a_parquet_file_names_model_blood_and_protocol(tmp_path: Path) -> None:
    people = cohort.recruit(OTTO, count=5, weight_kg=70.0, weight_sd_kg=5.0)
    times = np.array([10.0, 40.0, 90.0])
    path = tmp_path / "cohort.parquet"
    with cohort.Parquet(str(path), people, SERIES.words) as file:
        cohort.run(people, series_plan(times), times, keep=file.keep, memory_bytes=1)
    table = pq.read_table(path)
    assert table.num_rows == 15
    assert table.column_names == [
        "minute",
        "person",
        "weight_kg",
        "ketamine_venous_plasma_ng_per_ml",
        "norketamine_venous_plasma_ng_per_ml",
    ]
    whole = march.levels(
        people.responses.poles_per_min, people.residues, series_plan(times), scale=people.weight_kg
    )
    column = table["ketamine_venous_plasma_ng_per_ml"].to_numpy()
    assert column.reshape(3, 5) == pytest.approx(whole[:, 0], rel=1e-13)
    about = {key.decode(): value.decode() for key, value in table.schema.metadata.items()}
    assert about["sampling_site"] == "venous plasma"
    assert about["protocol"] == "0.5 mg/kg over 40 min on days 0, 2, 4, 7, 9, 11"
    assert about["citation"] == OTTO.citation
    assert "not a measurement" in about["note"]


def test_without_pyarrow_the_message_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    people = cohort.recruit(OTTO, count=2, weight_kg=70.0)
    with pytest.raises(ModelError, match=r"Install serein\[cohort\] to write Parquet"):
        cohort.Parquet(str(tmp_path / "x.parquet"), people, "")


def test_a_small_cohort_never_loads_the_compiler() -> None:
    assert march.choose("auto", 10_000_000) is march.advance
    assert march.choose("auto", 10**12) is not march.advance


def test_without_numba_numpy_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "pharmacokinetics.kernel", raising=False)
    monkeypatch.delattr(pharmacokinetics, "kernel", raising=False)
    monkeypatch.setitem(sys.modules, "numba", None)
    assert march.choose("auto", 10**12) is march.advance
    with pytest.raises(PharmacokineticError, match=r"Install serein\[cohort\]"):
        march.choose("numba", 1)


@pytest.mark.parametrize("times", [[], [0.0, 0.0], [2.0, 1.0], [float("nan")]])
def test_times_must_rise(times: list[float]) -> None:
    with pytest.raises(PharmacokineticError, match="Give times in minutes that rise"):
        march.steps_of(pump_log.read("0:1"), times)


def test_a_log_without_entries_gives_zero() -> None:
    nothing: PumpLog = pump_log.from_entries([])
    people = cohort.recruit(OTTO, count=3, weight_kg=70.0)
    times = [0.0, 10.0, 1e6]
    plan = march.steps_of(nothing, times)
    assert not march.levels(people.responses.poles_per_min, people.residues, plan).any()


@pytest.mark.parametrize(
    ("count", "weight", "spread"), [(0, 70.0, 0.0), (5, 0.0, 0.0), (5, 70.0, 70.0), (5, 70.0, -1.0)]
)
def test_a_cohort_of_nobody_is_refused(count: int, weight: float, spread: float) -> None:
    with pytest.raises(ModelError, match="Enter one person or more"):
        cohort.recruit(OTTO, count=count, weight_kg=weight, weight_sd_kg=spread)


@pytest.mark.parametrize("pole", [0.0, -0.1, float("nan"), float("inf")])
def test_a_pole_that_is_none_is_refused(pole: float) -> None:
    plan = march.steps_of(pump_log.read("0:1"), [1.0])
    with pytest.raises(PharmacokineticError, match="Check the rate constants"):
        march.levels(np.array([[pole]]), np.array([[[1.0]]]), plan)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_level_below_zero_is_a_fault_and_not_hidden(engine: Engine) -> None:
    plan = march.steps_of(pump_log.read("0:1"), [1.0])
    with pytest.raises(PharmacokineticError, match="none can be below zero"):
        march.levels(np.array([[0.1]]), np.array([[[-1.0]]]), plan, engine=engine)
