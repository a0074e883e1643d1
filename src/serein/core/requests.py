"""The request after the middleware, as far as the core knows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest

if TYPE_CHECKING:
    from datetime import datetime

    from serein.core.actors import Actor


class ActorRequest(HttpRequest):
    """A request that knows who asks, and the one reading of the clock that serves it."""

    at: datetime
    actor: Actor
