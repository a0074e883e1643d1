"""The one way to write: atomic, once per key, and audited in the same transaction.

An action is a keyword-only function with ``key``, ``by`` and ``at``, decorated with `action`.
Inside it, `record` writes the audit row and `move` takes a row along its state table.
"""

from __future__ import annotations

from contextvars import ContextVar
from datetime import UTC
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast
from uuid import UUID, uuid5

from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from serein.audit import queries, rules
from serein.audit.models import AuditEntry, DoneOnce, Looking
from serein.core.errors import Refused, SomeoneActedFirst

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime
    from enum import StrEnum

    from serein.core.actors import Actor
    from serein.core.states import StateTable

P = ParamSpec("P")
Made = TypeVar("Made", bound=models.Model)

_recorded: ContextVar[int] = ContextVar("recorded", default=0)
request_id: ContextVar[str] = ContextVar("request_id", default="")

_CHAIN_LOCK = 0x5E7E1


class NothingAudited(AssertionError):
    """An action changed something and wrote no audit row."""


def derived_key(key: UUID, label: str) -> UUID:
    """Return the key of an action that runs inside another, always the same for the same outer."""
    return uuid5(key, label)


def action(function: Callable[P, Made]) -> Callable[P, Made]:
    """Make a function an action: one transaction, idempotent by ``key``, audited.

    A retry with the same key is answered with the first result.

    :raises Refused: the key was used for something else
    :raises NothingAudited: the function wrote no audit row
    """
    app = function.__module__.removeprefix("serein.").split(".")[0]
    verb = f"{app}.{function.__name__}"

    @wraps(function)
    def once(*args: P.args, **kwargs: P.kwargs) -> Made:
        key, at = cast("UUID", kwargs["key"]), kwargs["at"]
        try:
            with transaction.atomic():
                done = DoneOnce.objects.create(key=key, verb=verb, at=cast("datetime", at))
                before = _recorded.get()
                made = function(*args, **kwargs)
                if _recorded.get() == before:
                    raise NothingAudited(verb)
                done.model_label, done.object_id = made._meta.label, str(made.pk)
                done.save(update_fields=["model_label", "object_id"])
                return made
        except IntegrityError:
            known = _known(key)
            if known is None:
                raise
            return cast("Made", _first_result(known, verb))

    once.is_action = True  # type: ignore[attr-defined]
    return once


def _known(key: UUID) -> DoneOnce | None:
    if connection.needs_rollback:
        return None
    return DoneOnce.objects.filter(key=key).first()


def _first_result(known: DoneOnce, verb: str) -> models.Model:
    if known.verb != verb:
        raise Refused("Reload the page: this form was already used for something else.")
    found: models.Model = apps.get_model(known.model_label)._default_manager.get(pk=known.object_id)
    return found


def record(
    *,
    by: Actor,
    at: datetime,
    verb: str,
    subject: models.Model,
    patient_id: UUID | None = None,
    details: Mapping[str, str | int | bool | None] | None = None,
) -> AuditEntry:
    """Write what was done into the chain, inside the transaction that does it."""
    return _append(
        by=by,
        at=at,
        verb=verb,
        subject_type=subject._meta.label,
        subject_id=str(subject.pk),
        patient_id=patient_id,
        details=details or {},
    )


def record_read(*, by: Actor, at: datetime, what: str, patient_id: UUID | None) -> None:
    """Write that somebody opened a page of a patient's record."""
    with transaction.atomic():
        _append(
            by=by,
            at=at,
            verb="read",
            subject_type=what,
            subject_id="",
            patient_id=patient_id,
            details={},
            is_read=True,
        )


def record_denied(*, by: Actor, at: datetime, what: str, details: Mapping[str, str]) -> None:
    """Write that somebody was refused a page."""
    with transaction.atomic():
        _append(
            by=by,
            at=at,
            verb="denied",
            subject_type=what,
            subject_id="",
            patient_id=None,
            details=details,
            is_read=True,
            outcome="denied",
        )


def note_looking(facts: Iterable[queries.LookingFact], *, at: datetime) -> None:
    """Write who has a live page open now, and drop whoever has not been heard of since."""
    rows = [
        Looking(
            stream_id=fact.stream_id,
            site_id=fact.site_id,
            staff_id=fact.staff_id,
            name=fact.name,
            place=fact.place,
            seen_at=at,
        )
        for fact in facts
    ]
    Looking.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["stream_id"], update_fields=["seen_at"]
    )
    Looking.objects.filter(seen_at__lt=at - queries.LOOKING_FOR).delete()


def forget_looking(stream_ids: Iterable[UUID]) -> None:
    """Drop pages that were closed."""
    Looking.objects.filter(stream_id__in=list(stream_ids)).delete()


def _append(
    *,
    by: Actor,
    at: datetime,
    verb: str,
    subject_type: str,
    subject_id: str,
    patient_id: UUID | None,
    details: Mapping[str, str | int | bool | None],
    is_read: bool = False,
    outcome: str = "done",
) -> AuditEntry:
    if not by.id:
        raise Refused("Sign in again: the audit needs to know who you are.")
    hold_chain()
    seq, previous = queries.head() or (0, rules.FIRST_PREVIOUS)
    row = AuditEntry(
        seq=seq + 1,
        at=at.astimezone(UTC),
        site_id=by.site_id,
        actor_id=by.id,
        actor_name=by.name,
        actor_role=by.role,
        verb=verb,
        subject_type=subject_type,
        subject_id=subject_id,
        patient_id=patient_id,
        is_read=is_read,
        outcome=outcome,
        details=rules.canonical(details),
        request_id=request_id.get(),
        previous_hash=previous,
    )
    row.hash = rules.link(previous, queries.as_entry(row))
    row.save(force_insert=True)
    _recorded.set(_recorded.get() + 1)
    return row


def hold_chain() -> None:
    """Take the audit's place before any row is touched, until the transaction ends.

    For actions whose rows other actions touch after their own audit row: PostgreSQL would find two
    of them waiting for each other.
    """
    # SQLite transactions are immediate, so the writer already stands alone.
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_CHAIN_LOCK])


def move(
    *,
    subject: Any,
    table: StateTable[Any, Any],
    move: StrEnum,
    by: Actor,
    at: datetime,
    reason: str = "",
    patient_id: UUID | None = None,
    also: Mapping[str, object] | None = None,
) -> None:
    """Take a row one step along its state table: claim it, keep the step, audit.

    The claim is an update that filters on the state seen; ``also`` sets further columns with it.
    Afterwards ``subject`` holds the new values.

    :raises MoveNotAllowed: the table has no such move from the state seen
    :raises SomeoneActedFirst: the row has moved since it was read
    """
    seen = subject.state
    after = table.after(type(table.start)(seen), move)
    changes = {"state": after.value, **(also or {})}
    claimed = type(subject)._default_manager.filter(pk=subject.pk, state=seen).update(**changes)
    if claimed != 1:
        raise SomeoneActedFirst
    for name, value in changes.items():
        setattr(subject, name, value)
    subject.transitions.create(
        from_state=seen,
        move=move.value,
        to_state=after.value,
        by_id=by.id,
        by_name=by.name,
        at=at,
        reason=reason,
    )
    record(
        by=by,
        at=at,
        verb=move.value,
        subject=subject,
        patient_id=patient_id,
        details={"from": str(seen), "to": after.value, "has_reason": bool(reason)},
    )
