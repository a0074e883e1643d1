"""The model files: every number has its source, and a file that cannot be used is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pharmacokinetics import course, library, pump_log, units
from pharmacokinetics.disposition import disposition
from pharmacokinetics.errors import ModelError
from pharmacokinetics.library import Site
from pharmacokinetics.rates import rate_constants

SHIPPED = {"OTTO2021", "KAMP2020", "SIMONS2022", "DOMINO1982", "CLEMENTS1981", "HERD2007"}
KEPT = sorted((Path(__file__).parent / "models").glob("*.toml"))

everyone = pytest.mark.parametrize("model", library.models(), ids=lambda one: one.name)


def otto_file() -> str:
    folder = Path(library.__file__).parent / "models"
    return (folder / "OTTO2021.toml").read_text(encoding="utf-8")


def test_six_models_are_shipped_and_the_venous_one_is_the_default() -> None:
    assert {one.name for one in library.models()} == SHIPPED
    assert library.default().name == "OTTO2021"
    assert library.default().sampling_site is Site.VENOUS
    assert [one.name for one in library.models() if one.default] == ["OTTO2021"]


@everyone
def test_every_model_says_where_it_comes_from(model: library.Model) -> None:
    for text in (model.citation, model.population, model.dosed_as, model.status, model.title):
        assert text.strip()
    assert model.address.startswith("https://")
    for fact in (*model.parameters, *model.variability, *model.residual_errors):
        assert fact.source.strip()
        assert fact.status.strip()


@everyone
def test_every_covariance_is_one(model: library.Model) -> None:
    for one in model.variability:
        matrix = np.array(one.covariance)
        assert matrix.shape == (len(one.parameters),) * 2
        assert np.array_equal(matrix, matrix.T)
        assert np.all(np.linalg.eigvalsh(matrix) > 0.0)
        for name in one.parameters:
            model.parameter(name)


@everyone
def test_every_residual_error_belongs_to_an_output(model: library.Model) -> None:
    for one in model.residual_errors:
        model.output(one.output)


@everyone
def test_the_whole_area_of_ketamine_is_dose_over_clearance(model: library.Model) -> None:
    rates = rate_constants(model, weight_kg=82.0)
    volume = rates[model.compartments[0].volume]
    person = disposition(model, weight_kg=82.0)
    assert person.area_per_mg[0] == pytest.approx(1000.0 / (rates["k10"] * volume), rel=1e-12)


@everyone
def test_ketamine_is_a_sum_of_terms_that_are_never_negative(model: library.Model) -> None:
    person = disposition(model, weight_kg=70.0)
    assert person.residues[0].min() >= 0.0


@pytest.mark.parametrize("source", KEPT, ids=lambda one: one.stem)
def test_a_model_is_a_file_and_nothing_else(source: Path) -> None:
    model = library.read(source.read_text(encoding="utf-8"))
    assert model.name == source.stem
    assert model.name not in SHIPPED
    found = course.levels(
        disposition(model, weight_kg=70.0), pump_log.read("0:0.875; 40:0"), [40.0]
    )
    assert 50.0 < found.of("ketamine").levels_ng_per_ml[0] < 600.0


def test_age_slows_the_one_model_that_knows_it() -> None:
    text = (Path(__file__).parent / "models" / "PEREZRUIXO2021.toml").read_text(encoding="utf-8")
    model = library.read(text)

    def flow(age: float | None) -> float:
        return float(rate_constants(model, weight_kg=70.0, age_years=age)["qh"]) * 60.0

    assert flow(None) == flow(60.0) == pytest.approx(151.0)
    assert flow(75.0) == pytest.approx(151.0 - 15 * 2.19)


def test_weight_scales_as_each_model_says() -> None:
    otto = rate_constants(library.model("OTTO2021"), weight_kg=140.0)
    assert otto["v1"] == pytest.approx(266.0)
    assert otto["cl"] == pytest.approx(95.2 / 60 * 2**0.75)
    assert otto["vp1"] == 187.0
    assert rate_constants(library.model("DOMINO1982"), weight_kg=100.0)["v1"] == pytest.approx(6.3)


def test_overrides_replace_parameters_and_rate_constants() -> None:
    kamp = library.model("KAMP2020")

    def rates(**overrides: float) -> dict[str, float]:
        found = rate_constants(kamp, weight_kg=70.0, overrides=overrides)
        return {name: float(value) for name, value in found.values.items()}

    assert rates(k31_per_min=0.5)["k31"] == 0.5
    assert rates(k31_per_h=30)["k31"] == 0.5
    assert rates(ke0_per_min=0.1)["ke0"] == 0.1
    assert rates(kn21_per_min=0.1)["kn21"] == 0.1
    assert rates(V1_L=50)["k12"] == pytest.approx(161 / 60 / 50)
    assert rates(cl_l_per_min=1.0)["k10"] == pytest.approx(1 / 25)
    assert rates(t_half_ke0_min=10)["ke0"] == pytest.approx(np.log(2) / 10)
    chain = rate_constants(
        library.model("SIMONS2022"), weight_kg=70.0, overrides={"ktr_n_per_min": 0.3}
    )
    assert chain["ktr_n"] == 0.3


@pytest.mark.parametrize(
    "overrides",
    [
        {"k41_per_min": 1.0},
        {"v1_l_per_h": 1.0},
        {"k31_l": 1.0},
        {"k31": -1.0},
        {"v1_l_per_kg": 1.0},
    ],
    ids=str,
)
def test_an_override_that_fits_nothing_is_refused(overrides: dict[str, float]) -> None:
    with pytest.raises(ModelError):
        disposition(library.model("KAMP2020"), weight_kg=70.0, overrides=overrides)


@pytest.mark.parametrize("weight", [0.0, -70.0, float("nan"), float("inf")])
def test_a_weight_that_is_none_is_refused(weight: float) -> None:
    with pytest.raises(ModelError, match="Enter a weight"):
        disposition(library.default(), weight_kg=weight)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('name = "vp1"', 'name = "vp9"', "Add the parameters vp1"),
        ('unit = "L"', 'unit = "gallon"', "Choose one of the units"),
        ('sampling_site = "venous plasma"', 'sampling_site = "hair"', "Mend the model file"),
        ('sampling_site = "venous plasma"', "", "Mend the model file"),
        ("default = true", "fault = true", "Mend the model file"),
        ('name = "OTTO2021"', "name = ", "Mend the model file"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(old: str, new: str, words: str) -> None:
    with pytest.raises(ModelError, match=words):
        library.read(otto_file().replace(old, new, 1))


def test_a_parameter_that_nobody_uses_is_refused() -> None:
    more = '\n[[parameters]]\nname = "spare"\nvalue = 1.0\nunit = "L"\nstatus = "x"\nsource = "x"\n'
    with pytest.raises(ModelError, match="Use or remove the parameters spare"):
        library.read(otto_file() + more)


def test_unknown_names_are_refused() -> None:
    with pytest.raises(ModelError, match="Choose one of the models"):
        library.model("NOBODY1999")
    with pytest.raises(ModelError, match="Ask OTTO2021 for one of ketamine, norketamine"):
        library.default().output("effect")
    with pytest.raises(ModelError, match="Name a parameter"):
        library.default().parameter("vp9")


def test_people_outside_the_studies_are_named_as_such() -> None:
    assert library.concerns(weight_kg=45.0, age_years=65.0) == ()
    assert library.concerns(weight_kg=120.0) == ()
    light, old, other = library.concerns(weight_kg=44.9, age_years=66.0, interacting=("Diazepam",))
    assert light.startswith("Weight 44.9 kg lies outside 45–120 kg")
    assert old.startswith("Age 66 is above 65")
    assert other == "Diazepam may change ketamine levels; the model takes no account of it."


def test_units_change_at_the_edges_only_and_exactly() -> None:
    assert units.mg_per_min_from_ml_per_h(52.5, 1.0) == 0.875
    assert units.mg_per_min_from_mg_per_h(52.5) == 0.875
    assert units.mg_per_min_from_mg_per_kg_per_h(0.75, 70.0) == 0.875
    assert units.mg_per_min_from_ug_per_kg_per_min(12.5, 70.0) == 0.875
    assert units.ng_per_ml_from_mg_per_l(0.25) == 250.0
    assert units.ng_h_per_ml(25_000.0) == pytest.approx(416.6666667)
    assert units.ng_per_ml_from_nmol_per_ml(1.0, "norketamine") == 223.70
    assert units.dead_space_min(2.0, 60.0) == 2.0
    with pytest.raises(ModelError, match="Enter a rate above 0"):
        units.dead_space_min(2.0, 0.0)
