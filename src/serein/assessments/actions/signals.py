"""An answer that must reach a clinician now opens its safety task where it is saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from serein.assessments import rules
from serein.audit.actions import derived_key
from serein.safety import actions as safety
from serein.safety.rules import level_for_item_9

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from serein.assessments.models import Response
    from serein.core.actors import Actor


def open_task_for_answer(
    *, key: UUID, by: Actor, at: datetime, response: Response, value: int, where: str
) -> None:
    """Open the task that this answer calls for, in the transaction that saves the answer."""
    form = rules.instrument(response.instrument_code)
    level = level_for_item_9(value)
    if form.signal is None or level is None:
        return
    safety.open_task(
        key=derived_key(key, form.signal.code),
        by=by,
        at=at,
        patient_id=response.patient_id,
        level=level.value,
        code=form.signal.code,
        because=(
            f"{form.short_title} item {form.signal.item} answered {value} "
            f"({form.label_for(value)}), {where}."
        ),
    )


def open_task_for_safety(
    *, key: UUID, by: Actor, at: datetime, response: Response, answer: rules.SafeNow
) -> None:
    """Open the task of somebody who did not say yes to being safe right now."""
    safety.open_task(
        key=derived_key(key, "not-safe-now"),
        by=by,
        at=at,
        patient_id=response.patient_id,
        level="s3",
        code="not-safe-now",
        because=f"Asked “Are you safe right now?”: “{rules.SAFE_NOW_WORDS[answer]}”.",
    )
