"""The page at the chair when the network is away: what the browser asks, and how it is answered.

A tablet stores each entry before it sends it. What it sends later carries an envelope (see
`serein.infusions.rules.arrival`) and the header ``X-Offline-Queue``; then the answer is JSON.
"""

from __future__ import annotations

import base64
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.messages import get_messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_POST

from serein.core.answers import carry_out
from serein.infusions import actions
from serein.infusions.rules.arrival import Envelope, now_of
from serein.infusions.views.chairside import url_of, visit_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import QueryDict

    from serein.accounts.requests import ClinicRequest
    from serein.core.forms import KeyedForm
    from serein.infusions.models import InfusionSession

MAX_OFFSET_MS = 366 * 24 * 3600 * 1000
YEARS = range(2000, 2200)
MODULES = tuple(
    f"infusions/offline/{name}.js"
    for name in (
        "cipher", "course", "entry", "home", "limits", "line", "list", "lists", "mend", "network",
        "panel", "queue", "session", "shell", "sign_in", "store", "time",
    )
)  # fmt: skip
"""What the shell loads by itself, by the plain names under which modules import each other."""

CHAIR_SCRIPTS = tuple(f"infusions/chair/{name}.js" for name in ("keypad", "sheets", "hold", "card"))
"""Scripts of the session page that the shell starts when it has put the page's forms back."""

CHAIR_PARTS = tuple(f"infusions/chair/{name}.js" for name in ("clock", "range"))
"""What those scripts import, by the plain names under which they do."""

ANOTHER_PERSON = "Sign in as the person who made this entry: it is kept until then."


def envelope_of(request: ClinicRequest) -> Envelope:
    """Read what the tablet said about an entry; what cannot be read counts as not said."""
    sent = request.POST
    offset = _whole(sent, "offset_ms")
    sequence = _whole(sent, "sequence")
    return Envelope(
        pressed_at=_moment(sent, "pressed_at"),
        device_at=_moment(sent, "device_at"),
        offset_ms=offset if offset is not None and abs(offset) <= MAX_OFFSET_MS else None,
        device_id=_uuid(sent, "device"),
        sequence=sequence if sequence is not None and sequence >= 0 else None,
        person=sent.get("person", "")[:36],
    )


def moment_of(request: ClinicRequest) -> datetime:
    """Return what "now" means to a form: when the entry was made, or this moment."""
    return now_of(envelope_of(request), received_at=request.at)


def is_queued(request: ClinicRequest) -> bool:
    """Whether a tablet's queue sent this, not a page."""
    return "X-Offline-Queue" in request.headers


def chart(
    request: ClinicRequest,
    visit: InfusionSession,
    form: KeyedForm,
    act: Callable[..., Any],
    *,
    kind: str,
    said: str | Callable[[Any], str],
    **given: Any,
) -> HttpResponse | None:
    """Do once what a charting form asks for and keep its envelope; answer as `carry_out` does.

    To the queue the answer is JSON: 200 with what was done, 422 with the words of the refusal, 409
    when somebody else made the entry.
    """
    envelope = envelope_of(request)
    if envelope.person and envelope.person != request.actor.id:
        return JsonResponse({"words": [ANOTHER_PERSON]}, status=409)
    both = actions.stamped(act, session_id=visit.pk, kind=kind, envelope=envelope)
    done = carry_out(request, form, both, said=said, to=url_of(visit), **given)
    return answered(request, form, done)


def answered(
    request: ClinicRequest, form: KeyedForm, done: HttpResponse | None
) -> HttpResponse | None:
    """Turn an answer meant for a page into one for the queue, where the queue asks."""
    if not is_queued(request) or request.method != "POST":
        return done
    if done is None:
        return JsonResponse({"words": words_of(form)}, status=422)
    return JsonResponse({"words": [str(message) for message in get_messages(request)]})


def words_of(form: KeyedForm) -> list[str]:
    """Say what a form refused, each error with the name of its field."""
    said = []
    for name, errors in form.errors.items():
        label = form.fields[name].label if name in form.fields else ""
        said += [f"{label}: {error}" if label else str(error) for error in errors]
    return said


@ensure_csrf_cookie
@never_cache
def contact(request: ClinicRequest, patient_id: UUID, session_id: UUID) -> HttpResponse:
    """Say that the server is there, what its clock shows, and who is signed in."""
    visit = visit_of(request, patient_id, session_id)
    return JsonResponse(
        {
            "now": request.at.isoformat(),
            "person": request.actor.id,
            "name": request.actor.name,
            "state": visit.state,
        }
    )


@require_POST
@never_cache
def unlock(request: ClinicRequest) -> HttpResponse:
    """Give a tablet the key of what it keeps: derived anew for its id and this site, stored nowhere.

    So a tablet may forget its key when somebody signs out, and what it keeps is closed until somebody
    who may chart signs in again.
    """
    device_id = _uuid(request.POST, "device")
    if device_id is None:
        return JsonResponse({"words": ["Name the tablet."]}, status=422)
    value = f"{request.site_id}|{device_id}"
    secret = salted_hmac("serein.infusions.offline", value, algorithm="sha256").digest()
    return JsonResponse({"key": base64.b64encode(secret).decode("ascii")})


def shell(request: ClinicRequest) -> HttpResponse:
    """The page that the browser shows when the server is away. It holds no patient's data."""
    return render(
        request,
        "infusions/offline.html",
        {"modules": MODULES + CHAIR_PARTS, "chair_urls": " ".join(map(static, CHAIR_SCRIPTS))},
    )


def worker(request: ClinicRequest) -> HttpResponse:
    """The service worker: where the shell is, then the script itself."""
    facts = {
        "shell": reverse("infusions:offline_shell"),
        "signOut": reverse("account_logout"),
        "store": static("infusions/offline/store.js"),
    }
    body = (
        f"self.OFFLINE = {json.dumps(facts)};\n"
        f'importScripts("{static("infusions/offline/worker.js")}");\n'
    )
    response = HttpResponse(body, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


def _moment(sent: QueryDict, name: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(sent.get(name, ""))
    except ValueError:
        return None
    is_believable = found.tzinfo is not None and found.year in YEARS
    return found if is_believable else None


def _whole(sent: QueryDict, name: str) -> int | None:
    text = sent.get(name, "")
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) <= 15 else None


def _uuid(sent: QueryDict, name: str) -> UUID | None:
    try:
        return UUID(sent.get(name, ""))
    except ValueError:
        return None
