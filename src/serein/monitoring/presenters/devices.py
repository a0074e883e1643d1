"""Devices and the tray in finished words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from serein.core.clinic_time import clock, local_day, span
from serein.monitoring.presenters.feed import LINE
from serein.monitoring.rules.feed import WHY_DO, WHY_WORDS, DeviceKind, TrayState, Why

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID
    from zoneinfo import ZoneInfo

    from serein.monitoring.queries.devices import DeviceFact, TrayFact

__all__ = ["LINE", "device_lines", "message_text", "tray_line", "tray_lines"]

KIND_WORDS = {DeviceKind.MONITOR: "Monitor", DeviceKind.PUMP: "Pump"}
STATE_WORDS = {
    TrayState.WAITING: "waiting",
    TrayState.ASSIGNED: "assigned",
    TrayState.DISMISSED: "dismissed",
}
NEEDS_DEVICE = frozenset({Why.UNKNOWN_DEVICE})
WARNS = frozenset({Why.OTHER_PATIENT, Why.OTHER_CHAIR, Why.TWO_IN_CHAIR})
SHOWN_BYTES = 8000


@dataclass(frozen=True, slots=True)
class DeviceLine:
    """One device in words."""

    device_id: UUID
    name: str
    kind: str
    identifier: str
    chair: str
    heard: str
    calibration: str
    is_overdue: bool
    is_in_use: bool
    url: str


@dataclass(frozen=True, slots=True)
class TrayLine:
    """One item of the tray in words."""

    item_id: UUID
    title: str
    do: str
    tone: str
    detail: str
    sender: str
    place: str
    claimed: str
    count: str
    when: str
    decided: str
    url: str
    add_url: str
    is_waiting: bool
    readings: int


def device_lines(
    facts: Iterable[DeviceFact], *, at: datetime, zone: ZoneInfo
) -> tuple[DeviceLine, ...]:
    """List the devices in words."""
    today = local_day(at, zone)
    return tuple(
        DeviceLine(
            device_id=fact.device_id,
            name=fact.name,
            kind=KIND_WORDS[fact.kind],
            identifier=fact.identifier,
            chair=fact.chair_name or "No chair",
            heard=f"{span(at - fact.heard_at)} ago".replace("now ago", "now")
            if fact.heard_at
            else "never",
            calibration=_day(fact) if fact.calibration_due_date else "",
            is_overdue=fact.calibration_due_date is not None and fact.calibration_due_date < today,
            is_in_use=fact.is_in_use,
            url=reverse("monitoring:change_device", args=[fact.device_id]),
        )
        for fact in facts
    )


def _day(fact: DeviceFact) -> str:
    due = fact.calibration_due_date
    return f"{due.day} {due:%B %Y}" if due else ""


def tray_lines(facts: Iterable[TrayFact], *, at: datetime, zone: ZoneInfo) -> tuple[TrayLine, ...]:
    """List items in words."""
    return tuple(tray_line(fact, at=at, zone=zone) for fact in facts)


def tray_line(fact: TrayFact, *, at: datetime, zone: ZoneInfo) -> TrayLine:
    """One item in words."""
    add_url = ""
    if fact.why in NEEDS_DEVICE and fact.state is TrayState.WAITING:
        add_url = f"{reverse('monitoring:add_device')}?identifier={fact.sender}"
    return TrayLine(
        item_id=fact.item_id,
        title=WHY_WORDS[fact.why],
        do=WHY_DO[fact.why],
        tone="look" if fact.why in WARNS else "note",
        detail=fact.detail,
        sender=fact.device_name or fact.sender,
        place=fact.chair_name,
        claimed=fact.claimed,
        count="1 message" if fact.messages_count == 1 else f"{fact.messages_count} messages",
        when=_when(fact, at, zone),
        decided=_decided(fact, zone),
        url=reverse("monitoring:tray_item", args=[fact.item_id]),
        add_url=add_url,
        is_waiting=fact.state is TrayState.WAITING,
        readings=fact.readings_count,
    )


def _when(fact: TrayFact, at: datetime, zone: ZoneInfo) -> str:
    first, latest = clock(fact.first_at, zone), clock(fact.latest_at, zone)
    day = local_day(fact.latest_at, zone)
    prefix = "" if day == local_day(at, zone) else f"{day.day} {day:%B}, "
    return f"{prefix}{first}" if first == latest else f"{prefix}{first} to {latest}"


def _decided(fact: TrayFact, zone: ZoneInfo) -> str:
    if fact.decided_at is None:
        return ""
    when = clock(fact.decided_at, zone)
    return f"{STATE_WORDS[fact.state]} {when} by {fact.decided_by_name}: {fact.reason}"


def message_text(data: bytes) -> str:
    """A message as it came, one segment a line; what is no text is shown as a sign for it."""
    text = data[:SHOWN_BYTES].decode("utf-8", errors="replace")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    clean = ["".join(sign if sign.isprintable() else "\ufffd" for sign in line) for line in lines]
    if len(data) > SHOWN_BYTES:
        clean.append("…")
    return "\n".join(clean).strip()
