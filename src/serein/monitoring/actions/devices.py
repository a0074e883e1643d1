"""Set devices up, and empty the tray: each item is assigned to a visit or dismissed, with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from django.db import IntegrityError, transaction

from serein.accounts import queries as accounts
from serein.audit.actions import action, record
from serein.core.errors import NotFound, Refused, SomeoneActedFirst
from serein.monitoring.actions.settling import claimed_period
from serein.monitoring.models import Device, DeviceReading, TrayItem
from serein.monitoring.rules.feed import DeviceKind, TrayState
from serein.scheduling import queries as scheduling

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from serein.core.actors import Actor


@action
def add_device(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    kind: str,
    name: str,
    identifier: str,
    chair_id: UUID | None = None,
    timezone: str = "",
    calibration_due_date: date | None = None,
) -> Device:
    """Add a monitor or pump. ``identifier`` is what it sends in OBX-18 or MSH-3.

    :raises Refused: the identifier is in use, no such chair, or an unknown zone
    """
    made = Device(
        site_id=by.site_id,
        kind=DeviceKind(kind).value,
        name=name.strip(),
        identifier=identifier.strip().upper(),
        chair_id=_chair(by, chair_id),
        timezone=_zone(by, timezone),
        calibration_due_date=calibration_due_date,
        added_at=at,
    )
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as fault:
        raise Refused(
            "Choose another identifier: a device with this one is in use.", field="identifier"
        ) from fault
    record(by=by, at=at, verb="add_device", subject=made, details={"kind": made.kind})
    return made


@action
def change_device(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    device_id: UUID,
    name: str,
    chair_id: UUID | None = None,
    timezone: str = "",
    calibration_due_date: date | None = None,
) -> Device:
    """Say where a device stands now, and what it is called.

    :raises Refused: no such chair, or an unknown zone
    :raises NotFound: no such device at this site
    """
    device = _device(by, device_id)
    device.name = name.strip()
    device.chair_id = _chair(by, chair_id)
    device.timezone = _zone(by, timezone)
    device.calibration_due_date = calibration_due_date
    device.save(update_fields=["name", "chair", "timezone", "calibration_due_date"])
    record(
        by=by,
        at=at,
        verb="change_device",
        subject=device,
        details={"chair": str(device.chair_id or "")},
    )
    return device


@action
def retire_device(*, key: UUID, by: Actor, at: datetime, device_id: UUID) -> Device:
    """Take a device out of use: what it sends from now on is unknown.

    :raises SomeoneActedFirst: it is retired already
    :raises NotFound: no such device at this site
    """
    device = _device(by, device_id)
    if not device.is_in_use:
        raise SomeoneActedFirst
    device.is_in_use = False
    device.save(update_fields=["is_in_use"])
    record(by=by, at=at, verb="retire_device", subject=device)
    return device


@action
def assign_item(
    *, key: UUID, by: Actor, at: datetime, item_id: UUID, period_id: UUID, reason: str
) -> TrayItem:
    """Say whose readings these were, and why. Only what has come so far is assigned.

    Its readings then stand on offer in that visit; nothing is charted by this.

    :raises Refused: no reason, no readings in it, or none within the visit
    :raises SomeoneActedFirst: somebody decided already
    :raises NotFound: no such item or visit at this site
    """
    item = _waiting(by, item_id, reason)
    period = claimed_period(period_id, by)
    ends_at = period.closed_at or at
    unfiled = DeviceReading.objects.filter(message__tray_item=item, period__isnull=True)
    if not unfiled.exists():
        raise Refused("Dismiss this instead: it holds no readings that were understood.")
    beyond = unfiled.exclude(corrected_at__gte=period.opened_at, corrected_at__lte=ends_at)
    if beyond.exists():
        raise Refused(
            "Choose another visit, or dismiss this: some values were measured outside this one.",
            field="period_id",
        )
    item.period = period
    _settle(item, TrayState.ASSIGNED, reason, by, at)
    record(
        by=by,
        at=at,
        verb="assign_tray_item",
        subject=item,
        patient_id=period.patient_id,
        details={"why": item.why, "messages": item.messages_count, "has_reason": True},
    )
    return item


@action
def dismiss_item(*, key: UUID, by: Actor, at: datetime, item_id: UUID, reason: str) -> TrayItem:
    """Say that nothing is to be done with these messages, and why. They stay stored.

    :raises Refused: no reason
    :raises SomeoneActedFirst: somebody decided already
    :raises NotFound: no such item at this site
    """
    item = _waiting(by, item_id, reason)
    _settle(item, TrayState.DISMISSED, reason, by, at)
    record(
        by=by,
        at=at,
        verb="dismiss_tray_item",
        subject=item,
        details={"why": item.why, "messages": item.messages_count, "has_reason": True},
    )
    return item


def _waiting(by: Actor, item_id: UUID, reason: str) -> TrayItem:
    rows = TrayItem.objects.select_for_update().filter(pk=item_id, site_id=by.site_id)
    item = rows.first()
    if item is None:
        raise NotFound
    if item.state != TrayState.WAITING.value:
        raise SomeoneActedFirst
    if not reason.strip():
        raise Refused("Write why.", field="reason")
    return item


def _settle(item: TrayItem, state: TrayState, reason: str, by: Actor, at: datetime) -> None:
    item.state, item.reason = state.value, reason.strip()[:500]
    item.decided_at, item.decided_by_id, item.decided_by_name = at, by.id, by.name
    item.save(
        update_fields=[
            "state",
            "reason",
            "decided_at",
            "decided_by_id",
            "decided_by_name",
            "period",
        ]
    )


def _device(by: Actor, device_id: UUID) -> Device:
    found = Device.objects.filter(pk=device_id, site_id=by.site_id).first()
    if found is None:
        raise NotFound
    return found


def _chair(by: Actor, chair_id: UUID | None) -> UUID | None:
    if chair_id is None:
        return None
    if chair_id not in {chair.chair_id for chair in scheduling.chairs_of(by.site_id)}:
        raise Refused("Choose a chair from the list.", field="chair_id")
    return chair_id


def _zone(by: Actor, timezone: str) -> str:
    zone = timezone.strip() or accounts.zone_of(by.site_id).key
    if zone not in available_timezones():
        raise Refused("Choose a time zone by its name, such as America/New_York.", field="timezone")
    return zone
