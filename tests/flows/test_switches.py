"""The medical director switches parts of the product on, and answers for it by name and date."""

from __future__ import annotations

from html import unescape
from typing import TYPE_CHECKING

import pytest

from serein.accounts import actions, queries
from serein.accounts.rules import SWITCHES, Switch
from serein.core.errors import Refused
from tests.conftest import MONDAY_9, actor, new_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from serein.accounts.models import Staff
    from tests.conftest import Personas

OVERLAY = "/switches/level-overlay/"


def test_everything_is_off_until_the_director_reads_and_ticks(
    personas: Personas, sign_in: Callable[[Staff], Client], clock: object
) -> None:
    dana = sign_in(personas.dana)
    assert not any(fact.is_on for fact in queries.switches(personas.dana.site_id))
    assert "Never turned on" in dana.get("/switches/").content.decode()
    shown = dana.get(OVERLAY)
    assert SWITCHES[Switch.LEVEL_OVERLAY].acknowledgement in unescape(shown.content.decode())
    key = shown.context["form"]["key_field"].value()
    refused = dana.post(OVERLAY, {"key_field": key})
    assert refused.status_code == 422
    assert "Tick that you have read this" in refused.content.decode()
    assert not queries.is_on(personas.dana.site_id, Switch.LEVEL_OVERLAY)
    accepted = dana.post(OVERLAY, {"key_field": key, "is_acknowledged": "on"}, follow=True)
    assert "Turned on by Dana Whitfield on 9 March 2026, 09:00" in accepted.content.decode()
    assert queries.is_on(personas.dana.site_id, Switch.LEVEL_OVERLAY)


def test_a_switch_is_turned_off_again_and_stays_in_the_history(
    personas: Personas, sign_in: Callable[[Staff], Client], clock: object
) -> None:
    site_id = personas.dana.site_id
    turn(personas, Switch.LEVEL_OVERLAY, is_on=True)
    dana = sign_in(personas.dana)
    key = dana.get(OVERLAY).context["form"]["key_field"].value()
    assert dana.post(OVERLAY, {"key_field": key}).status_code == 302
    assert not queries.is_on(site_id, Switch.LEVEL_OVERLAY)
    fact = next(f for f in queries.switches(site_id) if f.switch is Switch.LEVEL_OVERLAY)
    assert (fact.by_name, fact.at) == ("Dana Whitfield", MONDAY_9)


def test_turns_within_one_instant_are_read_back_as_they_were_made(
    personas: Personas, clock: object
) -> None:
    for is_on in [True, False] * 8:
        turn(personas, Switch.LEVEL_OVERLAY, is_on=is_on)
        assert queries.is_on(personas.dana.site_id, Switch.LEVEL_OVERLAY) is is_on
        overlay = [
            f for f in queries.switches(personas.dana.site_id) if f.switch is Switch.LEVEL_OVERLAY
        ]
        assert [fact.is_on for fact in overlay] == [is_on]


def test_what_if_while_running_needs_the_curve_first(personas: Personas) -> None:
    with pytest.raises(Refused, match="Turn on “Model curve in the session” first"):
        turn(personas, Switch.LEVEL_WHAT_IF_RUNNING, is_on=True)
    turn(personas, Switch.LEVEL_OVERLAY, is_on=True)
    turn(personas, Switch.LEVEL_WHAT_IF_RUNNING, is_on=True)
    assert queries.is_on(personas.dana.site_id, Switch.LEVEL_WHAT_IF_RUNNING)


def test_a_switch_of_one_site_leaves_the_other_alone(personas: Personas) -> None:
    turn(personas, Switch.LEVEL_OVERLAY, is_on=True)
    assert not queries.is_on(personas.robin.site_id, Switch.LEVEL_OVERLAY)


def test_an_unknown_switch_is_not_found(
    personas: Personas, sign_in: Callable[[Staff], Client]
) -> None:
    assert sign_in(personas.dana).get("/switches/autopilot/").status_code == 404


def turn(personas: Personas, switch: Switch, *, is_on: bool) -> None:
    actions.turn_switch(
        key=new_key(),
        by=actor(personas.dana),
        at=MONDAY_9,
        switch=switch,
        is_on=is_on,
        is_acknowledged=True,
    )
