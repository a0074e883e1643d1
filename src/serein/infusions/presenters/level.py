"""The modelled level of a visit: under the flowsheet, and with one change on a page of its own."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.urls import reverse

from serein.accounts.permissions import Act, may
from serein.core.quantities import NARROW_SPACE, shown
from serein.infusions.queries.level import level_course, overlay_is_on, what_if_is_open
from serein.infusions.rules.level import Change, Course, changed, halfway_min
from serein.infusions.states import SessionState
from serein.plans.presenters.level import Asked, LevelView, level_text, level_view
from serein.plans.queries.level import level_person
from serein.plans.rules.level import typical_at

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from serein.core.actors import Actor
    from serein.infusions.models import InfusionSession


@dataclass(frozen=True, slots=True)
class SessionLevel:
    """What stands under the flowsheet; ``what_if_url`` is empty for who may not ask now."""

    level: LevelView
    now: str
    what_if_url: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One change to ask about."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The page that answers "what if"."""

    choices: tuple[Choice, ...]
    minute: str
    last_minute: str
    level: LevelView
    sums: tuple[tuple[str, str, str], ...]


def session_level(visit: InfusionSession, *, at: datetime, by: Actor) -> SessionLevel | None:
    """Say the level of a visit; None where the clinic or the reader's role does not see it."""
    if not may(by.role, Act.SEE_LEVEL) or not has_level(visit):
        return None
    course = level_course(visit, at)
    asks = may(by.role, Act.ASK_WHAT_IF) and what_if_is_open(visit)
    return SessionLevel(
        level=level_view(_asked(visit, course, at, now_min=course.known_until_min or None)),
        now=_now(visit, course),
        what_if_url=reverse("infusions:what_if", args=[visit.patient_id, visit.pk]) if asks else "",
    )


def has_level(visit: InfusionSession) -> bool:
    """Say whether a visit has a curve to show: one that was not cancelled, where that is on."""
    is_visit = SessionState(visit.state) not in {SessionState.CANCELLED, SessionState.BOOKED}
    return is_visit and overlay_is_on(visit.site_id)


def what_if(visit: InfusionSession, *, at: datetime, change: str = "", minute: str = "") -> WhatIf:
    """Set one change beside what the pump did or will do."""
    course = level_course(visit, at)
    chosen = next((one for one in Change if one.value == change), Change.PAUSE)
    first, last = first_minute(course), course.steps[-1][0]
    at_min = min(max(_minute(minute, halfway_min(course)), first), last)
    other = changed(course.steps, chosen, at_min)
    name = f"{chosen.words} at minute {shown(Decimal(f'{at_min:.1f}'))}"
    view = level_view(_asked(visit, course, at, other=other, other_name=name))
    return WhatIf(
        choices=tuple(Choice(one.value, one.words, one is chosen) for one in Change),
        minute=f"{at_min:g}",
        last_minute=f"{last:g}",
        level=view,
        sums=_sums(course.steps, other),
    )


def first_minute(course: Course) -> float:
    """The first minute that a change may be looked at: while the drug runs, not in the past."""
    return float(int(course.known_until_min or 0.0) + 1) if course.known_until_min else 0.0


def not_now() -> str:
    """Why "what if" is refused while the drug runs."""
    return (
        "Wait until the infusion is stopped: the model is asked “what if” "
        "before the start and after the stop, not while the drug runs."
    )


def _asked(
    visit: InfusionSession,
    course: Course,
    at: datetime,
    *,
    now_min: float | None = None,
    other: Sequence[tuple[float, float]] = (),
    other_name: str = "",
) -> Asked:
    return Asked(
        steps=course.steps,
        weight_kg=visit.actual_weight_kg,
        person=level_person(visit.site_id, visit.patient_id, at),
        uid="level",
        title="Ketamine level by the model",
        known_until_min=course.known_until_min,
        now_min=now_min,
        assumption=course.assumption,
        other_steps=tuple(other),
        other_name=other_name,
    )


def _now(visit: InfusionSession, course: Course) -> str:
    if not course.known_until_min:
        return ""
    level = typical_at(course.steps, float(visit.actual_weight_kg), course.known_until_min)
    return (
        f"Minute {course.known_until_min:.0f}: {level_text(level)}{NARROW_SPACE}ng/mL by the model "
        "in the typical volunteer."
    )


def _minute(text: str, otherwise: float) -> float:
    try:
        asked = float(text)
    except ValueError:
        return otherwise
    return asked if 0.0 <= asked < 10_000.0 else otherwise


def _sums(
    steps: Sequence[tuple[float, float]], other: Sequence[tuple[float, float]]
) -> tuple[tuple[str, str, str], ...]:
    return (
        ("Given in all", _given(steps), _given(other)),
        ("Pump stops at", _stop(steps), _stop(other)),
    )


def _given(steps: Sequence[tuple[float, float]]) -> str:
    ends = [minute for minute, _ in steps[1:]]
    total = sum(rate * (end - minute) for (minute, rate), end in zip(steps, ends, strict=False))
    return shown(Decimal(f"{total:.3f}"), "mg", 1)


def _stop(steps: Sequence[tuple[float, float]]) -> str:
    return f"minute {shown(Decimal(f'{steps[-1][0]:.1f}'))}"
