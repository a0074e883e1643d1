"""What the screen has to know to count on by itself while the server is away. No name stands in it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from serein.infusions import queries
from serein.infusions.presenters.checklists import checklists
from serein.monitoring import queries as monitored
from serein.monitoring import rules
from serein.monitoring.rules.asked import asks_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from decimal import Decimal
    from zoneinfo import ZoneInfo

    from serein.infusions.models import InfusionSession
    from serein.infusions.rules.gate import GateItem
    from serein.monitoring.rules import Condition, DueSet, Limit, Timeline

STALE_AFTER_SECONDS = 45


def session_facts(
    visit: InfusionSession, *, at: datetime, zone: ZoneInfo, gate: Sequence[GateItem] = ()
) -> dict[str, Any]:
    """Gather moments as ISO text, amounts as decimal text, limits as they are in force.

    ``gate`` is the start's, as it was judged at this moment.
    """
    lists = checklists(visit, gate, at)
    timeline = monitored.period(visit.period_id).timeline
    readings, baseline = monitored.readings_with_baseline(visit.period_id)
    plan = rules.schedule()
    return {
        "computed_at": at.isoformat(),
        "stale_after_s": STALE_AFTER_SECONDS,
        "zone": str(zone),
        "session_id": str(visit.pk),
        "state": visit.state,
        "timeline": _timeline(timeline),
        "order": {
            "ordered_mg": _text(visit.ordered_mg),
            "bag_mg_per_ml": _text(visit.bag_mg_per_ml),
            "rate_ml_per_h": _text(visit.rate_ml_per_h),
            "minutes": visit.minutes,
        },
        "pump": [
            {
                "kind": each.kind.value,
                "at": each.occurred_at.isoformat(),
                "rate_ml_per_h": _text(each.rate_ml_per_h),
            }
            for each in queries.log_of(visit.pk)
        ],
        "due": [_due(one) for one in monitored.due_sets(visit.period_id, at)],
        "schedule": {
            "during_min": list(plan.during_min),
            "during_every_min": plan.during_every_min,
            "post_every_min": plan.post_every_min,
            "post_for_min": timeline.post_for_min or plan.post_for_min,
            "late_after_min": plan.late_after_min,
            "late_after_post_min": plan.late_after_post_min,
        },
        "last": _last(readings),
        "bounds": {name: _bounds(name) for name in rules.BOUNDS},
        "limits": [_condition(one) for one in rules.ladder().conditions],
        "baseline": {"sbp_mmhg": baseline.sbp_mmhg, "dbp_mmhg": baseline.dbp_mmhg}
        if baseline
        else None,
        "start_list": list(lists.start),
        "home": lists.home,
    }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _timeline(timeline: Timeline) -> dict[str, Any]:
    return {
        "opened_at": _iso(timeline.opened_at),
        "started_at": _iso(timeline.started_at),
        "stopped_at": _iso(timeline.stopped_at),
        "closed_at": _iso(timeline.closed_at),
        "post_for_min": timeline.post_for_min,
        "pauses": [
            {"from": _iso(pause.from_at), "to": _iso(pause.to_at)} for pause in timeline.pauses
        ],
    }


def _due(one: DueSet) -> dict[str, Any]:
    return {
        "code": one.code,
        "label": one.label,
        "phase": one.phase.value,
        "due_at": _iso(one.due_at),
        "late_at": _iso(one.late_at),
        "state": one.state.value,
        "asks": list(asks_of(one)),
    }


def _last(readings: tuple[rules.Reading, ...]) -> dict[str, Any]:
    found = {}
    for reading in readings:
        for name, value in asdict(reading.values).items():
            if value is not None:
                found[name] = {"value": str(value), "at": _iso(reading.occurred_at)}
    return found


def _bounds(name: str) -> dict[str, Any]:
    low, high = rules.BOUNDS[name]
    least, most = rules.LIKELY.get(name, (None, None))
    return {
        "low": str(low),
        "high": str(high),
        "likely_low": _text(least),
        "likely_high": _text(most),
        "words": rules.WORDS[name],
    }


def _condition(condition: Condition) -> dict[str, Any]:
    return {
        "code": condition.code,
        "words": condition.words,
        "phases": sorted(phase.value for phase in condition.phases),
        "rungs": [_limit(limit) for limit in condition.limits],
    }


def _limit(limit: Limit) -> dict[str, Any]:
    return {
        "rung": limit.rung.name.lower(),
        "word": limit.act,
        "text": limit.text,
        "do": limit.do,
        "confirm": limit.confirm.value,
        "tests": [
            {"of": test.of, test.comparison.value: float(test.figure)} for test in limit.tests
        ],
    }
