"""Threads of one process write to SQLite in turn, and give the turn up however a write ends."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, OperationalError, connections, transaction

from serein.config.in_turn.base import DatabaseWrapper

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ALIAS = "book"


class Book:
    """One SQLite file; every thread that opens it has a connection of its own."""

    def __init__(self, path: Path) -> None:
        self.settings: dict[str, Any] = deepcopy(connections.settings["default"])
        self.settings |= {"NAME": path, "CONN_MAX_AGE": None}
        self.settings["OPTIONS"] = {"transaction_mode": "IMMEDIATE", "timeout": 0.3}

    @contextmanager
    def opened(self) -> Iterator[DatabaseWrapper]:
        """A connection for this thread."""
        connection = DatabaseWrapper(self.settings, alias=ALIAS)
        connections[ALIAS] = connection
        try:
            yield connection
        finally:
            connection.close()
            del connections[ALIAS]

    def write(self, line: int) -> None:
        """Write one line in a transaction of its own."""
        with self.opened() as connection, transaction.atomic(using=ALIAS):
            insert(connection, line)

    def lines(self) -> list[int]:
        """Read what was kept."""
        with self.opened() as connection, connection.cursor() as cursor:
            cursor.execute("SELECT line FROM page ORDER BY line")
            return [row[0] for row in cursor.fetchall()]


def insert(connection: DatabaseWrapper, line: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO page VALUES (%s)", [line])


@pytest.fixture
def book(tmp_path: Path, django_db_blocker: Any) -> Iterator[Book]:
    """A book with one empty page."""
    with django_db_blocker.unblock():
        made = Book(tmp_path / "book.sqlite3")
        with made.opened() as connection, connection.cursor() as cursor:
            cursor.execute("CREATE TABLE page (line INTEGER UNIQUE)")
        yield made


def test_a_second_writer_waits_for_the_first_to_commit(book: Book) -> None:
    second = threading.Thread(target=book.write, args=[2])
    with book.opened() as connection, transaction.atomic(using=ALIAS):
        insert(connection, 1)
        second.start()
        second.join(timeout=0.05)
        assert second.is_alive()
    second.join(timeout=5)
    assert book.lines() == [1, 2]


def test_sixteen_writers_all_get_their_turn(book: Book) -> None:
    writers = [threading.Thread(target=book.write, args=[line]) for line in range(16)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(timeout=10)
    assert book.lines() == list(range(16))


def test_a_refused_write_gives_its_turn_up(book: Book) -> None:
    book.write(1)
    with pytest.raises(IntegrityError):
        book.write(1)
    book.write(2)
    assert book.lines() == [1, 2]


def test_a_connection_closed_in_the_middle_gives_its_turn_up(book: Book) -> None:
    def leave() -> None:
        with book.opened() as connection:
            connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
            insert(connection, 1)

    leaving = threading.Thread(target=leave)
    leaving.start()
    leaving.join(timeout=5)
    book.write(2)
    assert book.lines() == [2]


def test_who_waits_too_long_is_told_that_the_database_is_locked(book: Book) -> None:
    told: list[str] = []

    def impatient() -> None:
        try:
            book.write(2)
        except OperationalError as locked:
            told.append(str(locked))

    waiting = threading.Thread(target=impatient)
    with book.opened() as connection, transaction.atomic(using=ALIAS):
        insert(connection, 1)
        waiting.start()
        waiting.join(timeout=10)
    assert told == ["database is locked"]
    book.write(3)
    assert book.lines() == [1, 3]
