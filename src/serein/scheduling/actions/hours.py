"""Opening hours, closures, special openings and chairs."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING

from serein.accounts.queries import zone_of
from serein.audit.actions import action, derived_key, record
from serein.core.errors import NotFound, Refused
from serein.scheduling.actions import guard
from serein.scheduling.models import Appointment, Chair, Closure, SpecialOpening, WeeklyRule
from serein.scheduling.rules import WEEKDAYS
from serein.scheduling.states import WAITING

if TYPE_CHECKING:
    from uuid import UUID

    from serein.core.actors import Actor


@action
def set_weekday_hours(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    weekday: int,
    start_time: time,
    end_time: time,
    from_date: date,
    interval_weeks: int = 1,
    anchor_date: date | None = None,
) -> WeeklyRule:
    """Open on a weekday (Monday = 0) from a date on, each week or every n-th from an anchor.

    What held before that date stays as it was.

    :raises Refused: the times, the anchor or the date do not make sense
    """
    if start_time >= end_time:
        raise Refused("Choose a closing time after the opening time.", field="end_time")
    if interval_weeks > 1 and anchor_date is None:
        raise Refused("Choose one date on which the clinic is open.", field="anchor_date")
    if anchor_date is not None and anchor_date.weekday() != weekday:
        raise Refused(f"Choose a {WEEKDAYS[weekday]} as the anchor date.", field="anchor_date")
    _end_rules(by, at, weekday, from_date)
    made = WeeklyRule.objects.create(
        site_id=by.site_id,
        weekday=weekday,
        start_time=start_time,
        end_time=end_time,
        interval_weeks=interval_weeks,
        anchor_date=anchor_date if interval_weeks > 1 else None,
        valid_from_date=from_date,
    )
    guard.touch_site(by.site_id)
    record(
        by=by,
        at=at,
        verb="set_weekday_hours",
        subject=made,
        details={"weekday": weekday, "interval_weeks": interval_weeks},
    )
    return made


@action
def close_weekday(
    *, key: UUID, by: Actor, at: datetime, weekday: int, from_date: date
) -> WeeklyRule:
    """Stop opening on a weekday from a date on; returns the rule that ended.

    :raises Refused: the clinic does not open on that weekday
    """
    ended = _end_rules(by, at, weekday, from_date)
    if ended is None:
        raise Refused(
            f"Choose another weekday: the clinic does not open on {WEEKDAYS[weekday]}s.",
            field="weekday",
        )
    guard.touch_site(by.site_id)
    record(by=by, at=at, verb="close_weekday", subject=ended, details={"weekday": weekday})
    return ended


@action
def set_usual_hours(
    *, key: UUID, by: Actor, at: datetime, friday_anchor_date: date, from_date: date
) -> WeeklyRule:
    """Open Monday to Thursday and every other Friday, 8:00 to 16:30; returns the Friday's rule."""
    for weekday in range(4):
        set_weekday_hours(
            key=derived_key(key, WEEKDAYS[weekday]),
            by=by,
            at=at,
            weekday=weekday,
            start_time=time(8),
            end_time=time(16, 30),
            from_date=from_date,
        )
    return set_weekday_hours(
        key=derived_key(key, "Friday"),
        by=by,
        at=at,
        weekday=4,
        start_time=time(8),
        end_time=time(16, 30),
        from_date=from_date,
        interval_weeks=2,
        anchor_date=friday_anchor_date,
    )


@action
def add_closure(*, key: UUID, by: Actor, at: datetime, day: date, reason: str) -> Closure:
    """Close on a date. Visits already booked on it stay until somebody moves them.

    :raises Refused: the day has passed or is closed already, or there is no reason
    """
    if not reason.strip():
        raise Refused("Enter why the clinic is closed.", field="reason")
    _check_not_past(by, at, day)
    if Closure.objects.filter(site_id=by.site_id, date=day, is_lifted=False).exists():
        raise Refused("Choose another date: this one is closed already.", field="day")
    guard.lock_days(by.site_id, [day])
    made = Closure.objects.create(site_id=by.site_id, date=day, reason=reason.strip())
    guard.touch_site(by.site_id)
    record(by=by, at=at, verb="add_closure", subject=made)
    return made


@action
def lift_closure(*, key: UUID, by: Actor, at: datetime, closure_id: UUID) -> Closure:
    """Open again on a date that was closed.

    :raises NotFound: no such closure at this site
    """
    row = Closure.objects.filter(pk=closure_id, site_id=by.site_id).first()
    if row is None:
        raise NotFound
    if Closure.objects.filter(pk=row.pk, is_lifted=False).update(is_lifted=True) != 1:
        raise Refused("Reload the page: this closure was lifted before.")
    row.is_lifted = True
    guard.touch_site(by.site_id)
    record(by=by, at=at, verb="lift_closure", subject=row)
    return row


@action
def add_special_opening(
    *, key: UUID, by: Actor, at: datetime, day: date, start_time: time, end_time: time
) -> SpecialOpening:
    """Open on one date at these times, whatever the rule or a closure says.

    :raises Refused: the times do not make sense, or meet another special opening of that date
    """
    if start_time >= end_time:
        raise Refused("Choose a closing time after the opening time.", field="end_time")
    _check_not_past(by, at, day)
    same_day = SpecialOpening.objects.filter(site_id=by.site_id, date=day, is_lifted=False)
    if same_day.filter(start_time__lt=end_time, end_time__gt=start_time).exists():
        raise Refused("Choose other times: the clinic is open specially then already.", field="day")
    guard.lock_days(by.site_id, [day])
    made = SpecialOpening.objects.create(
        site_id=by.site_id, date=day, start_time=start_time, end_time=end_time
    )
    guard.touch_site(by.site_id)
    record(by=by, at=at, verb="add_special_opening", subject=made)
    return made


@action
def lift_special_opening(*, key: UUID, by: Actor, at: datetime, special_id: UUID) -> SpecialOpening:
    """Take a special opening back, so that the rule decides again.

    :raises NotFound: no such special opening at this site
    """
    row = SpecialOpening.objects.filter(pk=special_id, site_id=by.site_id).first()
    if row is None:
        raise NotFound
    if SpecialOpening.objects.filter(pk=row.pk, is_lifted=False).update(is_lifted=True) != 1:
        raise Refused("Reload the page: this opening was taken back before.")
    row.is_lifted = True
    guard.touch_site(by.site_id)
    record(by=by, at=at, verb="lift_special_opening", subject=row)
    return row


@action
def add_chair(*, key: UUID, by: Actor, at: datetime, name: str) -> Chair:
    """Add an infusion chair.

    :raises Refused: there is no name, or another chair in use has it
    """
    if not name.strip():
        raise Refused("Enter a name for the chair.", field="name")
    in_use = Chair.objects.filter(site_id=by.site_id, is_in_use=True)
    if in_use.filter(name__iexact=name.strip()).exists():
        raise Refused("Choose another name: a chair in use has this one.", field="name")
    made = Chair.objects.create(site_id=by.site_id, name=name.strip())
    guard.touch_site(by.site_id)
    record(by=by, at=at, verb="add_chair", subject=made)
    return made


@action
def retire_chair(*, key: UUID, by: Actor, at: datetime, chair_id: UUID) -> Chair:
    """Take a chair out of use.

    :raises Refused: visits are booked in it
    :raises NotFound: no such chair at this site
    """
    row = Chair.objects.filter(pk=chair_id, site_id=by.site_id).first()
    if row is None:
        raise NotFound
    waiting = Appointment.objects.filter(
        chair=row, state__in=[state.value for state in WAITING], ends_at__gt=at
    ).count()
    if waiting:
        raise Refused(f"Move the visits booked in {row.name} first: {waiting} to come.")
    if Chair.objects.filter(pk=row.pk, is_in_use=True).update(is_in_use=False) != 1:
        raise Refused("Reload the page: this chair was taken out of use before.")
    row.is_in_use = False
    guard.touch_site(by.site_id)
    record(by=by, at=at, verb="retire_chair", subject=row)
    return row


def _end_rules(by: Actor, at: datetime, weekday: int, from_date: date) -> WeeklyRule | None:
    """End every rule of a weekday at a date; returns the last of them."""
    standing = list(
        WeeklyRule.objects.filter(site_id=by.site_id, weekday=weekday)
        .exclude(valid_until_date__lte=from_date)
        .order_by("valid_from_date", "start_time")
    )
    today = at.astimezone(zone_of(by.site_id)).date()
    if standing and from_date < today:
        raise Refused(
            "Choose today or a later date: past hours stay as they were.", field="from_date"
        )
    for row in standing:
        row.valid_until_date = max(row.valid_from_date, from_date)
        row.save(update_fields=["valid_until_date"])
    return standing[-1] if standing else None


def _check_not_past(by: Actor, at: datetime, day: date) -> None:
    if day < at.astimezone(zone_of(by.site_id)).date():
        raise Refused("Choose today or a later date.", field="day")
