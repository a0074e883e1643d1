"""Work that waits for no page: once a minute a task is queued, and a worker sends what is due.

The outbox itself is the truth; a task only says "look now". A task that is lost costs a minute.
"""

from __future__ import annotations

import logging
import threading
import uuid
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone
from django_tasks import task
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from serein.messaging.actions.delivery import deliver_due

if TYPE_CHECKING:
    from datetime import datetime

log = logging.getLogger("serein.messages")

LOOK_EVERY_SECONDS = 5.0
REST_SECONDS = 5.0


@task
def deliver() -> dict[str, int]:
    """Send what is due. The worker's own edge: here the clock is read."""
    tally = deliver_due(clock=timezone.now)  # noqa: TID251 - a worker has no request
    return {"sent": tally.sent, "failed": tally.failed, "unsure": tally.unsure}


def enqueue_delivery() -> bool:
    """Queue one task, unless one waits already: without a worker they would pile up."""
    if DBTaskResult.objects.ready().filter(task_path=deliver.module_path).exists():
        return False
    deliver.enqueue()
    return True


def forget_tasks(before: datetime) -> int:
    """Delete finished tasks that were queued before a moment; return how many."""
    deleted, _ = DBTaskResult.objects.finished().filter(enqueued_at__lt=before).delete()
    return deleted


class Background:
    """A worker in a thread of the server: it ends with the process, whatever ends that."""

    def __init__(self) -> None:
        self._worker: Any = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="messages", daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def stop(self, *, patience_seconds: float = 3.0) -> None:
        """Take no new task, and wait a little for the one that is running."""
        self._stopping.set()
        if self._worker is not None:
            self._worker.running = False
        self._thread.join(patience_seconds)

    def _run(self) -> None:
        while not self._stopping.is_set():
            close_old_connections()
            self._worker = new_worker()
            try:
                self._worker.run()
            except DatabaseError:
                log.exception("the worker rests")
                self._stopping.wait(REST_SECONDS)
        connection.close()


def new_worker(*, is_batch: bool = False) -> Any:
    """Return a worker of the default queue; ``is_batch`` ends when nothing waits."""
    return Worker(
        queue_names=["default"],
        interval=LOOK_EVERY_SECONDS,
        batch=is_batch,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=uuid.uuid4().hex,
        excluded_queue_names=[],
    )
