"""What happens to messages. Each action is atomic, audited and happens once per key."""

from __future__ import annotations

from serein.messaging.actions.delivery import (
    Tally,
    answer_for_attempt,
    claim,
    deliver_due,
    lose_sight,
)
from serein.messaging.actions.guests import name_guest, reach_guest
from serein.messaging.actions.people import (
    called_instead,
    choose_channel,
    close_feed,
    open_feed,
    try_again,
    use_answer,
)
from serein.messaging.actions.queueing import queue, send_invite, void_messages

__all__ = [
    "Tally",
    "answer_for_attempt",
    "called_instead",
    "choose_channel",
    "claim",
    "close_feed",
    "deliver_due",
    "lose_sight",
    "name_guest",
    "open_feed",
    "queue",
    "reach_guest",
    "send_invite",
    "try_again",
    "use_answer",
    "void_messages",
]
