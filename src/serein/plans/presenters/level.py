"""The modelled level of an order in words, with its table, its limits and its source."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from pharmacokinetics.course import NOTICE
from serein.core.quantities import NARROW_SPACE, shown
from serein.plans.presenters.level_chart import Drawn, LevelChart, Observation, level_chart
from serein.plans.rules.level import (
    ANALYTE,
    Prediction,
    Steps,
    horizon_min,
    model,
    order_steps,
    predicted,
    table_minutes,
    typical_at,
)
from serein.plans.rules.level_limits import OBSERVED_ORDER, level_findings, observed_for

if TYPE_CHECKING:
    from pharmacokinetics.observed import Observation as Published
    from serein.core.findings import Finding
    from serein.plans.queries.level import LevelPerson
    from serein.plans.rules import Dose

OFF_LABEL = "Ketamine is not FDA-approved for PTSD. The curve says nothing about benefit."
LIMITS = (
    "Healthy volunteers were studied. Patients differ more than the bands show.",
    "People with liver, kidney or heart disease were not studied.",
    "Doses count as ketamine base, as US labels state the strength. Drug in the line counts as given.",
    "The curve is not advice: it names no dose, no rate and no moment to change anything.",
)


@dataclass(frozen=True, slots=True)
class LevelRow:
    """One minute of the table, in ng/mL; ``other`` belongs to a second curve."""

    minute: str
    typical: str
    patients: str
    measured: str
    other: str = ""
    is_assumed: bool = False


@dataclass(frozen=True, slots=True)
class ObservedLine:
    """One published level in words; ``legend`` names it beside the chart."""

    legend: str
    is_range: bool
    level: str
    study: str
    detail: str
    source: str


@dataclass(frozen=True, slots=True)
class LevelView:
    """Chart, table and everything that must be said beside them."""

    title: str
    notice: str
    basis: str
    chart: LevelChart
    rows: tuple[LevelRow, ...]
    caption: str
    findings: tuple[Finding, ...]
    observed: tuple[ObservedLine, ...]
    model_lines: tuple[str, ...]
    limits: tuple[str, ...]
    off_label: str
    assumption: str = ""
    other_name: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a view of levels is made from; ``now_min`` only while time goes on."""

    steps: Steps
    weight_kg: Decimal
    person: LevelPerson
    uid: str
    title: str
    observed: tuple[Published, ...] = ()
    known_until_min: float | None = None
    now_min: float | None = None
    assumption: str = ""
    other_steps: Steps = ()
    other_name: str = ""


def order_level(dose: Dose, *, weight_kg: Decimal, person: LevelPerson) -> LevelView:
    """Say what level the model gives for an order; ``weight_kg`` is what the scales said."""
    inputs = dose.inputs
    return level_view(
        Asked(
            steps=order_steps(dose_mg=float(dose.dose_mg), minutes=inputs.minutes),
            weight_kg=weight_kg,
            person=person,
            uid="level",
            title="Ketamine level by the model",
            observed=observed_for(inputs.mg_per_kg, inputs.minutes),
        )
    )


def level_view(asked: Asked) -> LevelView:
    """Work out, draw and say the levels for what a pump does."""
    weight = float(asked.weight_kg)
    until = max(horizon_min(asked.steps), horizon_min(asked.other_steps))
    found = predicted(asked.steps, weight, until)
    other = predicted(asked.other_steps, weight, until) if asked.other_steps else None
    drawn = Drawn(
        uid=asked.uid,
        title=asked.title,
        summary=summary(found),
        y_name=f"{y_name()} (ng/mL)",
        prediction=found,
        changes_min=[minute for minute, _ in asked.steps],
        observations=[_observation(each) for each in asked.observed],
        other=other,
        known_until_min=asked.known_until_min,
        now_min=asked.now_min,
    )
    return LevelView(
        title=asked.title,
        notice=NOTICE,
        basis=f"{y_name()}, for {shown(asked.weight_kg, 'kg', 1)}.",
        chart=level_chart(drawn),
        rows=tuple(_row(minute, asked, found) for minute in table_minutes(asked.steps)),
        caption=f"{y_name()} by the model, ng/mL, by minute after the start",
        findings=level_findings(
            weight_kg=asked.weight_kg,
            age_years=asked.person.age_years,
            ingredients=asked.person.ingredients,
        ),
        observed=tuple(_observed_line(each) for each in asked.observed),
        model_lines=_model_lines(),
        limits=LIMITS,
        off_label=OFF_LABEL,
        assumption=asked.assumption,
        other_name=asked.other_name,
    )


def y_name() -> str:
    """The substance and the blood it is in, as the axis names them."""
    return f"{ANALYTE.capitalize()} in {model().output(ANALYTE).site.value}"


def summary(found: Prediction) -> str:
    """The highest point of the curve in one sentence, with the limits of people around it."""
    top = max(range(len(found.typical)), key=found.typical.__getitem__)
    low, high = found.patients.low[top], found.patients.high[top]
    return (
        f"Highest at minute {found.times_min[top]:.0f}: {level_text(found.typical[top])} ng/mL in "
        f"the typical volunteer, {level_text(low)} to {level_text(high)} in 90% of them."
    ).replace(" ng/mL", f"{NARROW_SPACE}ng/mL")


def level_text(level: float) -> str:
    """A level as it is read: whole ng/mL, below ten with one decimal."""
    return shown(Decimal(f"{level:.1f}"), places=0 if level >= 9.95 else 1)


def _row(minute: float, asked: Asked, found: Prediction) -> LevelRow:
    place, known, other = found.at(minute), asked.known_until_min, asked.other_steps
    weight = float(asked.weight_kg)
    return LevelRow(
        minute=shown(Decimal(f"{minute:.1f}")),
        typical=level_text(found.typical[place]),
        patients=_range(found.patients.low[place], found.patients.high[place]),
        measured=_range(found.measured.low[place], found.measured.high[place]),
        other=level_text(typical_at(other, weight, minute)) if other else "",
        is_assumed=known is not None and minute > known,
    )


def _range(low: float, high: float) -> str:
    return f"{level_text(low)} to {level_text(high)}"


def _observation(each: Published) -> Observation:
    low, high = (None, None) if each.level is not None else each.limits
    return Observation(
        minute=each.minute or 0.0,
        label=f"{each.study}, {_blood(each)}",
        level=each.level,
        low=low,
        high=high,
    )


def _observed_line(each: Published) -> ObservedLine:
    level = _range(*each.limits) if each.level is None else level_text(each.level)
    minute = shown(Decimal(f"{each.minute or 0:g}"))
    return ObservedLine(
        legend=f"measured: {each.study}, {_blood(each)}",
        is_range=each.level is None,
        level=f"{level}{NARROW_SPACE}ng/mL",
        study=f"{each.study}, {each.population}",
        detail=f"{each.dose} over {shown(OBSERVED_ORDER[1], 'min')}, minute {minute}; {_blood(each)}",
        source=each.source,
    )


def _blood(each: Published) -> str:
    """Where the blood came from, or that nobody said."""
    return each.blood if "(" in each.blood else f"{each.blood}, site not stated"


def _model_lines() -> tuple[str, ...]:
    used = model()
    return (
        f"{used.name}: {used.title}. {used.citation}.",
        f"{used.population}. Dosed as {used.dosed_as}.",
        *used.remarks,
    )
