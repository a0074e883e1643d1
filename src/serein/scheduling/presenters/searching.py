"""How a search for a day's starts was made, and how sure its answer is, in finished words."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from serein.core.quantities import shown

if TYPE_CHECKING:
    from serein.scheduling.rules import DayPlan


def how_sure(plan: DayPlan) -> str:
    """Say that no plan holds more, or how many one might."""
    if plan.is_proven:
        return "No plan holds more."
    return (
        f"No plan holds more than {plan.bound}; whether {len(plan.placed) + 1} would fit is not "
        f"proven."
    )


def how_found(plan: DayPlan) -> str:
    """Name the method and the solver's time."""
    tenths = Decimal(str(round(plan.seconds, 1)))
    seconds = shown(tenths, "s") if tenths else f"under {shown(Decimal('0.1'), 's')}"
    return f"Found by: {plan.method}, {seconds}"
