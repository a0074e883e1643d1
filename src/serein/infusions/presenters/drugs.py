"""The standing orders as rows to press, and the drugs given as lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from serein.core.quantities import shown
from serein.infusions.rules.rescue import ROUTES, standing_orders

if TYPE_CHECKING:
    from serein.infusions.forms import DrugForm
    from serein.infusions.queries import RescueFact


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One order with one route: the value that is sent, and what a nurse reads before pressing."""

    value: str
    drug: str
    route: str
    indication: str
    limits: str
    first: str
    usual: str
    unit: str
    source: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class OrderSheet:
    title: str
    version: str
    source: str
    set_by: str
    rows: tuple[OrderRow, ...]


def order_rows(form: DrugForm, phase: str) -> OrderSheet:
    """List the standing orders that hold in a phase (pre, during, post), each route by itself."""
    orders = standing_orders()
    chosen = form["order"].value()
    return OrderSheet(
        title=orders.title,
        version=orders.version,
        source=orders.source,
        set_by=orders.set_by,
        rows=tuple(
            OrderRow(
                value=f"{order.code} {route}",
                drug=order.drug,
                route=ROUTES[route],
                indication=order.indication,
                limits=order.limits,
                first=order.first,
                usual=shown(order.usual),
                unit=order.unit,
                source=order.source,
                is_chosen=chosen == f"{order.code} {route}",
            )
            for order in orders.orders
            if phase in order.phases
            for route in order.routes
        ),
    )


def drug_words(fact: RescueFact) -> str:
    """A drug as it is read aloud: ``Ondansetron 4 mg IV, nausea``."""
    route = ROUTES.get(fact.route, fact.route)
    return f"{fact.drug} {shown(fact.dose, fact.unit)} {route}: {fact.reason}"
