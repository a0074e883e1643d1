"""What stands behind the links of messages: only hashes are kept, secrets are drawn anew."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import salted_hmac

from serein.core.errors import NotFound
from serein.messaging.models import LinkUse, MessageLink
from serein.messaging.queries.facts import AnswerFact, AnswerGiven, StopFact
from serein.messaging.queries.outbox import is_voided
from serein.messaging.rules import (
    TOKEN_CHARACTERS,
    Answer,
    Channel,
    Kind,
    read_arguments,
    token_hash,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

ANSWER_PATH = "/a/{token}/"
"""Where the pages behind answer links lie; the app that knows visits serves them."""

FEED_PATH = "/calendar/{token}.ics"


def secret_of(purpose: str, link_id: UUID) -> str:
    """Return the secret of a link: 128 bits drawn from its id with the installation's own secret.

    So a message that is tried again carries the same link, and the database never holds it.
    """
    digest = salted_hmac(f"serein.messaging.{purpose}", str(link_id), algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest[:16]).decode().rstrip("=")


def full_address(path: str) -> str:
    """Return a path as patients reach it from outside."""
    return f"{settings.SEREIN_ADDRESS}{path}"


def answer_url(token: str) -> str:
    """Return the address of an answer link."""
    return full_address(ANSWER_PATH.format(token=token))


def stop_url(token: str) -> str:
    """Return the address of a stop link."""
    return full_address(reverse("messaging:stop", args=[token]))


def feed_url(token: str) -> str:
    """Return the address of a private calendar, for a calendar to subscribe to."""
    return full_address(FEED_PATH.format(token=token)).replace("http", "webcal", 1)


def link_row(token: str, purpose: str) -> MessageLink:
    """Return the link with this secret.

    :raises NotFound: there is none
    """
    if len(token) != TOKEN_CHARACTERS or not token.isascii():
        raise NotFound
    rows = MessageLink.objects.select_related("message__patient", "message__site")
    hashed = token_hash(token)
    found: MessageLink | None = rows.filter(token_hash=hashed, purpose=purpose).first()
    if found is None:
        raise NotFound
    return found


def answer_for(token: str) -> AnswerFact:
    """Return what stands behind an answer link.

    :raises NotFound: no link has this secret
    """
    row = link_row(token, "answer")
    message = row.message
    use = LinkUse.objects.filter(link_id=row.pk).first()
    kind = Kind(message.kind)
    return AnswerFact(
        site_id=message.site_id,
        patient_id=message.patient_id,
        message_id=message.pk,
        kind=kind,
        subject_id=message.subject_id,
        revision=message.revision,
        arguments=read_arguments(kind, message.arguments),
        not_after=message.not_after,
        is_superseded=is_voided(message.subject_id, message.revision),
        answer=Answer(use.answer) if use is not None else None,
    )


def stop_for(token: str) -> StopFact:
    """Return what stands behind a stop link. It stays open for as long as the message is kept.

    :raises NotFound: no link has this secret
    """
    message = link_row(token, "stop").message
    return StopFact(message.site_id, message.reader, Channel(message.channel))


def answers_of(subject_ids: Iterable[UUID]) -> Mapping[UUID, AnswerGiven]:
    """Return the newest answer about each subject, in one query."""
    uses = LinkUse.objects.filter(link__message__subject_id__in=set(subject_ids))
    rows = uses.select_related("link__message").order_by("link__message__revision", "at")
    return {
        use.link.message.subject_id: AnswerGiven(
            use.link.message.revision, Answer(use.answer), use.at
        )
        for use in rows
    }
