"""The start gate as a list: each condition with its word, its reason and the one thing that mends it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from serein.accounts.permissions import Act, may
from serein.infusions.presenters.checklists import ASKED_AT_THE_CHAIR
from serein.infusions.rules.gate import GateItem, MayOverride, Verdict, open_items

if TYPE_CHECKING:
    from serein.core.actors import Actor
    from serein.infusions.models import InfusionSession

VERDICTS = {
    Verdict.MET: ("done", "Met"),
    Verdict.NOT_MET: ("act", "Not met"),
    Verdict.UNKNOWN: ("wait", "Not known"),
}
ELSEWHERE = {
    "consent": ("consents:list", "Open consents"),
    "eligibility": ("eligibility:consult", "Open the consult"),
    "weight": ("patients:weight", "Weigh"),
    "ceiling": ("plans:list", "Open the plan"),
}


@dataclass(frozen=True, slots=True)
class GateRow:
    code: str
    tone: str
    word: str
    name: str
    because: str
    source: str
    who: str
    mend_url: str
    mend_label: str
    override_url: str


@dataclass(frozen=True, slots=True)
class GateView:
    """``is_open`` means that the way is free."""

    is_open: bool
    summary: str
    rows: tuple[GateRow, ...]


def gate_view(visit: InfusionSession, items: Sequence[GateItem], by: Actor) -> GateView:
    """List the conditions, those that are still open first."""
    waiting = open_items(items)
    settled = [item for item in items if not item.is_open]
    count = len(waiting)
    if not count:
        summary = f"All {len(items)} conditions are met."
    else:
        names = ", ".join(item.name.lower() for item in waiting)
        summary = f"{count} of {len(items)} conditions open: {names}."
    return GateView(
        is_open=not count,
        summary=summary,
        rows=tuple(_row(visit, item, by) for item in (*waiting, *settled)),
    )


def _row(visit: InfusionSession, item: GateItem, by: Actor) -> GateRow:
    tone, word = VERDICTS[item.verdict]
    because, who = item.because, ""
    if item.override:
        tone, word = "note", "Overridden"
        who = f"{item.override.by_name}: {item.override.reason}"
    elif item.is_open:
        who = (
            "A prescriber may override this with a reason."
            if item.may_override is MayOverride.PRESCRIBER
            else "Nobody may override this."
        )
    mend_url, mend_label = _mend(visit, item, by)
    return GateRow(
        code=item.code,
        tone=tone,
        word=word,
        name=item.name,
        because=because,
        source=item.source,
        who=who,
        mend_url=mend_url,
        mend_label=mend_label,
        override_url=_override(visit, item, by),
    )


def _override(visit: InfusionSession, item: GateItem, by: Actor) -> str:
    allowed = item.is_open and item.may_override is MayOverride.PRESCRIBER
    if not allowed or not may(by.role, Act.OVERRIDE_GATE):
        return ""
    return reverse("infusions:override", args=[visit.patient_id, visit.pk, item.code])


def _mend(visit: InfusionSession, item: GateItem, by: Actor) -> tuple[str, str]:
    if not item.is_open:
        return "", ""
    ids = [visit.patient_id, visit.pk]
    charts = may(by.role, Act.CHART_SESSION)
    if item.code in ASKED_AT_THE_CHAIR:
        url = reverse("infusions:answer", args=[*ids, item.code])
        return (url, ASKED_AT_THE_CHAIR[item.code]) if charts else ("", "")
    if item.code == "vitals":
        return (reverse("infusions:vitals", args=ids), "Chart vitals") if charts else ("", "")
    if item.code == "order":
        return (reverse("infusions:renew_order", args=ids), "Look at the order")
    if item.code == "second_check":
        return _check(visit, item, by)
    if item.code == "safety":
        return reverse("safety:tasks"), "Open safety tasks"
    name, label = ELSEWHERE[item.code]
    return reverse(name, args=[visit.patient_id]), label


def _check(visit: InfusionSession, item: GateItem, by: Actor) -> tuple[str, str]:
    ids = [visit.patient_id, visit.pk]
    if item.because.startswith("Prepare"):
        url = reverse("infusions:answer", args=[*ids, item.code])
        return (url, "I prepared the drug") if may(by.role, Act.CHART_SESSION) else ("", "")
    url = reverse("infusions:second_check", args=ids)
    return (url, "Check as second person") if may(by.role, Act.SECOND_CHECK) else ("", "")
