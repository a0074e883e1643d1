from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from serein.accounts.models import Site, Staff, SwitchTurn
from serein.accounts.permissions import Role
from serein.accounts.rules import Switch
from serein.core.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID


@dataclass(frozen=True, slots=True)
class StaffFact:
    """A member of staff as others need to know them."""

    staff_id: UUID
    name: str
    role: Role
    email: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class SwitchFact:
    """How a switch stands, who turned it last, and when. Never turned is off."""

    switch: Switch
    is_on: bool = False
    by_name: str = ""
    at: datetime | None = None


def _fact(staff: Staff) -> StaffFact:
    return StaffFact(staff.pk, staff.name, Role(staff.role), staff.email, staff.is_active)


def public_site() -> Site | None:
    """Return the site whose public pages are served: the first that was opened."""
    return Site.objects.order_by("opened_at", "pk").first()


def site_ids() -> tuple[UUID, ...]:
    """List every site of this installation, oldest first."""
    return tuple(Site.objects.order_by("opened_at", "pk").values_list("pk", flat=True))


def site(site_id: UUID) -> Site:
    """Return a site.

    :raises NotFound: there is none with this id
    """
    found = Site.objects.filter(pk=site_id).first()
    if found is None:
        raise NotFound
    return found


@cache
def zone_of(site_id: UUID) -> ZoneInfo:
    """Return the zone in which a site's clocks run. It is set when a site opens and never changes.

    :raises NotFound: there is no site with this id
    """
    found = Site.objects.filter(pk=site_id).values_list("timezone", flat=True).first()
    if found is None:
        raise NotFound
    return ZoneInfo(found)


def staff_of(
    site_id: UUID, roles: Iterable[Role] = (), *, with_former: bool = False
) -> tuple[StaffFact, ...]:
    """List the staff of a site by name, of the given roles if any are given."""
    rows = Staff.objects.filter(site_id=site_id)
    if not with_former:
        rows = rows.filter(is_active=True)
    wanted = [role.value for role in roles]
    if wanted:
        rows = rows.filter(role__in=wanted)
    return tuple(_fact(row) for row in rows.order_by("name", "pk"))


def staff_named(site_id: UUID, staff_id: UUID) -> StaffFact:
    """Return one member of staff of a site, former ones too.

    :raises NotFound: not a member of this site
    """
    found = Staff.objects.filter(site_id=site_id, pk=staff_id).first()
    if found is None:
        raise NotFound
    return _fact(found)


def safety_clinician(site_id: UUID) -> StaffFact | None:
    """Return who answers safety tasks: the named clinician, else a director, else a prescriber."""
    named = Staff.objects.filter(
        site_id=site_id, is_active=True, pk__in=Site.objects.values("safety_clinician")
    ).first()
    if named is not None:
        return _fact(named)
    for role in (Role.MEDICAL_DIRECTOR, Role.PRESCRIBER, Role.NURSE):
        found = staff_of(site_id, [role])
        if found:
            return found[0]
    return None


def switches(site_id: UUID) -> tuple[SwitchFact, ...]:
    """Say how every switch of a site stands."""
    latest: dict[str, SwitchTurn] = {}
    for row in SwitchTurn.objects.filter(site_id=site_id).order_by("at", "pk"):
        latest[row.code] = row
    return tuple(
        SwitchFact(switch, row.is_on, row.by_name, row.at)
        if (row := latest.get(switch.value))
        else SwitchFact(switch)
        for switch in Switch
    )


def is_on(site_id: UUID, switch: Switch) -> bool:
    """Say whether a switch of a site is on."""
    turns = SwitchTurn.objects.filter(site_id=site_id, code=switch.value)
    return bool(turns.order_by("-at", "-pk").values_list("is_on", flat=True).first())
