"""The only place where units change. Inside the engine: mg, minutes, litres, ng/mL.

Drug amounts are ketamine base. Molar masses (g/mol): ketamine 237.73, norketamine 223.70,
hydroxynorketamine 239.70; the hydrochloride weighs 1.1533 times its base.
"""

from __future__ import annotations

from pharmacokinetics.errors import ModelError

MINUTES_PER_HOUR = 60.0
NG_PER_ML_PER_MG_PER_L = 1000.0
HYDROCHLORIDE_PER_BASE = 1.1533
MOLAR_MASS_G_PER_MOL = {
    "ketamine": 237.73,
    "norketamine": 223.70,
    "hydroxynorketamine": 239.70,
}

_TO_ENGINE = {
    "L": 1.0,
    "L/kg": 1.0,
    "L/min": 1.0,
    "L/h": 1.0 / MINUTES_PER_HOUR,
    "1/min": 1.0,
    "1/h": 1.0 / MINUTES_PER_HOUR,
    "min": 1.0,
    "h": MINUTES_PER_HOUR,
    "fraction": 1.0,
}
_SUFFIXES = {
    "l_per_kg": "L/kg",
    "l_per_min": "L/min",
    "l_per_h": "L/h",
    "per_min": "1/min",
    "per_h": "1/h",
    "fraction": "fraction",
    "min": "min",
    "h": "h",
    "l": "L",
}
_KIND = {
    "L": "volume",
    "L/kg": "volume",
    "L/min": "flow",
    "L/h": "flow",
    "1/min": "rate",
    "1/h": "rate",
    "min": "time",
    "h": "time",
    "fraction": "fraction",
}


def in_engine_units(value: float, unit: str) -> float:
    """A value in L, L/min, 1/min, min or fraction; L/kg stays per kg of body weight.

    Raises ModelError for a unit that no model file may use.
    """
    if unit == "L/h" or unit == "1/h":
        return value / MINUTES_PER_HOUR
    try:
        return value * _TO_ENGINE[unit]
    except KeyError:
        known = ", ".join(_TO_ENGINE)
        raise ModelError(f"Choose one of the units {known}; “{unit}” is not one.") from None


def kind_of(unit: str) -> str:
    """What a unit measures: volume, flow, rate, time or fraction. Raises ModelError."""
    in_engine_units(1.0, unit)
    return _KIND[unit]


def named_unit(name: str) -> tuple[str, str | None]:
    """Split a name such as “k31_per_min” into “k31” and “1/min”; without a suffix the unit is None."""
    lowered = name.strip().lower()
    for suffix, unit in _SUFFIXES.items():
        if lowered.endswith("_" + suffix):
            return lowered[: -len(suffix) - 1], unit
    return lowered, None


def mg_per_min_from_ml_per_h(rate_ml_per_h: float, strength_mg_per_ml: float) -> float:
    """A pump's volume rate with the strength of its bag, as mg of base per minute."""
    return rate_ml_per_h * strength_mg_per_ml / MINUTES_PER_HOUR


def mg_per_min_from_mg_per_h(rate_mg_per_h: float) -> float:
    """mg/h as mg/min."""
    return rate_mg_per_h / MINUTES_PER_HOUR


def mg_per_min_from_mg_per_kg_per_h(rate_mg_per_kg_per_h: float, weight_kg: float) -> float:
    """mg/kg/h as mg/min for one person."""
    return rate_mg_per_kg_per_h * weight_kg / MINUTES_PER_HOUR


def mg_per_min_from_ug_per_kg_per_min(rate_ug_per_kg_per_min: float, weight_kg: float) -> float:
    """µg/kg/min as mg/min for one person."""
    return rate_ug_per_kg_per_min * weight_kg / 1000.0


def base_mg_from_hydrochloride_mg(hydrochloride_mg: float) -> float:
    """mg of ketamine base in mg of ketamine hydrochloride. United States labels state base."""
    return hydrochloride_mg / HYDROCHLORIDE_PER_BASE


def nmol_per_ml_from_ng_per_ml(conc_ng_per_ml: float, analyte: str) -> float:
    """A mass concentration as nmol/mL (the same number as µmol/L)."""
    return conc_ng_per_ml / MOLAR_MASS_G_PER_MOL[analyte]


def ng_per_ml_from_nmol_per_ml(conc_nmol_per_ml: float, analyte: str) -> float:
    """nmol/mL (µmol/L) as ng/mL."""
    return conc_nmol_per_ml * MOLAR_MASS_G_PER_MOL[analyte]


def ng_per_ml_from_mg_per_l(conc_mg_per_l: float) -> float:
    """mg/L (the same number as µg/mL) as ng/mL."""
    return conc_mg_per_l * NG_PER_ML_PER_MG_PER_L


def ng_h_per_ml(area_ng_min_per_ml: float) -> float:
    """An area in ng·min/mL as ng·h/mL."""
    return area_ng_min_per_ml / MINUTES_PER_HOUR


def dead_space_min(line_volume_ml: float, rate_ml_per_h: float) -> float:
    """Minutes from “start pressed” until drug leaves a line that was primed without drug.

    Raises ModelError for a rate that never empties the line.
    """
    if not rate_ml_per_h > 0.0:
        raise ModelError("Enter a rate above 0 mL/h to know when drug leaves the line.")
    return line_volume_ml / rate_ml_per_h * MINUTES_PER_HOUR
