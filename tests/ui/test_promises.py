"""The promise of the product that the window keeps. See ``tests/store/test_promises.py``."""

import itertools

from kiosk.flow.state.screens import NoPaper, Scanned
from tests.support.driver import Driver
from tests.support.fakes import CODE

KEYS = [*range(8, 128), *range(273, 294)]  # every printable key, Escape, Tab, the arrows and F1 to F12
HELD: list[list[str]] = [[], ["ctrl"], ["alt"], ["ctrl", "alt"], ["meta"]]


def test_promise_8_the_kiosk_is_a_closed_box(kiosk: Driver) -> None:
    for key, held in itertools.product(KEYS, HELD):
        kiosk.window.dispatch("on_key_down", key, key, "", held)
        kiosk.window.dispatch("on_key_up", key, key)
    kiosk.app._keyboard.silence()  # as its timer would: the clock here is a hand clock
    assert kiosk.window.dispatch("on_request_close")
    kiosk.frames(3)
    assert kiosk.app.exit_code == 0

    for event in (NoPaper(), Scanned(CODE)):
        kiosk.move_time(300)
        assert kiosk.place == "Idle", "every state has a way home"
        kiosk.app.dispatch_event(event)
        kiosk.frames(2)
