"""Every form of the clinic, filled with what people and programs really send.

The forms are read off the pages, so that a new one is tested on the day it appears. Whatever is
typed: no page breaks, no script comes back alive, nothing is stored by a refusal, nothing typed is
lost, and every message begins with the verb that mends it.
"""

from __future__ import annotations

import html
import re
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import reverse

from serein.accounts.models import Staff
from serein.accounts.permissions import Act, may
from serein.assessments import actions as assessments
from serein.audit.models import AuditEntry
from serein.core.actors import Actor
from serein.scheduling import actions as scheduling
from serein.scheduling import queries as book
from serein.website.queries import visit_token
from tests.conftest import actor, new_key
from tests.flows.pages import Control, Form, Reader
from tests.flows.test_gate import ROLE_OF, address_of, addresses, ids_of
from tests.universe import Universe, make_universe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.urls import URLPattern

pytestmark = pytest.mark.django_db

SCRIPT = "<script>alert(1)</script>"
BAD = {
    "10 kB": "Wolfeschlegelsteinhausenbergerdorff " * 290,
    "script": SCRIPT,
    "apostrophe": "O'Brien",
    "turned": "Jordan\u202enadroJ\u2066",
    "full-width digits": "\uff18\uff10",
    "decimal comma": "80,5",
    "exponent": "1e9",
    "not a number": "NaN",
    "null byte": "Jor\x00dan",
    "injection": "' OR 1=1 --",
}
MOST_ALONE = 4
MOST_PEOPLE = 3
STRANGER = "11111111-2222-4333-8444-555555555555"

BEGINS_WITH_A_VERB = re.compile(
    r"("
    r"Acknowledge|Add|Answer|Ask|Call|Change|Chart|Check|Choose|Clear|Close|Complete|"
    r"Confirm|Copy|Correct|Determine|Discharge|Do|Draft|End|Enter|Fill|Finish|Give|Go|Keep|"
    r"Leave|List|Look|Make|Mark|Measure|Meet|Mend|Move|Name|Open|Order|Pause|"
    r"Publish|Put|Read|Record|Register|Reload|Remove|Repeat|Resume|Select|Send|Set|"
    r"Shorten|Sign|Split|Start|Stay|Stop|Take|Tick|Try|Type|Use|Wait|Weigh|Write"
    r")[ ,:]"
)

OTHER_LIBRARIES = ("mfa_", "account_reauthenticate", "account_inactive")
NOT_PAGES = frozenset({"live", "health", "ready", "gallery"})
NAMED_BY_TOKEN = ("portal:", "messaging:stop")
HELD = ("website:visit", "website:calendar")


def _forms_are_on(name: str) -> bool:
    return name not in NOT_PAGES and not name.startswith((*OTHER_LIBRARIES, "admin:"))


PAGES = [(name, pattern) for name, pattern in addresses() if _forms_are_on(name)]


@dataclass(slots=True)
class Sweep:
    """The clinic that is swept, the browsers in which people are signed in, what was seen."""

    universe: Universe
    ids: dict[str, object]
    token: str
    held: str
    clients: dict[str, Client]
    seen: set[tuple[str, tuple[str, ...]]] = field(default_factory=set)
    sent: int = 0
    pages: int = 0

    def address(self, name: str, pattern: URLPattern) -> str:
        if name.startswith(NAMED_BY_TOKEN):
            step = {"step": 3} if name == "portal:question" else {}
            return reverse(name, kwargs={"token": self.token, **step})
        if name in HELD:
            return reverse(name, kwargs={"token": self.held})
        return address_of(name, pattern, self.ids)

    def clients_for(self, act: Act) -> Iterator[Client]:
        """Browsers of some who may do this; one of nobody where all may."""
        if act is Act.PUBLIC:
            yield Client()
            return
        able = [short for role, short in ROLE_OF.items() if may(role, act)]
        for short in able[:MOST_PEOPLE]:
            yield self.clients[short]


@pytest.fixture(scope="module")
def sweep(django_db_setup: None, django_db_blocker: Any) -> Iterator[Sweep]:
    """One clinic for all forms of this file; undone at the end."""
    with django_db_blocker.unblock():
        atomic = transaction.atomic()
        atomic.__enter__()
        made = make_universe()
        with time_machine.travel(made.now, tick=False):
            sam = Staff.objects.get(pk=made.clinic.staff_ids["sam"])
            link = assessments.invite(
                key=new_key(), by=actor(sam), at=made.now, patient_id=made.jo.patient_id,
                instrument_code="gad7", expires_at=made.now + timedelta(days=7),
            )  # fmt: skip
            held = scheduling.hold(
                key=new_key(), by=Actor.public(made.clinic.site_id), at=made.now,
                type_code="consult", starts_at=_a_free_time(made), holder="somebody",
            )  # fmt: skip
            ids = {**ids_of(made), "weekday": 0}
            clients = {short: _signed_in(made, short) for short in ROLE_OF.values()}
        sweeping = Sweep(made, ids, link.token, visit_token(held.pk), clients)
        yield sweeping
        if sweeping.pages == len(PAGES):
            _found_the_forms(sweeping)
        transaction.set_rollback(True)
        atomic.__exit__(None, None, None)


def _a_free_time(made: Universe) -> datetime:
    found = book.next_available(
        made.clinic.site_id, book.Wanted("consult"), after=made.now, at=made.now
    )
    assert found is not None
    return found.at


def _signed_in(made: Universe, short: str) -> Client:
    client = Client()
    staff = Staff.objects.get(pk=made.clinic.staff_ids[short])
    client.force_login(staff, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.mark.parametrize(("name", "pattern"), PAGES, ids=lambda value: str(value)[:60])
def test_whatever_is_typed_the_form_holds(sweep: Sweep, name: str, pattern: URLPattern) -> None:
    faults: list[str] = []
    with time_machine.travel(sweep.universe.now, tick=False):
        address = sweep.address(name, pattern)
        for client in sweep.clients_for(pattern.callback.act):
            for form in _forms_on(sweep, client, address):
                _try_form(sweep, client, address, form, faults)
    sweep.pages += 1
    if faults:
        pytest.fail("\n".join(faults))


def _found_the_forms(sweep: Sweep) -> None:
    """The sweep is only worth something while it reaches nearly everything that takes a POST."""
    swept = {address.rstrip("/").rsplit("/", 1)[-1] for address, _ in sweep.seen}
    assert {"ask", "accept", "vitals", "stop", "discharge", "decide", "publish"} <= swept
    assert len(sweep.seen) >= 55


def _forms_on(sweep: Sweep, client: Client, address: str) -> Iterator[Form]:
    answer = client.get(address)
    if answer.status_code != 200 or "html" not in answer["Content-Type"]:
        return
    for form in Reader(answer.content.decode()).forms:
        if form.method != "post" or not _typed(form):
            continue
        where = urljoin(address, form.action or address)
        mark = (where, tuple(sorted(form.controls)))
        if mark not in sweep.seen and "sign-out" not in where:
            sweep.seen.add(mark)
            yield form


def _typed(form: Form) -> list[Control]:
    return [each for each in form.controls.values() if each.is_typed]


def _try_form(sweep: Sweep, client: Client, address: str, form: Form, faults: list[str]) -> None:
    names, kinds = [each.name for each in _typed(form)], list(BAD)
    for shift in range(len(kinds)):
        # In ten sendings every field is given everything that is bad.
        bad = {name: kinds[(place + shift) % len(kinds)] for place, name in enumerate(names)}
        _try(sweep, client, address, form, bad, faults)
    for place, name in enumerate(names[:MOST_ALONE] if len(names) > 1 else ()):
        # Alone among good answers a bad one gets further.
        _try(sweep, client, address, form, {name: kinds[place]}, faults)
    for control in _ids(form):
        _try(sweep, client, address, form, {control.name: "a stranger's id"}, faults)


def _ids(form: Form) -> list[Control]:
    chosen = [each for each in form.controls.values() if each.kind in {"hidden", "select", "radio"}]
    return [each for each in chosen if each.name != "csrfmiddlewaretoken"][:2]


def _try(
    sweep: Sweep, client: Client, address: str, form: Form, kinds: dict[str, str],
    faults: list[str],
) -> None:  # fmt: skip
    where = urljoin(address, form.action or address)
    bad = {name: BAD.get(kind, STRANGER) for name, kind in kinds.items()}
    what = f"{where} {kinds}"
    before = AuditEntry.objects.filter(is_read=False).count()
    with transaction.atomic():
        sweep.sent += 1
        try:
            answer = client.post(where, {**_good(form), **bad, "key_field": str(uuid.uuid4())})
            stored = AuditEntry.objects.filter(is_read=False).count() - before
            page = _followed(client, where, answer) if SCRIPT in bad.values() else answer
        except Exception as broken:  # noqa: BLE001  a broken page is what is looked for
            faults.append(f"{what}: {type(broken).__name__}: {str(broken)[:200]}")
            transaction.set_rollback(True)
            return
        transaction.set_rollback(True)
    text = answer.content.decode()
    if answer.status_code >= 500:
        faults.append(f"{what}: answered {answer.status_code}")
    if SCRIPT in page.content.decode():
        faults.append(f"{what}: the script came back alive")
    if answer.status_code == 422:
        faults += [f"{what}: {fault}" for fault in _of_a_refusal(text, form, bad, stored)]


def _followed(client: Client, where: str, answer: Any) -> Any:
    if answer.status_code != 302:
        return answer
    return client.get(urljoin(where, answer["Location"]))


def _good(form: Form) -> dict[str, Any]:
    """What a person might send: what the form holds, and something fitting where it holds nothing."""
    return {name: _fitting(each) for name, each in form.controls.items()}


def _fitting(control: Control) -> Any:
    if any(control.held):
        return control.held if control.kind == "checkbox" else control.held[0]
    if control.kind in {"radio", "select", "checkbox"}:
        return next((each for each in control.offered if each), "")
    kinds = {"date": "2026-03-18", "time": "10:00", "hidden": ""}
    return kinds.get(control.kind, "1" if control.is_number else "Calm and clear words")


def _of_a_refusal(text: str, form: Form, bad: dict[str, str], stored: int) -> Iterator[str]:
    if stored:
        yield f"{stored} rows were stored by a refusal"
    reader = Reader(text)
    said = [*reader.errors, *_above_the_form(text)]
    if not said:
        yield "refused without a message"
    for message in said:
        if not BEGINS_WITH_A_VERB.match(message):
            yield f"the message does not begin with a verb: {message}"
    kept = [again for again in reader.forms if set(bad) <= set(again.controls)]
    for name, typed in bad.items():
        if form.controls[name].is_typed and not any(
            _same(again.controls[name].held, typed) for again in kept
        ):
            yield f"what was typed into {name} is lost"


def _same(held: list[str], typed: str) -> bool:
    # A browser can neither send nor show a null byte.
    return bool(held) and held[0].replace("\x00", "").strip() == typed.replace("\x00", "").strip()


def _above_the_form(text: str) -> Iterator[str]:
    for summary in re.findall(r'class="error-summary".*?</ul>', text, re.DOTALL):
        for line in re.findall(r"<li>(.*?)</li>", summary, re.DOTALL):
            said = html.unescape(re.sub(r"<[^>]+>", "", line)).strip()
            yield _after_the_label(said) if "<a " in line else said


def _after_the_label(said: str) -> str:
    """What follows “Label: ”, where the label may have a colon itself."""
    parts = said.split(": ")
    ends = [": ".join(parts[place:]) for place in range(1, len(parts))]
    return next((end for end in ends if BEGINS_WITH_A_VERB.match(end)), said)
