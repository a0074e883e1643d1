"""Which SQLite is used, and how it is told to keep what it acknowledged.

SQLite 3.7.0 to 3.51.2 can corrupt a database in WAL mode when a checkpoint meets a reset of the
log; 3.51.3 mends it. So WAL is used on 3.51.3 or newer only, else a rollback journal with
``synchronous=EXTRA``, which survived every power cut in the measurements behind
``docs/decisions/0002-sqlite-that-keeps-its-word.md``.
"""

from __future__ import annotations

import importlib
import sys

SOUND_FOR_WAL = (3, 51, 3)


def use_newest() -> tuple[int, int, int]:
    """Put the newer of the installed SQLite libraries in the place of ``sqlite3``.

    Must run before Django loads its database backend. Returns the version in use.
    """
    try:
        newer = importlib.import_module("pysqlite3")
    except ImportError:
        newer = None
    standard = importlib.import_module("sqlite3")
    if newer is not None and newer.sqlite_version_info > standard.sqlite_version_info:
        sys.modules["sqlite3"] = newer
        sys.modules["sqlite3.dbapi2"] = importlib.import_module("pysqlite3.dbapi2")
        standard = newer
    major, minor, patch = standard.sqlite_version_info
    return major, minor, patch


def pragmas(version: tuple[int, int, int]) -> dict[str, str]:
    """Return the journal mode and the synchronous level that are safe on this version."""
    if version >= SOUND_FOR_WAL:
        return {"journal_mode": "WAL", "synchronous": "FULL"}
    return {"journal_mode": "DELETE", "synchronous": "EXTRA"}
