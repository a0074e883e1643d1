"""Exposure of one patient in finished words."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from pharmacokinetics.course import NOTICE
from serein.core.quantities import NARROW_SPACE, shown
from serein.plans.rules.level import ANALYTE, model

if TYPE_CHECKING:
    from collections.abc import Sequence

    from serein.infusions.queries.level import ExposureWindow


@dataclass(frozen=True, slots=True)
class ExposureLine:
    """One window."""

    window: str
    infusions: str
    mg: str
    area: str


@dataclass(frozen=True, slots=True)
class ExposureCard:
    """The table and what must be said of it."""

    lines: tuple[ExposureLine, ...]
    notice: str
    about: str


def exposure_card(windows: Sequence[ExposureWindow]) -> ExposureCard | None:
    """Say what was given and what the model makes of it; None where nothing was given."""
    if not windows:
        return None
    used = model()
    site = used.output(ANALYTE).site.value
    return ExposureCard(
        lines=tuple(_line(window) for window in windows),
        notice=f"AUC: {NOTICE[0].lower()}{NOTICE[1:]}",
        about=(
            "Given is what the pump's log says. AUC is the area under the typical curve of ketamine "
            f"in {site} until now ({used.name}), each infusion on the weight of its day. It is no "
            "limit and no measure of benefit; ketamine is not FDA-approved for PTSD."
        ),
    )


def _line(window: ExposureWindow) -> ExposureLine:
    area = shown(Decimal(round(window.area_ng_h_per_ml)))
    return ExposureLine(
        window="Lifetime here" if window.days is None else f"{window.days} days",
        infusions=str(window.infusions),
        mg=shown(window.mg, "mg", 1),
        area=f"{area}{NARROW_SPACE}ng·h/mL",
    )
