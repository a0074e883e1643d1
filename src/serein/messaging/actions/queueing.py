"""What is to be said: messages put into the outbox, taken out again, and invites."""

from __future__ import annotations

from typing import TYPE_CHECKING

from serein.audit.actions import action, derived_key, move, record
from serein.core.errors import Refused
from serein.messaging import queries
from serein.messaging.models import InviteRevision, Message, Voiding
from serein.messaging.rules import (
    Channel,
    Kind,
    Method,
    Reader,
    Way,
    stored_arguments,
    uid_of,
)
from serein.messaging.states import MESSAGE, MessageMove
from serein.patients import queries as patients

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from serein.core.actors import Actor
    from serein.messaging.rules import Given

NO_WAY = "No phone or e-mail that may be used"


@action
def queue(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    kind: Kind,
    subject_id: UUID,
    revision: int,
    due_at: datetime,
    not_after: datetime,
    arguments: Mapping[str, Given],
    patient_id: UUID | None = None,
    guest_id: UUID | None = None,
) -> Message:
    """Put one message into the outbox: once for each kind, subject and revision.

    ``due_at`` may lie in the past, then it leaves at the next turn; after ``not_after`` it never
    does. The way is chosen from the contacts and wishes of the patient or guest: text first, else
    e-mail. With no way left the message has failed from the beginning and stands in the list for
    people.

    :raises ValueError: the arguments are not those of the kind, or it is for nobody
    :raises NotFound: the patient is not of this site
    """
    reader = _reader(by, patient_id, guest_id)
    known = queries.messages_about(subject_id, revision, kind)
    if known:
        record(
            by=by, at=at, verb="queue", subject=known[0], patient_id=patient_id,
            details={"is_new": False},
        )  # fmt: skip
        return known[0]
    ways = queries.ways_of(reader)
    return _put(
        by=by,
        at=at,
        reader=reader,
        kind=kind,
        subject_id=subject_id,
        revision=revision,
        due_at=due_at,
        not_after=not_after,
        arguments=arguments,
        way=ways[0] if ways else Way(Channel.NONE, ""),
    )


def _reader(by: Actor, patient_id: UUID | None, guest_id: UUID | None) -> Reader:
    if patient_id is not None:
        patients.patient_for(by.site_id, patient_id)
    return Reader(patient_id, guest_id)


def _put(
    *,
    by: Actor,
    at: datetime,
    reader: Reader,
    kind: Kind,
    subject_id: UUID,
    revision: int,
    due_at: datetime,
    not_after: datetime,
    arguments: Mapping[str, Given],
    way: Way,
    invite: InviteRevision | None = None,
) -> Message:
    message, is_new = Message.objects.get_or_create(
        subject_id=subject_id,
        revision=revision,
        kind=Kind(kind).value,
        channel=way.channel.value,
        defaults={
            "site_id": by.site_id,
            "patient_id": reader.patient_id,
            "guest_id": reader.guest_id,
            "address": way.address,
            "arguments": stored_arguments(kind, arguments),
            "invite": invite,
            "queued_at": at,
            "due_at": due_at,
            "not_after": max(not_after, due_at),
            "next_try_at": due_at,
            "state_at": at,
        },
    )
    record(
        by=by,
        at=at,
        verb="queue",
        subject=message,
        patient_id=reader.patient_id,
        details={"is_new": is_new, "kind": message.kind, "channel": message.channel},
    )
    if is_new and queries.is_voided(subject_id, revision):
        _step(message, MessageMove.VOID, by=by, at=at, because="Something newer was said")
    elif is_new and way.channel is Channel.NONE:
        _step(message, MessageMove.GIVE_UP, by=by, at=at, because=NO_WAY)
    return message


def _step(message: Message, step: MessageMove, *, by: Actor, at: datetime, because: str) -> None:
    move(
        subject=message,
        table=MESSAGE,
        move=step,
        by=by,
        at=at,
        reason=because,
        patient_id=message.patient_id,
        also={"state_at": at, "because": because},
    )


@action
def void_messages(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    subject_id: UUID,
    below_revision: int,
    patient_id: UUID | None = None,
    guest_id: UUID | None = None,
) -> Voiding:
    """Say nothing more about the revisions of a subject below this one.

    What has not left is void, also what failed; what is under way cannot be called back. A message
    of such a revision that is queued later is void at once, and answer links to it are closed.

    :raises ValueError: it is about nobody
    :raises NotFound: the patient is not of this site
    """
    reader = _reader(by, patient_id, guest_id)
    voiding = Voiding.objects.create(
        patient_id=reader.patient_id,
        guest_id=reader.guest_id,
        subject_id=subject_id,
        below_revision=below_revision,
        at=at,
        by_id=by.id,
        by_name=by.name,
    )
    standing = queries.voidable(subject_id, below_revision)
    for message in standing:
        _step(message, MessageMove.VOID, by=by, at=at, because="Something newer was said")
    record(
        by=by,
        at=at,
        verb="void_messages",
        subject=voiding,
        patient_id=reader.patient_id,
        details={"messages": len(standing)},
    )
    return voiding


@action
def send_invite(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    kind: Kind,
    subject_id: UUID,
    revision: int,
    starts_at: datetime,
    ends_at: datetime,
    due_at: datetime,
    not_after: datetime,
    patient_id: UUID | None = None,
    guest_id: UUID | None = None,
    was_at: datetime | None = None,
    or_text: bool = True,
) -> InviteRevision:
    """Tell of one visit by e-mail, with the invite, its new time or its end for calendars.

    ``kind`` is booked, moved (with ``was_at``) or cancelled. A patient or guest without an e-mail
    that may be used gets the plain text instead, unless ``or_text`` is false.

    :raises Refused: another kind
    :raises ValueError: it is for nobody
    :raises NotFound: the patient is not of this site
    """
    if kind not in (Kind.BOOKED, Kind.MOVED, Kind.CANCELLED):
        raise Refused("Choose booked, moved or cancelled: only these go into calendars.")
    reader = _reader(by, patient_id, guest_id)
    mail = next((way for way in queries.ways_of(reader) if way.channel is Channel.EMAIL), None)
    revised = InviteRevision(
        patient_id=reader.patient_id,
        guest_id=reader.guest_id,
        subject_id=subject_id,
        revision=revision,
        uid=uid_of(subject_id),
        sequence=queries.next_sequence(subject_id),
        method=(Method.CANCEL if kind is Kind.CANCELLED else Method.REQUEST).value,
        starts_at=starts_at,
        ends_at=ends_at,
        stamped_at=at,
        attendee=mail.address if mail is not None else "",
    )
    revised.save()
    arguments: dict[str, Given] = {"starts_at": starts_at}
    if was_at is not None:
        arguments["was_at"] = was_at
    if mail is not None:
        _put(
            by=by, at=at, reader=reader, kind=kind, subject_id=subject_id, revision=revision,
            due_at=due_at, not_after=not_after, arguments=arguments, way=mail, invite=revised,
        )  # fmt: skip
    elif or_text:
        queue(
            key=derived_key(key, "text"), by=by, at=at, patient_id=patient_id, guest_id=guest_id,
            kind=kind, subject_id=subject_id, revision=revision, due_at=due_at,
            not_after=not_after, arguments=arguments,
        )  # fmt: skip
    record(
        by=by,
        at=at,
        verb="send_invite",
        subject=revised,
        patient_id=reader.patient_id,
        details={"sequence": revised.sequence, "by_mail": mail is not None},
    )
    return revised
