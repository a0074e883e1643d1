"""The models, read from files. Adding a model is adding a TOML file to `models/`.

A file holds the reviewed facts of one published model: citation, population, blood sampled, every
parameter with value, unit, status and source, the compartments that the parameters describe,
variability and residual error. Nothing here computes; `rates` and `disposition` do.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from pharmacokinetics import units
from pharmacokinetics.errors import ModelError


class Site(StrEnum):
    """Where the blood of a level is drawn, or what stands for it."""

    ARTERIAL = "arterial plasma"
    VENOUS = "venous plasma"
    UNSTATED = "plasma, site not stated"
    EFFECT = "effect site, driven by arterial plasma"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One number of a model at its reference: 70 kg, or per kg where the unit says so.

    The value of one person is value·(W/70)^weight_exponent, plus age_slope_per_year for each year
    above age_from_years.
    """

    name: str
    value: float
    unit: str
    status: str
    source: str
    weight_exponent: float = 0.0
    age_slope_per_year: float = 0.0
    age_from_years: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Peripheral:
    """A compartment beside the central one, by volume and flow or by two rate constants.

    `loss` names rate constants that leave this compartment for good (a liver, say).
    """

    volume: str | None = None
    flow: str | None = None
    outward: str | None = None
    inward: str | None = None
    loss: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Compartments:
    """A central compartment of one analyte with its peripherals, and what it is formed from.

    `prefix` begins the names of its rate constants: prefix + "10" leaves the body, prefix + "12"
    goes to the second compartment, and so on. A metabolite takes up what its parent eliminates,
    or what leaves the peripheral `formed_in` (numbered from 2) by the rate constant `formed_by`.
    """

    analyte: str
    prefix: str
    volume: str
    clearance: str | None = None
    elimination: str | None = None
    peripherals: tuple[Peripheral, ...] = ()
    formed_from: str | None = None
    formed_in: int | None = None
    formed_by: str | None = None
    fraction: str | None = None
    mean_transit: str | None = None
    transit_stages: int = 0
    transit_rate_constant: str | None = None
    molar: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A first-order delay behind one analyte: Ce' = k·(C − Ce)."""

    output: str
    analyte: str
    rate_constant: str
    half_life: str
    site: Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Variability:
    """Variances and covariances of the logarithms of some parameters between people."""

    parameters: tuple[str, ...]
    covariance: tuple[tuple[float, ...], ...]
    kind: str
    status: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidualError:
    """How far a measured level lies from the curve of its own person."""

    output: str
    proportional_sd: float
    status: str
    source: str
    additive_sd_nmol_per_ml: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """What a curve shows: its name, the substance and the blood it is in. Always ng/mL."""

    name: str
    analyte: str
    site: Site

    @property
    def label(self) -> str:
        """Substance and site in words, for an axis."""
        return f"{self.analyte}, {self.site.value}, ng/mL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One published model, as reviewed."""

    name: str
    title: str
    citation: str
    address: str
    population: str
    sampling_site: Site
    dosed_as: str
    status: str
    parameters: tuple[Parameter, ...]
    compartments: tuple[Compartments, ...]
    links: tuple[Link, ...] = ()
    variability: tuple[Variability, ...] = ()
    residual_errors: tuple[ResidualError, ...] = ()
    remarks: tuple[str, ...] = ()
    default: bool = False
    outputs: tuple[Output, ...] = field(init=False)

    def __post_init__(self) -> None:
        blocks = tuple(
            Output(name=one.analyte, analyte=one.analyte, site=self.sampling_site)
            for one in self.compartments
        )
        links = tuple(
            Output(name=one.output, analyte=one.analyte, site=one.site) for one in self.links
        )
        object.__setattr__(self, "outputs", blocks + links)
        _check(self)

    def parameter(self, name: str) -> Parameter:
        """The parameter of that name. Raises ModelError where there is none."""
        for one in self.parameters:
            if one.name == name:
                return one
        known = ", ".join(one.name for one in self.parameters)
        raise ModelError(f"Name a parameter of {self.name} ({known}); “{name}” is not one.")

    def output(self, name: str) -> Output:
        """The output of that name. Raises ModelError where the model has none."""
        return self.outputs[self.row(name)]

    def row(self, name: str) -> int:
        """The position of an output in every array of levels. Raises ModelError."""
        for index, one in enumerate(self.outputs):
            if one.name == name:
                return index
        known = ", ".join(one.name for one in self.outputs)
        raise ModelError(f"Ask {self.name} for one of {known}; it has no “{name}”.")


def _check(model: Model) -> None:
    """Every name used is a parameter; a delay measured from arteries follows arterial blood."""
    names = {one.name for one in model.parameters}
    used = {
        name
        for block in model.compartments
        for name in (
            block.volume,
            block.clearance,
            block.elimination,
            block.formed_by,
            block.fraction,
            block.mean_transit,
            *(name for one in block.peripherals for name in _names(one)),
        )
        if name is not None
    } | {link.half_life for link in model.links}
    if missing := used - names:
        raise ModelError(f"Add the parameters {', '.join(sorted(missing))} to {model.name}.")
    if idle := names - used:
        raise ModelError(f"Use or remove the parameters {', '.join(sorted(idle))} of {model.name}.")
    if any(one.site is Site.EFFECT for one in model.links) and (
        model.sampling_site is not Site.ARTERIAL
    ):
        raise ModelError(
            f"Remove the effect site of {model.name}: its delay was measured from arterial blood, "
            "and behind venous levels the lag would count twice."
        )


def _names(one: Peripheral) -> tuple[str | None, ...]:
    return (one.volume, one.flow, one.outward, one.inward, *one.loss)


def read(text: str) -> Model:
    """A model from the text of its TOML file.

    Raises ModelError where a field is missing, unknown or contradicts another.
    """
    try:
        facts = tomllib.loads(text)
        return _model(facts)
    except ModelError:
        raise
    except (ValueError, TypeError, KeyError) as error:
        raise ModelError(f"Mend the model file: {error}") from error


def _model(facts: dict[str, Any]) -> Model:
    facts["sampling_site"] = Site(facts["sampling_site"])
    facts["remarks"] = tuple(facts.get("remarks", ()))
    facts["parameters"] = tuple(_parameter(one) for one in facts["parameters"])
    facts["compartments"] = tuple(_compartments(one) for one in facts["compartments"])
    facts["links"] = tuple(
        Link(**{**one, "site": Site(one["site"])}) for one in facts.get("links", ())
    )
    facts["variability"] = tuple(_variability(one) for one in facts.get("variability", ()))
    facts["residual_errors"] = tuple(
        ResidualError(**one) for one in facts.get("residual_errors", ())
    )
    return Model(**facts)


def _parameter(facts: dict[str, Any]) -> Parameter:
    units.kind_of(facts["unit"])
    return Parameter(**facts)


def _compartments(facts: dict[str, Any]) -> Compartments:
    peripherals = tuple(
        Peripheral(**{**one, "loss": tuple(one.get("loss", ()))})
        for one in facts.get("peripherals", ())
    )
    return Compartments(**{**facts, "peripherals": peripherals})


def _variability(facts: dict[str, Any]) -> Variability:
    rows = tuple(tuple(float(value) for value in row) for row in facts["covariance"])
    return Variability(**{**facts, "parameters": tuple(facts["parameters"]), "covariance": rows})


@cache
def models() -> tuple[Model, ...]:
    """Every model shipped, the default first, then by name."""
    folder = files("pharmacokinetics").joinpath("models")
    found = [
        read(one.read_text(encoding="utf-8"))
        for one in folder.iterdir()
        if one.name.endswith(".toml")
    ]
    return tuple(sorted(found, key=lambda one: (not one.default, one.name)))


def model(name: str) -> Model:
    """The model of that name. Raises ModelError where it is not shipped."""
    for one in models():
        if one.name == name:
            return one
    known = ", ".join(one.name for one in models())
    raise ModelError(f"Choose one of the models {known}; “{name}” is not one.")


def default() -> Model:
    """The model used where nobody names one: venous, as a clinic would measure."""
    return models()[0]


LIGHTEST_KG, HEAVIEST_KG = 45.0, 120.0
OLDEST_YEARS = 65.0


def concerns(
    *, weight_kg: float, age_years: float | None = None, interacting: tuple[str, ...] = ()
) -> tuple[str, ...]:
    """In what way a person lies outside the people the models were made from, in sentences.

    Source: the models come from weights of 53 to 93 kg and from young volunteers; the limits
    45–120 kg and 65 years are a clinic default, review. Diazepam and barbiturates changed levels
    in published studies; they are named, not modelled.
    """
    found = []
    if not LIGHTEST_KG <= weight_kg <= HEAVIEST_KG:
        found.append(
            f"Weight {weight_kg:g} kg lies outside {LIGHTEST_KG:g}–{HEAVIEST_KG:g} kg: "
            "the model is stretched beyond the people it came from."
        )
    if age_years is not None and age_years > OLDEST_YEARS:
        found.append(
            f"Age {age_years:g} is above {OLDEST_YEARS:g}: "
            "the model came from younger people and takes no account of age."
        )
    found.extend(
        f"{name} may change ketamine levels; the model takes no account of it."
        for name in interacting
    )
    return tuple(found)
