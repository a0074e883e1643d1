"""What the public pages say. Sources are the keys of docs/science/references.md, written out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class Evidence:
    """One study beside one claim."""

    finding: _StrPromise
    study: _StrPromise
    people: _StrPromise
    tone: str
    direction: _StrPromise
    source: str
    url: str


@dataclass(frozen=True, slots=True)
class HomePage:
    """The words of the home page that are lists."""

    may_suit: tuple[_StrPromise, ...]
    may_not_suit: tuple[_StrPromise, ...]
    visit: tuple[tuple[_StrPromise, _StrPromise], ...]
    evidence: tuple[Evidence, ...]
    start: tuple[tuple[_StrPromise, _StrPromise], ...]


def home_page() -> HomePage:
    """Return the home page's lists."""
    return HomePage(
        may_suit=(
            _("You have PTSD, and the usual care has not helped enough."),
            _("You are 18 or older."),
            _("An adult can take you home after each visit."),
            _("You can come several times over two to four weeks."),
        ),
        may_not_suit=(
            _("Blood pressure that is not under control, or some heart and blood vessel trouble."),
            _("Psychosis or mania, now or not well treated."),
            _("You are pregnant, or breast-feed."),
            _("Alcohol or drug use that is a problem now."),
            _("Bad liver disease, or an allergy to ketamine."),
        ),
        visit=_VISIT,
        evidence=_EVIDENCE,
        start=_START,
    )


_VISIT = (
    (_("Before"), _("A nurse asks how you are, checks your blood pressure and weighs you.")),
    (
        _("During"),
        _(
            "The drug runs into a vein in your arm for about 40 minutes. A nurse stays near. "
            "You may feel far away, dizzy or sick. Say stop, and it stops."
        ),
    ),
    (_("After"), _("You rest, usually for an hour or more, until you are steady.")),
    (_("Home"), _("An adult takes you home. You do not drive until the next day, after sleep.")),
)

_EVIDENCE = (
    Evidence(
        finding=_("67 in 100 got better with six infusions; 20 in 100 with a sleeping drug."),
        study=_("Trial with a control group"),
        people=_("30 people"),
        tone="done",
        direction=_("For ketamine"),
        source="Feder and others, American Journal of Psychiatry 2021",
        url="https://doi.org/10.1176/appi.ajp.2020.20050596",
    ),
    Evidence(
        finding=_(
            "No clear help for PTSD at either dose. Low mood got better with the larger dose."
        ),
        study=_("Trial with a control group, veterans and service members"),
        people=_("158 people"),
        tone="look",
        direction=_("Not for ketamine"),
        source="Abdallah and others, Neuropsychopharmacology 2022",
        url="https://doi.org/10.1038/s41386-022-01266-9",
    ),
    Evidence(
        finding=_("Six trials put together: a small effect, which may be close to none."),
        study=_("Pooled trials"),
        people=_("221 people"),
        tone="note",
        direction=_("Small, not certain"),
        source="European Journal of Psychotraumatology 2024",
        url="https://doi.org/10.1080/20008066.2023.2299124",
    ),
    Evidence(
        finding=_("Half of those who did well had lost the gain after about four weeks."),
        study=_("The same trial, followed on"),
        people=_("30 people at the start"),
        tone="look",
        direction=_("It may not last"),
        source="Feder and others, American Journal of Psychiatry 2021",
        url="https://doi.org/10.1176/appi.ajp.2020.20050596",
    ),
)

_START = (
    (_("Ask"), _("Send us the form. It takes about five minutes. You need no account.")),
    (_("Talk"), _("We call or write to you, and answer your questions.")),
    (
        _("Meet"),
        _(
            "A clinician goes through your history, your drugs and the risks with you. Then you "
            "both decide. The answer may be no, and we say why."
        ),
    ),
)
