"""Answer a flag by name, with what was done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from serein.audit.actions import action, record
from serein.core.errors import NotFound, Refused, SomeoneActedFirst
from serein.monitoring import queries, rules
from serein.monitoring.models import Flag, FlagAnswer

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from serein.core.actors import Actor


@action
def acknowledge_flag(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    flag_id: UUID,
    action_code: str,
    note: str = "",
) -> Flag:
    """Say who saw the flag and what was done. A later, worse flag is not answered by this.

    Milder flags of the same condition that were raised before it are answered with it.

    :raises Refused: no such answer, or "no action" without a reason
    :raises SomeoneActedFirst: somebody answered it already
    :raises NotFound: no such flag at this site
    """
    row = Flag.objects.filter(pk=flag_id, period__patient__site_id=by.site_id).first()
    if row is None:
        raise NotFound
    answer = _answer(action_code)
    rules.check_answer(answer, note)
    facts = {fact.flag_id: fact for fact in queries.flags_of(row.period_id)}
    if not facts[row.pk].is_standing:
        raise SomeoneActedFirst
    ranks = list(rules.Rank)
    covered = [
        fact.flag_id
        for fact in facts.values()
        if fact.condition == row.condition
        and fact.is_standing
        and fact.raised_at <= row.raised_at
        and ranks.index(fact.rank) >= ranks.index(rules.Rank(row.rank))
    ]
    for each in Flag.objects.filter(pk__in=covered):
        _claim(each, answer, note.strip(), by, at)
        record(
            by=by,
            at=at,
            verb="acknowledge_flag",
            subject=each,
            patient_id=facts[row.pk].patient_id,
            details={"code": each.code, "answer": answer.value, "has_note": bool(note.strip())},
        )
    row.refresh_from_db()
    return row


def _claim(flag: Flag, answer: rules.Answer, note: str, by: Actor, at: datetime) -> None:
    claimed = Flag.objects.filter(pk=flag.pk, acknowledged_at=flag.acknowledged_at).update(
        acknowledged_at=at,
        acknowledged_by_id=by.id,
        acknowledged_by_name=by.name,
        answer=answer.value,
        note=note,
    )
    if claimed != 1:
        raise SomeoneActedFirst
    FlagAnswer.objects.create(
        flag=flag, at=at, by_id=by.id, by_name=by.name, answer=answer.value, note=note
    )


def _answer(code: str) -> rules.Answer:
    try:
        return rules.Answer(code)
    except ValueError:
        raise Refused("Choose what was done.", field="action_code") from None
