"""File what devices send: the message whole, its readings, and whose they are, in one transaction."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db.models import F
from uuid_utils.compat import uuid7

from bedside.inbox import Verdict
from serein.audit.actions import action, record
from serein.core.clinic_time import local_day
from serein.monitoring.models import (
    Device,
    DeviceReading,
    RawMessage,
    ReadingDecision,
    TrayItem,
)
from serein.monitoring.queries import feed as queries
from serein.monitoring.rules.feed import (
    Decision,
    Match,
    TrayState,
    Why,
    corrected,
    match,
    names_chair,
)
from serein.monitoring.rules.incoming import Incoming, take_in, values_of
from serein.monitoring.rules.proposing import PROPOSABLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from uuid import UUID

    from serein.core.actors import Actor
    from serein.monitoring.queries.feed import Desk
    from serein.monitoring.rules.incoming import Value

CORRECTED_BY_DEVICE = "The device sent this value again, corrected."


@dataclass(slots=True)
class _Filed:
    """One message on its way into the tables."""

    incoming: Incoming
    row: RawMessage
    device: Device | None = None
    match: Match = field(default_factory=lambda: Match(None))
    detail: str = ""
    values: tuple[tuple[Value, datetime], ...] = ()


@action
def file_messages(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    incoming: Sequence[Incoming],
    is_plain: bool = False,
) -> RawMessage:
    """Store messages and file their readings; what was stored before is stored no second time.

    A reading belongs to a visit only where device, chair, time and identifiers agree; everything
    else waits in the tray. ``is_plain`` stores without filing, for a message that broke the filing.
    One audit row for the batch, which names the patient where there is one.
    """
    desk = queries.desk(by.site_id, at)
    known = queries.known_messages(by.site_id, [one.name for one in incoming if one.name])
    fresh = [filed for one in incoming if (filed := _fresh(one, known, by.site_id, at)) is not None]
    for filed in fresh:
        _judge(filed, desk, at=at, is_plain=is_plain)
    readings = _new_readings(fresh, at)
    outside = {
        reading.message_id
        for reading in readings
        if reading.period_id is None and reading.code in PROPOSABLE
    }
    _lay_in_tray(fresh, outside, desk, by.site_id)
    RawMessage.objects.bulk_create([filed.row for filed in fresh])
    DeviceReading.objects.bulk_create(readings)
    _supersede(fresh, readings, by, at)
    subject = fresh[0].row if fresh else _stored(incoming, by.site_id)
    record(
        by=by,
        at=at,
        verb="file_messages",
        subject=subject,
        patient_id=_only_patient(fresh),
        details={
            "messages": len(fresh),
            "readings": len(readings),
            "to_tray": sum(filed.row.tray_item_id is not None for filed in fresh),
            "repeated": len(incoming) - len(fresh),
        },
    )
    return subject


def _only_patient(fresh: Iterable[_Filed]) -> UUID | None:
    """Whom a batch is about, where it is about one: then only their pages have to look again."""
    seats = [filed.match.seat for filed in fresh]
    found = {seat.patient_id if seat is not None else None for seat in seats}
    return found.pop() if len(found) == 1 else None


def _stored(incoming: Sequence[Incoming], site_id: UUID) -> RawMessage:
    """A row of a batch in which everything came before."""
    ids = {one.name[2] for one in incoming if one.name is not None}
    found: RawMessage = RawMessage.objects.filter(
        site_id=site_id, control_id__in=ids, sha256__in=[one.digest for one in incoming]
    ).latest("received_at")
    return found


def _fresh(
    one: Incoming,
    known: dict[tuple[str, str, str], dict[str, bool]],
    site_id: UUID,
    at: datetime,
) -> _Filed | None:
    """Make the row of a message that is not stored yet; None for one that came before."""
    is_conflict = False
    if one.name is not None:
        stored = known.setdefault(one.name, {})
        if one.digest in stored:
            return None
        is_conflict = bool(stored)
        stored[one.digest] = is_conflict
    application, facility, control_id = one.name or ("", "", "")
    row = RawMessage(
        id=uuid7(),
        site_id=site_id,
        data=one.data,
        sha256=one.digest,
        received_at=one.received_at,
        peer=one.peer[:80],
        application=application,
        facility=facility,
        control_id=control_id,
        is_conflict=is_conflict,
        kind=one.receipt.kind[:20],
        verdict=one.receipt.verdict.value,
        reason=one.receipt.reason[:300],
        offset_s=one.offset_s,
        set_aside_count=len(one.receipt.set_aside),
    )
    return _Filed(one, row)


def _judge(filed: _Filed, desk: Desk, *, at: datetime, is_plain: bool) -> None:
    """Say what becomes of a message: filed to a visit, or laid in the tray and why."""
    receipt, row = filed.incoming.receipt, filed.row
    device = desk.devices.get(filed.incoming.known_as)
    filed.device, row.device = device, device
    if is_plain:
        _quarantine(filed, Why.NOT_FILED)
    elif row.is_conflict:
        _quarantine(filed, Why.SAME_ID)
    elif not desk.is_on:
        _quarantine(filed, Why.FEED_OFF)
    elif receipt.verdict is Verdict.QUARANTINED:
        filed.match, filed.detail = Match(None, Why.NOT_UNDERSTOOD), receipt.reason
    elif receipt.verdict is Verdict.ACCEPTED:
        _find_visit(filed, desk, at)


def _quarantine(filed: _Filed, why: Why) -> None:
    filed.match = Match(None, why)
    filed.row.verdict = Verdict.QUARANTINED.value
    if why is Why.FEED_OFF:
        filed.row.reason = "The feed is off"
    elif why is Why.SAME_ID:
        filed.row.reason = "Give each message an id of its own"
    else:
        filed.row.reason = "Serein could not file this message"


def _find_visit(filed: _Filed, desk: Desk, at: datetime) -> None:
    device, incoming = filed.device, filed.incoming
    if device is not None and device.timezone != device.site.timezone:
        zone = ZoneInfo(device.timezone)
        incoming = take_in(
            incoming.data, received_at=incoming.received_at, peer=incoming.peer, zone=zone
        )
    filed.values = tuple(
        (value, corrected(value.observed_at, incoming.offset_s))
        for value in values_of(incoming.receipt)
    )
    filed.match = match(
        chair_id=device.chair_id if device is not None else None,
        is_known=device is not None,
        claim=incoming.claim,
        seats=desk.seats,
        moments=[moment for _, moment in filed.values],
        at=at,
        other_chairs=_other_chairs(device, incoming.claim.location, desk),
    )


def _other_chairs(device: Device | None, location: str, desk: Desk) -> list[str]:
    """The chairs that a device may name wrongly; not asked for where it names its own, or none."""
    if device is None or device.chair is None or not location:
        return []
    if names_chair(location, device.chair.name):
        return []
    return [name for chair_id, name in desk.chairs.items() if chair_id != device.chair_id]


def _new_readings(fresh: Sequence[_Filed], at: datetime) -> list[DeviceReading]:
    """The readings that are not stored yet; a cuff comes again with each message."""
    ids = {
        _reading_id(filed, value)
        for filed in fresh
        if filed.device is not None
        for value, _ in filed.values
    }
    seen = set(DeviceReading.objects.filter(pk__in=ids).values_list("pk", flat=True))
    made = []
    for filed in fresh:
        if filed.device is None:
            continue
        for value, moment in filed.values:
            reading_id = _reading_id(filed, value)
            if reading_id in seen:
                continue
            seen.add(reading_id)
            made.append(_reading(filed, filed.device, value, moment, reading_id, at))
    return made


def _reading_id(filed: _Filed, value: Value) -> UUID:
    """The same for the same value of the same device, however often it is sent."""
    device_id = filed.device.pk if filed.device is not None else ""
    digest = hashlib.sha256(f"{device_id}/{value.key}".encode()).digest()
    return uuid.UUID(bytes=digest[:16])


def _reading(
    filed: _Filed, device: Device, value: Value, moment: datetime, reading_id: UUID, at: datetime
) -> DeviceReading:
    seat = filed.match.seat
    is_inside = seat is not None and seat.holds(moment, at=at)
    return DeviceReading(
        id=reading_id,
        message_id=filed.row.pk,
        device=device,
        period_id=seat.period_id if seat is not None and is_inside else None,
        place=value.place,
        code=value.code,
        value=value.value,
        unit=value.unit,
        no_signal=value.no_signal,
        marks=value.marks,
        is_episodic=value.is_episodic,
        device_at=value.observed_at,
        corrected_at=moment,
        offset_s=filed.incoming.offset_s,
        received_at=filed.incoming.received_at,
    )


def _lay_in_tray(
    fresh: Sequence[_Filed], outside: Iterable[UUID], desk: Desk, site_id: UUID
) -> None:
    """Give every message that belongs to nobody its line in the tray, one line for one trouble."""
    beyond = set(outside)
    waiting: dict[str, tuple[Why, list[_Filed]]] = {}
    for filed in fresh:
        if filed.match.why is None and filed.match.seat is not None and filed.row.pk in beyond:
            filed.match = replace(filed.match, why=Why.OUTSIDE_TIME)
        if filed.match.why is not None:
            slot = _slot(filed, desk)
            waiting.setdefault(slot, (filed.match.why, []))[1].append(filed)
    if not waiting:
        return
    open_items = TrayItem.objects.select_for_update().filter(
        site_id=site_id,
        slot__in=list(waiting),
        state__in=[TrayState.WAITING.value, TrayState.DISMISSED.value],
    )
    items = {item.slot: item for item in open_items}
    for slot, (why, these) in waiting.items():
        latest_at = max(filed.row.received_at for filed in these)
        item = items.get(slot) or _new_item(slot, why, these[0], site_id)
        TrayItem.objects.filter(pk=item.pk).update(
            latest_at=latest_at, messages_count=F("messages_count") + len(these)
        )
        for filed in these:
            filed.row.tray_item = item


def _new_item(slot: str, why: Why, first: _Filed, site_id: UUID) -> TrayItem:
    return TrayItem.objects.create(
        site_id=site_id,
        slot=slot,
        why=why.value,
        detail=first.detail[:300],
        sender=first.incoming.sender[:200],
        claimed=first.incoming.claim.words[:300],
        device=first.device,
        first_at=first.row.received_at,
        latest_at=first.row.received_at,
    )


def _slot(filed: _Filed, desk: Desk) -> str:
    """What makes two messages the same trouble: reason, sender, claim, who sits there, and the day."""
    chair_id = filed.device.chair_id if filed.device is not None else None
    here = sorted(
        str(seat.period_id)
        for seat in desk.seats
        if chair_id is not None and seat.chair_id == chair_id and seat.closed_at is None
    )
    day = local_day(filed.row.received_at, desk.zone)
    parts = [
        str(filed.match.why),
        filed.detail,
        filed.incoming.sender,
        filed.incoming.claim.words,
        str(chair_id),
        *here,
        day.isoformat(),
    ]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def _supersede(
    fresh: Sequence[_Filed], readings: Sequence[DeviceReading], by: Actor, at: datetime
) -> None:
    """A value that its device corrected is no longer on offer, unless somebody decided already."""
    corrections = _corrections(fresh)
    again = [r for r in readings if r.is_episodic or r.pk in corrections]
    if not again:
        return
    same = {(r.device_id, r.code, r.place, r.device_at): r for r in again}
    earlier = DeviceReading.objects.filter(
        device__in={r.device_id for r in again},
        device_at__in={r.device_at for r in again},
        decision__isnull=True,
    ).exclude(pk__in=[r.pk for r in same.values()])
    ReadingDecision.objects.bulk_create(
        ReadingDecision(
            reading=row,
            decision=Decision.SUPERSEDED.value,
            reason=CORRECTED_BY_DEVICE,
            at=at,
            by_id=by.id,
            by_name=by.name,
        )
        for row in earlier
        if (row.device_id, row.code, row.place, row.device_at) in same
    )


def _corrections(fresh: Iterable[_Filed]) -> set[UUID]:
    return {
        _reading_id(filed, value)
        for filed in fresh
        for value, _ in filed.values
        if value.is_correction
    }
