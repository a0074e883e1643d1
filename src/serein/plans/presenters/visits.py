"""Visits of a series, and proposals to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from serein.core.clinic_time import clock
from serein.plans.presenters.calendar import SmallWeek, small_calendar
from serein.plans.presenters.pins import PinLine, Pins, address_with, pin_lines
from serein.plans.presenters.words import (
    VISIT_WORDS,
    day_in,
    protocol_words,
    weekday_day_in,
)
from serein.plans.rules import PROTOCOLS
from serein.scheduling.rules import (
    WEEKDAYS,
    Offer,
    Proposal,
    listed,
    offer_title,
    offer_words,
    recovery_for,
    shape_for,
    tick_of,
)

if TYPE_CHECKING:
    from uuid import UUID
    from zoneinfo import ZoneInfo

    from django.http import QueryDict

    from serein.plans.queries import PlanFact
    from serein.scheduling.queries import AppointmentFact
    from serein.scheduling.rules import Hours, SeriesCount


WISHES = ("first", "at_time", "weekdays", "spacing", "same_chair", "same_nurse")
"""What the address of a search for a series says beside what is held in place."""


@dataclass(frozen=True, slots=True)
class VisitLine:
    """One visit of a series."""

    appointment_id: UUID
    number: int
    day: str
    time: str
    chair: str
    tone: str
    state: str
    may_move: bool
    may_miss: bool
    may_undo: bool


@dataclass(frozen=True, slots=True)
class SeriesCard:
    """One plan's visits, and what is still to book."""

    plan_id: UUID
    title: str
    summary: str
    visits: tuple[VisitLine, ...]
    to_book: int
    to_rebook: int
    is_in_force: bool


@dataclass(frozen=True, slots=True)
class OfferVisit:
    """One visit of a proposal."""

    number: int
    day: str
    time: str
    gap: str
    is_pinned: bool = False
    pin_url: str = ""


@dataclass(frozen=True, slots=True)
class OfferCard:
    """One complete proposal."""

    value: str
    title: str
    because: str
    visits: tuple[OfferVisit, ...]
    reason: str = ""
    weeks: tuple[SmallWeek, ...] = ()


@dataclass(frozen=True, slots=True)
class BookPage:
    """The proposals for a plan."""

    lead: str
    because: str
    instead: str
    offers: tuple[OfferCard, ...]
    replaces: int
    gap_note: str
    count: str
    guided: str
    pins: tuple[PinLine, ...]
    kept: tuple[tuple[str, str], ...]


def series_card(
    plan: PlanFact,
    visits: Sequence[AppointmentFact],
    zone: ZoneInfo,
    at: datetime,
    *,
    to_book: int,
    to_rebook: int,
) -> SeriesCard:
    """List the visits of one plan."""
    done = sum(visit.state == "done" for visit in visits)
    return SeriesCard(
        plan_id=plan.plan_id,
        title=f"Plan {protocol_words(plan.protocol_code)}",
        summary=f"{done} of {plan.infusions} done{_next(visits, zone, at)}",
        visits=tuple(visit_line(visit, zone, at) for visit in visits),
        to_book=to_book,
        to_rebook=to_rebook,
        is_in_force=plan.is_in_force,
    )


def visit_line(visit: AppointmentFact, zone: ZoneInfo, at: datetime) -> VisitLine:
    """Write one visit."""
    tone, state = VISIT_WORDS[visit.state]
    is_booked = visit.state == "booked"
    return VisitLine(
        appointment_id=visit.appointment_id,
        number=visit.number,
        day=weekday_day_in(visit.starts_at, zone),
        time=f"{clock(visit.starts_at, zone)}–{clock(visit.ends_at, zone)}",
        chair=visit.chair_name if visit.is_standing else "",
        tone=tone,
        state=state,
        may_move=is_booked,
        may_miss=is_booked and visit.starts_at <= at,
        may_undo=visit.state in {"cancelled", "no_show"},
    )


def book_page(
    plan: PlanFact,
    proposal: Proposal,
    zone: ZoneInfo,
    *,
    visits: int,
    booked: int,
    last_given: datetime | None,
    others: Sequence[str],
    hours: Hours,
    count: SeriesCount,
    pins: Pins,
    asked: QueryDict,
    guided: Sequence[int] = (),
) -> BookPage:
    """Write the proposals; ``asked`` is the address, from which pins are set and let go."""
    usual = shape_for(plan.minutes).patient_minutes
    first = shape_for(plan.minutes, recovery_for(1 if last_given is None else 2)).patient_minutes
    lengths = f"{usual} minutes" + (f" (the first {first})" if first != usual else "")
    instead = ""
    if not proposal.fits_as_planned and proposal.offers:
        instead = "These keep every gap and come closest."
        if others:
            instead = f"{instead} Or ask the prescriber: {_or(others)} would fit as it is."
    return BookPage(
        lead=(
            f"{visits} visits of {lengths}, at least {plan.min_gap_hours} "
            f"hours and at most {plan.max_gap_days} days apart."
        ),
        because=proposal.because,
        instead=instead,
        offers=tuple(offer_card(offer, zone, hours, pins, asked) for offer in proposal.offers),
        replaces=booked,
        gap_note=_gap_note(plan, proposal, last_given, zone),
        count=_count(count),
        guided=_guided(guided),
        pins=pin_lines(asked, pins, zone),
        kept=tuple((name, each) for name in WISHES for each in asked.getlist(name)),
    )


def offer_card(
    offer: Offer, zone: ZoneInfo, hours: Hours, pins: Pins, asked: QueryDict
) -> OfferCard:
    """Write one proposal, each visit of it with a way to hold it in place."""
    card = chosen_card(offer.starts, zone)
    visits = tuple(
        replace(
            visit,
            is_pinned=visit.number in pins,
            pin_url=address_with(asked, {**pins, visit.number: at}),
        )
        for visit, at in zip(card.visits, offer.starts, strict=True)
    )
    return replace(
        card,
        visits=visits,
        reason=offer.reason,
        weeks=small_calendar(offer.starts, hours, zone),
    )


def chosen_card(starts: Sequence[datetime], zone: ZoneInfo) -> OfferCard:
    """Write the visits that somebody has chosen."""
    return OfferCard(
        value=",".join(str(tick_of(at)) for at in starts),
        title=offer_title(starts, zone),
        because=f"{offer_words(starts, zone)}.",
        visits=tuple(
            OfferVisit(
                number,
                weekday_day_in(at, zone),
                clock(at, zone),
                _gap(starts[number - 2], at) if number > 1 else "",
            )
            for number, at in enumerate(starts, start=1)
        ),
    )


def _guided(weekdays: Sequence[int]) -> str:
    if not weekdays:
        return ""
    days = listed([f"{WEEKDAYS[day]}s" for day in weekdays])
    return f"Guided starts are offered on {days}. Hold a visit on another time to have that."


def _count(count: SeriesCount) -> str:
    if not count.patterns:
        return ""
    if count.patterns == 1:
        return "One set of days allows the whole series."
    return f"{count.patterns:,} sets of days allow the whole series. The three below suit best."


def _or(codes: Sequence[str]) -> str:
    words = [f"protocol {code} ({PROTOCOLS[code].name.lower()})" for code in codes]
    return " or ".join(words)


def _gap(earlier: datetime, later: datetime) -> str:
    hours = round((later - earlier).total_seconds() / 3600)
    return f"after {hours}\u202fh"


def _next(visits: Sequence[AppointmentFact], zone: ZoneInfo, at: datetime) -> str:
    coming = [visit for visit in visits if visit.state == "booked" and visit.starts_at > at]
    if not coming:
        return ""
    first = coming[0]
    return f", next {weekday_day_in(first.starts_at, zone)} {clock(first.starts_at, zone)}"


def _gap_note(
    plan: PlanFact, proposal: Proposal, last_given: datetime | None, zone: ZoneInfo
) -> str:
    if last_given is None or not proposal.offers:
        return ""
    first = min(offer.starts[0] for offer in proposal.offers)
    if (first - last_given).days <= plan.max_gap_days:
        return ""
    return (
        f"More than {plan.max_gap_days} days will have passed since the last infusion on "
        f"{day_in(last_given, zone)}. Ask the prescriber whether to continue this plan or to "
        f"restart with a new one."
    )
