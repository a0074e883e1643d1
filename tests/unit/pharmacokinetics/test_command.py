"""The command line: one person, a cohort, the models."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from pharmacokinetics import course, library, pump_log
from pharmacokinetics.command import main
from pharmacokinetics.disposition import disposition
from pharmacokinetics.errors import PharmacokineticError
from pharmacokinetics.protocol import Pump, read_pump, read_times

LOG = "minute,rate_mg_per_min\n0,0.875\n15,0\n20,0.875\n45,0\n"


@pytest.fixture
def pump(tmp_path: Path) -> Path:
    path = tmp_path / "pump.csv"
    path.write_text(LOG, encoding="utf-8")
    return path


def say(*words: object) -> tuple[int, str]:
    out = io.StringIO()
    return main([str(word) for word in words], out), out.getvalue()


def test_one_person_gets_exact_levels_with_their_sites(pump: Path, tmp_path: Path) -> None:
    code, words = say("simulate", "--pump", pump, "--weight-kg", 82, "--out", tmp_path / "a")
    assert code == 0
    rows = list(csv.DictReader((tmp_path / "a.csv").open(encoding="utf-8")))
    person = disposition(library.model("OTTO2021"), weight_kg=82.0)
    log = pump_log.read("0:0.875; 15:0; 20:0.875; 45:0")
    exact = course.levels(person, log, np.arange(241.0)).of("ketamine").levels_ng_per_ml
    written = [float(row["ketamine_venous_plasma_ng_per_ml"]) for row in rows]
    assert written == pytest.approx(exact, rel=1e-9)
    assert float(rows[45]["ketamine_venous_plasma_ng_per_ml_p05"]) < written[45]
    assert (tmp_path / "a.svg").read_text(encoding="utf-8").startswith("<svg")
    assert "OTTO2021, venous plasma: Otto ME" in words
    assert "not FDA-approved for PTSD" in words


def test_a_model_without_variability_is_drawn_without_a_band(pump: Path, tmp_path: Path) -> None:
    code, _ = say(
        *("simulate", "--pump", pump, "--weight-kg", 70, "--model", "DOMINO1982"),
        *("--times", "0,5,10", "--out", tmp_path / "a"),
    )
    assert code == 0
    header = (tmp_path / "a.csv").read_text(encoding="utf-8").splitlines()[0]
    assert header == "minute,ketamine_plasma_ng_per_ml,assumed"


def test_the_effect_site_is_called_by_its_name(pump: Path, tmp_path: Path) -> None:
    say(
        *("simulate", "--pump", pump, "--weight-kg", 70, "--model", "KAMP2020"),
        *("--times", "0,5", "--out", tmp_path / "a"),
    )
    header = (tmp_path / "a.csv").read_text(encoding="utf-8").splitlines()[0]
    assert "ketamine_arterial_plasma_ng_per_ml," in header
    assert "ketamine_effect_site_ng_per_ml," in header


def test_an_open_end_and_an_unusual_person_are_said(tmp_path: Path) -> None:
    path = tmp_path / "pump.csv"
    path.write_text("minute,rate_mg_per_min\n0,0.9\n", encoding="utf-8")
    code, words = say(
        *("simulate", "--pump", path, "--weight-kg", 140, "--age-years", 70),
        *("--times", "0:60:10", "--out", tmp_path / "a"),
    )
    assert code == 0
    assert "No stop is recorded" in words
    assert "Weight 140 kg lies outside" in words
    assert "Age 70 is above 65" in words
    assert (tmp_path / "a.csv").read_text(encoding="utf-8").splitlines()[-1].endswith(",yes")


@pytest.mark.parametrize(
    ("header", "rate", "weight"),
    [
        ("rate_mg_per_min", 0.875, 70.0),
        ("rate_mg_per_h", 52.5, 70.0),
        ("rate_mg_per_kg_per_h", 0.75, 70.0),
        ("rate_ug_per_kg_per_min", 12.5, 70.0),
        ("rate_ml_per_h", 26.25, 70.0),
    ],
)
def test_every_unit_is_named_and_means_the_same(header: str, rate: float, weight: float) -> None:
    lines = [f"minute,{header}", f"0,{rate}", "40,0"]
    log = read_pump(lines, Pump(weight, strength_mg_per_ml=2.0))
    assert log.given_mg(60.0) == pytest.approx(35.0, rel=1e-12)


def test_a_bolus_stands_in_its_own_column() -> None:
    log = read_pump(["minute , rate_mg_per_min, bolus_mg", "0,1,5", "10,,7", "20,0,"], Pump(70.0))
    assert log.given_mg(60.0) == pytest.approx(32.0)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("minute,rate\n0,1\n", "Head the pump file"),
        ("minute,rate_mg_per_min,rate_mg_per_h\n0,1,1\n", "Head the pump file"),
        ("minute,rate_mg_per_min,comment\n0,1,x\n", "Head the pump file"),
        ("", "Head the pump file"),
        ("minute,rate_mg_per_min\n", "Enter at least one row"),
        ("minute,rate_mg_per_min\n0,one\n", "Enter a number in line 2; it says “one”"),
        ("minute,rate_mg_per_min\n,1\n", "Enter a number in line 2"),
        ("minute,rate_ml_per_h\n0,20\n", "Enter the strength of the bag"),
        ("minute,rate_mg_per_min\n0,52.5\n40,0\n", "Check the rate and its unit in entry 1"),
    ],
)
def test_a_pump_file_that_cannot_be_read_says_how_to_mend_it(
    text: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "pump.csv"
    path.write_text(text, encoding="utf-8")
    assert say("simulate", "--pump", path, "--weight-kg", 70, "--out", tmp_path / "a") == (2, "")
    assert words in capsys.readouterr().err
    assert not (tmp_path / "a.csv").exists()


def test_a_file_that_is_not_there_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert say("simulate", "--pump", tmp_path / "none.csv", "--weight-kg", 70)[0] == 2
    said = capsys.readouterr().err
    assert said.startswith("Name a file that can be used")
    assert "none.csv" in said


@pytest.mark.parametrize(
    ("text", "expected"),
    [("0:4:2", [0, 2, 4]), ("1:2:0.25", [1, 1.25, 1.5, 1.75, 2]), ("0,5.5,9", [0, 5.5, 9])],
)
def test_times_are_read(text: str, expected: list[float]) -> None:
    assert read_times(text).tolist() == expected


@pytest.mark.parametrize("text", ["", "a,b", "0:10", "0:10:0", "10:0:1", "0:1e9:0.001", "0:nan:1"])
def test_times_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(PharmacokineticError, match="Enter times as first:last:step"):
        read_times(text)


def test_a_cohort_writes_parquet_and_a_picture(tmp_path: Path) -> None:
    code, words = say(
        *("cohort", "--people", 40, "--days", "0,3", "--weight-sd-kg", 10),
        *("--out", tmp_path / "c"),
    )
    assert code == 0
    table = pq.read_table(tmp_path / "c.parquet")
    assert table.num_rows % 40 == 0
    assert len(set(table["person"].to_pylist())) == 40
    assert max(table["minute"].to_pylist()) == 4 * 1440
    text = (tmp_path / "c.svg").read_text(encoding="utf-8")
    assert "40 virtual people, 0.5 mg/kg over 40 min on days 0, 3 (OTTO2021)" in text
    assert "Days after the first start" in text
    assert "OTTO2021, venous plasma" in words


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--days", "0,0"), "Separate infusions 1 and 2"),
        (("--dose-mg-per-kg", "0"), "Enter a dose and a duration above zero"),
        (("--people", "0"), "Enter one person or more"),
        (("--model", "CLEMENTS1981"), "Choose a model with published variability"),
    ],
)
def test_a_cohort_that_cannot_be_says_why(
    words: tuple[str, ...],
    message: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert say("cohort", *words, "--out", tmp_path / "c")[0] == 2
    assert message in capsys.readouterr().err


def test_models_are_listed_with_their_sources() -> None:
    code, words = say("models")
    assert code == 0
    assert words.startswith("OTTO2021 (default)")
    for model in library.models():
        assert model.citation in words
        assert str(model.sampling_site) in words
        assert all(one.source in words for one in model.parameters)


def test_the_command_needs_neither_the_clinic_nor_the_compiler() -> None:
    code = (
        "import sys, pharmacokinetics.command as c; c.main(['models']);"
        "sys.exit(any(name in sys.modules for name in ('django', 'numba', 'scipy', 'serein')))"
    )
    found = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True)
    assert found.returncode == 0, found.stderr
