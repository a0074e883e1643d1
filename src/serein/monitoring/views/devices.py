"""Devices of the clinic, and the tray of messages that belong to nobody yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.views.decorators.http import require_POST

from serein.accounts import queries as accounts
from serein.core.answers import carry_out, page, sent
from serein.core.forms import KeyedForm
from serein.monitoring import actions
from serein.monitoring.forms import DeviceForm, DismissForm, NewDeviceForm, assign_form
from serein.monitoring.presenters.devices import (
    LINE,
    device_lines,
    message_text,
    tray_line,
    tray_lines,
)
from serein.monitoring.queries import devices as known
from serein.monitoring.queries.feed import is_feed_on
from serein.scheduling import queries as scheduling

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from serein.accounts.requests import ClinicRequest


def devices(request: ClinicRequest) -> HttpResponse:
    """List the monitors and pumps, and where each stands."""
    zone = accounts.zone_of(request.site_id)
    context = {
        "lines": device_lines(known.devices_of(request.site_id), at=request.at, zone=zone),
        "is_on": is_feed_on(request.site_id),
        "key": KeyedForm()["key_field"].value(),
    }
    return page(request, "monitoring/devices.html", context)


def add_device(request: ClinicRequest) -> HttpResponse:
    """Add a monitor or pump."""
    form = NewDeviceForm(
        sent(request),
        chairs=scheduling.chairs_of(request.site_id),
        zone=accounts.zone_of(request.site_id).key,
        identifier=request.GET.get("identifier", "")[:120],
    )
    home = reverse("monitoring:devices")
    if done := carry_out(request, form, actions.add_device, said="Device added.", to=home):
        return done
    return page(
        request, "monitoring/device.html", {"form": form, "title": "Add a device", "home": home}
    )


def change_device(request: ClinicRequest, device_id: UUID) -> HttpResponse:
    """Say where a device stands now."""
    device = known.device(request.site_id, device_id)
    form = DeviceForm(
        sent(request),
        chairs=scheduling.chairs_of(request.site_id),
        zone=device.timezone,
        device=device,
    )
    home = reverse("monitoring:devices")
    if done := carry_out(
        request, form, actions.change_device, said="Device saved.", to=home, device_id=device_id
    ):
        return done
    context = {"form": form, "title": device.name, "home": home, "device": device}
    return page(request, "monitoring/device.html", context)


@require_POST
def retire_device(request: ClinicRequest, device_id: UUID) -> HttpResponse:
    """Take a device out of use."""
    known.device(request.site_id, device_id)
    form = KeyedForm(request.POST)
    home = reverse("monitoring:devices")
    done = carry_out(
        request,
        form,
        actions.retire_device,
        said="Device taken out of use.",
        to=home,
        device_id=device_id,
    )
    return done or devices(request)


def tray(request: ClinicRequest) -> HttpResponse:
    """List what waits for a person."""
    zone = accounts.zone_of(request.site_id)
    context = {
        "lines": tray_lines(known.tray_of(request.site_id), at=request.at, zone=zone),
        "decided": tray_lines(known.decided_of(request.site_id), at=request.at, zone=zone),
        "count": known.tray_count(request.site_id),
        "is_on": is_feed_on(request.site_id),
        "line": LINE,
    }
    return page(request, "monitoring/tray.html", context)


def tray_item(request: ClinicRequest, item_id: UUID) -> HttpResponse:
    """Show one item; assign it to a visit, or dismiss it."""
    fact = known.tray_item(request.site_id, item_id)
    zone, home = accounts.zone_of(request.site_id), reverse("monitoring:tray")
    visits = known.visits_to_choose(request.site_id) if fact.readings_count else ()
    posted = sent(request)
    is_assigning = posted is not None and "period_id" in posted
    assign = assign_form(posted if is_assigning else None, visits=visits, zone=zone)
    dismiss = DismissForm(None if is_assigning else posted)
    if is_assigning:
        done = carry_out(
            request, assign, actions.assign_item, said="Readings assigned. They stand on offer there.",
            to=home, item_id=item_id,
        )  # fmt: skip
    else:
        done = carry_out(
            request, dismiss, actions.dismiss_item, said="Dismissed.", to=home, item_id=item_id
        )
    context = {
        "item": tray_line(fact, at=request.at, zone=zone),
        "message": message_text(known.latest_message(item_id)),
        "assign": assign if visits else None,
        "dismiss": dismiss,
        "home": home,
    }
    return done or page(request, "monitoring/tray_item.html", context)
