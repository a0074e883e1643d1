"""Who works when: shifts, breaks and leave. Visits that lose their people are listed, not removed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from itertools import pairwise
from typing import TYPE_CHECKING

from serein.accounts.queries import staff_named
from serein.audit.actions import action, record
from serein.core.errors import NotFound, Refused
from serein.scheduling.actions import guard
from serein.scheduling.models import Leave, Shift
from serein.scheduling.states import ShiftRole

if TYPE_CHECKING:
    from uuid import UUID

    from serein.core.actors import Actor

Break = tuple[time, time]

LONGEST_LEAVE_DAYS = 366


@action
def set_shift(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    staff_id: UUID,
    role: ShiftRole,
    local_date: date,
    start_time: time,
    end_time: time,
    breaks: Sequence[Break] = (),
) -> Shift:
    """Put somebody on shift on a date, with breaks.

    :raises Refused: the times do not make sense or meet another shift of the same person
    :raises NotFound: not a member of staff of this site
    """
    staff_named(by.site_id, staff_id)
    _check_times(start_time, end_time, breaks)
    guard.lock_days(by.site_id, [local_date])
    same = Shift.objects.filter(staff_id=staff_id, local_date=local_date, is_withdrawn=False)
    if same.filter(start_time__lt=end_time, end_time__gt=start_time).exists():
        raise Refused("Choose other times: they are on shift then already.", field="start_time")
    made = Shift.objects.create(
        site_id=by.site_id,
        staff_id=staff_id,
        role=role.value,
        local_date=local_date,
        start_time=start_time,
        end_time=end_time,
        breaks=[[f"{a:%H:%M}", f"{b:%H:%M}"] for a, b in sorted(breaks)],
    )
    record(by=by, at=at, verb="set_shift", subject=made, details={"role": role.value})
    return made


@action
def withdraw_shift(*, key: UUID, by: Actor, at: datetime, shift_id: UUID) -> Shift:
    """Take a shift back.

    :raises NotFound: no such shift at this site
    """
    row = Shift.objects.filter(pk=shift_id, site_id=by.site_id).first()
    if row is None:
        raise NotFound
    guard.lock_days(by.site_id, [row.local_date])
    if Shift.objects.filter(pk=row.pk, is_withdrawn=False).update(is_withdrawn=True) != 1:
        raise Refused("Reload the page: this shift was taken back before.")
    row.is_withdrawn = True
    record(by=by, at=at, verb="withdraw_shift", subject=row)
    return row


@action
def enter_leave(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    staff_id: UUID,
    first_date: date,
    last_date: date,
    reason: str = "",
) -> Leave:
    """Say that somebody is away; their shifts in that time do not count. Visits are kept and listed.

    :raises Refused: the dates are not in order, or more than a year apart
    :raises NotFound: not a member of staff of this site
    """
    staff_named(by.site_id, staff_id)
    if last_date < first_date:
        raise Refused("Choose a last day on or after the first.", field="last_date")
    if (last_date - first_date).days > LONGEST_LEAVE_DAYS:
        raise Refused("Choose a last day within a year of the first.", field="last_date")
    guard.lock_days(by.site_id, _shift_days(by.site_id, staff_id, first_date, last_date))
    made = Leave.objects.create(
        site_id=by.site_id,
        staff_id=staff_id,
        first_date=first_date,
        last_date=last_date,
        reason=reason.strip(),
    )
    record(by=by, at=at, verb="enter_leave", subject=made)
    return made


@action
def withdraw_leave(*, key: UUID, by: Actor, at: datetime, leave_id: UUID) -> Leave:
    """Take leave back, so that the shifts count again.

    :raises NotFound: no such leave at this site
    """
    row = Leave.objects.filter(pk=leave_id, site_id=by.site_id).first()
    if row is None:
        raise NotFound
    guard.lock_days(
        by.site_id, _shift_days(by.site_id, row.staff_id, row.first_date, row.last_date)
    )
    if Leave.objects.filter(pk=row.pk, is_withdrawn=False).update(is_withdrawn=True) != 1:
        raise Refused("Reload the page: this leave was taken back before.")
    row.is_withdrawn = True
    record(by=by, at=at, verb="withdraw_leave", subject=row)
    return row


def _shift_days(site_id: UUID, staff_id: UUID, first: date, last: date) -> list[date]:
    """The days whose book changes: those on which this person has a shift."""
    rows = Shift.objects.filter(
        site_id=site_id, staff_id=staff_id, local_date__range=(first, last), is_withdrawn=False
    )
    return list(rows.values_list("local_date", flat=True).distinct())


def _check_times(start: time, end: time, breaks: Sequence[Break]) -> None:
    if start >= end:
        raise Refused("Choose an end after the start.", field="end_time")
    ordered = sorted(breaks)
    inside = all(start <= begins < ends <= end for begins, ends in ordered)
    apart = all(earlier[1] <= later[0] for earlier, later in pairwise(ordered))
    if not (inside and apart):
        raise Refused("Choose breaks inside the shift, one after the other.", field="breaks")
