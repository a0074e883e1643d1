"""Blood pressure outside sessions: what is possible, and what must be confirmed."""

from __future__ import annotations

from serein.core.findings import Finding, Weight
from serein.core.quantities import shown

PRESSURE_BANDS_MMHG = {"sbp": (40, 300), "dbp": (20, 200)}
_PULSE_PRESSURE_MMHG = (15, 120)
_DEFAULT = "clinic default, review"


def pressure_findings(*, sbp_mmhg: int, dbp_mmhg: int) -> tuple[Finding, ...]:
    """List what stops a reading (14/90, 90/140) or must be confirmed (120/112)."""
    reading = f"{sbp_mmhg}/{dbp_mmhg}"
    for name, value, word in (("sbp", sbp_mmhg, "systolic"), ("dbp", dbp_mmhg, "diastolic")):
        low, high = PRESSURE_BANDS_MMHG[name]
        if not low <= value <= high:
            return (
                _stop(
                    f"{name}_outside_band",
                    f"Check the {word} value: {value} is outside {low} to {shown(high, 'mmHg')}.",
                ),
            )
    if sbp_mmhg <= dbp_mmhg:
        return (
            _stop(
                "pressure_reversed",
                f"Check the order: in {reading} the systolic value is not the higher one.",
            ),
        )
    low, high = _PULSE_PRESSURE_MMHG
    gap = sbp_mmhg - dbp_mmhg
    if low <= gap <= high:
        return ()
    return (
        Finding(
            "pulse_pressure_unlikely",
            Weight.NEEDS_REVIEW,
            f"Measure again or confirm: {reading} has a pulse pressure of {shown(gap, 'mmHg')}, "
            f"outside {low} to {shown(high, 'mmHg')}.",
            _DEFAULT,
        ),
    )


def _stop(code: str, because: str) -> Finding:
    return Finding(code, Weight.STOPS, because, _DEFAULT)
