"""Levels over time against two independent oracles, and what linear systems must obey."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from pharmacokinetics import course, exposure, library, pump_log
from pharmacokinetics.disposition import disposition, dispositions
from pharmacokinetics.errors import PharmacokineticError, SiteError
from tests.unit.pharmacokinetics.made_up import MadeUp, Protocol, models, protocols
from tests.unit.pharmacokinetics.oracle import levels_and_areas

KAMP = library.model("KAMP2020")
OTTO = library.model("OTTO2021")
SIMONS = library.model("SIMONS2022")
ORDINARY = pump_log.read("0:0.875; 40:0")

properties = settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
)


def log_of(protocol: Protocol) -> pump_log.PumpLog:
    return pump_log.read(*protocol.written)


@properties
@given(made=models, protocol=protocols)
def test_levels_and_areas_agree_with_the_matrix_exponential(
    made: MadeUp, protocol: Protocol
) -> None:
    person = made.disposition()
    log = log_of(protocol)
    expected, areas, _ = levels_and_areas(
        made.system(), list(protocol.rates), list(protocol.boluses), list(protocol.times)
    )
    found = course.levels(person, log, protocol.times)
    found_areas = exposure.areas(person, log, protocol.times)
    for row, output in enumerate(person.outputs):
        scale = max(1.0, float(np.max(expected["ketamine"])))
        assert found.levels_ng_per_ml[row] == pytest.approx(
            expected[output.name], rel=1e-8, abs=1e-10 * scale
        )
        assert found_areas[row] == pytest.approx(areas[output.name], rel=1e-8, abs=1e-9 * scale)


@settings(properties, max_examples=4)
@given(made=models, protocol=protocols)
def test_levels_agree_with_forty_digits(made: MadeUp, protocol: Protocol) -> None:
    times = [protocol.times[-1], protocol.rates[-1][0] + 4000.0]
    rates = [*protocol.rates, (protocol.rates[-1][0] + 1.0, 0.0)]
    expected, areas, _ = levels_and_areas(
        made.system(), rates, list(protocol.boluses), times, exact=True
    )
    person = made.disposition()
    log = log_of(Protocol(tuple(rates), protocol.boluses, tuple(times)))
    found = course.levels(person, log, times).levels_ng_per_ml
    found_areas = exposure.areas(person, log, times)
    scale = max(float(one) for one in expected["ketamine"])
    for row, output in enumerate(person.outputs):
        for column in range(len(times)):
            exact = float(expected[output.name][column])
            assert found[row, column] == pytest.approx(exact, rel=1e-9, abs=1e-13 * scale)
            assert found_areas[row, column] == pytest.approx(
                float(areas[output.name][column]), rel=1e-9, abs=1e-11 * scale
            )


def test_the_shipped_chains_agree_with_forty_digits() -> None:
    """Simons 2022 written down a second time, compartment by compartment."""
    made = MadeUp(
        volume=11.6,
        leaving=1.48 / 11.6,
        pairs=((2.43 / 11.6, 2.43 / 39.0), (1.21 / 11.6, 1.21 / 174.0)),
        metabolite=(11.6, 1.00 / 11.6, ((2.63 / 11.6, 2.63 / 221.0),)),
        transit=(20.1, 2),
    )
    times = [5.0, 20.0, 40.0, 80.0, 1440.0, 20160.0]
    expected, _, _ = levels_and_areas(
        made.system(), [(0.0, 0.875), (40.0, 0.0)], [], times, exact=True
    )
    person = disposition(SIMONS, weight_kg=70.0)
    found = course.levels(person, ORDINARY, times)
    share = 0.8 * 223.70 / 237.73
    for column in range(len(times)):
        parent, child = float(expected["ketamine"][column]), expected["norketamine"][column]
        assert found.levels_ng_per_ml[0, column] == pytest.approx(parent, rel=1e-12)
        assert found.levels_ng_per_ml[1, column] == pytest.approx(share * float(child), rel=1e-9)


@pytest.mark.parametrize("apart", [0.0, 1e-12, 1e-6, 9e-4, 1.1e-3])
def test_poles_may_come_as_close_as_they_like(apart: float) -> None:
    """The effect site's pole on top of ketamine's middle one, and everything in between."""
    middle = float(np.sort(disposition(KAMP, weight_kg=70.0).poles_per_min[:3])[1])
    delay = middle * (1.0 + apart)
    person = disposition(KAMP, weight_kg=70.0, overrides={"ke0_per_min": delay})
    made = MadeUp(
        volume=25.0,
        leaving=84.0 / 60 / 25,
        pairs=((161.0 / 60 / 25, 161.0 / 60 / 56), (79.0 / 60 / 25, 79.0 / 60 / 157)),
        delay=delay,
    )
    times = [1.0, 40.0, 1440.0, 10080.0]
    expected, areas, _ = levels_and_areas(
        made.system(), [(0.0, 0.875), (40.0, 0.0)], [], times, exact=True
    )
    found = course.levels(person, ORDINARY, times).of("effect").levels_ng_per_ml
    row = KAMP.row("effect")
    assert found == pytest.approx([float(one) for one in expected["effect"]], rel=1e-10)
    assert exposure.areas(person, ORDINARY, times)[row] == pytest.approx(
        [float(one) for one in areas["effect"]], rel=1e-10
    )


def test_many_poles_may_fall_together() -> None:
    """Parent, three transit stages and metabolite all with one rate: t⁴·e^(−kt)."""
    equal = 0.2
    made = MadeUp(
        volume=10.0,
        leaving=equal,
        pairs=(),
        metabolite=(20.0, equal, ()),
        transit=(3.0 / equal, 3),
        delay=equal,
    )
    person = made.disposition()
    times = [0.5, 5.0, 40.0, 400.0, 2000.0]
    expected, _, _ = levels_and_areas(
        made.system(), [(0.0, 1.0), (30.0, 0.0)], [], times, exact=True
    )
    found = course.levels(person, pump_log.read("0:1; 30:0"), times)
    for row, output in enumerate(person.outputs):
        assert found.levels_ng_per_ml[row] == pytest.approx(
            [float(one) for one in expected[output.name]], rel=1e-10, abs=0.0
        )


@properties
@given(made=models, protocol=protocols, share=st.floats(0.1, 4.0))
def test_two_logs_together_are_the_sum_of_each(
    made: MadeUp, protocol: Protocol, share: float
) -> None:
    person = made.disposition()
    more = Protocol(
        tuple((minute, rate * share) for minute, rate in protocol.rates),
        tuple((minute, dose * share) for minute, dose in protocol.boluses),
        protocol.times,
    )
    once = course.levels(person, log_of(protocol), protocol.times).levels_ng_per_ml
    scaled = course.levels(person, log_of(more), protocol.times).levels_ng_per_ml
    assert scaled == pytest.approx(share * once, rel=1e-9, abs=1e-9)


@properties
@given(made=models, protocol=protocols)
def test_what_was_given_is_in_the_body_or_has_left_it(made: MadeUp, protocol: Protocol) -> None:
    """Eliminated = k10·V·AUC by the engine; held = the oracle's compartments of the parent."""
    person = made.disposition()
    log = log_of(protocol)
    system = MadeUp(made.volume, made.leaving, made.pairs).system()
    _, _, amounts = levels_and_areas(
        system, list(protocol.rates), list(protocol.boluses), list(protocol.times)
    )
    areas = exposure.areas(person, log, protocol.times)[0]
    for column, time in enumerate(protocol.times):
        gone = made.leaving * made.volume / 1000.0 * areas[column]
        assert gone + sum(amounts[column]) == pytest.approx(log.given_mg(time), rel=1e-8, abs=1e-9)


@properties
@given(made=models, protocol=protocols)
def test_after_the_pump_has_stopped_ketamine_only_falls(made: MadeUp, protocol: Protocol) -> None:
    last = max(minute for minute, _ in (*protocol.rates, *protocol.boluses)) + 1.0
    stopped = Protocol((*protocol.rates, (last, 0.0)), protocol.boluses, ())
    assume(log_of(stopped).given_mg(last) > 0.0)
    times = last + np.concatenate([[0.0], np.geomspace(0.1, 20_000.0, 200)])
    found = course.levels(made.disposition(), log_of(stopped), times).of("ketamine")
    assert np.all(np.diff(found.levels_ng_per_ml) <= 0.0)
    assert found.levels_ng_per_ml.min() >= 0.0


@properties
@given(made=models, protocol=protocols, instant=st.floats(0.0, 300.0))
def test_a_state_can_be_taken_up_at_any_instant(
    made: MadeUp, protocol: Protocol, instant: float
) -> None:
    person = made.disposition()
    log = log_of(protocol)
    state = course.run(person, log, until_min=instant)
    times = np.array([time for time in protocol.times if time >= instant] or [instant + 1.0])
    straight = course.levels(person, log, times).levels_ng_per_ml
    resumed = course.levels(person, log, times, state=state).levels_ng_per_ml
    assert resumed == pytest.approx(straight, rel=1e-9, abs=1e-10 * max(1.0, straight.max()))


def test_a_live_tick_is_the_same_recursion() -> None:
    person = disposition(OTTO, weight_kg=82.0)
    log = pump_log.read("0:1; 10:0; 15:0.5; 40:0", "5:10")
    state = course.start(person)
    for minute in range(60):
        state = course.advance(
            person, state, minutes=1.0, rate_mg_per_min=log.rate_at(float(minute))
        )
        if minute == 4:
            state = course.bolus(person, state, 10.0)
        expected = course.levels(person, log, minute + 1.0).levels_ng_per_ml[:, 0]
        assert course.now(person, state) == pytest.approx(expected, rel=1e-12)


def test_what_if_leaves_the_state_as_it_was() -> None:
    person = disposition(OTTO, weight_kg=70.0)
    state = course.run(person, pump_log.read("0:0.875"), until_min=20.0)
    before = state.modes.copy()
    stopped = course.levels(person, pump_log.read("20:0"), [40.0], state=state)
    paused = course.levels(person, pump_log.read("20:0; 25:0.875"), [40.0], state=state)
    kept = course.levels(person, pump_log.read("20:0.875"), [40.0], state=state)
    low, middle, high = (one.of("ketamine").levels_ng_per_ml[0] for one in (stopped, paused, kept))
    assert low < middle < high
    assert high == pytest.approx(158.041732572, rel=1e-11)
    assert np.array_equal(state.modes, before)


def test_a_bolus_in_a_state_is_not_given_twice() -> None:
    person = disposition(OTTO, weight_kg=70.0)
    log = pump_log.read("", "5:10")
    state = course.run(person, log, until_min=5.0)
    resumed = course.levels(person, log, [5.0, 30.0], state=state).levels_ng_per_ml
    assert resumed == pytest.approx(course.levels(person, log, [5.0, 30.0]).levels_ng_per_ml)


def test_before_any_drug_every_level_is_exactly_zero() -> None:
    for model in library.models():
        person = disposition(model, weight_kg=70.0)
        found = course.levels(person, pump_log.read("10:0.875; 50:0"), [-600.0, 0.0, 10.0])
        assert not found.levels_ng_per_ml.any()
        assert not np.signbit(found.levels_ng_per_ml).any()
        assert not course.levels(person, pump_log.read(""), [0.0, 5.0]).levels_ng_per_ml.any()


def test_nothing_falls_below_zero_from_the_first_second_to_the_third_week() -> None:
    times = np.geomspace(1e-4, 30_000.0, 400)
    for model in library.models():
        found = course.levels(disposition(model, weight_kg=45.0), ORDINARY, times)
        assert found.levels_ng_per_ml.min() >= 0.0


def test_times_may_come_in_any_order() -> None:
    person = disposition(KAMP, weight_kg=70.0)
    times = np.array([80.0, 5.0, 40.0, 1440.0, 20.0])
    forward = course.levels(person, ORDINARY, np.sort(times)).levels_ng_per_ml
    shuffled = course.levels(person, ORDINARY, times).levels_ng_per_ml
    assert np.array_equal(shuffled[:, np.argsort(times)], forward)


@pytest.mark.parametrize("model", library.models(), ids=lambda one: one.name)
def test_many_people_at_once_are_the_same_people(model: library.Model) -> None:
    weights = np.array([45.0, 70.0, 70.0, 120.0])
    first = model.parameters[0].name
    factors = {first: np.array([1.0, 0.7, 1.6, 1.2])}
    many = dispositions(model, weight_kg=weights, factors=factors)
    for index, weight in enumerate(weights):
        factor = {first: float(factors[first][index])}
        person = disposition(model, weight_kg=float(weight), factors=factor)
        poles = many.poles_per_min[index]
        shape = -np.expm1(-poles * 40.0) / poles
        expected = course.levels(person, pump_log.read("0:1"), [40.0]).levels_ng_per_ml[:, 0]
        assert many.residues[index] @ shape == pytest.approx(expected, rel=1e-9)
        assert (many.residues[index] / poles).sum(axis=1) == pytest.approx(
            person.area_per_mg, rel=1e-9
        )


def test_people_with_coincident_poles_stay_within_the_stated_error() -> None:
    middle = float(np.sort(disposition(KAMP, weight_kg=70.0).poles_per_min[:3])[1])
    overrides = {"ke0_per_min": middle}
    many = dispositions(KAMP, weight_kg=np.array([70.0]), overrides=overrides)
    person = disposition(KAMP, weight_kg=70.0, overrides=overrides)
    row = KAMP.row("effect")
    for time in (1.0, 40.0, 600.0):
        shape = -np.expm1(-many.poles_per_min[0] * time) / many.poles_per_min[0]
        expected = course.levels(person, pump_log.read("0:1"), [time]).levels_ng_per_ml[row, 0]
        assert many.residues[0, row] @ shape == pytest.approx(expected, rel=1e-6)


def test_every_curve_says_which_blood_it_is() -> None:
    arterial = course.levels(disposition(KAMP, weight_kg=70.0), ORDINARY, [40.0])
    venous = course.levels(disposition(OTTO, weight_kg=70.0), ORDINARY, [40.0])
    assert arterial.of("ketamine").label == "ketamine, arterial plasma, ng/mL (KAMP2020)"
    assert venous.of("ketamine").label == "ketamine, venous plasma, ng/mL (OTTO2021)"
    both = (arterial.of("ketamine"), venous.of("ketamine"))
    with pytest.raises(SiteError, match="Label every curve"):
        course.together(*both)
    assert course.together(*both, labelled=True) == both
    with pytest.raises(PharmacokineticError, match="Ask for one of"):
        venous.of("effect")


@pytest.mark.parametrize(
    "wrong",
    [
        lambda person, state: course.levels(person, ORDINARY, [10.0], state=state),
        lambda person, state: course.levels(person, ORDINARY, [np.nan]),
        lambda person, state: course.advance(person, state, minutes=-1.0, rate_mg_per_min=0.0),
        lambda person, state: course.now(disposition(KAMP, weight_kg=70.0), state),
    ],
)
def test_what_cannot_be_asked_is_refused(wrong: object) -> None:
    person = disposition(OTTO, weight_kg=70.0)
    state = course.run(person, ORDINARY, until_min=20.0)
    with pytest.raises(PharmacokineticError):
        wrong(person, state)  # type: ignore[operator]
