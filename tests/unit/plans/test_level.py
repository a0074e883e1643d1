"""The modelled level of an order: the engine's numbers, said with their limits."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from pharmacokinetics import bands, course, disposition, library, pump_log
from serein.patients.rules import ingredients_in
from serein.plans.presenters.level import LevelView, level_text, order_level
from serein.plans.queries.level import LevelPerson
from serein.plans.rules import DoseInputs, dose_for
from serein.plans.rules.level import (
    area_ng_h_per_ml,
    order_steps,
    predicted,
    table_minutes,
    typical_at,
    washed_out_min,
    whole_area_ng_h_per_ml,
)
from serein.plans.rules.level_limits import level_findings, level_medicines, observed_for

USUAL = DoseInputs(
    mg_per_kg=Decimal("0.5"),
    minutes=40,
    weight_kg=Decimal(70),
    vial_mg_per_ml=Decimal(50),
    bag_mg_per_ml=Decimal(1),
)
ANYONE = LevelPerson(age_years=40, ingredients=frozenset())


def view(
    inputs: DoseInputs = USUAL, weight_kg: str = "70", person: LevelPerson = ANYONE
) -> LevelView:
    return order_level(dose_for(inputs), weight_kg=Decimal(weight_kg), person=person)


class TestTheCurve:
    def test_is_the_engines_for_the_same_order(self) -> None:
        found = predicted(order_steps(dose_mg=35.0, minutes=40), 70.0)
        response = disposition.disposition(library.model("OTTO2021"), weight_kg=70.0)
        log = pump_log.read("0:0.875; 40:0")
        times = np.array(found.times_min)
        wanted = course.levels(response, log, times).of("ketamine").levels_ng_per_ml
        assert found.typical == tuple(wanted.tolist())

    def test_and_its_bands_are_the_engines_bands(self) -> None:
        found = predicted(order_steps(dose_mg=35.0, minutes=40), 70.0)
        group = bands.people(library.model("OTTO2021"), weight_kg=70.0)
        times = np.array(found.times_min)
        log = pump_log.read("0:0.875; 40:0")
        for name, got in (
            (bands.BandName.PATIENTS, found.patients),
            (bands.BandName.MEASURED, found.measured),
        ):
            wanted = bands.bands(group, log, times, name=name)[0]
            assert got.low == tuple(wanted.low.tolist())
            assert got.high == tuple(wanted.high.tolist())

    def test_says_158_at_the_end_of_half_a_milligram_per_kilogram(self) -> None:
        found = predicted(order_steps(dose_mg=35.0, minutes=40), 70.0)
        end = found.at(40.0)
        assert found.typical[end] == pytest.approx(158, abs=0.5)
        assert found.patients.low[end] == pytest.approx(115, rel=0.02)
        assert found.patients.high[end] == pytest.approx(206, rel=0.02)
        assert found.measured.low[end] == pytest.approx(95, rel=0.03)
        assert found.measured.high[end] == pytest.approx(252, rel=0.03)

    def test_is_worked_out_once_for_the_same_order(self) -> None:
        steps = order_steps(dose_mg=36.0, minutes=40)
        assert predicted(steps, 72.0) is predicted(order_steps(dose_mg=36.0, minutes=40), 72.0)

    def test_a_band_does_not_move_when_it_is_worked_out_again(self) -> None:
        steps = order_steps(dose_mg=36.0, minutes=40)
        before = predicted(steps, 72.0)
        predicted.cache_clear()
        assert predicted(steps, 72.0) == before

    def test_holds_every_row_of_the_table(self) -> None:
        steps = order_steps(dose_mg=33.3, minutes=47)
        found = predicted(steps, 66.0)
        assert set(table_minutes(steps)) <= set(found.times_min)
        assert 47.0 in table_minutes(steps)

    @pytest.mark.parametrize("weight_kg", [45.0, 70.0, 118.5])
    def test_its_whole_area_is_what_is_reached_once_it_is_washed_out(
        self, weight_kg: float
    ) -> None:
        steps = order_steps(dose_mg=41.7, minutes=40)
        gone_min = 40 + washed_out_min(weight_kg)
        whole = whole_area_ng_h_per_ml(41.7, weight_kg)
        assert area_ng_h_per_ml(steps, weight_kg, gone_min) == pytest.approx(whole, rel=1e-11)
        assert area_ng_h_per_ml(steps, weight_kg, gone_min / 20) < whole * (1 - 1e-4)

    def test_its_area_in_the_end_is_dose_by_clearance(self) -> None:
        area = area_ng_h_per_ml(order_steps(dose_mg=35.0, minutes=40), 70.0, 30 * 1440.0)
        assert area == pytest.approx(35_000 / 95.2, rel=1e-9)


class TestThePage:
    def test_names_blood_and_unit_on_the_axis_and_says_that_nothing_was_measured(self) -> None:
        shown = view()
        assert shown.chart.y_name == "Ketamine in venous plasma (ng/mL)"
        assert shown.notice == "Model of published volunteers, not a measurement."
        assert "not FDA-approved for PTSD" in shown.off_label
        assert any("Otto" in line for line in shown.model_lines)

    def test_gives_the_same_values_as_a_table(self) -> None:
        shown = view()
        row = next(row for row in shown.rows if row.minute == "40")
        assert (row.typical, row.patients) == ("158", "115 to 206")
        assert len(shown.rows) == 8

    def test_counts_in_the_weight_on_the_scales_and_not_the_dosing_weight(self) -> None:
        on_ideal = replace(USUAL, weight_kg=Decimal(60))
        row = next(row for row in view(on_ideal, "90").rows if row.minute == "40")
        wanted = typical_at(order_steps(dose_mg=30.0, minutes=40), 90.0, 40.0)
        assert row.typical == level_text(wanted)

    def test_sets_published_levels_beside_the_order_they_belong_to(self) -> None:
        shown = view()
        assert [line.level for line in shown.observed] == [
            "185\u202fng/mL",
            "100 to 250\u202fng/mL",
        ]
        assert all("Zanos 2018" in line.source for line in shown.observed)
        assert "venous (assumed)" in shown.observed[0].detail
        assert "site not stated" in shown.observed[1].detail
        assert len(shown.chart.marks) == 2

    @pytest.mark.parametrize("other", [{"minutes": 60}, {"mg_per_kg": Decimal("0.4")}])
    def test_and_beside_no_other(self, other: dict[str, object]) -> None:
        shown = view(replace(USUAL, **other))  # type: ignore[arg-type]
        assert shown.observed == ()
        assert shown.chart.marks == ()

    def test_never_speaks_of_receptors_or_pressure_and_gives_no_advice(self) -> None:
        shown = view(person=LevelPerson(80, frozenset({"diazepam"})), weight_kg="130")
        words = repr(shown).lower()
        for never in ("occupancy", "nmda", "blood pressure", "therapeutic", "should"):
            assert never not in words


class TestWhatLiesOutside:
    def test_nothing_within_the_range(self) -> None:
        assert level_findings(weight_kg=Decimal(45), age_years=65, ingredients=()) == ()
        assert (
            level_findings(weight_kg=Decimal(120), age_years=18, ingredients=("sertraline",)) == ()
        )

    @pytest.mark.parametrize("weight_kg", ["44.9", "120.1"])
    def test_a_weight_the_model_never_saw(self, weight_kg: str) -> None:
        found = level_findings(weight_kg=Decimal(weight_kg), age_years=40, ingredients=())
        assert [each.code for each in found] == ["level-weight"]
        assert "outside 45 to 120\u202fkg" in found[0].because

    def test_an_age_above_65(self) -> None:
        found = level_findings(weight_kg=Decimal(70), age_years=66, ingredients=())
        assert [each.code for each in found] == ["level-age"]
        assert found[0].because.startswith("Age 66 is above 65")

    def test_a_medicine_by_its_brand(self) -> None:
        taken = ingredients_in("Valium 5 mg at night") + ingredients_in("Biaxin")
        found = level_findings(weight_kg=Decimal(70), age_years=40, ingredients=taken)
        assert [each.code for each in found] == ["level-cyp3a4-inhibitor", "level-diazepam"]
        assert "Takes diazepam." in found[1].because
        assert "Hagelberg 2010" in found[0].source

    def test_every_medicine_has_a_source_and_a_name_the_record_can_find(self) -> None:
        names = [name for each in level_medicines() for name in each.ingredients]
        assert len(names) == len(set(names))
        for each in level_medicines():
            assert each.source
            for name in each.ingredients:
                assert ingredients_in(name) == (name,)


def test_only_the_studied_order_has_published_levels() -> None:
    assert {each.study for each in observed_for(Decimal("0.5"), 40)} == {
        "Zarate 2006",
        "Krystal 1994",
    }


@pytest.mark.parametrize(
    ("level", "text"), [(158.04, "158"), (9.96, "10"), (9.94, "9.9"), (0.04, "0"), (1.08, "1.1")]
)
def test_a_level_is_read_in_whole_numbers_from_ten_on(level: float, text: str) -> None:
    assert level_text(level) == text
