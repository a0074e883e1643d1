"""Inside one look a question is asked once; outside it, each time."""

from __future__ import annotations

from serein.core.reading import asked_once, one_look

asked: list[tuple[int, int]] = []


@asked_once
def question(number: int, *, more: int = 0) -> tuple[int, ...]:
    asked.append((number, more))
    return (number, more, len(asked))


def test_outside_a_look_every_question_is_asked() -> None:
    asked.clear()
    assert question(1) != question(1)
    assert len(asked) == 2


def test_inside_a_look_the_same_question_is_asked_once_and_another_is_asked_too() -> None:
    asked.clear()
    with one_look():
        assert question(1) is question(1)
        assert question(2) is not question(1)
        assert question(1, more=5) is not question(1)
    assert asked == [(1, 0), (2, 0), (1, 5)]


def test_a_new_look_knows_nothing_of_the_one_before() -> None:
    asked.clear()
    with one_look():
        before = question(1)
    with one_look():
        assert question(1) != before


def test_a_look_that_fails_is_over() -> None:
    asked.clear()
    try:
        with one_look():
            question(1)
            raise ValueError
    except ValueError:
        pass
    question(1)
    assert len(asked) == 2
