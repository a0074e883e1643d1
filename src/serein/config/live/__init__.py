"""Changes reach every open page by server-sent events."""

from __future__ import annotations

from serein.config.live.stream import changes

__all__ = ["changes"]
