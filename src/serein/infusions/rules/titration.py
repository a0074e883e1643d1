"""Times and rates that may be charted at the pump."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from decimal import Decimal

from serein.core.clinic_time import clock
from serein.core.errors import Refused
from serein.core.quantities import shown

MAX_AHEAD = timedelta(minutes=2)
# A slip of a decimal point is a factor of ten; nobody titrates ketamine to twice the order.
MAX_TIMES_ORDERED = Decimal(2)
MIN_RATE_ML_PER_H = Decimal("0.1")


def check_time(
    occurred_at: datetime, *, at: datetime, not_before: datetime, after_what: str, zone: tzinfo
) -> None:
    """See that a moment lies between the event before it and now.

    :param after_what: what happened at ``not_before``, in words ("the pause")
    :raises Refused: it is more than two minutes ahead, or before ``not_before``
    """
    if occurred_at > at + MAX_AHEAD:
        raise Refused(
            f"Enter the time at which it happened: it is only {clock(at, zone)} now.",
            field="occurred_at",
        )
    if occurred_at < not_before:
        before = not_before.astimezone(zone)
        raise Refused(
            f"Enter a time not before {before:%H:%M:%S}, the time of {after_what}.",
            field="occurred_at",
        )


def on_the_minute(at: datetime) -> datetime:
    """Cut a moment to its minute."""
    return at.replace(second=0, microsecond=0)


def settled_minute(occurred_at: datetime, *, not_before: datetime) -> datetime:
    """Read a time typed to the minute as the earliest moment in that minute that can be true."""
    is_typed = occurred_at == on_the_minute(occurred_at)
    if is_typed and occurred_at == on_the_minute(not_before):
        return not_before
    return occurred_at


def settled_stop(occurred_at: datetime, *, at: datetime, not_before: datetime) -> datetime:
    """Bring a stop time into what can be true. A stop is never refused, so it is mended."""
    return max(not_before, min(occurred_at, at))


def check_start_rate(rate_ml_per_h: Decimal, *, ordered_ml_per_h: Decimal) -> None:
    """See that the pump starts at the ordered and checked rate, or below it.

    :raises Refused: the rate is above the order or below what a pump delivers
    """
    _check_floor(rate_ml_per_h)
    if rate_ml_per_h > ordered_ml_per_h:
        raise Refused(
            f"Set the pump to {shown(ordered_ml_per_h, 'mL/h')} or less: this is the ordered and "
            "checked rate.",
            field="rate_ml_per_h",
        )


def check_rate(
    rate_ml_per_h: Decimal, *, ordered_ml_per_h: Decimal, is_prescriber: bool, reason: str
) -> None:
    """See that a changed rate is one that this person may set.

    Slower is always allowed. Faster than the order needs the prescriber and a reason, and nothing
    from twice the ordered rate is taken, so that a slipped decimal point cannot reach the log.

    :raises Refused: saying who may set it, or what the limit is
    """
    _check_floor(rate_ml_per_h)
    if rate_ml_per_h >= ordered_ml_per_h * MAX_TIMES_ORDERED:
        limit = shown(ordered_ml_per_h * MAX_TIMES_ORDERED, "mL/h")
        raise Refused(f"Enter a rate below {limit}, twice the ordered rate.", field="rate_ml_per_h")
    if rate_ml_per_h <= ordered_ml_per_h:
        return
    if not is_prescriber:
        raise Refused(
            "Ask the prescriber to set a rate above the ordered "
            f"{shown(ordered_ml_per_h, 'mL/h')}.",
            field="rate_ml_per_h",
        )
    if not reason:
        raise Refused("Enter the reason for a rate above the order.", field="reason")


def _check_floor(rate_ml_per_h: Decimal) -> None:
    if rate_ml_per_h < MIN_RATE_ML_PER_H:
        raise Refused(
            f"Enter a rate of at least {shown(MIN_RATE_ML_PER_H, 'mL/h')}, or press Pause or Stop.",
            field="rate_ml_per_h",
        )
