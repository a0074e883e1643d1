"""What a site has decided about its book, and the visit types it offers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import lru_cache
from typing import TYPE_CHECKING

from serein.scheduling import rules
from serein.scheduling.models import (
    BookSettings,
    HolidayChoice,
    Phase,
    StartTemplate,
    VisitTypeVersion,
)
from serein.scheduling.rules import day, phases
from serein.scheduling.states import VisitKind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID


@dataclass(frozen=True, slots=True)
class SettingsFact:
    """The decisions of a site; these hold until it makes its own (clinic default, review)."""

    nurse_cover: day.CoverMode = day.CoverMode.FLOAT
    is_staff_planned: bool = False
    hold_minutes: int = 10
    offer_minutes: int = 30
    notice_hours: int = 18
    late_minutes: int = 15
    reminder_days: tuple[int, ...] = (7, 3, 1, 0)
    reminder_time: time = time(10)
    is_turnover_past_closing: bool = True


@dataclass(frozen=True, slots=True)
class TypeFact:
    """One kind of visit that a site offers. Without a version it is the one that Serein ships."""

    code: str
    kind: VisitKind
    visit: phases.VisitType
    is_public: bool = False
    version_id: UUID | None = None
    version: int = 0

    @property
    def name(self) -> str:
        return self.visit.name

    def minutes_of(self, phase: str) -> int:
        """The minutes of one phase; none if it has no such phase."""
        return sum(each.minutes for each in self.visit.phases if each.name == phase)


@lru_cache(maxsize=1)
def shipped_types() -> tuple[TypeFact, ...]:
    """Return the visit types that hold until a site writes its own (clinic default, review)."""
    first = phases.infusion_type(
        recovery_minutes=rules.FIRST_RECOVERY_MINUTES, name="First infusion"
    )
    usual = phases.infusion_type(recovery_minutes=rules.RECOVERY_MINUTES)
    later = replace(usual, name="Maintenance infusion")
    short, long = phases.consult_type(45), phases.consult_type(60, name="Long consultation")
    return (
        TypeFact("consult", VisitKind.CONSULT, short, is_public=True),
        TypeFact("consult-long", VisitKind.CONSULT, long, is_public=True),
        TypeFact("first", VisitKind.FIRST, first),
        TypeFact("infusion", VisitKind.INFUSION, usual),
        TypeFact("maintenance", VisitKind.MAINTENANCE, later),
    )


def settings_of(site_id: UUID) -> SettingsFact:
    """Return what holds at a site now."""
    row = BookSettings.objects.filter(site_id=site_id).order_by("-number").first()
    if row is None:
        return SettingsFact()
    return SettingsFact(
        nurse_cover=day.CoverMode(row.nurse_cover),
        is_staff_planned=row.is_staff_planned,
        hold_minutes=row.hold_minutes,
        offer_minutes=row.offer_minutes,
        notice_hours=row.notice_hours,
        late_minutes=row.late_minutes,
        reminder_days=tuple(row.reminder_days),
        reminder_time=row.reminder_time,
        is_turnover_past_closing=row.is_turnover_past_closing,
    )


@dataclass(frozen=True, slots=True)
class TemplateFact:
    """The starts that a site offers on a weekday, how they were found, and who chose them."""

    weekday: int
    guide: rules.Guide
    worked_out_for: date
    bound: int
    method: str
    by_id: str
    at: datetime


def templates_of(site_id: UUID) -> dict[int, TemplateFact]:
    """Return the templates of a site by weekday, those without starts left out."""
    rows = StartTemplate.objects.filter(site_id=site_id).order_by("number")
    newest = {row.weekday: row for row in rows}
    return {
        weekday: TemplateFact(
            weekday,
            rules.Guide(tuple(rules.GuideStart(*start) for start in row.starts)),
            row.worked_out_for,
            row.bound,
            row.method,
            row.by_id,
            row.at,
        )
        for weekday, row in sorted(newest.items())
        if row.worked_out_for is not None
    }


def holidays_kept(site_id: UUID) -> frozenset[str]:
    """Return the names of the holidays that a site has ticked."""
    rows = HolidayChoice.objects.filter(site_id=site_id).order_by("number")
    newest = dict(rows.values_list("name", "is_observed"))
    return frozenset(name for name, is_observed in newest.items() if is_observed)


def visit_types(site_id: UUID) -> tuple[TypeFact, ...]:
    """List the visit types of a site: its own, and the shipped ones that it has not replaced."""
    newest: dict[UUID, VisitTypeVersion] = {}
    rows = VisitTypeVersion.objects.filter(visit_type__site_id=site_id)
    for row in rows.select_related("visit_type").order_by("number"):
        newest[row.visit_type_id] = row
    found = {fact.code: fact for fact in shipped_types()}
    for row in newest.values():
        found.pop(row.visit_type.code, None)
    own = _facts([row for row in newest.values() if row.visit_type.is_in_use])
    kinds = list(VisitKind)
    return tuple(
        sorted([*found.values(), *own], key=lambda fact: (kinds.index(fact.kind), fact.code))
    )


def types_by_version(version_ids: Iterable[UUID]) -> dict[UUID, TypeFact]:
    """Return versions of visit types by id, old ones too."""
    wanted = set(version_ids)
    missing = wanted - _versions.keys()
    if missing:
        rows = VisitTypeVersion.objects.filter(pk__in=missing).select_related("visit_type")
        _versions.update((fact.version_id, fact) for fact in _facts(rows))
    return {version_id: _versions[version_id] for version_id in wanted}


_versions: dict[UUID | None, TypeFact] = {}
"""Versions never change, so what was read once is kept."""


def _facts(rows: Iterable[VisitTypeVersion]) -> list[TypeFact]:
    found = {row.pk: row for row in rows}
    of_version: dict[UUID, list[phases.Phase]] = {pk: [] for pk in found}
    for row in Phase.objects.filter(version_id__in=found).order_by("position"):
        of_version[row.version_id].append(
            phases.Phase(
                name=row.name,
                minutes=row.minutes,
                seat=phases.Seat(row.seat),
                nurse_load=row.nurse_load,
                monitor=row.has_monitor,
                pump=row.has_pump,
                prescriber_last_minutes=row.prescriber_last_minutes,
                prescriber_on_site=row.is_prescriber_on_site,
                with_patient=row.is_with_patient,
            )
        )
    return [
        TypeFact(
            code=row.visit_type.code,
            kind=VisitKind(row.visit_type.kind),
            visit=phases.VisitType(row.name, tuple(of_version[pk]), straddles_gap=row.may_straddle),
            is_public=row.is_public,
            version_id=pk,
            version=row.number,
        )
        for pk, row in found.items()
    ]
