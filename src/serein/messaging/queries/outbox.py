"""What waits, what was sent, and what did not arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db.models import Q

from serein.core.errors import NotFound
from serein.messaging.models import ChannelChoice, LinkUse, Message, Voiding
from serein.messaging.queries import guests
from serein.messaging.queries.facts import AttemptFact, ChannelFact, MessageFact
from serein.messaging.rules import (
    Answer,
    Channel,
    ContactWay,
    Kind,
    Reader,
    Way,
    is_quiet,
    ways_to,
)
from serein.messaging.states import MessageState
from serein.patients import queries as patients
from serein.patients.rules import ContactKind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

_CHANNEL_OF = {ContactKind.PHONE: Channel.SMS, ContactKind.EMAIL: Channel.EMAIL}
FAILING = (MessageState.FAILED.value, MessageState.UNSURE.value)


def message_row(site_id: UUID, message_id: UUID) -> Message:
    """Return one message of a site.

    :raises NotFound: there is none at this site
    """
    rows = Message.objects.select_related("patient", "site", "invite")
    found = rows.filter(site_id=site_id, pk=message_id).first()
    if found is None:
        raise NotFound
    return found


def due(at: datetime, *, limit: int = 100) -> tuple[tuple[UUID, UUID], ...]:
    """List (site, message) of what may leave now, longest due first.

    Sites in their quiet hours are left out, save for messages whose time has run out: those are
    given up at any hour.
    """
    waiting = Message.objects.filter(state=MessageState.WAITING.value, next_try_at__lte=at)
    zones = waiting.values_list("site_id", "site__timezone").distinct().order_by()
    quiet = [site_id for site_id, zone in zones if is_quiet(at, ZoneInfo(zone))]
    may_leave = waiting.filter(~Q(site_id__in=quiet) | Q(not_after__lt=at))
    return tuple(may_leave.order_by("next_try_at", "pk").values_list("site_id", "pk")[:limit])


def lost(before: datetime) -> tuple[tuple[UUID, UUID], ...]:
    """List (site, message) of what was handed over before a moment and never answered for."""
    rows = Message.objects.filter(state=MessageState.SENDING.value, claimed_at__lt=before)
    return tuple(rows.order_by("claimed_at", "pk").values_list("site_id", "pk"))


def is_voided(subject_id: UUID, revision: int) -> bool:
    """Say whether nothing is to be said any more about this revision of a subject."""
    return Voiding.objects.filter(subject_id=subject_id, below_revision__gt=revision).exists()


def voidable(subject_id: UUID, below_revision: int) -> tuple[Message, ...]:
    """List the messages of earlier revisions that have not left."""
    states = [MessageState.WAITING.value, *FAILING]
    rows = Message.objects.filter(
        subject_id=subject_id, revision__lt=below_revision, state__in=states
    )
    return tuple(rows.select_related("patient").order_by("due_at", "pk"))


def messages_about(subject_id: UUID, revision: int, kind: Kind) -> tuple[Message, ...]:
    """List the rows of one kind about one revision, whatever their channel."""
    rows = Message.objects.filter(subject_id=subject_id, revision=revision, kind=kind.value)
    return tuple(rows.order_by("queued_at", "pk"))


def state_of(*, subject_id: UUID, revision: int, kind: Kind) -> MessageState | None:
    """Return what became of a message, or None when there is none."""
    found = messages_about(subject_id, revision, kind)
    return MessageState(found[0].state) if found else None


def unwanted_channels(reader: Reader) -> frozenset[Channel]:
    """Return the channels that a patient or guest has stopped."""
    return frozenset(
        Channel(choice.channel)
        for choice in newest_choices(reader).values()
        if not choice.is_wanted
    )


def newest_choices(reader: Reader) -> dict[str, ChannelChoice]:
    """Return the choice of a patient or guest that counts, by channel."""
    rows = ChannelChoice.objects.order_by("at", "pk")
    if reader.patient_id is not None:
        rows = rows.filter(patient_id=reader.patient_id)
    else:
        rows = rows.filter(guest_id=reader.guest_id)
    return {row.channel: row for row in rows}


def _contacts(reader: Reader) -> tuple[ContactWay, ...]:
    if reader.patient_id is None:
        return guests.contacts_of(reader.guest_id) if reader.guest_id else ()
    return tuple(
        ContactWay(_CHANNEL_OF[fact.kind], fact.value, fact.may_leave_message)
        for fact in patients.contacts_of(reader.patient_id)
        if fact.kind in _CHANNEL_OF
    )


def ways_of(reader: Reader) -> tuple[Way, ...]:
    """List how a patient or guest may be written to today, best first."""
    return ways_to(_contacts(reader), unwanted=unwanted_channels(reader))


def channels_of(reader: Reader) -> tuple[ChannelFact, ...]:
    """List the channels of a patient or guest, the address that would be used and what they chose."""
    contacts = _contacts(reader)
    usable = {way.channel: way.address for way in ways_to(contacts, unwanted=())}
    known = {contact.channel: contact.address for contact in reversed(contacts)}
    choices = newest_choices(reader)
    found = []
    for channel in (Channel.SMS, Channel.EMAIL):
        choice = choices.get(channel.value)
        found.append(
            ChannelFact(
                channel=channel,
                address=usable.get(channel, known.get(channel, "")),
                is_wanted=choice is None or choice.is_wanted,
                may_use=channel in usable,
                chosen_at=choice.at if choice is not None else None,
                chosen_by_name=choice.by_name if choice is not None else "",
            )
        )
    return tuple(found)


def failures(
    site_id: UUID, *, at: datetime | None = None, is_over: bool = False, limit: int = 100
) -> tuple[MessageFact, ...]:
    """List what did not arrive, or may not have, the oldest due first.

    With ``at`` only what could still be of use then; ``is_over`` turns it round: only what could
    not, the newest first.
    """
    rows = Message.objects.filter(site_id=site_id, state__in=FAILING)
    if at is not None:
        rows = rows.filter(not_after__lt=at) if is_over else rows.filter(not_after__gte=at)
    if is_over:
        return _facts(rows.order_by("-due_at", "pk")[:limit])
    return _facts(rows.order_by("due_at", "patient_id", "queued_at", "pk")[:limit])


def count_failures(site_id: UUID) -> int:
    """Count what did not arrive, or may not have."""
    return Message.objects.filter(site_id=site_id, state__in=FAILING).count()


def waiting_since(site_id: UUID, at: datetime) -> datetime | None:
    """Return since when the longest overdue message waits, or None when nothing is overdue.

    A message that waits for the end of the quiet hours is not overdue.
    """
    rows = Message.objects.filter(
        site_id=site_id, state=MessageState.WAITING.value, next_try_at__lte=at
    )
    oldest = rows.order_by("next_try_at").values_list("next_try_at", "site__timezone").first()
    if oldest is None or is_quiet(at, ZoneInfo(oldest[1])):
        return None
    return oldest[0]


def messages_of(reader: Reader, *, limit: int = 200) -> tuple[MessageFact, ...]:
    """List every message of a patient or guest, newest due first."""
    rows = Message.objects.order_by("-due_at", "pk")
    if reader.patient_id is not None:
        return _facts(rows.filter(patient_id=reader.patient_id)[:limit])
    return _facts(rows.filter(guest_id=reader.guest_id)[:limit])


def message(site_id: UUID, message_id: UUID) -> MessageFact:
    """Return what is known of one message of a site.

    :raises NotFound: there is none at this site
    """
    found = _facts(Message.objects.filter(site_id=site_id, pk=message_id))
    if not found:
        raise NotFound
    return found[0]


def _facts(rows: QuerySet[Message]) -> tuple[MessageFact, ...]:
    full = rows.select_related("patient").prefetch_related("attempts")
    found = list(full)
    uses = LinkUse.objects.filter(link__message__in=[row.pk for row in found])
    answers = dict(uses.values_list("link__message_id", "answer"))
    names = guests.names_of(row.guest_id for row in found if row.patient is None and row.guest_id)
    return tuple(_fact(row, answers.get(row.pk), names) for row in found)


def _fact(row: Message, answer: str | None, guest_names: Mapping[UUID, str]) -> MessageFact:
    if row.patient is not None:
        name = row.patient.full_name
    else:
        name = guest_names.get(row.guest_id, "") if row.guest_id else ""
    return MessageFact(
        message_id=row.pk,
        patient_id=row.patient_id,
        guest_id=row.guest_id,
        name=name,
        kind=Kind(row.kind),
        channel=Channel(row.channel),
        address=row.address,
        subject_id=row.subject_id,
        revision=row.revision,
        due_at=row.due_at,
        not_after=row.not_after,
        next_try_at=row.next_try_at,
        state=MessageState(row.state),
        state_at=row.state_at,
        because=row.because,
        has_invite=row.invite_id is not None,
        attempts=tuple(
            AttemptFact(
                each.number, Channel(each.channel), each.address, each.outcome, each.because,
                each.text, each.at,
            )
            for each in sorted(row.attempts.all(), key=lambda each: each.number)
        ),
        answer=Answer(answer) if answer is not None else None,
    )  # fmt: skip
