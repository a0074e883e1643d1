"""A lifecycle as a table: what may follow what."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Generic, TypeVar

from serein.core.errors import MoveNotAllowed

State = TypeVar("State", bound=StrEnum)
Move = TypeVar("Move", bound=StrEnum)


class StateTable(Generic[State, Move]):
    """The moves of one lifecycle. ``docs/states.md`` is generated from these tables."""

    def __init__(self, name: str, start: State, moves: Mapping[tuple[State, Move], State]) -> None:
        self.name = name
        self.start = start
        self.moves = dict(moves)

    def after(self, state: State, move: Move) -> State:
        """Return the state that follows.

        :raises MoveNotAllowed: when the table has no such move
        """
        try:
            return self.moves[(state, move)]
        except KeyError:
            words = move.value.replace("_", " ")
            place = str(state.value).replace("_", " ")
            raise MoveNotAllowed(
                f"Reload the page: “{words}” is not possible while this is {place}."
            ) from None

    def moves_from(self, state: State) -> tuple[Move, ...]:
        """List the moves that are possible from a state, in the table's order."""
        return tuple(move for (at, move) in self.moves if at == state)

    def states(self) -> tuple[State, ...]:
        """List every state that the table names, in order of first mention."""
        seen: dict[State, None] = {self.start: None}
        for (origin, _), target in self.moves.items():
            seen.setdefault(origin)
            seen.setdefault(target)
        return tuple(seen)
