"""Django's SQLite backend, in which the threads of one process write in turn.

SQLite lets one connection write at a time and makes the others ask again after sleeps that grow to
100 ms, whoever came first. Eight nurses saving at once then wait for the sleeps, not for the disk.
Here a thread waits for its turn at a lock, which is handed over at once; between processes SQLite's
own lock still decides.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from typing import Any

from django.db.backends.sqlite3 import base

_turns: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that takes its turn before ``BEGIN IMMEDIATE`` and gives it up at the end."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._turn: threading.Lock | None = None

    def _start_transaction_under_autocommit(self) -> None:
        self._take_turn()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._give_up_turn()
            raise

    def _commit(self) -> None:
        # A commit that fails leaves the transaction open; the rollback that follows ends the turn.
        super()._commit()  # type: ignore[misc]
        self._give_up_turn()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._give_up_turn()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self._give_up_turn()

    def _take_turn(self) -> None:
        if self._turn is not None:
            return
        turn = _turns[str(self.settings_dict["NAME"])]
        # Whoever waits longer than SQLite would is left to SQLite, which says "database is locked".
        if turn.acquire(timeout=self.settings_dict["OPTIONS"].get("timeout", 5.0)):
            self._turn = turn

    def _give_up_turn(self) -> None:
        turn, self._turn = self._turn, None
        if turn is not None:
            turn.release()
