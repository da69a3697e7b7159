"""What the printer says: no touch of a citizen, and nothing that takes a screen away from them."""

import pytest

from kiosk.flow.state import screens as w
from kiosk.flow.state.printing import Printed, PrinterChanged, PrintFailed, Trouble
from kiosk.flow.step import step
from tests.flow.test_step import RULES, SUBJECT, at


@pytest.mark.parametrize("event", [Printed(1), PrintFailed(1, Trouble.PAPER_OUT), PrinterChanged(Trouble.UNPLUGGED)])
@pytest.mark.parametrize(
    "place", [w.Idle(), w.Rate(SUBJECT, 0.0), w.Thanks(SUBJECT, 4, 9.0), w.StillThere(w.Idle(), 9.0)]
)
def test_the_printer_is_no_touch_and_takes_no_screen_away(place: w.Place, event: w.Event):
    state = at(place)

    after, effects = step(state, event, 1.0, RULES)

    assert (after, list(effects)) == (state, [])
