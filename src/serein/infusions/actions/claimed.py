"""One visit, held by one writer for the length of a transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from serein.accounts.queries import zone_of
from serein.core.errors import NotFound, Refused
from serein.infusions import queries
from serein.infusions.models import InfusionSession
from serein.infusions.rules.titration import check_time, settled_minute
from serein.infusions.states import SessionState

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from serein.core.actors import Actor

WORDS = {
    "start": "the start",
    "rate": "the rate change",
    "pause": "the pause",
    "resume": "the resume",
    "stop": "the stop",
}


def claimed(by: Actor, session_id: UUID) -> InfusionSession:
    """Return a visit of the actor's site, locked until the transaction ends.

    :raises NotFound: no such visit at this site
    """
    rows = InfusionSession.objects.select_for_update().filter(site_id=by.site_id, pk=session_id)
    found = rows.first()
    if found is None:
        raise NotFound
    return found


def last_moment(visit: InfusionSession) -> tuple[datetime, str]:
    """Return when the pump was last touched, or the check-in, with the word for it."""
    log = queries.log_of(visit.pk)
    if log:
        return log[-1].occurred_at, WORDS[log[-1].kind]
    return visit.checked_in_at, "the check-in"


def checked_moment(visit: InfusionSession, occurred_at: datetime, at: datetime) -> datetime:
    """Return when something was done at the pump, if it can have been done then.

    :raises Refused: before the last thing done, or in the future
    """
    not_before, after_what = last_moment(visit)
    moment = settled_minute(occurred_at, not_before=not_before)
    check_time(
        moment,
        at=at,
        not_before=not_before,
        after_what=after_what,
        zone=zone_of(visit.site_id),
    )
    return moment


def need_state(visit: InfusionSession, *states: SessionState, mend: str) -> None:
    """See that a visit is where it must be for what is asked.

    :raises Refused: saying what to do first
    """
    if SessionState(visit.state) not in states:
        raise Refused(mend)
