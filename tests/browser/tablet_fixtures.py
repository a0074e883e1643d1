"""A chair, its server and its tablets, for the tests that take the server away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.tablet import Chair, Server, Tablet
from tests.flows.infusion_steps import booked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from django.test import Client
    from playwright.sync_api import Browser

    from serein.accounts.models import Staff
    from tests.conftest import Personas


@pytest.fixture
def tablet_server(transactional_db: None, settings: Any) -> Iterator[Server]:
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = True
    serving = Server()
    serving.start()
    yield serving
    serving.stop()


@pytest.fixture
def chair(
    tablet_server: Server,
    personas: Personas,
    clock: Any,
    sign_in: Callable[[Staff], Client],
    request: pytest.FixtureRequest,
) -> Chair:
    """A chair in which the infusion has just started, or waits, or has been over for 100 minutes."""
    clinic, phase = booked(personas), getattr(request, "param", "running")
    visit = clinic.check_in() if phase == "waiting" else clinic.running()
    if phase == "recovering":
        clinic.wait(40)
        clinic.stop(visit)
        for _ in range(6):
            clinic.wait(15)
            clinic.vitals(visit)
        clinic.wait(10)
    clock.move_to(clinic.now)
    return Chair(clinic, clock, sign_in, tablet_server, visit)


@pytest.fixture
def tablets(chromium: Browser, chair: Chair, tmp_path: Path) -> Iterator[Callable[..., Tablet]]:
    made: list[Tablet] = []

    def tablet(**facts: Any) -> Tablet:
        one = Tablet(chromium, chair, tmp_path / f"tablet{len(made)}", **facts)
        one.start()
        made.append(one)
        return one

    yield tablet
    for one in made:
        one.close()
    assert [fault for one in made for fault in one.faults] == []
