"""What others are told about messages: plain facts, no tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from serein.messaging.rules import Answer, Channel, Given, Kind, Reader
    from serein.messaging.states import MessageState


@dataclass(frozen=True, slots=True)
class AttemptFact:
    """One handing over, and what came of it. Links are left out of the text."""

    number: int
    channel: Channel
    address: str
    outcome: str
    because: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MessageFact:
    """One message with everything that was tried; ``name`` is the patient's, else the guest's."""

    message_id: UUID
    patient_id: UUID | None
    guest_id: UUID | None
    name: str
    kind: Kind
    channel: Channel
    address: str
    subject_id: UUID
    revision: int
    due_at: datetime
    not_after: datetime
    next_try_at: datetime
    state: MessageState
    state_at: datetime
    because: str
    has_invite: bool
    attempts: tuple[AttemptFact, ...]
    answer: Answer | None


@dataclass(frozen=True, slots=True)
class AnswerFact:
    """What stands behind an answer link; ``patient_id`` is None while they are a guest."""

    site_id: UUID
    patient_id: UUID | None
    message_id: UUID
    kind: Kind
    subject_id: UUID
    revision: int
    arguments: Mapping[str, Given]
    not_after: datetime
    is_superseded: bool
    answer: Answer | None

    def is_open(self, at: datetime) -> bool:
        """Say whether an answer may still be given."""
        return self.answer is None and not self.is_superseded and at <= self.not_after


@dataclass(frozen=True, slots=True)
class AnswerGiven:
    """What a patient answered about one revision of a subject."""

    revision: int
    answer: Answer
    at: datetime


@dataclass(frozen=True, slots=True)
class StopFact:
    """What stands behind a stop link."""

    site_id: UUID
    reader: Reader
    channel: Channel


@dataclass(frozen=True, slots=True)
class ChannelFact:
    """One channel of a patient: the address that would be used, and whether it is wanted."""

    channel: Channel
    address: str
    is_wanted: bool
    may_use: bool
    chosen_at: datetime | None
    chosen_by_name: str


@dataclass(frozen=True, slots=True)
class GuestFact:
    """Somebody who booked a visit before they were registered, and the patient they became."""

    guest_id: UUID
    full_name: str
    patient_id: UUID | None


@dataclass(frozen=True, slots=True)
class FeedFact:
    """A private calendar address that is open."""

    feed_id: UUID
    site_id: UUID
    patient_id: UUID
    made_at: datetime
    made_by_name: str
