"""Devices of a clinic, and the tray of what belongs to nobody yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db.models import Max

from serein.core.errors import NotFound
from serein.monitoring.models import Device, MonitoringPeriod, RawMessage, TrayItem
from serein.monitoring.rules.feed import DeviceKind, TrayState, Why

if TYPE_CHECKING:
    from uuid import UUID


@dataclass(frozen=True, slots=True)
class DeviceFact:
    """A device as pages need it. ``heard_at`` is when it was heard last."""

    device_id: UUID
    kind: DeviceKind
    identifier: str
    name: str
    chair_id: UUID | None
    chair_name: str
    timezone: str
    calibration_due_date: date | None
    is_in_use: bool
    heard_at: datetime | None


@dataclass(frozen=True, slots=True)
class TrayFact:
    """One line of the tray."""

    item_id: UUID
    why: Why
    detail: str
    sender: str
    device_name: str
    chair_name: str
    claimed: str
    first_at: datetime
    latest_at: datetime
    messages_count: int
    state: TrayState
    decided_at: datetime | None
    decided_by_name: str
    reason: str
    readings_count: int


@dataclass(frozen=True, slots=True)
class VisitFact:
    """A visit to which messages may be assigned."""

    period_id: UUID
    patient_name: str
    mrn: str
    chair_name: str
    opened_at: datetime


def devices_of(site_id: UUID) -> tuple[DeviceFact, ...]:
    """List the devices of a site: those in use by name, then the retired."""
    rows = Device.objects.filter(site_id=site_id).select_related("chair")
    heard = dict(
        RawMessage.objects.filter(site_id=site_id, device__isnull=False)
        .values_list("device")
        .annotate(latest=Max("received_at"))
    )
    return tuple(
        _device(row, heard.get(row.pk)) for row in rows.order_by("-is_in_use", "name", "pk")
    )


def device(site_id: UUID, device_id: UUID) -> DeviceFact:
    """Return one device.

    :raises NotFound: not of this site
    """
    row = Device.objects.filter(site_id=site_id, pk=device_id).select_related("chair").first()
    if row is None:
        raise NotFound
    return _device(row, None)


def _device(row: Device, heard_at: datetime | None) -> DeviceFact:
    return DeviceFact(
        device_id=row.pk,
        kind=DeviceKind(row.kind),
        identifier=row.identifier,
        name=row.name,
        chair_id=row.chair_id,
        chair_name=row.chair.name if row.chair is not None else "",
        timezone=row.timezone,
        calibration_due_date=row.calibration_due_date,
        is_in_use=row.is_in_use,
        heard_at=heard_at,
    )


def tray_of(site_id: UUID, *, limit: int = 200) -> tuple[TrayFact, ...]:
    """List what waits for a person, newest first."""
    rows = TrayItem.objects.filter(site_id=site_id, state=TrayState.WAITING.value)
    rows = rows.select_related("device__chair").order_by("-latest_at", "pk")
    return tuple(_tray(row) for row in rows[:limit])


def tray_count(site_id: UUID) -> int:
    """Count what waits for a person."""
    return TrayItem.objects.filter(site_id=site_id, state=TrayState.WAITING.value).count()


def decided_of(site_id: UUID, *, limit: int = 20) -> tuple[TrayFact, ...]:
    """List what was decided last, newest first."""
    rows = TrayItem.objects.filter(site_id=site_id).exclude(state=TrayState.WAITING.value)
    rows = rows.select_related("device__chair").order_by("-decided_at", "pk")
    return tuple(_tray(row) for row in rows[:limit])


def tray_item(site_id: UUID, item_id: UUID) -> TrayFact:
    """Return one item.

    :raises NotFound: not of this site
    """
    rows = TrayItem.objects.filter(site_id=site_id, pk=item_id).select_related("device__chair")
    row = rows.first()
    if row is None:
        raise NotFound
    unfiled = row.messages.filter(readings__isnull=False, readings__period__isnull=True)
    return _tray(row, readings_count=unfiled.values("readings").count())


def latest_message(item_id: UUID) -> bytes:
    """Return the newest message of an item as it came; empty where it has none."""
    rows = RawMessage.objects.filter(tray_item_id=item_id).order_by("-received_at", "-pk")
    data = rows.values_list("data", flat=True).first()
    return bytes(data) if data is not None else b""


def visits_to_choose(site_id: UUID) -> tuple[VisitFact, ...]:
    """List the open visits of a site, by chair."""
    rows = MonitoringPeriod.objects.filter(patient__site_id=site_id, closed_at__isnull=True)
    rows = rows.select_related("patient", "chair").order_by("chair__name", "opened_at", "pk")
    return tuple(
        VisitFact(
            period_id=row.pk,
            patient_name=row.patient.full_name,
            mrn=row.patient.mrn,
            chair_name=row.chair.name if row.chair is not None else "",
            opened_at=row.opened_at,
        )
        for row in rows
    )


@dataclass(frozen=True, slots=True)
class TakenChair:
    """A chair with its patient, and the identifiers of the devices in use there by kind."""

    chair_id: UUID
    chair_name: str
    mrn: str
    family_name: str
    given_name: str
    birth_date: date
    devices: tuple[tuple[DeviceKind, str], ...]


def taken_chairs(site_id: UUID) -> tuple[TakenChair, ...]:
    """List the chairs in which a patient is being watched now, with the devices there."""
    rows = MonitoringPeriod.objects.filter(
        patient__site_id=site_id, closed_at__isnull=True, chair__isnull=False
    )
    devices = Device.objects.filter(site_id=site_id, is_in_use=True).order_by("added_at", "pk")
    at_chair: dict[UUID | None, list[tuple[DeviceKind, str]]] = {}
    for one in devices:
        at_chair.setdefault(one.chair_id, []).append((DeviceKind(one.kind), one.identifier))
    return tuple(
        TakenChair(
            chair_id=row.chair.pk,
            chair_name=row.chair.name,
            mrn=row.patient.mrn,
            family_name=row.patient.family_name,
            given_name=row.patient.given_name,
            birth_date=row.patient.birth_date,
            devices=tuple(at_chair.get(row.chair.pk, ())),
        )
        for row in rows.select_related("patient", "chair").order_by("chair__name", "pk")
        if row.chair is not None
    )


def _tray(row: TrayItem, *, readings_count: int = 0) -> TrayFact:
    at = row.device.chair if row.device is not None else None
    return TrayFact(
        item_id=row.pk,
        why=Why(row.why),
        detail=row.detail,
        sender=row.sender,
        device_name=row.device.name if row.device is not None else "",
        chair_name=at.name if at is not None else "",
        claimed=row.claimed,
        first_at=row.first_at,
        latest_at=row.latest_at,
        messages_count=row.messages_count,
        state=TrayState(row.state),
        decided_at=row.decided_at,
        decided_by_name=row.decided_by_name,
        reason=row.reason,
        readings_count=readings_count,
    )
