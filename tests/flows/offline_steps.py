"""A tablet at the chair that may have been without the server, for the tests of what it sends."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from serein.infusions import queries

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from django.test import Client

    from serein.accounts.models import Staff
    from tests.flows.infusion_steps import Clinic

QUEUE = {"X-Offline-Queue": "1"}


class Tablet:
    """One tablet at the chair: it numbers its entries and knows how wrong its clock is."""

    def __init__(self, at: Chairside, who: Staff, fast_by: timedelta = timedelta()) -> None:
        self.at, self.who, self.fast_by = at, who, fast_by
        self.device = uuid.uuid4()
        self.count = 0

    def writes(self, **typed: str) -> dict[str, str]:
        """What this tablet keeps of an entry made now."""
        self.count += 1
        now: datetime = self.at.clinic.now
        return {
            "key_field": str(uuid.uuid4()),
            **typed,
            "pressed_at": now.isoformat(),
            "device_at": (now + self.fast_by).isoformat(),
            "offset_ms": str(-round(self.fast_by / timedelta(milliseconds=1))),
            "device": str(self.device),
            "sequence": str(self.count),
            "person": str(self.who.pk),
        }

    def sends(self, page: str, entry: dict[str, str], signed_in: Staff | None = None) -> Any:
        self.at.clock.move_to(self.at.clinic.now)
        browser = self.at.sign_in(signed_in or self.who)
        return browser.post(self.at.address(page), entry, headers=QUEUE)


class Chairside:
    """A running infusion, the clock, and whoever signs in."""

    def __init__(self, clinic: Clinic, clock: Any, sign_in: Callable[[Staff], Client]) -> None:
        self.clinic, self.clock, self.sign_in = clinic, clock, sign_in
        self.visit = clinic.running()

    def address(self, name: str) -> str:
        return reverse(f"infusions:{name}", args=[self.clinic.patient_id, self.visit.pk])

    def log(self) -> list[tuple[str, str]]:
        return [
            (event.kind.value, f"{event.occurred_at:%H:%M}")
            for event in queries.log_of(self.visit.pk)
        ]
