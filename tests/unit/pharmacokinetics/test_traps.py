"""The ways in which a pharmacokinetic engine goes wrong, each with the test that it does not here.

The numbers are those of the list of twenty-six known traps. Where a trap is not met by the engine
of one person, the place that meets it is named:

 1 racemate or one enantiomer     here: every model says what its doses are
 2 salt or base                   here
 3 ng/mL, mg/L, µmol/L            here
 4 slips in the literature        here: every parameter keeps its unit and its source
 5 arterial or venous             here
 6 an arterial delay on venous    here
 7 a delay from an assumed peak   here
 8 nasal volumes                  here: that model is not shipped
 9 mixed metabolite blocks        here
10 linear or allometric           here
11 children, intensive care       here
12 units of rates                 here
13 planned instead of actual      here: half a minute is half a minute
14 order and ties                 here
15 overlapping segments           here
16 a missing stop, a silence      here
17 local time                     here
18 dead space of the line         here
19 stepping over a pause          here: nothing steps
20 fixed steps                    here: nothing steps
21 superposition over days        here
22 the tail of a decay factor     here
23 coincident and zero poles      here, and at length in test_course.py
24 bands and their randomness     the tests of the population
25 which samples may be used      the tests of the individual update
26 predicting a benefit           here: the engine has levels and nothing else to say
"""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from pharmacokinetics import course, errors, exposure, library, pump_log, units
from pharmacokinetics.disposition import Disposition, disposition
from pharmacokinetics.pump_log import Infusion, Rate, Silence

KAMP = disposition(library.model("KAMP2020"), weight_kg=70.0)
OTTO = disposition(library.model("OTTO2021"), weight_kg=70.0)
ORDINARY = pump_log.read("0:0.875; 40:0")
SOURCE = Path(library.__file__).parent


def ketamine(person: Disposition, log: pump_log.PumpLog, *times: float) -> list[float]:
    found = course.levels(person, log, times).of("ketamine").levels_ng_per_ml
    return [float(one) for one in found]


def test_trap_1_every_model_says_which_ketamine_its_doses_are() -> None:
    for model in library.models():
        assert re.search(r"racemic|S-ketamine", model.dosed_as)
        assert "racemic ketamine base" in model.dosed_as


def test_trap_2_salt_is_turned_into_base_by_name() -> None:
    assert units.base_mg_from_hydrochloride_mg(115.33) == pytest.approx(100.0)
    assert all("base" in model.dosed_as for model in library.models())


def test_trap_3_mass_and_moles_differ_by_each_molar_mass() -> None:
    for analyte, mass in (("ketamine", 237.73), ("norketamine", 223.70)):
        assert units.nmol_per_ml_from_ng_per_ml(mass, analyte) == 1.0
    assert units.ng_per_ml_from_nmol_per_ml(1.0, "hydroxynorketamine") == 239.70


def test_trap_4_a_unit_that_fits_nothing_is_refused() -> None:
    with pytest.raises(errors.ModelError, match="Give cl of KAMP2020 in L/h"):
        disposition(KAMP.model, weight_kg=70.0, overrides={"cl_l": 84.0})
    with pytest.raises(errors.ModelError, match="Choose one of the units"):
        units.in_engine_units(1.0, "µg/mL")


def test_trap_5_one_patient_has_two_bloods_and_they_never_meet_unlabelled() -> None:
    assert ketamine(KAMP, ORDINARY, 40.0)[0] == pytest.approx(253.05, abs=0.01)
    assert ketamine(OTTO, ORDINARY, 40.0)[0] == pytest.approx(158.04, abs=0.01)
    curves = [course.levels(one, ORDINARY, [40.0]).of("ketamine") for one in (KAMP, OTTO)]
    with pytest.raises(errors.SiteError, match="arterial plasma and venous plasma differ"):
        course.together(*curves)


def test_trap_6_a_venous_model_has_no_effect_site() -> None:
    assert [one.name for one in OTTO.outputs] == ["ketamine", "norketamine"]
    text = (SOURCE / "models" / "KAMP2020.toml").read_text(encoding="utf-8")
    venous = text.replace('sampling_site = "arterial', 'sampling_site = "venous')
    with pytest.raises(errors.ModelError, match="the lag would count twice"):
        library.read(venous)


def test_trap_7_the_delay_is_the_measured_one() -> None:
    half_life = KAMP.model.parameter("t_half_ke0")
    assert half_life.value == 8.3
    assert "measured" in half_life.source


def test_trap_8_volumes_of_a_nasal_model_are_not_offered() -> None:
    assert "PEREZRUIXO2021" not in {one.name for one in library.models()}


def test_trap_9_a_metabolite_keeps_its_own_fraction_and_mass() -> None:
    """Otto's block takes all of the mass; Simons' takes 80 % and turns it by molar mass."""
    otto, simons = OTTO.model, library.model("SIMONS2022")
    assert (otto.compartments[1].fraction, otto.compartments[1].molar) == (None, False)
    assert (simons.compartments[1].fraction, simons.compartments[1].molar) == ("fm_n", True)
    whole = disposition(simons, weight_kg=70.0).area_per_mg[1]
    assert whole == pytest.approx(1000.0 * 0.8 * 223.70 / 237.73)
    assert OTTO.area_per_mg[1] == pytest.approx(1000.0 / (57.72 / 60))


def test_trap_10_clearance_grows_by_the_three_quarter_power() -> None:
    heavy = disposition(KAMP.model, weight_kg=120.0)
    assert 1000.0 / heavy.area_per_mg[0] * 60 == pytest.approx(84.0 * (120 / 70) ** 0.75)


def test_trap_11_children_and_intensive_care_are_not_offered_or_say_so() -> None:
    names = {one.name for one in library.models()}
    assert names.isdisjoint({"HORNIK2018", "HIJAZI2003", "SHERWIN2015", "FLINT2017"})
    assert "children" in library.model("HERD2007").population
    assert any("not for adult" in one for one in library.model("HERD2007").remarks)


def test_trap_12_a_rate_needs_its_unit_and_a_limit_catches_a_slip() -> None:
    assert units.mg_per_min_from_ml_per_h(26.25, 2.0) == 0.875
    assert units.mg_per_min_from_mg_per_h(52.5) == 0.875
    slip = units.mg_per_min_from_mg_per_kg_per_h(12.5, 70.0)
    assert slip / units.mg_per_min_from_ug_per_kg_per_min(12.5, 70.0) == pytest.approx(1000 / 60)
    with pytest.raises(errors.PumpLogError, match="Check the rate and its unit in entry 1"):
        pump_log.from_entries([Rate(0, 52.5), Rate(40, 0)], max_rate_mg_per_min=5.0)


def test_trap_13_the_actual_log_counts_to_the_second() -> None:
    exact = pump_log.read("0:0.875; 12.5:0; 15:0.875; 40:0")
    rounded = pump_log.read("0:0.875; 12:0; 15:0.875; 40:0")
    actual, planned = ketamine(KAMP, exact, 15.0)[0], ketamine(KAMP, rounded, 15.0)[0]
    assert abs(actual / planned - 1.0) > 0.05


def test_trap_14_entries_may_come_unsorted_doubled_and_tied() -> None:
    tidy = ketamine(KAMP, ORDINARY, 20.0, 40.0, 80.0)
    messy = pump_log.from_entries(
        [Rate(40, 0, 9), Rate(0, 3, 1), Rate(0, 0.875, 2), Rate(20, 0.875, 5), Rate(20, 0.875, 5)]
    )
    assert ketamine(KAMP, messy, 20.0, 40.0, 80.0) == pytest.approx(tidy, rel=1e-13)


def test_trap_15_two_rates_of_one_pump_are_never_added() -> None:
    with pytest.raises(errors.PumpLogError, match="Separate infusions 1 and 2"):
        pump_log.from_infusions([Infusion(0, 40, 0.5), Infusion(20, 60, 0.5)])
    both = ketamine(KAMP, pump_log.read("0:0.875; 40:0", "0:10"), 20.0)[0]
    bolus = ketamine(KAMP, pump_log.read("", "0:10"), 20.0)[0]
    assert both == pytest.approx(ketamine(KAMP, ORDINARY, 20.0)[0] + bolus)


def test_trap_16_a_missing_stop_and_a_silence_are_shown() -> None:
    opened = course.levels(OTTO, pump_log.read("0:0.875"), [0.0, 30.0])
    assert opened.assumption is not None
    assert opened.of("ketamine").assumed.tolist() == [False, True]
    log = pump_log.from_entries([Rate(0, 0.875), Silence(10), Rate(20, 0.875), Rate(40, 0)])
    assert ketamine(OTTO, log, 20.0) == pytest.approx(ketamine(OTTO, ORDINARY, 20.0))
    assert course.levels(OTTO, log, [15.0]).assumed.all()


def test_trap_17_elapsed_time_is_between_instants() -> None:
    zone = ZoneInfo("America/New_York")
    start = datetime(2026, 11, 1, 1, 30, tzinfo=zone)
    stop = datetime(2026, 11, 1, 2, 10, tzinfo=zone)
    assert pump_log.elapsed_min(stop, start) == 100.0
    midnight = datetime(2026, 3, 2, 0, 10, tzinfo=zone), datetime(2026, 3, 1, 23, 30, tzinfo=zone)
    assert pump_log.elapsed_min(*midnight) == 40.0


def test_trap_18_drug_in_the_line_is_not_in_the_person() -> None:
    delay = units.dead_space_min(1.5, 45.0)
    assert delay == 2.0
    late = ORDINARY.delayed_by(delay)
    assert ketamine(OTTO, late, 2.0) == [0.0]
    assert ketamine(OTTO, late, 42.0) == ketamine(OTTO, ORDINARY, 40.0)


def test_traps_19_and_20_nothing_is_stepped() -> None:
    """A pause of a second is seen, and asking more often changes nothing."""
    paused = pump_log.read("0:0.875; 20:0; 20.016666666666666:0.875; 40:0")
    missing = ketamine(KAMP, ORDINARY, 20.02)[0] - ketamine(KAMP, paused, 20.02)[0]
    assert missing == pytest.approx(0.875 / 60 * 40.0, rel=0.01)
    dense = np.linspace(0.0, 60.0, 4001)
    found = course.levels(KAMP, paused, dense).of("ketamine").levels_ng_per_ml
    assert found[-1] == ketamine(KAMP, paused, 60.0)[0]


def test_trap_21_two_weeks_cost_no_digits() -> None:
    """Against the sum over modes written for the tail alone: nothing cancels."""
    tail = 14 * 1440.0
    poles, weights = KAMP.poles_per_min, KAMP.residues[0]
    expected = float(
        np.sum(weights * 0.875 * np.expm1(40.0 * poles) / poles * np.exp(-poles * tail))
    )
    assert 0.0 < expected < 1e-20
    assert ketamine(KAMP, ORDINARY, tail)[0] == pytest.approx(expected, rel=1e-12)


def test_trap_22_a_decay_factor_keeps_its_tail() -> None:
    late = ketamine(KAMP, ORDINARY, 20_000.0, 20_060.0)
    slowest = KAMP.poles_per_min[:3].min()
    assert late[1] / late[0] == pytest.approx(np.exp(-60.0 * slowest), rel=1e-12)


@pytest.mark.parametrize(
    "overrides",
    [
        {"q3_l_per_h": 0.0},
        {"q2_l_per_h": 0.0, "q3_l_per_h": 0.0},
        {"k31_per_min": 0.0},
        {"k13_per_min": 0.0},
        {"k31_per_min": 0.0479166666666667},
        {"kn10_per_min": 0.0, "kn12_per_min": 0.0},
        {"ke0_per_min": 0.0},
        {"cl_l_per_h": 0.0},
    ],
    ids=str,
)
def test_trap_23_zero_and_equal_rate_constants_divide_by_nothing(
    overrides: dict[str, float],
) -> None:
    person = disposition(KAMP.model, weight_kg=70.0, overrides=overrides)
    found = course.levels(person, ORDINARY, [0.0, 5.0, 40.0, 1440.0, 10_080.0])
    areas = exposure.areas(person, ORDINARY, [40.0, 10_080.0])
    assert np.all(np.isfinite(found.levels_ng_per_ml))
    assert found.levels_ng_per_ml.min() >= 0.0
    assert np.all(np.isfinite(areas))
    assert not found.levels_ng_per_ml[:, 0].any()


def test_trap_23_a_compartment_without_flow_is_not_there() -> None:
    """With Q3 = 0 three compartments are two."""
    without = disposition(KAMP.model, weight_kg=70.0, overrides={"q3_l_per_h": 0.0})
    herd = library.model("HERD2007")
    two = disposition(
        herd,
        weight_kg=70.0,
        overrides={"v1_l": 25, "v2_l": 56, "cl_l_per_h": 84, "q_l_per_h": 161},
    )
    times = (5.0, 40.0, 1440.0)
    assert ketamine(without, ORDINARY, *times) == pytest.approx(
        ketamine(two, ORDINARY, *times), rel=1e-12
    )


def test_trap_23_drug_that_never_leaves_stays() -> None:
    kept = disposition(KAMP.model, weight_kg=70.0, overrides={"cl_l_per_h": 0.0})
    level = ketamine(kept, ORDINARY, 60_000.0)[0]
    assert level == pytest.approx(35.0 * 1000.0 / (25 + 56 + 157), rel=1e-9)
    assert kept.area_per_mg[0] == np.inf


def test_trap_23_a_state_is_never_clamped() -> None:
    state = course.run(KAMP, ORDINARY, until_min=1e-5)
    assert np.all(state.modes > 0.0)
    assert course.now(KAMP, state).min() >= 0.0


def test_trap_26_the_engine_speaks_of_levels_and_of_nothing_else() -> None:
    outputs = {one.name for model in library.models() for one in model.outputs}
    assert outputs == {"ketamine", "norketamine", "hydroxynorketamine", "effect"}
    assert "not a measurement" in course.NOTICE
