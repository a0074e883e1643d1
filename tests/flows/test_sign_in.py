"""Signing in: password, second factor, lock-out, and how long it lasts."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.contrib.auth.hashers import identify_hasher, make_password
from django.test import Client, override_settings

from serein.accounts import actions as accounts
from tests.conftest import MONDAY_9, PASSWORD, actor, new_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from serein.accounts.models import Staff
    from tests.conftest import Personas


def sign_in_with(client: Client, email: str, password: str) -> int:
    return client.post("/sign-in/", {"login": email, "password": password}).status_code


def test_a_nurse_signs_in_and_sees_today(personas: Personas, clock: object) -> None:
    client = Client()
    answer = client.post("/sign-in/", {"login": "SAM@clinic.example", "password": PASSWORD})
    assert answer.status_code == 302
    assert answer["Location"] == "/today/"
    assert client.get("/today/").status_code == 200


def test_a_wrong_password_says_what_to_do_and_signs_nobody_in(personas: Personas) -> None:
    client = Client()
    answer = client.post("/sign-in/", {"login": "sam@clinic.example", "password": "wrong-word"})
    assert answer.status_code in {200, 422}
    assert client.get("/today/").status_code == 302


def test_five_wrong_passwords_lock_the_name_out(personas: Personas, clock: object) -> None:
    client = Client()
    for _ in range(5):
        sign_in_with(client, "sam@clinic.example", "wrong-word")
    assert sign_in_with(client, "sam@clinic.example", PASSWORD) == 429
    assert client.get("/today/").status_code == 302
    clock.shift(timedelta(minutes=16))  # type: ignore[attr-defined]
    assert sign_in_with(client, "sam@clinic.example", PASSWORD) == 302


def test_nobody_can_sign_up_by_themselves(personas: Personas) -> None:
    assert Client().get("/signup/").status_code == 404
    assert Client().get("/accounts/signup/").status_code == 404


def test_the_session_ends_after_a_time_without_an_act(
    personas: Personas, sign_in: Callable[[Staff], Client], clock: object
) -> None:
    client = sign_in(personas.sam)
    assert client.get("/today/").status_code == 200
    clock.shift(timedelta(minutes=19))  # type: ignore[attr-defined]
    assert client.get("/today/").status_code == 200
    clock.shift(timedelta(minutes=21))  # type: ignore[attr-defined]
    assert client.get("/today/").status_code == 302


def test_pages_that_refresh_themselves_do_not_keep_a_session_alive(
    personas: Personas, sign_in: Callable[[Staff], Client], clock: object
) -> None:
    from serein.config.checks import every_address

    polls = [pattern for pattern in every_address() if getattr(pattern.callback, "is_poll", False)]
    assert len(polls) >= 2
    client = sign_in(personas.sam)
    client.get("/today/")
    before = client.session["active_at"]
    clock.shift(timedelta(minutes=5))  # type: ignore[attr-defined]
    client.get("/live/changes/", headers={"X-Not-A-Poll": "1"})
    assert client.session["active_at"] == before


def test_no_sign_in_outlasts_twelve_hours(
    personas: Personas, sign_in: Callable[[Staff], Client], clock: object
) -> None:
    client = sign_in(personas.sam)
    for _ in range(47):
        assert client.get("/today/").status_code == 200
        clock.shift(timedelta(minutes=15))  # type: ignore[attr-defined]
    clock.shift(timedelta(minutes=16))  # type: ignore[attr-defined]
    assert client.get("/today/").status_code == 302


def test_somebody_whose_access_ended_is_out_at_once(
    personas: Personas, sign_in: Callable[[Staff], Client]
) -> None:
    client = sign_in(personas.sam)
    assert client.get("/today/").status_code == 200
    accounts.end_access(
        key=new_key(), by=actor(personas.alex), at=MONDAY_9, staff_id=personas.sam.pk
    )
    assert client.get("/today/").status_code == 302


def test_a_second_factor_is_asked_for_before_anything_else(
    personas: Personas, settings: object, clock: object
) -> None:
    settings.SEREIN_SECOND_FACTOR = True  # type: ignore[attr-defined]
    client = Client()
    sign_in_with(client, "sam@clinic.example", PASSWORD)
    answer = client.get("/today/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/second-factor/totp/activate")
    confirm = client.get(answer["Location"])
    assert confirm["Location"].startswith("/confirm/")
    confirmed = client.post(confirm["Location"], {"password": PASSWORD})
    assert confirmed["Location"].startswith("/second-factor/totp/activate")
    assert client.get(confirmed["Location"]).status_code == 200
    assert client.get("/patients/").status_code == 302


def _code(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


def test_with_a_second_factor_the_password_alone_opens_nothing(
    personas: Personas, settings: object, clock: object
) -> None:
    settings.SEREIN_SECOND_FACTOR = True  # type: ignore[attr-defined]
    secret = "JBSWY3DPEHPK3PXP"
    TOTP.activate(personas.sam, secret)
    client = Client()
    sign_in_with(client, "sam@clinic.example", PASSWORD)
    assert client.get("/today/").status_code == 302
    wrong = client.post("/second-factor/authenticate/", {"code": "000000"})
    assert wrong.status_code in {200, 422}
    right = client.post("/second-factor/authenticate/", {"code": _code(secret)})
    assert right.status_code == 302
    assert client.get("/today/").status_code == 200


@pytest.mark.parametrize("next_page", ["https://elsewhere.example/", "//elsewhere.example/x"])
def test_signing_in_never_leads_to_another_host(personas: Personas, next_page: str) -> None:
    answer = Client().post(
        f"/sign-in/?next={next_page}", {"login": "sam@clinic.example", "password": PASSWORD}
    )
    assert "elsewhere" not in answer.headers.get("Location", "")


def test_passwords_are_kept_with_argon2() -> None:
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.Argon2PasswordHasher"]):
        assert identify_hasher(make_password(PASSWORD)).algorithm == "argon2"
