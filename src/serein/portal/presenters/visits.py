"""What a patient reads behind the link of a message. No word says why somebody comes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from serein.core.clinic_time import clock
from serein.messaging.rules import ANSWERS, Answer, Kind
from serein.scheduling.rules import start_words
from serein.scheduling.states import OfferState

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from serein.messaging.queries import AnswerFact
    from serein.scheduling.queries import OfferFact, VisitFact
    from serein.scheduling.rules import WeekPreview


@dataclass(frozen=True, slots=True)
class VisitPage:
    """A visit that is to be confirmed."""

    when: str
    until: str
    zone: str
    needs_driver: bool


@dataclass(frozen=True, slots=True)
class OfferPage:
    """A time that is offered."""

    when: str
    answer_by: str
    stands: str
    zone: str


@dataclass(frozen=True, slots=True)
class Told:
    """What came of an answer: a heading and what follows from it."""

    title: str
    text: str
    is_booked: bool = False


def visit_page(visit: VisitFact, known: AnswerFact, *, zone: ZoneInfo) -> VisitPage:
    """Say when the visit is."""
    return VisitPage(
        when=start_words(visit.starts_at, zone),
        until=clock(visit.ends_at, zone),
        zone=_zone(zone),
        needs_driver=known.arguments.get("needs_driver") is True,
    )


def offer_page(offer: OfferFact, was_at: datetime | None, *, zone: ZoneInfo) -> OfferPage:
    """Say which time is offered, until when, and what becomes of the time they have."""
    stands = ""
    if was_at is not None:
        stands = _(
            "If you take it, your time on %(was)s goes to somebody else. If not, it stands."
        ) % {"was": start_words(was_at, zone)}
    return OfferPage(
        when=start_words(offer.starts_at, zone),
        answer_by=start_words(offer.expires_at, zone),
        stands=stands,
        zone=_zone(zone),
    )


def answer_choices(kind: Kind) -> list[tuple[str, str]]:
    """List the answers to a message, in words."""
    is_offer = kind is Kind.OFFER
    words = {
        Answer.YES: _("Yes, I want this time") if is_offer else _("Yes, I am coming"),
        Answer.CANNOT_COME: _("No, thank you") if is_offer else _("I cannot come"),
        Answer.CALL_ME: _("Please call me"),
    }
    return [(answer.value, words[answer]) for answer in ANSWERS[kind]]


def answered_words(answer: Answer, visit: VisitFact | None, *, zone: ZoneInfo) -> Told:
    """Say what was answered about a visit, and what happens next."""
    if answer is Answer.CANNOT_COME:
        return Told(
            _("Thank you for telling us"),
            _("Your time is free for somebody else now. We call you to find another."),
        )
    if visit is None:
        return Told(_("This visit was changed"), _("Call us to hear the new time."))
    when = start_words(visit.starts_at, zone)
    if answer is Answer.CALL_ME:
        return Told(
            _("We will call you"),
            _("Your time on %(when)s stands until we have talked.") % {"when": when},
            is_booked=True,
        )
    return Told(
        _("Thank you. We expect you."),
        _("%(when)s, %(zone)s.") % {"when": when, "zone": _zone(zone)},
        is_booked=True,
    )


def offer_words(
    offer: OfferFact, was_at: datetime | None, *, at: datetime, zone: ZoneInfo
) -> Told | None:
    """Say what became of an offer; None while it can still be taken."""
    if offer.state is OfferState.ACCEPTED:
        when = {"when": start_words(offer.starts_at, zone), "zone": _zone(zone)}
        return Told(_("It is yours"), _("%(when)s, %(zone)s.") % when, is_booked=True)
    stands = _("You keep your place on the list.")
    if was_at is not None:
        stands = _("Your time on %(was)s stands.") % {"was": start_words(was_at, zone)}
    if offer.state is OfferState.TAKEN:
        return Told(_("That time is taken"), _("Somebody was quicker. ") + stands)
    if offer.state is OfferState.DECLINED:
        return Told(_("Thank you for telling us"), stands)
    if at >= offer.expires_at:
        return Told(_("This offer has run out"), stands)
    return None


def week_words(weeks: tuple[WeekPreview, ...]) -> str:
    """Say on which days of this week somebody is there to be called."""
    return _("%(days)s this week.") % {"days": weeks[0].open_words} if weeks else ""


def _zone(zone: ZoneInfo) -> str:
    return _("%(place)s time") % {"place": zone.key.rpartition("/")[2].replace("_", " ")}
