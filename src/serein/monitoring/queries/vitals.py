from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef

from serein.core.errors import NotFound
from serein.core.reading import asked_once
from serein.monitoring import rules
from serein.monitoring.models import VitalSet
from serein.monitoring.queries.facts import VitalFact
from serein.monitoring.queries.periods import period

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from uuid import UUID

    from serein.monitoring.rules import Baseline, DueSet, Reading, Silence, Timeline


def fact_of(row: VitalSet, *, is_current: bool) -> VitalFact:
    """Turn a row into a fact."""
    return VitalFact(
        vitals_id=row.pk,
        period_id=row.period_id,
        root_id=row.root_id,
        occurred_at=row.occurred_at,
        recorded_at=row.recorded_at,
        by_name=row.by_name,
        phase=rules.Phase(row.phase),
        source=row.source,
        values=rules.Values(
            sbp_mmhg=row.sbp_mmhg,
            dbp_mmhg=row.dbp_mmhg,
            hr_bpm=row.hr_bpm,
            spo2_percent=row.spo2_percent,
            rr_per_min=row.rr_per_min,
            moaas=row.moaas,
            nausea=row.nausea,
            distress=row.distress,
            temperature_c=row.temperature_c,
        ),
        signs=frozenset(row.signs.split()),
        no_signal=frozenset(rules.Signal(code) for code in row.no_signal.split()),
        note=row.note,
        was_confirmed=row.was_confirmed,
        moaas_version=row.moaas_version,
        supersedes_id=row.supersedes_id,
        reason=row.reason,
        is_withdrawn=row.is_withdrawn,
        is_current=is_current,
    )


def _facts(rows: Iterable[VitalSet]) -> tuple[VitalFact, ...]:
    listed = list(rows)
    replaced = {row.supersedes_id for row in listed}
    facts = [
        fact_of(row, is_current=row.pk not in replaced and not row.is_withdrawn) for row in listed
    ]
    return tuple(sorted(facts, key=lambda f: (f.occurred_at, f.recorded_at, f.is_current)))


@asked_once
def vitals_of(period_id: UUID) -> tuple[VitalFact, ...]:
    """List every set of a period by the time it was taken, corrected ones included."""
    rows = VitalSet.objects.filter(period_id=period_id)
    return _facts(rows.order_by("occurred_at", "recorded_at", "pk"))


def latest_vitals(period_id: UUID) -> VitalFact | None:
    """Return the set in force that was taken last, or None."""
    replaced = VitalSet.objects.filter(supersedes=OuterRef("pk"))
    rows = VitalSet.objects.filter(~Exists(replaced), period_id=period_id, is_withdrawn=False)
    found = rows.order_by("-occurred_at", "-recorded_at", "-pk").first()
    return fact_of(found, is_current=True) if found is not None else None


def vitals_of_periods(period_ids: Sequence[UUID]) -> dict[UUID, tuple[VitalFact, ...]]:
    """The same for several periods in one question."""
    rows = VitalSet.objects.filter(period_id__in=period_ids)
    found: dict[UUID, list[VitalFact]] = {period_id: [] for period_id in period_ids}
    for fact in _facts(rows.order_by("occurred_at", "recorded_at", "pk")):
        found[fact.period_id].append(fact)
    return {period_id: tuple(facts) for period_id, facts in found.items()}


def vitals_named(period_id: UUID, vitals_id: UUID) -> VitalFact:
    """Return one set of a period.

    :raises NotFound: not of this period
    """
    found = next((v for v in vitals_of(period_id) if v.vitals_id == vitals_id), None)
    if found is None:
        raise NotFound
    return found


def readings_from(vitals: Sequence[VitalFact], timeline: Timeline) -> tuple[Reading, ...]:
    """The sets in force as the rules see them; the phase follows the actual start and end."""
    return rules.in_order(
        [
            fact.as_reading(rules.phase_at(timeline, fact.occurred_at, fact.phase))
            for fact in vitals
            if fact.is_current
        ]
    )


def readings_of(period_id: UUID) -> tuple[Reading, ...]:
    """List the sets in force of a period, in the order they were taken."""
    return readings_from(vitals_of(period_id), period(period_id).timeline)


def baseline_of(period_id: UUID) -> Baseline | None:
    """Return the blood pressure of this visit before the drug, at most 30 minutes before the start."""
    return readings_with_baseline(period_id)[1]


def readings_with_baseline(period_id: UUID) -> tuple[tuple[Reading, ...], Baseline | None]:
    """Return what `readings_of` and `baseline_of` say, read once."""
    timeline = period(period_id).timeline
    readings = readings_from(vitals_of(period_id), timeline)
    within_min = rules.ladder().baseline_within_min
    return readings, rules.baseline_for(readings, timeline, within_min=within_min)


def due_sets(period_id: UUID, at: datetime) -> tuple[DueSet, ...]:
    """List every set that is or was due, with what became of it at this moment."""
    timeline = period(period_id).timeline
    return rules.due_sets(
        timeline=timeline,
        readings=readings_from(vitals_of(period_id), timeline),
        at=at,
        plan=rules.schedule(),
        ladder=rules.ladder(),
    )


def silence_of(period_id: UUID, at: datetime) -> Silence | None:
    """Return how long nothing was charted while the patient is watched."""
    timeline = period(period_id).timeline
    return rules.silence(
        timeline=timeline,
        readings=readings_from(vitals_of(period_id), timeline),
        at=at,
        plan=rules.schedule(),
    )
