from __future__ import annotations

from serein.safety.views.side_effects import side_effect, side_effects
from serein.safety.views.tasks import acknowledge, close, log_attempt, task, tasks

__all__ = [
    "acknowledge",
    "close",
    "log_attempt",
    "side_effect",
    "side_effects",
    "task",
    "tasks",
]
