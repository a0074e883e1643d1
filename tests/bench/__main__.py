"""``make bench``: measures and names the machine; ``scripts/bench clinic`` measures one part.

The clinic is measured on SQLite and on PostgreSQL. Each engine is measured in a process of its own over a database made for it: one patient with 500
sessions, a day with 30 patients, 10,000 patients to search. Pages are asked of a real server.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.postgres import server

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]


def machine() -> str:
    """Say on what this is measured."""
    cpu = "unknown processor"
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [
            line.split(":", 1)[1].strip()
            for line in info.read_text().splitlines()
            if line.startswith("model name")
        ]
        cpu = f"{names[0]} × {len(names)}" if names else cpu
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = os.getloadavg()[0]
    return (
        f"{cpu}, {memory:.0f} GiB, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, load {load:.1f}"
    )


def measure(**environment: str) -> int:
    """Run the measurements in a process of their own."""
    with tempfile.TemporaryDirectory(prefix="serein-bench-") as folder:
        settings = {
            "SEREIN_DATA_DIR": folder,
            "SEREIN_SECOND_FACTOR": "false",
            "SEREIN_LOG_LEVEL": "CRITICAL",
            "SEREIN_STATICFILES": "django.contrib.staticfiles.storage.StaticFilesStorage",
        }
        command = [sys.executable, "-m", "tests.bench.measure"]
        return subprocess.run(
            command, cwd=ROOT, env={**os.environ, **settings, **environment}, check=False
        ).returncode


def clinic() -> int:
    """Measure the clinic's pages on both engines."""
    os.environ.pop("DATABASE_URL", None)
    wrong = measure()
    with server() as address:
        return wrong | measure(DATABASE_URL=address)


def module(name: str) -> int:
    """Run one of the other benchmarks in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", f"tests.bench.{name}"], cwd=ROOT, check=False
    ).returncode


PARTS: dict[str, Callable[[], int]] = {
    "clinic": clinic,
    "pharmacokinetics": lambda: module("pharmacokinetics"),
    "scheduling": lambda: module("scheduling_engine") | module("scheduling_book"),
    "bedside": lambda: module("bedside") | module("feed") | module("live"),
}


def main() -> int:
    """Measure everything, or the parts that are named."""
    wanted = sys.argv[1:] or list(PARTS)
    unknown = [name for name in wanted if name not in PARTS]
    if unknown:
        print(f"Choose from: {' '.join(PARTS)}.", file=sys.stderr)
        return 2
    print(f"Measured on {machine()}", flush=True)
    wrong = 0
    for name in wanted:
        print(f"\n== {name}", flush=True)
        wrong |= PARTS[name]()
    return wrong


if __name__ == "__main__":
    sys.exit(main())
