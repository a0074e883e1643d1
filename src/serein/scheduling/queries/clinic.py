"""What holds for every day of a site, read once and kept until the site counts a change."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache, partial
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import F, TextField
from django.db.models.functions import Cast

from serein.accounts.queries import zone_of
from serein.core.errors import NotFound
from serein.scheduling.models import Chair, Leave, Resource, Shift, SiteBook, UnitOutage
from serein.scheduling.queries.hours import hours_of
from serein.scheduling.queries.settings import (
    SettingsFact,
    TypeFact,
    settings_of,
    templates_of,
    visit_types,
)
from serein.scheduling.rules import (
    Away,
    Cover,
    Guide,
    Hours,
    Kind,
    TickSpan,
    Unit,
    inner_ticks,
    instant,
    span_ticks,
    tick_windows,
)
from serein.scheduling.states import ShiftRole, VisitKind

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


_SHIFT = ("local_date", "staff_id", "start_time", "end_time", "breaks")
"""Columns of shifts that are read as text: a year of them is read in one go."""

Outages = Mapping[UUID, tuple[tuple[date, date, str], ...]]
"""When each chair or other thing is out of use: first day, last day, why."""


@dataclass(frozen=True, slots=True)
class Part:
    """One chair or other thing of a site, with the dates on which it cannot be used."""

    unit_id: UUID
    kind: Kind
    name: str
    staff_id: UUID | None = None
    due_date: date | None = None
    outages: tuple[tuple[date, date, str], ...] = ()

    def away_on(self, day: date) -> str:
        """Say why it is out of use on a date; empty if it is not."""
        if self.due_date is not None and day >= self.due_date:
            return "calibration is due"
        return next((why for first, last, why in self.outages if first <= day <= last), "")


@dataclass(frozen=True, slots=True)
class ClinicFact:
    """Hours, zone, settings and things of a site."""

    site_id: UUID
    stamp: UUID | None
    hours: Hours
    zone: ZoneInfo
    settings: SettingsFact
    parts: tuple[Part, ...]
    units: tuple[tuple[Part, Unit], ...]
    types: tuple[TypeFact, ...]
    guides: Mapping[int, Guide] = field(default_factory=dict)

    def type_named(self, code: str) -> TypeFact:
        """Return the visit type with a code.

        :raises NotFound: the site does not offer it
        """
        return _first(fact for fact in self.types if fact.code == code)

    def type_of_kind(self, kind: VisitKind) -> TypeFact:
        """Return the first visit type of a kind.

        :raises NotFound: the site offers none
        """
        return _first(fact for fact in self.types if fact.kind is kind)

    def windows(self, day: date) -> tuple[TickSpan, ...]:
        """The opening blocks of a date in ticks."""
        return tick_windows(self.hours, day, self.zone)

    @property
    def cover(self) -> Cover:
        return Cover(self.settings.nurse_cover)

    @property
    def unlimited(self) -> frozenset[Kind]:
        """Kinds of which the site keeps no account: it has entered none."""
        known = {part.kind for part in self.parts}
        kept = {Kind.CHAIR, Kind.RECOVERY} | known
        if self.settings.is_staff_planned:
            kept.add(Kind.NURSE)
        return frozenset(set(Kind) - kept)

    def guide_of(self, code: str, day: date) -> Mapping[int, int]:
        """The starts that a template offers for a visit type on a date; nothing if it has none."""
        guide = self.guides.get(day.weekday())
        return guide.of(code) if guide else {}

    def named(self, unit_id: UUID) -> str:
        """The name of a chair or thing."""
        return next((part.name for part in self.parts if part.unit_id == unit_id), "")


@dataclass(frozen=True, slots=True)
class Roster:
    """Who is on shift on a date: spans of ticks without breaks, by person. Leave is taken out."""

    nurses: Mapping[UUID, tuple[TickSpan, ...]] = field(default_factory=dict)
    prescribers: Mapping[UUID, tuple[TickSpan, ...]] = field(default_factory=dict)


def site_stamp(site_id: UUID) -> UUID | None:
    """Return what changes with everything that holds for every day of a site."""
    return SiteBook.objects.filter(site_id=site_id).values_list("stamp", flat=True).first()


def clinic_of(site_id: UUID) -> ClinicFact:
    """Return what holds at a site. Kept between reads while its stamp stands."""
    stamp = site_stamp(site_id)
    known = _kept.get(site_id)
    if known is None or known.stamp != stamp:
        known = _kept[site_id] = _read(site_id, stamp)
    return known


def units_on(clinic: ClinicFact, day: date, roster: Roster) -> tuple[Unit, ...]:
    """Return the chairs, things and people of a site on one date."""
    planned = clinic.settings.is_staff_planned
    found = []
    for part, always in clinic.units:
        why = part.away_on(day)
        if why:
            away = (Away(*span_ticks(*_whole_day(day, clinic.zone)), why),)
            found.append(replace(always, away=away))
        elif planned and part.staff_id is not None:
            found.append(replace(always, on_duty=roster.prescribers.get(part.staff_id, ())))
        else:
            found.append(always)
    if planned:
        found += [Unit(who, Kind.NURSE, "", spans) for who, spans in roster.nurses.items()]
    return tuple(found)


def rosters(clinic: ClinicFact, days: Iterable[date]) -> dict[date, Roster]:
    """Return who is on shift on each of these dates."""
    wanted = sorted(set(days))
    if not wanted or not clinic.settings.is_staff_planned:
        return {}
    first, last = wanted[0], wanted[-1]
    shifts = (
        Shift.objects.filter(site_id=clinic.site_id, local_date__in=wanted, is_withdrawn=False)
        .order_by("start_time", "staff__name", "pk")
        .annotate(**{f"{name}_text": Cast(F(name), TextField()) for name in _SHIFT})
        .values_list("role", *(f"{name}_text" for name in _SHIFT))
    )
    away = list(
        Leave.objects.filter(
            site_id=clinic.site_id, is_withdrawn=False, last_date__gte=first, first_date__lte=last
        ).values_list("staff_id", "first_date", "last_date")
    )
    chosen = set(wanted)
    working = lru_cache(maxsize=None)(partial(_working, clinic.zone))
    person, day_of = lru_cache(maxsize=None)(UUID), lru_cache(maxsize=None)(date.fromisoformat)
    found: dict[date, dict[str, dict[UUID, tuple[TickSpan, ...]]]] = {}
    for role, day_text, text, start, end, pauses in shifts:
        who, day = person(text), day_of(day_text)
        if day not in chosen or any(w == who and a <= day <= b for w, a, b in away):
            continue
        people = found.setdefault(day, {}).setdefault(role, {})
        people[who] = (*people.get(who, ()), *working(day, start, end, pauses))
    return {
        day: Roster(roles.get(ShiftRole.NURSE, {}), roles.get(ShiftRole.PRESCRIBER, {}))
        for day, roles in found.items()
    }


_kept: dict[UUID, ClinicFact] = {}


def _read(site_id: UUID, stamp: UUID | None) -> ClinicFact:
    outages = _outages(site_id)
    parts = (*_chairs(site_id, outages), *_things(site_id, outages))
    return ClinicFact(
        site_id=site_id,
        stamp=stamp,
        hours=hours_of(site_id),
        zone=zone_of(site_id),
        settings=settings_of(site_id),
        parts=parts,
        units=tuple((part, Unit(part.unit_id, part.kind, part.name)) for part in parts),
        types=visit_types(site_id),
        guides={weekday: fact.guide for weekday, fact in templates_of(site_id).items()},
    )


def _first(facts: Iterable[TypeFact]) -> TypeFact:
    found = next(iter(facts), None)
    if found is None:
        raise NotFound
    return found


def _chairs(site_id: UUID, outages: Outages) -> tuple[Part, ...]:
    rows = Chair.objects.filter(site_id=site_id, is_in_use=True).order_by("name", "pk")
    return tuple(
        Part(row.pk, Kind.CHAIR, row.name, outages=outages.get(row.pk, ())) for row in rows
    )


def _things(site_id: UUID, outages: Outages) -> tuple[Part, ...]:
    rows = Resource.objects.filter(site_id=site_id, is_in_use=True).order_by("kind", "name", "pk")
    return tuple(
        Part(
            row.pk,
            Kind(row.kind),
            row.name,
            row.staff_id,
            row.calibration_due_date,
            outages.get(row.pk, ()),
        )
        for row in rows
    )


def _outages(site_id: UUID) -> Outages:
    found: dict[UUID, tuple[tuple[date, date, str], ...]] = {}
    rows = UnitOutage.objects.filter(site_id=site_id, is_withdrawn=False)
    for chair_id, resource_id, first, last, why in rows.values_list(
        "chair_id", "resource_id", "first_date", "last_date", "reason"
    ):
        unit_id = chair_id or resource_id
        found[unit_id] = (*found.get(unit_id, ()), (first, last, why))
    return found


def _working(zone: ZoneInfo, day: date, start: str, end: str, pauses: str) -> list[TickSpan]:
    """A shift without its breaks, in whole ticks."""
    edges = [start, *(edge for pause in json.loads(pauses) for edge in pause), end]
    moments = [instant(day, time.fromisoformat(edge), zone) for edge in edges]
    spans = [inner_ticks(a, b) for a, b in zip(moments[::2], moments[1::2], strict=True)]
    return [span for span in spans if span[0] < span[1]]


def _whole_day(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    return instant(day, time(), zone), instant(day + timedelta(days=2), time(), zone)
