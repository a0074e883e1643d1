from __future__ import annotations

import pytest

from serein.consents.states import CONSENT, ConsentMove, ConsentState
from serein.core.errors import MoveNotAllowed


def test_a_consent_can_be_withdrawn_once() -> None:
    assert CONSENT.after(ConsentState.SIGNED, ConsentMove.WITHDRAW) is ConsentState.WITHDRAWN
    with pytest.raises(MoveNotAllowed):
        CONSENT.after(ConsentState.WITHDRAWN, ConsentMove.WITHDRAW)
