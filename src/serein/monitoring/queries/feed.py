"""What the feed has to know to file a message, and what it holds for a visit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db.models import Max, Q

from serein.accounts import queries as accounts
from serein.accounts.rules import Switch
from serein.monitoring.models import (
    Device,
    DeviceReading,
    MonitoringPeriod,
    RawMessage,
    TrayItem,
)
from serein.monitoring.rules.feed import Decision, Seat, TrayState, clock_words
from serein.monitoring.rules.proposing import (
    DBP,
    DUE_WINDOW,
    PROBES,
    SBP,
    STRUCK_AFTER,
    TOGETHER,
    Pending,
    Proposed,
    propose,
)
from serein.scheduling import queries as scheduling

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

    from serein.monitoring.rules import DueSet, Timeline
    from serein.monitoring.rules.incoming import Incoming

LATE_DATA = timedelta(hours=24)
"""How long after its end a visit still takes what a device kept back."""

PUMP_CODES = ("flow_ml_per_h", "delivered_ml")
CUFF_CODES = (SBP, DBP)


@dataclass(frozen=True)
class Desk:
    """Everything by which messages are filed, read once for a batch; the rest when it is asked for."""

    site_id: UUID
    is_on: bool
    devices: Mapping[str, Device]
    seats: tuple[Seat, ...]

    @cached_property
    def zone(self) -> ZoneInfo:
        """The clinic's zone."""
        return accounts.zone_of(self.site_id)

    @cached_property
    def chairs(self) -> Mapping[UUID, str]:
        """The names of the chairs in use."""
        return {fact.chair_id: fact.name for fact in scheduling.chairs_of(self.site_id)}


@dataclass(frozen=True, slots=True)
class FeedFact:
    """What devices have sent for one visit, as it stands at a moment."""

    proposed: tuple[Proposed, ...]
    newest: Mapping[str, Pending]
    latest_at: datetime | None
    clock: str


def is_feed_on(site_id: UUID) -> bool:
    """Say whether the medical director has turned the feed on."""
    return accounts.is_on(site_id, Switch.DEVICE_FEED)


def desk(site_id: UUID, at: datetime) -> Desk:
    """Read what a batch of messages is filed by."""
    devices = Device.objects.filter(site_id=site_id, is_in_use=True)
    devices = devices.select_related("chair", "site")
    periods = MonitoringPeriod.objects.filter(
        Q(closed_at__isnull=True) | Q(closed_at__gte=at - LATE_DATA),
        patient__site_id=site_id,
        chair__isnull=False,
    ).select_related("patient")
    return Desk(
        site_id=site_id,
        is_on=is_feed_on(site_id),
        devices={device.identifier.casefold(): device for device in devices},
        seats=tuple(
            _seat(period, period.chair_id) for period in periods if period.chair_id is not None
        ),
    )


def _seat(period: MonitoringPeriod, chair_id: UUID) -> Seat:
    patient = period.patient
    return Seat(
        period_id=period.pk,
        patient_id=patient.pk,
        mrn=patient.mrn,
        birth_date=patient.birth_date,
        chair_id=chair_id,
        opened_at=period.opened_at,
        closed_at=period.closed_at,
    )


def known_messages(
    site_id: UUID, names: Iterable[tuple[str, str, str]]
) -> dict[tuple[str, str, str], dict[str, bool]]:
    """Give what is stored under each (application, facility, id): digest → whether in conflict."""
    wanted = set(names)
    rows = RawMessage.objects.filter(
        site_id=site_id, control_id__in={control_id for _, _, control_id in wanted}
    )
    found: dict[tuple[str, str, str], dict[str, bool]] = {}
    for application, facility, control_id, digest, is_conflict in rows.values_list(
        "application", "facility", "control_id", "sha256", "is_conflict"
    ):
        name = (application, facility, control_id)
        if name in wanted:
            found.setdefault(name, {})[digest] = is_conflict
    return found


def conflicts(site_id: UUID, messages: Iterable[Incoming]) -> frozenset[str]:
    """Give the digests of those messages whose id belongs to another one that was stored before."""
    known = known_messages(site_id, [one.name for one in messages if one.name is not None])
    return frozenset(
        digest
        for stored in known.values()
        for digest, is_in_conflict in stored.items()
        if is_in_conflict
    )


def readings_for(period_id: UUID) -> QuerySet[DeviceReading]:
    """The readings of a visit: filed to it, or assigned to it from the tray by a person."""
    items = TrayItem.objects.filter(period_id=period_id, state=TrayState.ASSIGNED.value)
    assigned = list(items.values_list("pk", flat=True))
    if not assigned:
        return DeviceReading.objects.filter(period_id=period_id)
    return DeviceReading.objects.filter(
        Q(period_id=period_id) | Q(period__isnull=True, message__tray_item__in=assigned)
    )


def pending_named(period_id: UUID, reading_ids: Iterable[UUID]) -> tuple[Pending, ...]:
    """Return some readings of a visit that nobody has decided about yet."""
    return _pending(readings_for(period_id).filter(pk__in=list(reading_ids)))


def _pending(rows: QuerySet[DeviceReading]) -> tuple[Pending, ...]:
    """Undecided readings as the rules see them, oldest first, without making rows of them."""
    found = rows.filter(decision__isnull=True).order_by("corrected_at", "received_at", "pk")
    return tuple(
        Pending(pk, name, code, value, at, frozenset(filter(None, marks.split("; "))), no_signal)
        for pk, name, code, value, at, marks, no_signal in found.values_list(
            "pk", "device__name", "code", "value", "corrected_at", "marks", "no_signal"
        )
    )


def feed_of(period_id: UUID, *, timeline: Timeline, due: DueSet | None, at: datetime) -> FeedFact:
    """Say what devices have sent lately for a visit, and which sets are on offer.

    Only the minutes around the moments that matter are read: a monitor may send every second.
    """
    due_at = due.due_at if due is not None else None
    early = due.late_at - due.due_at if due is not None else timedelta(0)
    rows = readings_for(period_id)
    lately = rows.filter(corrected_at__gte=at - STRUCK_AFTER, corrected_at__lte=at + TOGETHER)
    cuffs = _pending(lately.filter(code__in=CUFF_CODES))
    moments = {at} | ({due_at} if due_at is not None else set())
    systolic = [cuff.at for cuff in cuffs if cuff.code == SBP]
    moments |= set(systolic[-1:])
    if due_at is not None and systolic:
        moments.add(min(systolic, key=lambda moment: abs(moment - due_at)))
    near = Q()
    for moment in moments:
        near |= Q(corrected_at__gte=moment - TOGETHER, corrected_at__lte=moment + TOGETHER)
    probes = _pending(lately.filter(near, code__in=[*PROBES, *PUMP_CODES]))
    decided = rows.filter(decision__decision__in=[Decision.ACCEPTED.value, Decision.REJECTED.value])
    after = decided.aggregate(newest=Max("corrected_at"))["newest"]
    pending = (*cuffs, *probes)
    last = rows.order_by("-corrected_at").values_list("received_at", "offset_s").first()
    return FeedFact(
        proposed=propose(pending, due_at=due_at, at=at, after=after, early=min(early, DUE_WINDOW))
        if timeline.closed_at is None
        else (),
        newest={reading.code: reading for reading in pending},
        latest_at=last[0] if last is not None else None,
        clock=clock_words(last[1]) if last is not None else "",
    )


def counts(site_id: UUID) -> dict[str, int]:
    """Count the readings of a site: received, and what became of them."""
    rows = DeviceReading.objects.filter(device__site_id=site_id)
    found = {
        decision.value: rows.filter(decision__decision=decision.value).count()
        for decision in Decision
    }
    pending = rows.filter(decision__isnull=True).count()
    return {"received": rows.count(), "pending": pending, **found}
