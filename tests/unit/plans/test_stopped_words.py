"""What is said when a plan stops matches what became of its visits."""

from __future__ import annotations

import pytest

from serein.plans.presenters import stopped_words


@pytest.mark.parametrize(
    ("booked", "said"),
    [
        (0, "Plan stopped."),
        (1, "Plan stopped; its booked visit is cancelled."),
        (4, "Plan stopped; its 4 booked visits are cancelled."),
    ],
)
def test_only_visits_that_were_booked_are_said_to_be_cancelled(booked: int, said: str) -> None:
    assert stopped_words(booked) == said
