"""The two checklists as the tablet goes on with them while the server is away. No name stands in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from serein.infusions import queries
from serein.infusions.rules import discharge
from serein.infusions.rules.gate import GateItem, MayOverride
from serein.infusions.states import DRUG_IN_USE, SessionState

if TYPE_CHECKING:
    from serein.infusions.models import InfusionSession
    from serein.infusions.rules.gate import Reading

ASKED_AT_THE_CHAIR = {
    "identity": "Check identity",
    "fasting": "Ask",
    "pregnancy": "Record",
    "escort": "Name the escort",
}
"""What may be answered without the server. The drug and its second check are judged there alone."""

_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Lists:
    """What the page keeps of both: the start as it was judged last, the way home to be judged on."""

    start: tuple[dict[str, Any], ...] = ()
    home: dict[str, Any] | None = None


def checklists(visit: InfusionSession, gate: Sequence[GateItem], at: datetime) -> Lists:
    """Gather both for a visit; the start's is empty once the infusion runs."""
    return Lists(start=tuple(_start(item) for item in gate), home=_home(visit, at))


def _start(item: GateItem) -> dict[str, Any]:
    return {
        "code": item.code,
        "name": item.name,
        "is_open": item.is_open,
        "ask": ASKED_AT_THE_CHAIR.get(item.code, ""),
    }


def _home(visit: InfusionSession, at: datetime) -> dict[str, Any] | None:
    """Gather what the discharge gate looks at, and its figures, from the drug's first minute on."""
    if SessionState(visit.state) not in {*DRUG_IN_USE, SessionState.RECOVERING}:
        return None
    facts = queries.discharge_facts(visit, discharge.Recovery(), at)
    readings = facts.readings if visit.stopped_at else ()
    return {
        "items": [
            {
                "code": item.code,
                "name": item.name,
                "may_override": item.may_override is MayOverride.PRESCRIBER,
            }
            for item in _everything_open()
        ],
        "watch_min": int(discharge.watch_for(facts.long_watch_because).total_seconds() // 60),
        "why": ", ".join(facts.long_watch_because),
        "baseline": _pressure(facts.baseline) if facts.baseline else None,
        "readings": [
            {"at": one.occurred_at.isoformat(), "moaas": one.moaas, **_pressure(one)}
            for one in readings
        ],
        "tasks": facts.open_urgent_tasks,
        "figures": {
            "aldrete": [item.code for item in discharge.ALDRETE],
            "aldrete_pass": discharge.ALDRETE_PASS,
            "band_percent": discharge.BP_BAND_PERCENT,
            "sbp_below": discharge.BP_LIMIT_SBP_MMHG,
            "dbp_below": discharge.BP_LIMIT_DBP_MMHG,
            "sbp_from": discharge.BP_FLOOR_SBP_MMHG,
            "awake": discharge.FULLY_AWAKE,
            "nausea_max": discharge.NAUSEA_MAX,
            "contact_within_min": int(discharge.CONTACT_WITHIN.total_seconds() // 60),
        },
    }


def _everything_open() -> tuple[GateItem, ...]:
    """Name each condition and who may override it, when nothing at all is known."""
    nothing = discharge.DischargeFacts(
        at=_LONG_AGO,
        stopped_at=_LONG_AGO,
        long_watch_because=(),
        baseline=None,
        readings=(),
        recovery=discharge.Recovery(),
        open_urgent_tasks=0,
    )
    return discharge.gate(nothing)


def _pressure(reading: Reading) -> dict[str, int | None]:
    return {"sbp_mmhg": reading.sbp_mmhg, "dbp_mmhg": reading.dbp_mmhg}
