"""The words of a message: one small template for each kind and channel, filled with moments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.template import Context, Engine

from serein.core.clinic_time import clock
from serein.messaging.rules import Channel, clinical_words_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from serein.accounts.models import Site
    from serein.messaging.rules import Given, Kind

INVITE_TITLE = "Visit at the clinic"
"""What stands in calendars, which families and employers see."""


class ClinicalWord(ValueError):
    """The words would tell a stranger why somebody comes here."""


@dataclass(frozen=True, slots=True)
class Words:
    """A message in finished words. ``subject`` is empty on a channel that has none."""

    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Links:
    """The addresses that a message carries; empty where it carries none."""

    answer_url: str = ""
    stop_url: str = ""


def neutral_name(site: Site) -> str:
    """Return the clinic's name, or "your clinic" when the name itself would tell too much."""
    return "Your clinic" if clinical_words_in(site.name) else site.name


def zone_words(zone: ZoneInfo) -> str:
    """Name a zone as people say it: "New York"."""
    return zone.key.rpartition("/")[2].replace("_", " ")


def when_words(at: datetime, zone: ZoneInfo) -> str:
    """Write a moment by the clinic's clock: "Tuesday, March 10, 09:30"."""
    return f"{at.astimezone(zone):%A, %B %-d}, {clock(at, zone)}"


def words_for(
    *, kind: Kind, channel: Channel, given: Mapping[str, Given], site: Site, links: Links
) -> Words:
    """Write a message.

    :raises ClinicalWord: a clinical word stands in it
    """
    zone = ZoneInfo(site.timezone)
    context: dict[str, object] = {
        "clinic": neutral_name(site),
        "phone": site.phone,
        "zone": zone_words(zone),
        "when": _said(given.get("starts_at"), zone),
        "was": _said(given.get("was_at"), zone),
        "answer_by": _said(given.get("answer_by"), zone),
        "times": _times(given.get("times"), zone),
        "needs_driver": given.get("needs_driver") is True,
        "answer_url": links.answer_url,
        "stop_url": links.stop_url,
    }
    text = _rendered(f"{kind}.{channel}", context)
    subject = ""
    if channel is Channel.EMAIL:
        subject, _, text = text.partition("\n")
    if links.stop_url:
        gap = "\n\n" if channel is Channel.EMAIL else " "
        text = f"{text.strip()}{gap}{_rendered(f'_stop.{channel}', context)}"
    found = clinical_words_in(f"{subject}\n{text}")
    if found:
        raise ClinicalWord(", ".join(found))
    return Words(subject.strip(), text.strip())


def _rendered(name: str, context: dict[str, object]) -> str:
    template = Engine.get_default().get_template(f"messaging/words/{name}.txt")
    return template.render(Context(context, autoescape=False)).strip()


def _said(at: Given | None, zone: ZoneInfo) -> str:
    return when_words(at, zone) if isinstance(at, datetime) else ""


def _times(times: Given | None, zone: ZoneInfo) -> list[str]:
    return [when_words(at, zone) for at in sorted(times)] if isinstance(times, list) else []
