"""What people can do with a treatment plan."""

from __future__ import annotations

from serein.plans.actions.plans import (
    book_series,
    change_plan,
    complete_plan,
    draft_plan,
    sign_plan,
    stop_plan,
)

__all__ = [
    "book_series",
    "change_plan",
    "complete_plan",
    "draft_plan",
    "sign_plan",
    "stop_plan",
]
