"""What every page shows around its content."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse

from serein.accounts import queries as accounts
from serein.accounts.permissions import Act, may
from serein.patients import queries as patients

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest

NAV: tuple[tuple[str, str, Act], ...] = (
    ("workspace:today", "Today", Act.SIGNED_IN),
    ("workspace:chairs", "Chairs", Act.SEE_CHAIRS),
    ("workspace:board", "Day board", Act.SEE_SCHEDULE),
    ("scheduling:rebook", "Worklists", Act.BOOK),
    ("intake:queue", "Requests", Act.WORK_REQUESTS),
    ("patients:list", "Patients", Act.SEE_DEMOGRAPHICS),
    ("safety:tasks", "Safety", Act.SAFETY_NOTICE),
    ("outcomes:overdue", "Outcomes", Act.SEE_OUTCOMES),
    ("messaging:failures", "Messages", Act.SEE_MESSAGES),
    ("monitoring:tray", "Tray", Act.WORK_TRAY),
)

SET_UP: tuple[tuple[str, str, Act], ...] = (
    ("scheduling:hours", "Hours", Act.SET_HOURS),
    ("scheduling:book_settings", "Booking rules", Act.SET_HOURS),
    ("scheduling:types", "Visit types", Act.SET_HOURS),
    ("scheduling:things", "Chairs and equipment", Act.SET_HOURS),
    ("scheduling:people", "Shifts and leave", Act.SET_HOURS),
    ("scheduling:outlook", "What if", Act.SET_HOURS),
    ("consents:documents", "Consent", Act.PUBLISH_CONSENT),
    ("monitoring:devices", "Devices", Act.MANAGE_DEVICES),
    ("accounts:staff", "Staff", Act.MANAGE_STAFF),
    ("accounts:switches", "Switches", Act.TURN_SWITCHES),
    ("accounts:audit", "Audit", Act.READ_AUDIT),
)
"""What is seldom opened; more than one of these stand behind one word, on a page of their own."""

PATIENT_NAV: tuple[tuple[str, str, Act], ...] = (
    ("workspace:chart", "Overview", Act.SEE_DEMOGRAPHICS),
    ("patients:record", "Record", Act.SEE_DEMOGRAPHICS),
    ("assessments:list", "Assessments", Act.SEE_ASSESSMENTS),
    ("eligibility:consult", "Consult", Act.SEE_DECISION),
    ("consents:list", "Consent", Act.SEE_CONSENT),
    ("plans:list", "Plan", Act.SEE_PLAN),
    ("plans:visits", "Visits", Act.SEE_SCHEDULE),
    ("messaging:log", "Messages", Act.SEE_MESSAGES),
    ("infusions:sessions", "Sessions", Act.SEE_SESSION),
    ("outcomes:course", "Outcomes", Act.SEE_OUTCOMES),
)

THEMES = frozenset({"light", "dark", "dim"})


def shell(request: HttpRequest) -> dict[str, Any]:
    """Give the shell its navigation, clinic, theme and patient banner."""
    asked: Any = request
    theme = request.COOKIES.get("theme", "")
    context: dict[str, Any] = {"theme": theme if theme in THEMES else "", "nav": ()}
    user = getattr(request, "user", None)
    if user is None:
        return context
    site = user.site if user.is_authenticated else accounts.public_site()
    context["clinic"] = site
    context["demo"] = bool(site and site.is_demo)
    if user.is_authenticated:
        context["nav"] = _main(request, user.role)
        context["role_words"] = user.get_role_display()
    patient = getattr(request, "patient", None)
    if patient is not None and user.is_authenticated:
        context["patient_nav"] = tuple(_items(request, user.role, PATIENT_NAV, [patient.pk]))
        context["banner"] = patients.banner(
            patient_id=patient.pk, at=asked.at, with_clinical=may(user.role, Act.SEE_CHART)
        )
    return context


def set_up_items(request: HttpRequest, role: str) -> list[dict[str, Any]]:
    """List the pages of the set-up that a role may open."""
    return _items(request, role, SET_UP)


def _main(request: HttpRequest, role: str) -> tuple[dict[str, Any], ...]:
    items = _items(request, role, NAV + SET_UP)
    seldom_labels = {label for _, label, _ in SET_UP}
    daily = tuple(item for item in items if item["label"] not in seldom_labels)
    seldom = tuple(item for item in items if item["label"] in seldom_labels)
    if len(seldom) < 2:
        return (*daily, *seldom)
    url = reverse("set_up")
    is_current = request.path == url or any(item["is_current"] for item in seldom)
    return (*daily, {"url": url, "label": "Set-up", "is_current": is_current})


def _items(
    request: HttpRequest,
    role: str,
    entries: tuple[tuple[str, str, Act], ...],
    args: Sequence[object] = (),
) -> list[dict[str, Any]]:
    open_to = [
        (name, reverse(name, args=args), label) for name, label, act in entries if may(role, act)
    ]
    current = _current(request, {name: url for name, url, _ in open_to})
    return [
        {"url": url, "label": label, "is_current": name == current} for name, url, label in open_to
    ]


def _current(request: HttpRequest, urls: dict[str, str]) -> str:
    """Say which item this page belongs to: its own address, the address above it, or its app."""
    exact = [name for name, url in urls.items() if url == request.path]
    above = [
        name
        for name, url in sorted(urls.items(), key=lambda item: -len(item[1]))
        if request.path.startswith(url) and name != "workspace:chart"
    ]
    match = request.resolver_match
    app = [name for name in urls if match is not None and name.split(":")[0] == match.namespace]
    return next(iter((*exact, *above, *app)), "")
