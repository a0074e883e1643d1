"""Every write is atomic, happens once per key, and leaves an audit row."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from django.db import DatabaseError, connection, transaction

from serein.accounts import actions as accounts
from serein.accounts import queries
from serein.accounts.permissions import Role
from serein.audit.actions import NothingAudited, action
from serein.audit.models import AuditEntry
from serein.audit.queries import chain
from serein.audit.rules import first_fault
from serein.core.errors import Refused
from tests.conftest import MONDAY_9, PASSWORD, actor, new_key

if TYPE_CHECKING:
    from uuid import UUID

    from serein.accounts.models import Site, Staff
    from serein.core.actors import Actor
    from tests.conftest import Personas


def hire(personas: Personas, key: UUID, email: str = "kim@clinic.example") -> Staff:
    return accounts.add_staff(
        key=key,
        by=actor(personas.alex),
        at=MONDAY_9,
        email=email,
        name="Kim O'Brien",
        role=Role.NURSE,
        password=PASSWORD,
    )


def test_a_retry_with_the_same_key_gets_the_first_result(personas: Personas) -> None:
    key = new_key()
    first, rows = hire(personas, key), AuditEntry.objects.count()
    again = hire(personas, key)
    assert again.pk == first.pk
    assert AuditEntry.objects.count() == rows


def test_a_key_cannot_serve_two_different_acts(personas: Personas) -> None:
    key = new_key()
    staff = hire(personas, key)
    with pytest.raises(Refused, match="Reload the page"):
        accounts.end_access(key=key, by=actor(personas.alex), at=MONDAY_9, staff_id=staff.pk)


def test_a_refused_act_leaves_nothing_behind(personas: Personas) -> None:
    hire(personas, new_key())
    rows = AuditEntry.objects.count()
    key = new_key()
    with pytest.raises(Refused, match="Choose another e-mail"):
        hire(personas, key, email="KIM@clinic.example")
    assert AuditEntry.objects.count() == rows
    assert hire(personas, key, email="kim.two@clinic.example").pk is not None


def test_an_act_that_audits_nothing_is_undone(personas: Personas) -> None:
    @action
    def quietly(*, key: UUID, by: Actor, at: datetime) -> Site:
        site = queries.site(by.site_id)
        site.name = "Changed in silence"
        site.save(update_fields=["name"])
        return site

    with pytest.raises(NothingAudited):
        quietly(key=new_key(), by=actor(personas.alex), at=MONDAY_9)
    assert queries.site(personas.alex.site_id).name == "Stillwater Clinic"


def test_the_chain_of_everything_done_holds(personas: Personas) -> None:
    hire(personas, new_key())
    assert first_fault(chain()) is None


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_auditentry SET verb = 'nothing'", "DELETE FROM audit_auditentry"],
)
def test_the_database_itself_refuses_to_change_the_audit(
    personas: Personas, statement: str
) -> None:
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_ending_access_ends_it_at_once(personas: Personas) -> None:
    accounts.end_access(
        key=new_key(), by=actor(personas.alex), at=MONDAY_9, staff_id=personas.sam.pk
    )
    names = {fact.name for fact in queries.staff_of(personas.alex.site_id, [Role.NURSE])}
    assert names == {"Noor Haddad"}
    assert datetime(2026, 3, 9, tzinfo=UTC) < MONDAY_9
