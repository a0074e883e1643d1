"""One look at the database for one page: what several parts of it ask for is read once.

A page that is made anew every few seconds asks for the same sets, pauses and pump log in many of
its parts. Inside `one_look` a question that was answered is answered the same again; outside, and
in every action, it is asked each time. Only questions whose answers nobody changes (tuples of frozen
facts) are marked with `asked_once`.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

P = ParamSpec("P")
Told = TypeVar("Told")

_told: ContextVar[dict[Any, Any] | None] = ContextVar("told", default=None)


@contextmanager
def one_look() -> Iterator[None]:
    """Answer the same question the same way until this ends. Nothing may be written inside."""
    before = _told.set({})
    try:
        yield
    finally:
        _told.reset(before)


def asked_once(question: Callable[P, Told]) -> Callable[P, Told]:
    """Let a question be asked once in one look. Its arguments must be hashable."""

    @wraps(question)
    def ask(*args: P.args, **kwargs: P.kwargs) -> Told:
        told = _told.get()
        if told is None:
            return question(*args, **kwargs)
        key = (question, args, tuple(sorted(kwargs.items())))
        if key not in told:
            told[key] = question(*args, **kwargs)
        return cast("Told", told[key])

    return ask
