"""The peers of the pharmacokinetic engine: general solvers of differential equations.

Each takes a person (the five amounts of KAMP2020 with norketamine), a pump log and times, and gives
ketamine and norketamine in ng/mL, (T, 2). All but the naive one are restarted at every change of
the pump, with relative tolerance 1e-8 and absolute tolerance 1e-10 mg.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import scipy
from scipy.integrate import odeint, solve_ivp

from pharmacokinetics import library
from pharmacokinetics.population import effects_of
from pharmacokinetics.rates import rate_constants

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from pharmacokinetics.cohort import Cohort
    from pharmacokinetics.pump_log import PumpLog

    Floats = NDArray[np.float64]
    Solver = Callable[["Person", PumpLog, Floats], Floats]

RELATIVE, ABSOLUTE = 1e-8, 1e-10
NAMES = ("k10", "k12", "k21", "k13", "k31", "kn10", "kn12", "kn21")
COUNTS = {"SciPy odeint": 8, "SciPy solve_ivp LSODA": 3, "libroadrunner CVODE": 8}
COUNTS["numbalsoda LSODA"] = 50
"""How many people each peer runs in (b); any other runs ``FEWEST``."""

FEWEST = 2


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    """Rate constants (8,) per minute, ng/mL per mg (2,), and the matrix of the amounts (5, 5)."""

    rates: dict[str, float]
    per_mg: Floats

    @property
    def matrix(self) -> Floats:
        """dA/dt = matrix · A + rate in the first amount."""
        k = self.rates
        matrix = np.zeros((5, 5))
        matrix[0] = [-(k["k10"] + k["k12"] + k["k13"]), k["k21"], k["k31"], 0.0, 0.0]
        matrix[1, :2] = k["k12"], -k["k21"]
        matrix[2, 0], matrix[2, 2] = k["k13"], -k["k31"]
        matrix[3, 0], matrix[3, 3:] = k["k10"], (-(k["kn10"] + k["kn12"]), k["kn21"])
        matrix[4, 3:] = k["kn12"], -k["kn21"]
        return matrix


def person(factors: dict[str, float] | None = None) -> Person:
    """A person of 70 kg."""
    found = rate_constants(library.model("KAMP2020"), weight_kg=70.0, factors=factors)
    volumes = np.array([float(found["v1"]), float(found["vn1"])])
    return Person({name: float(found[name]) for name in NAMES}, 1000.0 / volumes)


def virtual(group: Cohort, index: int) -> Person:
    """One of the virtual people of a cohort of 70 kg."""
    effects = effects_of(group.model)
    eta = effects.draw(group.weight_kg.size)[index]
    return person(dict(zip(effects.names, np.exp(eta).tolist(), strict=True)))


def stretches(log: PumpLog, times: Floats) -> Iterator[tuple[float, Floats, float]]:
    """Stretches of constant rate: where each starts, its times, the rate."""
    edges = np.append(log.minutes, np.inf)
    for start, stop in pairwise(edges):
        inside = times[(times > start) & (times <= stop)]
        end = [stop] if np.isfinite(stop) and stop not in inside else []
        yield start, np.concatenate([inside, end]), log.rate_at(start)


def restarted(
    solve: Callable[[Floats, float, Floats, float], Floats],
    one: Person,
    log: PumpLog,
    times: Floats,
) -> Floats:
    """Run a solver from stretch to stretch; before the first entry there is nothing."""
    amounts = np.zeros(5)
    found = [np.zeros((int((times <= log.minutes[0]).sum()), 5))]
    for start, stops, rate in stretches(log, times):
        if stops.size:
            path = solve(amounts, start, stops, rate)
            amounts = path[-1]
            found.append(path[np.isin(stops, times)])
    return np.concatenate(found)[:, [0, 3]] * one.per_mg


def by_odeint(one: Person, log: PumpLog, times: Floats) -> Floats:
    """SciPy's odeint: LSODA in Fortran, the equations in Python."""
    matrix = one.matrix

    def solve(amounts: Floats, start: float, stops: Floats, rate: float) -> Floats:
        given = np.array([rate, 0.0, 0.0, 0.0, 0.0])
        points = np.concatenate([[start], stops])
        path = odeint(
            lambda a, _t: matrix @ a + given,
            amounts,
            points,
            Dfun=lambda _a, _t: matrix,
            rtol=RELATIVE,
            atol=ABSOLUTE,
            mxstep=10_000,
        )
        return path[1:]

    return restarted(solve, one, log, times)


def by_solve_ivp(one: Person, log: PumpLog, times: Floats) -> Floats:
    """SciPy's solve_ivp with LSODA."""
    matrix = one.matrix

    def solve(amounts: Floats, start: float, stops: Floats, rate: float) -> Floats:
        given = np.array([rate, 0.0, 0.0, 0.0, 0.0])
        return solve_ivp(
            lambda _t, a: matrix @ a + given,
            (start, stops[-1]),
            amounts,
            method="LSODA",
            t_eval=stops,
            jac=lambda _t, _a: matrix,
            rtol=RELATIVE,
            atol=ABSOLUTE,
        ).y.T

    return restarted(solve, one, log, times)


def naively(one: Person, log: PumpLog, times: Floats) -> Floats:
    """solve_ivp as it comes, in one call, the pump looked up inside: it steps over a pause."""
    matrix, unit = one.matrix, np.array([1.0, 0.0, 0.0, 0.0, 0.0])
    found = solve_ivp(
        lambda t, a: matrix @ a + log.rate_at(t) * unit,
        (times[0], times[-1]),
        np.zeros(5),
        t_eval=times,
    )
    return found.y[[0, 3]].T * one.per_mg


SPECIES = ("A1", "A2", "A3", "N1", "N2")
FLOWS = (
    ("", "A1", "rate"),
    ("A1", "A2", "k12*A1"),
    ("A2", "A1", "k21*A2"),
    ("A1", "A3", "k13*A1"),
    ("A3", "A1", "k31*A3"),
    ("A1", "N1", "k10*A1"),
    ("N1", "N2", "kn12*N1"),
    ("N2", "N1", "kn21*N2"),
    ("N1", "", "kn10*N1"),
)


def sbml() -> str:
    """The same equations as SBML, level 3 version 1."""
    species = "".join(
        f'<species id="{name}" compartment="body" initialAmount="0" constant="false" '
        'hasOnlySubstanceUnits="true" boundaryCondition="false"/>'
        for name in SPECIES
    )
    parameters = "".join(
        f'<parameter id="{name}" value="0" constant="false"/>' for name in (*NAMES, "rate")
    )
    flows = "".join(
        f'<reaction id="flow{number}" reversible="false" fast="false">'
        f"{_side('Reactants', source)}{_side('Products', target)}"
        f"<kineticLaw>{_law(law)}</kineticLaw></reaction>"
        for number, (source, target, law) in enumerate(FLOWS)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<sbml xmlns="http://www.sbml.org/sbml/level3/version1/core" level="3" version="1">'
        '<model id="ketamine"><listOfCompartments><compartment id="body" size="1" '
        'constant="true" spatialDimensions="3"/></listOfCompartments>'
        f"<listOfSpecies>{species}</listOfSpecies>"
        f"<listOfParameters>{parameters}</listOfParameters>"
        f"<listOfReactions>{flows}</listOfReactions></model></sbml>"
    )


def _side(name: str, species: str) -> str:
    if not species:
        return ""
    one = f'<speciesReference species="{species}" stoichiometry="1" constant="true"/>'
    return f"<listOf{name}>{one}</listOf{name}>"


def _law(law: str) -> str:
    words = "".join(f"<ci> {name} </ci>" for name in law.split("*"))
    inner = f"<apply><times/>{words}</apply>" if "*" in law else words
    return f'<math xmlns="http://www.w3.org/1998/Math/MathML">{inner}</math>'


@cache
def _runner() -> object:
    roadrunner = importlib.import_module("roadrunner")
    runner = roadrunner.RoadRunner(sbml())
    runner.integrator.relative_tolerance = RELATIVE
    runner.integrator.absolute_tolerance = ABSOLUTE
    runner.timeCourseSelections = list(SPECIES)
    return runner


def by_roadrunner(one: Person, log: PumpLog, times: Floats) -> Floats:
    """libroadrunner: the model compiled by LLVM, CVODE of SUNDIALS."""
    runner = _runner()
    runner.resetAll()
    for name, value in one.rates.items():
        runner[name] = value

    def solve(_amounts: Floats, start: float, stops: Floats, rate: float) -> Floats:
        runner["rate"] = rate
        return np.array(runner.simulate(times=[start, *stops]))[1:]

    return restarted(solve, one, log, times)


@cache
def _compiled() -> tuple[Callable[..., tuple[Floats, bool]], int]:
    """numbalsoda's solver and the address of the equations, compiled: data = matrix, rate."""
    from numba import carray, cfunc

    numbalsoda = importlib.import_module("numbalsoda")

    @cfunc(numbalsoda.lsoda_sig)
    def slopes(_t, amounts, change, data):  # type: ignore[no-untyped-def]
        a, d, p = carray(amounts, (5,)), carray(change, (5,)), carray(data, (26,))
        for i in range(5):
            d[i] = 0.0
            for j in range(5):
                d[i] += p[5 * i + j] * a[j]
        d[0] += p[25]

    return numbalsoda.lsoda, slopes.address


def by_numbalsoda(one: Person, log: PumpLog, times: Floats) -> Floats:
    """numbalsoda: LSODA and the equations both compiled."""
    lsoda, address = _compiled()
    matrix = one.matrix.ravel()

    def solve(amounts: Floats, start: float, stops: Floats, rate: float) -> Floats:
        data = np.append(matrix, rate)
        points = np.concatenate([[start], stops])
        path, _ = lsoda(address, amounts, points, data=data, rtol=RELATIVE, atol=ABSOLUTE)
        return path[1:]

    return restarted(solve, one, log, times)


def available() -> dict[str, Solver]:
    """The peers that can be imported here."""
    found: dict[str, Solver] = {
        "SciPy odeint": by_odeint,
        "SciPy solve_ivp LSODA": by_solve_ivp,
        "SciPy solve_ivp defaults, one call": naively,
    }
    if version("roadrunner"):
        found["libroadrunner CVODE"] = by_roadrunner
    if version("numbalsoda"):
        found["numbalsoda LSODA"] = by_numbalsoda
    return found


def version(name: str) -> str:
    """The version of a package, or nothing."""
    try:
        module = importlib.import_module(name)
    except ImportError:
        return ""
    return str(getattr(module, "__version__", "installed"))


def versions() -> str:
    """Every peer with its version, or that it is not here."""
    absent = "not here (build it: it needs a Fortran compiler where it has no wheel)"
    parts = [f"SciPy {scipy.__version__}"]
    parts += [f"libroadrunner {version('roadrunner') or 'not here (install the group “peers”)'}"]
    parts += [f"numbalsoda {version('numbalsoda') or absent}"]
    return ", ".join(parts)
