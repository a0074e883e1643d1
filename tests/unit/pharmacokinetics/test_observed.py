"""The models against levels that others measured and published."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pharmacokinetics import course, library, observed
from pharmacokinetics.bands import BandName, bands, people
from pharmacokinetics.disposition import disposition
from pharmacokinetics.errors import PharmacokineticError
from pharmacokinetics.observed import Comparison

DOCS = Path(__file__).parents[3] / "docs" / "science" / "pharmacokinetics-observed.md"
INFUSION = observed.constant(35.0, 40.0)


def errors(comparison: Comparison, name: str) -> tuple[float, float]:
    person = disposition(library.model(name), weight_kg=comparison.weight_kg)
    levels = course.levels(person, comparison.log, comparison.times_min)
    return comparison.errors(levels.of(comparison.analyte).levels_ng_per_ml)


def end_of_infusion() -> float:
    person = disposition(library.model("OTTO2021"), weight_kg=70.0)
    return float(course.levels(person, INFUSION, 40.0).of("ketamine").levels_ng_per_ml[0])


def test_otto_meets_the_independent_venous_levels_of_hasan() -> None:
    assert observed.hasan().times_min.size == 7
    assert errors(observed.hasan(), "OTTO2021")[1] <= 8.0


def test_kamp_meets_arterial_ketamine() -> None:
    assert observed.kamp_ketamine().times_min.size == 13
    assert errors(observed.kamp_ketamine(), "KAMP2020")[1] <= 12.0


def test_kamp_with_ottos_norketamine_meets_arterial_norketamine() -> None:
    assert observed.kamp_norketamine().times_min.size == 13
    assert errors(observed.kamp_norketamine(), "KAMP2020")[1] <= 10.0


def test_the_venous_model_is_not_fit_for_arterial_levels() -> None:
    """Which is why no level goes without its sampling site."""
    median, _ = errors(observed.kamp_ketamine(), "OTTO2021")
    assert median < -25.0


def test_the_end_of_the_usual_infusion_lies_where_it_was_observed() -> None:
    low, high = observed.krystal().limits
    assert (low, high) == (100.0, 250.0)
    assert low <= end_of_infusion() <= high
    assert observed.zarate().level == 185.0
    assert end_of_infusion() == pytest.approx(185.0, rel=0.25)


def test_the_band_of_a_measured_level_covers_the_observed_range() -> None:
    group = people(library.model("OTTO2021"), weight_kg=70.0)
    band = bands(group, INFUSION, np.array([40.0]), name=BandName.MEASURED)[0]
    low, high = observed.krystal().limits
    covered = min(high, band.high[0]) - max(low, band.low[0])
    assert covered / (high - low) >= 0.8


def test_every_number_names_its_source() -> None:
    rows = observed.observations()
    assert len(rows) == 213
    assert all(row.source and row.study and row.analyte for row in rows)
    assert sum(row.confirmed for row in rows) == 196
    assert all(row.level is None for row in rows if not row.confirmed)


def test_points_near_a_step_are_left_out() -> None:
    taken = observed.kamp_ketamine().times_min
    assert not {5.0, 125.0, 185.0} & set(taken)
    assert {60.0, 120.0, 180.0} <= set(taken)


def test_a_study_without_levels_is_refused() -> None:
    with pytest.raises(PharmacokineticError, match="Name a study with levels"):
        observed.series("Farmer 2020", "ketamine")
    with pytest.raises(PharmacokineticError, match="Choose a row with a range"):
        _ = observed.zarate().limits


def test_the_page_states_the_errors_that_are_found() -> None:
    text = DOCS.read_text(encoding="utf-8")
    table = {
        "Kamp 2020, ketamine S + R (arterial)": observed.kamp_ketamine(),
        "Kamp 2020, norketamine S + R (arterial)": observed.kamp_norketamine(),
        "Hasan 2021, ketamine S + R to 12 h (venous)": observed.hasan(),
        "CHDR1311, S-ketamine (venous)": observed.chdr1311("ketamine"),
        "CHDR1311, S-norketamine (venous)": observed.chdr1311("norketamine"),
    }
    for words, comparison in table.items():
        cells = []
        for name in ("OTTO2021", "KAMP2020", "SIMONS2022"):
            median, absolute = errors(comparison, name)
            cells.append(f"{round(median):+d} / {absolute:.0f}".replace("-", "−"))
        assert f"| {words} | {' | '.join(cells)} |" in text
