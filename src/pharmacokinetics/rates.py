"""From a model's parameters to rate constants: weight, age, individual factors, overrides.

Everything is an array over people, shape (N,) or () for a value that all share. Units inside:
volumes L, flows L/min, rate constants 1/min, times min.

k10 = CL/V1, k1j = Qj/V1, kj1 = Qj/Vj, effect site ke0 = ln 2/half-life, and a chain of n transit
compartments with mean transit time τ drains each of them at n/τ.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pharmacokinetics import units
from pharmacokinetics.errors import ModelError
from pharmacokinetics.library import Compartments, Model, Parameter

Array = NDArray[np.float64]

REFERENCE_KG = 70.0


@dataclass(frozen=True, slots=True)
class Rates:
    """Rate constants (1/min), volumes (L) and fractions by name, each (N,) or ()."""

    values: dict[str, Array]

    def __getitem__(self, name: str) -> Array:
        return self.values[name]


def rate_constants(
    model: Model,
    *,
    weight_kg: ArrayLike,
    age_years: ArrayLike | None = None,
    factors: Mapping[str, ArrayLike] | None = None,
    overrides: Mapping[str, float] | None = None,
) -> Rates:
    """The rate constants of one or many people.

    weight_kg and age_years: (N,) or a number. factors: parameter name → exp(η), (N,), multiplied
    after weight and age. overrides: a name of a parameter or of a rate constant, with or without
    a unit as suffix (“k31_per_min”, “cl_l_per_h”, “v1”), → the value that replaces it: a parameter
    at its reference weight, a rate constant as it is used.

    Raises ModelError for a weight that is no weight, an unknown name or a unit that does not fit.
    """
    weight = np.asarray(weight_kg, dtype=np.float64)
    if not np.all(np.isfinite(weight) & (weight > 0.0)):
        raise ModelError("Enter a weight above 0 kg.")
    own, derived = _sorted_overrides(model, overrides or {})
    values = {
        one.name: _scaled(one, own.get(one.name), weight, age_years) for one in model.parameters
    }
    for name, factor in (factors or {}).items():
        model.parameter(name)
        values[name] = values[name] * np.asarray(factor, dtype=np.float64)
    for block in model.compartments:
        _derive(block, values, derived)
    for link in model.links:
        values[link.rate_constant] = derived.get(
            link.rate_constant, np.log(2.0) / values[link.half_life]
        )
    if unknown := derived.keys() - values.keys():
        raise ModelError(
            f"Override a name of {model.name}; it has no {', '.join(sorted(unknown))}."
        )
    return Rates(values)


def _scaled(
    one: Parameter, replaced: float | None, weight: Array, age_years: ArrayLike | None
) -> Array:
    value = units.in_engine_units(one.value, one.unit) if replaced is None else replaced
    result = np.asarray(value, dtype=np.float64)
    if one.unit == "L/kg":
        result = result * weight
    elif one.weight_exponent:
        result = result * (weight / REFERENCE_KG) ** one.weight_exponent
    if one.age_from_years is not None and age_years is not None:
        years = np.maximum(np.asarray(age_years, dtype=np.float64) - one.age_from_years, 0.0)
        result = result + units.in_engine_units(one.age_slope_per_year, one.unit) * years
    return result


def _sorted_overrides(
    model: Model, overrides: Mapping[str, float]
) -> tuple[dict[str, float], dict[str, Array]]:
    """Overrides of parameters, in engine units, and overrides of derived rate constants."""
    own: dict[str, float] = {}
    derived: dict[str, Array] = {}
    known = {one.name: one for one in model.parameters}
    for key, value in overrides.items():
        name, unit = units.named_unit(key)
        if not (np.isfinite(value) and value >= 0.0):
            raise ModelError(f"Enter a value of 0 or more for {key}; it says {value:g}.")
        if name in known:
            declared = known[name].unit
            if unit is not None and not _fits(unit, declared):
                raise ModelError(f"Give {name} of {model.name} in {declared}, not in {unit}.")
            own[name] = units.in_engine_units(value, unit or declared)
        elif unit is not None and units.kind_of(unit) != "rate":
            raise ModelError(f"Give {name} of {model.name} as a rate constant, not in {unit}.")
        else:
            derived[name] = np.asarray(units.in_engine_units(value, unit or "1/min"))
    return own, derived


def _fits(unit: str, declared: str) -> bool:
    per_kg = (unit == "L/kg") == (declared == "L/kg")
    return units.kind_of(unit) == units.kind_of(declared) and per_kg


def _derive(block: Compartments, values: dict[str, Array], derived: dict[str, Array]) -> None:
    """Write the rate constants of one block into `values`, overridden ones as given."""
    volume = values[block.volume]

    def put(name: str, value: Array) -> None:
        values[name] = derived.get(name, value)

    leaving = f"{block.prefix}10"
    if block.clearance is not None:
        put(leaving, values[block.clearance] / volume)
    elif block.elimination is not None:
        put(leaving, values[block.elimination])
    else:
        put(leaving, np.zeros_like(volume))
    for number, one in enumerate(block.peripherals, start=2):
        outward, inward = f"{block.prefix}1{number}", f"{block.prefix}{number}1"
        if one.flow is not None and one.volume is not None:
            put(outward, values[one.flow] / volume)
            put(inward, values[one.flow] / values[one.volume])
        elif one.outward is not None and one.inward is not None:
            put(outward, values[one.outward])
            put(inward, values[one.inward])
        else:
            raise ModelError(f"Give compartment {number} of {block.analyte} a volume and a flow.")
    if block.transit_rate_constant is not None and block.mean_transit is not None:
        put(block.transit_rate_constant, block.transit_stages / values[block.mean_transit])
