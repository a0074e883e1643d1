from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError

from serein.accounts import queries
from serein.accounts.models import Site, Staff, SwitchTurn
from serein.accounts.permissions import Role
from serein.accounts.rules import SWITCHES, Switch
from serein.audit.actions import action, derived_key, record
from serein.core.errors import NotFound, Refused

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from serein.core.actors import Actor


@action
def open_site(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    site_id: UUID,
    name: str,
    timezone: str,
    phone: str,
    address: str = "",
    is_demo: bool = False,
) -> Site:
    """Open a clinic in this installation.

    :raises Refused: an unknown zone, or a demo clinic beside a real one
    """
    if timezone not in available_timezones():
        raise Refused("Choose a time zone by its name, such as America/New_York.", field="timezone")
    ZoneInfo(timezone)
    if Site.objects.exclude(is_demo=is_demo).exists():
        raise Refused(
            "Choose an empty data folder: a demo clinic never shares one with a real one."
        )
    made = Site.objects.create(
        id=site_id,
        name=name,
        timezone=timezone,
        phone=phone,
        address=address,
        is_demo=is_demo,
        opened_at=at,
    )
    record(by=by, at=at, verb="open_site", subject=made, details={"is_demo": is_demo})
    return made


@action
def add_staff(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    email: str,
    name: str,
    role: str,
    password: str,
    site_id: UUID | None = None,
) -> Staff:
    """Add a member of staff with a first password.

    :raises Refused: the address is taken, or the password is weak
    """
    if Staff.objects.filter(email__iexact=email).exists():
        raise Refused("Choose another e-mail address: this one is taken.", field="email")
    staff = Staff(
        email=email.strip().lower(),
        name=name,
        role=Role(role).value,
        site_id=site_id or by.site_id,
        added_at=at,
    )
    try:
        validate_password(password, staff)
    except ValidationError as weak:
        raise Refused(
            "Choose a longer password. " + " ".join(weak.messages), field="password"
        ) from None
    staff.set_password(password)
    staff.save(force_insert=True)
    record(by=by, at=at, verb="add_staff", subject=staff, details={"role": staff.role})
    return staff


def _own_staff(by: Actor, staff_id: UUID) -> Staff:
    found = Staff.objects.filter(pk=staff_id, site_id=by.site_id).first()
    if found is None:
        raise NotFound
    return found


@action
def end_access(*, key: UUID, by: Actor, at: datetime, staff_id: UUID) -> Staff:
    """Take away a person's access at once, and end every sign-in of theirs.

    :raises Refused: one's own access
    """
    staff = _own_staff(by, staff_id)
    if str(staff.pk) == by.id:
        raise Refused("Ask another administrator: nobody ends their own access.")
    staff.is_active = False
    staff.save(update_fields=["is_active"])
    for session in Session.objects.filter(expire_date__gt=at).iterator():
        if session.get_decoded().get("_auth_user_id") == str(staff.pk):
            session.delete()
    record(by=by, at=at, verb="end_access", subject=staff)
    return staff


@action
def give_access(*, key: UUID, by: Actor, at: datetime, staff_id: UUID) -> Staff:
    """Give a former member of staff access again."""
    staff = _own_staff(by, staff_id)
    staff.is_active = True
    staff.save(update_fields=["is_active"])
    record(by=by, at=at, verb="give_access", subject=staff)
    return staff


@action
def name_safety_clinician(*, key: UUID, by: Actor, at: datetime, staff_id: UUID) -> Site:
    """Name the clinician to whom safety tasks go.

    :raises Refused: the person may not close safety tasks
    """
    staff = _own_staff(by, staff_id)
    if staff.role not in {Role.PRESCRIBER, Role.MEDICAL_DIRECTOR, Role.THERAPIST}:
        raise Refused("Choose a prescriber, a therapist or the medical director.", field="staff_id")
    site = Site.objects.get(pk=by.site_id)
    site.safety_clinician = staff
    site.save(update_fields=["safety_clinician"])
    record(by=by, at=at, verb="name_safety_clinician", subject=site)
    return site


@action
def install(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    site_id: UUID,
    name: str,
    timezone: str,
    phone: str,
    admin_name: str,
    admin_email: str,
    admin_role: Role,
    admin_password: str,
) -> Site:
    """Open the clinic and add its first administrator, both or neither.

    :raises Refused: an unknown zone, a weak password, a taken address
    """
    site = open_site(
        key=derived_key(key, "site"),
        by=by,
        at=at,
        site_id=site_id,
        name=name,
        timezone=timezone,
        phone=phone,
    )
    add_staff(
        key=derived_key(key, "administrator"),
        by=by,
        at=at,
        email=admin_email,
        name=admin_name,
        role=admin_role,
        password=admin_password,
    )
    return site


@action
def turn_switch(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    switch: Switch,
    is_on: bool,
    is_acknowledged: bool = False,
) -> SwitchTurn:
    """Turn a part of the product on or off for one's site; turning on needs the acknowledgement.

    :raises Refused: not acknowledged, stands so already, or needs another switch first
    """
    rule = SWITCHES[switch]
    if queries.is_on(by.site_id, switch) is is_on:
        raise Refused(f"Reload the page: this is {'on' if is_on else 'off'} already.")
    if is_on and not is_acknowledged:
        raise Refused("Tick that you have read this and answer for it.", field="is_acknowledged")
    if is_on and rule.needs is not None and not queries.is_on(by.site_id, rule.needs):
        raise Refused(f"Turn on “{SWITCHES[rule.needs].title}” first.")
    made = SwitchTurn.objects.create(
        site_id=by.site_id,
        code=switch.value,
        is_on=is_on,
        acknowledged=rule.acknowledgement if is_on else "",
        by_id=by.id,
        by_name=by.name,
        at=at,
    )
    record(
        by=by,
        at=at,
        verb="turn_switch",
        subject=made,
        details={"switch": switch.value, "is_on": is_on},
    )
    return made
