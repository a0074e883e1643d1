"""The pictures: of one person, of a cohort, and those of the documentation.

``python -m pharmacokinetics.figures docs/science/figures`` makes the latter again. They depend on
nothing but the models, the fixed random numbers and the published levels.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from pharmacokinetics import course, library, observed
from pharmacokinetics.bands import BandName, bands, people
from pharmacokinetics.chart import Band, Line, Mark, Picture, draw
from pharmacokinetics.disposition import disposition
from pharmacokinetics.individual import Sample, update

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from pharmacokinetics.bands import Band as Limits
    from pharmacokinetics.cohort import Limits as CohortLimits
    from pharmacokinetics.course import Levels
    from pharmacokinetics.library import Model, Output
    from pharmacokinetics.observed import Comparison

    Floats = NDArray[np.float64]

NOTE = course.NOTICE
WEIGHT_KG = 70.0
MINUTES = np.arange(0.0, 241.0)
INFUSION = observed.constant(0.5 * WEIGHT_KG, 40.0)


def picture_of_levels(levels: Levels, around: Sequence[Limits] = (), title: str = "") -> Picture:
    """The curves of one person, with the bands given."""
    return Picture(
        title or f"Predicted levels ({levels.model})",
        _analytes(levels.outputs),
        lines=tuple(
            _line(output, levels.times_min, levels.levels_ng_per_ml[row], row)
            for row, output in enumerate(levels.outputs)
        ),
        bands=tuple(map(_band, around)),
        note=NOTE,
    )


def picture_of_cohort(model: Model, limits: CohortLimits, about: str) -> Picture:
    """The median of a cohort and its outermost limits, for each output."""
    hours = limits.times_min[-1] > 24 * 60
    x = limits.times_min / (1440.0 if hours else 1.0)
    middle = min(range(len(limits.shares)), key=lambda i: abs(limits.shares[i] - 0.5))
    span = f"{limits.shares[0]:.0%} to {limits.shares[-1]:.0%} of people"
    return Picture(
        f"{about} ({model.name})",
        _analytes(limits.outputs),
        lines=tuple(
            Line(f"{_name(output)}, median", output.site.value, x, limits.values[middle, :, o], o)
            for o, output in enumerate(limits.outputs)
        ),
        bands=tuple(
            Band(
                f"{_name(output)}, {span}",
                output.site.value,
                x,
                limits.values[0, :, o],
                limits.values[-1, :, o],
                dash=o,
            )
            for o, output in enumerate(limits.outputs)
        ),
        x_name="Days after the first start" if hours else "Minutes after the start",
        note=NOTE,
    )


def _analytes(outputs: Sequence[Output]) -> str:
    names = list(dict.fromkeys(output.analyte for output in outputs))
    return " and ".join(names).capitalize()


def _name(output: Output) -> str:
    return "Ketamine" if output.name == "effect" else output.name.capitalize()


def _line(output: Output, x: Floats, y: Floats, dash: int) -> Line:
    return Line(_name(output), output.site.value, x, y, dash)


def _band(limits: Limits) -> Band:
    strength = 0.22 if limits.name is BandName.PATIENTS else 0.12
    dash = limits.model.row(limits.output.name)
    x, low, high = limits.times_min, limits.low, limits.high
    words = f"{_name(limits.output)}, {limits.words}"
    return Band(words, limits.output.site.value, x, low, high, strength, dash)


def infusion() -> Picture:
    """0.5 mg/kg over 40 min by the default model, both bands, and what was observed."""
    model = library.default()
    person = disposition(model, weight_kg=WEIGHT_KG)
    curve = course.levels(person, INFUSION, MINUTES).of("ketamine")
    group = people(model, weight_kg=WEIGHT_KG)
    both = [bands(group, INFUSION, MINUTES, name=name)[0] for name in reversed(BandName)]
    low, high = observed.krystal().limits
    marks = (
        Mark(
            "Patients, one published mean (Zarate 2006)", _VENOUS, np.array([40.0]), _level(185.0)
        ),
        Mark(
            "Volunteers, published range (Krystal 1994)",
            _UNSTATED,
            np.array([41.5]),
            _level((low + high) / 2.0),
            _level(low),
            _level(high),
            hollow=True,
        ),
    )
    return Picture(
        f"0.5 mg/kg over 40 min, {WEIGHT_KG:g} kg ({model.name})",
        "Ketamine",
        lines=(Line("Ketamine, typical person", _VENOUS, MINUTES, curve.levels_ng_per_ml),),
        bands=tuple(map(_band, both)),
        marks=marks,
        note=NOTE,
    )


_VENOUS = library.Site.VENOUS.value
_ARTERIAL = library.Site.ARTERIAL.value
_UNSTATED = library.Site.UNSTATED.value


def _level(value: float) -> Floats:
    return np.array([value])


def two_kinds_of_blood() -> Picture:
    """The same infusion in arterial and in venous blood, and the effect site."""
    lines = []
    for name, wanted in (("KAMP2020", ("ketamine", "effect")), ("OTTO2021", ("ketamine",))):
        person = disposition(library.model(name), weight_kg=WEIGHT_KG)
        levels = course.levels(person, INFUSION, MINUTES)
        for dash, output in enumerate(wanted):
            curve = levels.of(output)
            words = f"{_name(curve.output)} ({name})"
            site = curve.output.site.value
            lines.append(Line(words, site, MINUTES, curve.levels_ng_per_ml, dash))
    title = f"0.5 mg/kg over 40 min, {WEIGHT_KG:g} kg: the same infusion, different blood"
    return Picture(title, "Ketamine", lines=tuple(lines), note=NOTE)


def metabolite() -> Picture:
    """Ketamine and norketamine for a day, venous, with the bands between patients."""
    model = library.default()
    times = np.arange(0.0, 721.0, 3.0)
    levels = course.levels(disposition(model, weight_kg=WEIGHT_KG), INFUSION, times)
    around = bands(people(model, weight_kg=WEIGHT_KG), INFUSION, times)
    title = f"Ketamine and norketamine, 0.5 mg/kg over 40 min, {WEIGHT_KG:g} kg ({model.name})"
    return picture_of_levels(levels, around, title)


def one_level() -> Picture:
    """The band between patients before and after one measured level of 230 ng/mL."""
    model = library.default()
    sample = Sample(
        output="ketamine",
        level_ng_per_ml=230.0,
        lower_limit_ng_per_ml=1.0,
        drawn_min=40.0,
        reported_min=1440.0,
        assay="LC-MS/MS",
        matrix="plasma",
        vessel="venous",
        arm="opposite",
        enantiomer="total",
    )
    known = update(model, INFUSION, [sample], weight_kg=WEIGHT_KG)
    before = bands(people(model, weight_kg=WEIGHT_KG), INFUSION, MINUTES)[0]
    after = bands(people(model, weight_kg=WEIGHT_KG, known=known), INFUSION, MINUTES)[0]
    return Picture(
        "What one measured level changes (230 ng/mL at 40 min)",
        "Ketamine",
        lines=(
            Line("Median before", _VENOUS, MINUTES, before.median, 1),
            Line("Median after", _VENOUS, MINUTES, after.median),
        ),
        bands=(
            Band("90% between patients, before", _VENOUS, MINUTES, before.low, before.high, 0.12),
            Band("90% of what remains likely, after", _VENOUS, MINUTES, after.low, after.high, 0.3),
        ),
        marks=(Mark("Measured level (an example)", _VENOUS, np.array([40.0]), _level(230.0)),),
        note=NOTE,
    )


def against(comparison: Comparison, *names: str) -> Picture:
    """A published series and what models say of it."""
    times = np.linspace(0.0, float(comparison.times_min[-1]), 361)
    lines = []
    for dash, name in enumerate(names):
        person = disposition(library.model(name), weight_kg=comparison.weight_kg)
        curve = course.levels(person, comparison.log, times).of(comparison.analyte)
        site = curve.output.site.value
        words = f"{comparison.analyte.capitalize()} by {name}"
        lines.append(Line(words, site, times, curve.levels_ng_per_ml, dash))
    mark = Mark(
        f"Observed, {comparison.name}",
        comparison.site,
        comparison.times_min,
        comparison.levels_ng_per_ml,
    )
    return Picture(
        f"{comparison.name}: {comparison.analyte}",
        comparison.analyte.capitalize(),
        lines=tuple(lines),
        marks=(mark,),
        note=NOTE,
    )


def documentation() -> dict[str, Picture]:
    """Every picture of the documentation, by file name."""
    return {
        "infusion.svg": infusion(),
        "two-kinds-of-blood.svg": two_kinds_of_blood(),
        "metabolite.svg": metabolite(),
        "one-level.svg": one_level(),
        "observed-kamp-ketamine.svg": against(observed.kamp_ketamine(), "KAMP2020", "OTTO2021"),
        "observed-kamp-norketamine.svg": against(observed.kamp_norketamine(), "KAMP2020"),
        "observed-hasan.svg": against(observed.hasan(), "OTTO2021", "KAMP2020"),
        "observed-chdr1311.svg": against(observed.chdr1311("ketamine"), "OTTO2021"),
        "observed-chdr1311-norketamine.svg": against(observed.chdr1311("norketamine"), "OTTO2021"),
    }


def main(argv: Sequence[str]) -> int:
    """Write every picture of the documentation into the folder named."""
    if len(argv) != 1:
        sys.stderr.write("Name the folder for the pictures, for example docs/science/figures.\n")
        return 2
    folder = Path(argv[0])
    folder.mkdir(parents=True, exist_ok=True)
    for name, picture in documentation().items():
        folder.joinpath(name).write_text(draw(picture), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
