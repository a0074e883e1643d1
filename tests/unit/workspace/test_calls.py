from __future__ import annotations

from datetime import timedelta

import pytest

from serein.accounts.permissions import Role
from serein.workspace.rules.calls import called, reaches


def after(seconds: int) -> timedelta:
    return timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("role", "first_called_s"),
    [(Role.NURSE, 30), (Role.PRESCRIBER, 90), (Role.MEDICAL_DIRECTOR, 90), (Role.FRONT_DESK, 180)],
)
def test_each_role_is_called_from_its_second_on_and_never_less(
    role: Role, first_called_s: int
) -> None:
    assert not reaches(role, after(first_called_s - 1))
    for seconds in (first_called_s, first_called_s + 1, 3600):
        assert reaches(role, after(seconds))


@pytest.mark.parametrize("role", list(Role))
def test_in_the_end_everybody_is_called(role: Role) -> None:
    assert reaches(role, after(180))


def test_who_is_called_by_now_is_named() -> None:
    assert called(after(29)) == ()
    assert called(after(30)) == ("nurses",)
    assert called(after(100)) == ("nurses", "prescribers")
    assert called(after(600)) == ("nurses", "prescribers", "everybody")
