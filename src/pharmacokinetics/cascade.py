"""A model as products: every output is gain·Π(s + zero)/Π(s + pole).

    ketamine      (1000/V1)·Π(s + kj1) / Π(s + λi)
    metabolite    what the parent eliminates · fraction · (k/(s + k))ⁿ · (1000/VN1)·(s + kn21)/Π(s + μj)
    effect site   ketamine · ke0/(s + ke0)

in ng/mL per mg given at once. A molar model carries ketamine equivalents: its metabolites are
multiplied by the ratio of molar masses.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pharmacokinetics import poles as roots
from pharmacokinetics import units
from pharmacokinetics.library import Compartments, Link, Model
from pharmacokinetics.rates import Rates

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Product:
    """gain·Π(s + zero)/Π(s + pole): gain and zeros (N,) or (), poles as positions in one list."""

    gain: Array
    zeros: tuple[Array, ...]
    poles: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Cascade:
    """The poles (1/min) of a model, each (N,) or (), and the product of each output in order."""

    poles: list[Array]
    products: list[Product]


@dataclass(frozen=True, slots=True)
class _Amount:
    """The amount in one central compartment per mg given, with what its peripherals add."""

    product: Product
    returns: dict[int, Array]
    leaving: Array


def cascade(model: Model, rates: Rates, *, spread: float = 0.0) -> Cascade:
    """The products of every output of a model.

    spread: relative distance by which the equal poles of a transit chain are set apart (their
    product stays in the gain, so areas stay exact); 0 keeps them equal.
    """
    found: list[Array] = []
    amounts: dict[str, _Amount] = {}
    levels: dict[str, Product] = {}
    for block in model.compartments:
        fed = _fed(block, rates, amounts, found, spread)
        amounts[block.analyte] = _amount(block, rates, fed, found)
        levels[block.analyte] = _level(block, rates, amounts[block.analyte].product)
    products = list(levels.values())
    products += [_delayed(link, rates, levels[link.analyte], found) for link in model.links]
    return Cascade(found, products)


def _amount(block: Compartments, rates: Rates, fed: Product, found: list[Array]) -> _Amount:
    leaving = rates[f"{block.prefix}10"]
    sunk = leaving
    outward, inward, loss = [], [], []
    returns: dict[int, Array] = {}
    for number, one in enumerate(block.peripherals, start=2):
        out, back = rates[f"{block.prefix}1{number}"], rates[f"{block.prefix}{number}1"]
        gone = sum((rates[name] for name in one.loss), start=np.zeros(()))
        if not np.any(out):
            continue
        if not np.any(back + gone):
            sunk = sunk + out
            continue
        returns[number] = back + gone
        outward.append(out)
        inward.append(back)
        loss.append(gone)
    own = _added(found, roots.mammillary(sunk, outward, inward, loss))
    product = Product(fed.gain, (*fed.zeros, *returns.values()), (*fed.poles, *own))
    return _Amount(product, returns, leaving)


def _fed(
    block: Compartments,
    rates: Rates,
    amounts: dict[str, _Amount],
    found: list[Array],
    spread: float,
) -> Product:
    """What flows into a block: the pump, or what its parent turns into it."""
    if block.formed_from is None:
        return Product(np.ones(()), (), ())
    parent = amounts[block.formed_from]
    gain, zeros = parent.product.gain, parent.product.zeros
    if block.formed_in is None or block.formed_by is None:
        gain = gain * parent.leaving
    elif block.formed_in in parent.returns:
        gain = gain * rates[f"k1{block.formed_in}"] * rates[block.formed_by]
        zeros = tuple(one for one in zeros if one is not parent.returns[block.formed_in])
    else:
        gain = gain * 0.0
    if block.fraction is not None:
        gain = gain * rates[block.fraction]
    stages: tuple[int, ...] = ()
    if block.transit_rate_constant is not None:
        rate = rates[block.transit_rate_constant]
        apart = np.linspace(-spread, spread, block.transit_stages)
        chain = [rate * (1.0 + shift) for shift in apart]
        for one in chain:
            gain = gain * one
        stages = _added(found, chain)
    return Product(gain, zeros, (*parent.product.poles, *stages))


def _level(block: Compartments, rates: Rates, amount: Product) -> Product:
    scale = units.NG_PER_ML_PER_MG_PER_L
    if block.molar:
        masses = units.MOLAR_MASS_G_PER_MOL
        scale = scale * masses[block.analyte] / masses["ketamine"]
    return Product(amount.gain * scale / rates[block.volume], amount.zeros, amount.poles)


def _delayed(link: Link, rates: Rates, level: Product, found: list[Array]) -> Product:
    rate = rates[link.rate_constant]
    return Product(level.gain * rate, level.zeros, (*level.poles, *_added(found, [rate])))


def _added(found: list[Array], more: list[Array]) -> tuple[int, ...]:
    start = len(found)
    found.extend(more)
    return tuple(range(start, len(found)))
