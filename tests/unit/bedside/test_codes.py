"""The tables: known codes mean one thing, and everything else is set aside."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bedside.codes import UNIT_PARTITION, Coding, NotInTable, loinc_check_digit, tables


@pytest.mark.parametrize(
    ("number", "name", "code"),
    [
        ("147842", "MDC_ECG_CARD_BEAT_RATE", "hr_per_min"),
        ("147842", "MDC_ECG_HEART_RATE", "hr_per_min"),
        ("149530", "MDC_PULS_OXIM_PULS_RATE", "pulse_oximeter_per_min"),
        ("149546", "MDC_PULS_RATE_NON_INV", "pulse_cuff_per_min"),
        ("150456", "MDC_PULS_OXIM_SAT_O2", "spo2_percent"),
        ("150021", "MDC_PRESS_BLD_NONINV_SYS", "sbp_mmhg"),
        ("150022", "MDC_PRESS_BLD_NONINV_DIA", "dbp_mmhg"),
        ("150023", "MDC_PRESS_BLD_NONINV_MEAN", "map_mmhg"),
        ("150033", "MDC_PRESS_BLD_ART_SYS", "pressure_arterial_mmhg"),
        ("150017", "MDC_PRESS_BLD_SYS", "pressure_unspecified_mmhg"),
        ("151562", "MDC_RESP_RATE", "rr_per_min"),
        ("150344", "MDC_TEMP", "temp_c"),
        ("0", "MDC_TEMP_BODY", "temp_c"),
    ],
)
def test_an_mdc_code_is_known_by_number_and_name(number: str, name: str, code: str) -> None:
    assert tables().measure(Coding(number, name, "MDC")).code == code


@pytest.mark.parametrize(
    ("coding", "words"),
    [
        (Coding("150456", "MDC_ECG_HEART_RATE", "MDC"), "number agree with the name"),
        (Coding("150456", "SpO2", "MDC"), "name agree with the number"),
        (Coding("150456", "", "MDC"), "name agree with the number"),
        (Coding("", "MDC_PULS_OXIM_SAT_O2", "MDC"), "number agree with the name"),
        (Coding("151712", "MDC_CONC_AWAY_CO2_EXP", "MDC"), "Review this code"),
        (Coding("HR", "Heart rate", "99MON"), "MDC or LOINC"),
        (Coding("8867-5", "Heart rate", "LN"), "check digit"),
        (Coding("8867-4", "Bacteria identified", "LN"), "name agree with the LOINC"),
        (Coding("20509-6", "HEMOGLOBIN", "LN"), "Review this code"),
    ],
)
def test_a_code_that_does_not_fit_is_never_guessed(coding: Coding, words: str) -> None:
    with pytest.raises(NotInTable, match=words):
        tables().measure(coding)


def test_a_loinc_code_is_known_with_its_name_or_without_one() -> None:
    for name in ("Heart rate", "heartrate", "HR", ""):
        assert tables().measure(Coding("8867-4", name, "LN")).code == "hr_per_min"
    assert tables().measure(Coding("59408-5", "SpO2", "LN")).code == "spo2_percent"


def test_every_loinc_code_of_the_table_has_a_true_check_digit() -> None:
    shipped = [code for measure in tables().measures for code in measure.loinc]
    assert len(shipped) == len(set(shipped)) == 9
    assert all(map(loinc_check_digit, shipped))
    assert not any(map(loinc_check_digit, ["77040-1", "77041-9", "8867", "", "88x7-4", "8867-44"]))


@pytest.mark.parametrize(
    ("codings", "unit"),
    [
        ((Coding("266016", "MDC_DIM_MMHG", "MDC"),), "mm[Hg]"),
        ((Coding("mm[Hg]", "mmHg", "UCUM"),), "mm[Hg]"),
        ((Coding("{beat}/min", "{beat}/min", "UCUM"),), "/min"),
        ((Coding("264928", "MDC_DIM_RESP_PER_MIN", "MDC"),), "/min"),
        ((Coding("3122", "MDC_DIM_MILLI_L_PER_HR", "MDC"),), "mL/h"),
        (
            (
                Coding("265266", "MDC_DIM_MILLI_L_PER_HR", "MDC"),
                Coding("mL/h", "mL/h", "UCUM"),
            ),
            "mL/h",
        ),
    ],
)
def test_a_unit_is_known_by_mdc_or_ucum(codings: tuple[Coding, ...], unit: str) -> None:
    assert tables().unit(codings) == unit


@pytest.mark.parametrize("wrong", ["mmHg", "bpm", "breaths/min", "ml/hr", "mcg/kg/min", "degF"])
def test_what_ucum_does_not_know_is_no_unit(wrong: str) -> None:
    with pytest.raises(NotInTable, match="unit that is in the table"):
        tables().unit((Coding(wrong, wrong, "UCUM"),))


def test_units_that_differ_or_contradict_themselves_are_refused() -> None:
    with pytest.raises(NotInTable, match="several that differ"):
        tables().unit((Coding("mm[Hg]", "", "UCUM"), Coding("262688", "MDC_DIM_PERCENT", "MDC")))
    with pytest.raises(NotInTable, match="agree with its number"):
        tables().unit((Coding("266016", "MDC_DIM_PERCENT", "MDC"),))
    with pytest.raises(NotInTable, match="unit that is in the table"):
        tables().unit((Coding("266017", "MDC_DIM_CMH2O", "MDC"),))
    with pytest.raises(NotInTable, match="not none"):
        tables().unit(())


@pytest.mark.parametrize(
    ("value", "unit", "to", "wanted"),
    [
        ("98.6", "[degF]", "Cel", "37.00"),
        ("5", "kPa", "mm[Hg]", "37.5"),
        ("0.5", "mg/kg/h", "ug/kg/min", "8.3333"),
        ("120", "mm[Hg]", "mm[Hg]", "120"),
    ],
)
def test_units_convert_as_ucum_defines_them(value: str, unit: str, to: str, wanted: str) -> None:
    got = tables().convert(Decimal(value), unit, to)
    assert str(got) == wanted


def test_no_unit_is_converted_without_a_rule() -> None:
    with pytest.raises(NotInTable, match="Send this value in mm"):
        tables().convert(Decimal(1), "%", "mm[Hg]")


def test_the_number_of_a_unit_is_its_term_in_partition_four() -> None:
    assert UNIT_PARTITION == 262144
    assert 265266 - UNIT_PARTITION == 3122
