"""What a message is, when it may leave and what it may say. Pure: no clock, no database."""

from __future__ import annotations

from serein.messaging.rules.calendar import Method, Place, VisitTime, invite, listing, uid_of
from serein.messaging.rules.kinds import (
    ANSWERS,
    ARGUMENTS,
    CHANNEL_WORDS,
    KIND_WORDS,
    Answer,
    Channel,
    Given,
    Kind,
    Stored,
    clinical_words_in,
    read_arguments,
    stored_arguments,
)
from serein.messaging.rules.sending import (
    BACKOFF_MINUTES,
    LOST_AFTER,
    QUIET_FROM,
    QUIET_UNTIL,
    TOKEN_CHARACTERS,
    ContactWay,
    Way,
    is_quiet,
    next_try_at,
    token_hash,
    ways_to,
)

__all__ = [
    "ANSWERS",
    "ARGUMENTS",
    "BACKOFF_MINUTES",
    "CHANNEL_WORDS",
    "KIND_WORDS",
    "LOST_AFTER",
    "QUIET_FROM",
    "QUIET_UNTIL",
    "TOKEN_CHARACTERS",
    "Answer",
    "Channel",
    "ContactWay",
    "Given",
    "Kind",
    "Method",
    "Place",
    "Stored",
    "VisitTime",
    "Way",
    "clinical_words_in",
    "invite",
    "is_quiet",
    "listing",
    "next_try_at",
    "read_arguments",
    "stored_arguments",
    "token_hash",
    "uid_of",
    "ways_to",
]
