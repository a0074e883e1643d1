"""How fast the pharmacokinetic engine is: beside its peers, its error, and the machine's floor.

``python -m tests.bench.pharmacokinetics`` measures in one run, on one core, in processor time of
this process, the median of seven. Compilation and loading of models are left out, everything warm.
Peers do the same work on fewer people, scaled up, and are restarted at every change of the pump.
"""

from __future__ import annotations

import gc
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import expm

from pharmacokinetics import bands, cohort, course, library, march, pump_log
from pharmacokinetics.disposition import disposition
from pharmacokinetics.protocol import Protocol
from tests.bench import peers
from tests.bench.__main__ import ROOT, machine

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

REPEATS = 7
PEOPLE = 10_000
OUTPUTS = ("ketamine", "norketamine")
KAMP = library.model("KAMP2020")
DAY = pump_log.read("0:0.875; 12:0; 17:0.875; 35:1.1; 52:0")
DAY_TIMES = np.arange(0.0, 1441.0)
SERIES = Protocol(0.5, 40.0, (0.0, 2.0, 4.0, 7.0, 9.0, 11.0))


def series_times() -> Floats:
    """1,000 times over 14 days: every 2 minutes for 4 hours of each infusion, hourly between."""
    starts = np.array(SERIES.days) * 1440.0
    near = np.unique((starts[:, None] + np.arange(0.0, 241.0, 2.0)).ravel())
    far = np.setdiff1d(np.arange(0.0, 14 * 1440.0 + 1.0, 60.0), near)
    return np.union1d(near, far[np.linspace(0, far.size - 1, 1000 - near.size).astype(int)])


@dataclass(frozen=True, slots=True)
class Measured:
    """Processor seconds (the median) and what came out."""

    seconds: float
    found: object


def timed(act: Callable[[], object], repeats: int = REPEATS) -> Measured:
    """Do it once to warm up, then measure."""
    found = act()
    taken = []
    gc.collect()
    for _ in range(repeats):
        began = time.process_time()
        found = act()
        taken.append(time.process_time() - began)
    return Measured(statistics.median(taken), found)


def exact(person: peers.Person, log: pump_log.PumpLog, times: Floats) -> Floats:
    """The levels (T, 2) by SciPy's matrix exponential of the augmented system, one per interval."""
    matrix = np.zeros((6, 6))
    matrix[:5, :5], matrix[0, 5] = person.matrix, 1.0
    instants = np.union1d(log.minutes, times)
    amounts, found, carry = np.zeros(5), [], {}
    before = instants[0]
    for instant in instants:
        span, rate = instant - before, log.rate_at(before)
        if (span, rate) not in carry:
            matrix[0, 5] = rate
            carry[span, rate] = expm(matrix * span)
        amounts = (carry[span, rate] @ np.append(amounts, 1.0))[:5]
        before = instant
        if instant in times:
            found.append(amounts[[0, 3]] * person.per_mg)
    return np.array(found)


def report(name: str, seconds: float, unit: str, error: float | None, beside: float) -> None:
    """Print one row."""
    shown = f"{seconds * 1000:10.3f} ms" if unit == "ms" else f"{seconds:10.3f} s "
    wrong = "" if error is None else f"   max error {error:.0e} ng/mL"
    print(f"  {name:<54}{shown}  {seconds / beside:9.1f} ×{wrong}", flush=True)


def floor() -> float:
    """Measure the machine: fill 160 MB, and 1.3e8 multiply-adds. Return the latter."""
    from numba import njit

    @njit(fastmath={"contract"})
    def multiply_add(a: Floats, b: Floats, c: Floats, rounds: int) -> None:
        for _ in range(rounds):
            for i in range(a.size):
                a[i] = a[i] * b[i] + c[i]

    out = np.zeros((1000, 2, PEOPLE))
    fill = timed(lambda: out.fill(1.0)).seconds
    a, b, c = np.ones(1000), np.full(1000, 0.9), np.ones(1000)
    practical = timed(lambda: multiply_add(a, b, c, 130_000)).seconds
    print("\nFloor of this machine, one core")
    print(f"  fill 160 MB (hard floor of b)      {fill * 1000:.1f} ms")
    print(f"  1.3e8 multiply-adds (practical)    {practical * 1000:.1f} ms", flush=True)
    return practical


def one_day() -> None:
    """(a) One person, start, pause, resume, raise, stop: 24 h at one minute."""
    person = disposition(KAMP, weight_kg=70.0)
    truth = exact(peers.person(), DAY, DAY_TIMES)

    def ours() -> Floats:
        return course.levels(person, DAY, DAY_TIMES).levels_ng_per_ml[:2].T

    mine = timed(ours, 25)
    print("\n(a) one person, 24 h at 1 min, 1,441 points (aim: at most 1 ms)")
    report("Serein, NumPy", mine.seconds, "ms", np.abs(mine.found - truth).max(), mine.seconds)
    for name, run in peers.available().items():
        other = timed(lambda run=run: run(peers.person(), DAY, DAY_TIMES))
        report(name, other.seconds, "ms", np.abs(other.found - truth).max(), mine.seconds)


def chairside() -> None:
    """(c) The live band: people drawn before, levels and limits now."""
    group = bands.people(KAMP, weight_kg=70.0)
    times = np.arange(0.0, 241.0)
    mine = timed(lambda: bands.bands(group, DAY, times))
    size = group.responses.poles_per_min.shape[0]
    print(
        f"\n(c) chairside band, {size:,} draws × 241 min × 3 outputs, limits (aim: at most 30 ms)"
    )
    report("Serein, NumPy", mine.seconds, "ms", None, mine.seconds)


def people_of_series() -> cohort.Cohort:
    """The virtual people of (b)."""
    return cohort.recruit(KAMP, count=PEOPLE, weight_kg=70.0, outputs=OUTPUTS)


def many(practical: float) -> None:
    """(b) 10,000 people × 6 infusions × 1,000 times × 2 analytes."""
    times = series_times()
    plan = march.steps_of(SERIES.log_per_kg(), times)
    group = people_of_series()
    out = np.zeros((times.size, 2, PEOPLE))

    def levels(engine: march.Engine, of: march.Steps = plan) -> Floats:
        modes = (group.responses.poles_per_min, group.residues)
        for _ in march.blocks(*modes, of, scale=group.weight_kg, engine=engine, buffer=out):
            pass
        return out

    drawn = timed(people_of_series).seconds
    mine = timed(lambda: levels("numba"))
    mine_error = max(_error(group, out, index, times) for index in range(3))
    numpy_error = float(np.abs(levels("numpy").copy() - levels("numba")).max())
    print(
        f"\n(b) {PEOPLE:,} people × 6 infusions in 14 days × {times.size:,} times × 2 analytes: "
        f"2e7 values, 160 MB\n    (aim: within 4 × the practical floor, 100 × any ODE solver); "
        f"{plan.spans_min.size - 1} distinct intervals"
    )
    report("Serein, compiled: levels", mine.seconds, "s", mine_error, mine.seconds)
    whole = mine.seconds + drawn
    report("  with parameters → poles → residues", whole, "s", None, mine.seconds)
    print(
        f"  = {mine.seconds / practical:.1f} × the practical floor, {whole / practical:.1f} × whole"
    )
    print(f"  compiled against NumPy: greatest difference {numpy_error:.0e} ng/mL")
    report("Serein, NumPy: levels", timed(lambda: levels("numpy")).seconds, "s", None, mine.seconds)
    limits = timed(lambda: cohort.run(group, plan, times, engine="numba")).seconds
    report("Serein, compiled, with 5/50/95 % of every point", limits, "s", None, mine.seconds)
    odd = np.sort(np.random.default_rng(1).uniform(0.0, 14 * 1440.0, 1000))
    apart = march.steps_of(SERIES.log_per_kg(), odd)
    uneven = timed(lambda: levels("numba", apart)).seconds
    report("Serein, compiled, every interval different", uneven, "s", None, mine.seconds)
    _peers_on_series(group, times, mine.seconds)


def _error(group: cohort.Cohort, out: Floats, index: int, times: Floats) -> float:
    truth = exact(peers.virtual(group, index), SERIES.log_per_kg(), times)
    return float(np.abs(out[:, :, index] - truth * group.weight_kg[index]).max())


def _peers_on_series(group: cohort.Cohort, times: Floats, ours: float) -> None:
    for name, run in peers.available().items():
        count = peers.COUNTS.get(name, peers.FEWEST)
        crowd = [peers.virtual(group, index) for index in range(count)]
        log = pump_log.PumpLog(
            minutes=SERIES.log_per_kg().minutes,
            rates_mg_per_min=SERIES.log_per_kg().rates_mg_per_min * 70.0,
            boluses_mg=SERIES.log_per_kg().boluses_mg,
        )
        done = timed(lambda r=run, c=crowd, g=log: [r(one, g, times) for one in c])
        truth = [exact(one, log, times) for one in crowd]
        pairs = zip(done.found, truth, strict=True)
        error = max(float(np.abs(found - right).max()) for found, right in pairs)
        seconds = done.seconds * PEOPLE / count
        report(f"{name} ({count} people, scaled)", seconds, "s", error, ours)


def growth() -> None:
    """(d) The work of (b) with limits, each size in a process of its own."""
    print("\n(d) growth of (b) with 5/50/95 % of every point, level buffer 128 MiB", flush=True)
    for size in (1_000, 10_000, 100_000):
        command = [sys.executable, "-m", "tests.bench.pharmacokinetics", str(size)]
        subprocess.run(command, cwd=ROOT, check=True)


def peak_mib() -> float:
    """The most memory this process has held, of itself and not of the one that started it."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(float(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def grown(size: int) -> None:
    """Measure one size and print the peak of memory of this process."""
    times = series_times()
    plan = march.steps_of(SERIES.log_per_kg(), times)
    small = cohort.recruit(KAMP, count=64, weight_kg=70.0, outputs=OUTPUTS)
    cohort.run(small, plan, times, engine="numba")
    base = peak_mib()

    def work() -> object:
        group = cohort.recruit(KAMP, count=size, weight_kg=70.0, outputs=OUTPUTS)
        return cohort.run(group, plan, times, engine="numba")

    taken = timed(work, REPEATS if size <= PEOPLE else 1).seconds
    peak = peak_mib()
    values = size * times.size * 2 * 8 / 2**20
    print(
        f"  {size:>7,} people: {taken:7.3f} s, {taken / size * 1e6:5.1f} µs a person, peak "
        f"{peak:5.0f} MiB ({base:.0f} before), all levels at once would be {values:,.0f} MiB",
        flush=True,
    )


def main() -> int:
    """Measure everything in one run."""
    print(f"Pharmacokinetics, processor time, median of {REPEATS} or more, on {machine()}")
    print(f"Peers: {peers.versions()}", flush=True)
    practical = floor()
    one_day()
    many(practical)
    chairside()
    growth()
    return 0


if __name__ == "__main__":
    if len(sys.argv) > 1:
        grown(int(sys.argv[1]))
        sys.exit(0)
    sys.exit(main())
