"""Every value of the case file, by default the copy kept here, else the file PK_CASES names."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import pytest

from tests.unit.pharmacokinetics import case_file
from tests.unit.pharmacokinetics.case_file import Case, NotUnderstood

CASES = case_file.read(case_file.path())


@pytest.mark.parametrize("case", CASES, ids=lambda one: one.name)
def test_the_engine_says_what_the_case_expects(case: Case) -> None:
    value = case.value()
    assert math.isfinite(value)
    assert value >= 0.0
    if case.expected == 0.0:
        assert value == 0.0
    else:
        assert value == pytest.approx(case.expected, rel=case.tolerance, abs=0.0)


def test_a_file_of_cases_is_never_empty() -> None:
    assert CASES


GOOD = {
    "case_id": "X",
    "model": "KAMP2020",
    "weight_kg": "70",
    "age_y": "",
    case_file.RATES: "0:0.875; 40:0",
    case_file.BOLUSES: "",
    "time_min": "40",
    "output": "ketamine",
    "unit": "ng/mL",
    "expected": "253.05183479",
    "overrides": "",
    "parameters": "",
    "note": "",
}


@pytest.mark.parametrize(
    "change",
    [
        {"model": "NOBODY1999"},
        {"model": "OTTO2021", "output": "effect"},
        {"output": "hydroxynorketamine"},
        {"unit": "furlong/mL"},
        {"unit": "ng*min/mL"},
        {"unit": "ng*min/mL (integral 5..t)"},
        {"unit": "ng/mL (integral 0..t)"},
        {"overrides": "k99_per_min=1"},
        {"overrides": "k31_per_min"},
        {"overrides": "k31_per_min=fast"},
        {"overrides": "k31_per_min=1; k31_per_min=2"},
        {"overrides": "cl_l=3"},
        {"weight_kg": "0"},
        {"weight_kg": "heavy"},
        {"age_y": "old"},
        {case_file.RATES: "0:0.875, 40:0"},
        {case_file.RATES: "0-0.875"},
        {case_file.BOLUSES: "5"},
        {"time_min": "later"},
    ],
    ids=str,
)
def test_a_row_that_is_not_understood_fails(change: dict[str, str]) -> None:
    with pytest.raises(NotUnderstood, match="row 2"):
        Case(2, GOOD | change).value()


@pytest.mark.parametrize(
    "header", [[*GOOD, "sex"], [name for name in GOOD if name != "overrides"], [*GOOD, "unit"]]
)
def test_a_file_with_other_columns_fails(tmp_path: Path, header: list[str]) -> None:
    source = tmp_path / "cases.csv"
    with source.open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerows([header, ["1"] * len(header)])
    with pytest.raises(NotUnderstood, match="columns"):
        case_file.read(source)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, 253.05183479),
        ({"unit": "ug/L"}, 253.05183479),
        ({"unit": "mg/L"}, 0.25305183479),
        ({"unit": "nmol/mL"}, 253.05183479 / 237.73),
        ({"unit": "µmol/L", "output": "norketamine"}, 80.1290364135 / 223.70),
        ({"unit": "ng*min/mL (integral 0..t)", "time_min": "10080"}, 25000.0),
        ({"unit": "ng·h/mL (integral 0..t)", "time_min": "inf"}, 25000.0 / 60),
        ({"unit": "ng*min/mL (integral 0..inf)"}, 25000.0),
        ({case_file.RATES: "40:0; 0:0.875"}, 253.05183479),
        ({case_file.RATES: "0:0.5;0:0.875; 40:0;"}, 253.05183479),
        ({case_file.RATES: "-40:0.875; 0:0", "time_min": "0"}, 253.05183479),
        ({case_file.RATES: "", case_file.BOLUSES: "40:10; 40:15"}, 1000.0),
        ({case_file.RATES: "0:0.51866843846; 40:0"}, 150.0),
        ({"overrides": "CL_L_per_h=84; k21_per_min=0.0479166666666667"}, 253.05183479),
        ({"overrides": "k10_per_h=3.36", "age_y": "75"}, 253.05183479),
    ],
    ids=str,
)
def test_every_column_is_understood(change: dict[str, str], expected: float) -> None:
    assert Case(2, GOOD | change).value() == pytest.approx(expected, rel=1e-10)
