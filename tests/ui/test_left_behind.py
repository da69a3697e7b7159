"""Nothing that was told is left on the screen, in the program or in its log, however it ended."""

import gc
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from kiosk.domain.receipt import grouped
from tests.support.driver import Driver
from tests.support.fakes import RECEIPT, FakeDesk
from tests.ui.test_complaint import (
    COMPLAINED,
    PLANTED,
    RECEIVED,
    Step,
    desk,
    press,
    type_in,
    wait,
    walk,
)
from tests.ui.test_journeys import scan

__all__ = ["desk"]


ENDS: dict[str, list[Step]] = {
    "sent": [*COMPLAINED, *RECEIVED],
    "gone home": [*COMPLAINED, (press("Trang đầu"), "Idle")],
    "left alone": [*COMPLAINED, (wait(241), "StillThere"), (wait(60), "Idle")],
    "gone back": [*COMPLAINED[:8], *[(press("Quay lại"), "")] * 6, (press("Trang đầu"), "Idle")],
    "in large letters": [*COMPLAINED, (press("Aa", "Nền tối", "Xong"), "ReadBack"), (press("Trang đầu"), "Idle")],
}
SECRETS = (PLANTED, "Ánh", "0912345123", "0912 345 123", RECEIPT.number, RECEIPT.token, grouped(RECEIPT.number))


@pytest.mark.parametrize("end", ENDS)
def test_nothing_that_was_told_is_left_in_the_process(
    kiosk: Driver, desk: FakeDesk, end: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    walk(kiosk, ENDS[end])
    desk.told.clear()
    kiosk.frames(4)

    assert kiosk.place == "Idle"
    assert left_behind(kiosk) == []
    assert [secret for secret in SECRETS if secret in caplog.text] == []


def test_an_error_on_the_screen_leaves_nothing_either(kiosk: Driver, caplog: pytest.LogCaptureFixture) -> None:
    from kivy.base import ExceptionManager

    walk(kiosk, COMPLAINED)
    ExceptionManager.handle_exception(ValueError("a fault in a screen"))
    kiosk.frames(4)

    assert kiosk.place == "Idle"
    assert left_behind(kiosk) == []
    assert [secret for secret in SECRETS if secret in caplog.text] == []


def test_the_search_finds_what_is_there(kiosk: Driver) -> None:
    walk(kiosk, COMPLAINED)

    assert {what for what, _ in left_behind(kiosk)} >= {"state", "widget"}


def test_the_staff_view_shows_nothing_that_was_told(kiosk: Driver) -> None:
    walk(kiosk, [*COMPLAINED, *RECEIVED])
    sign = next(w for w in kiosk.page.walk() if type(w).__name__ == "Sign")
    finger = kiosk.finger(*sign.ids.held.center)
    finger.down()
    kiosk.move_time(4)
    finger.up()
    kiosk.frames(2)
    kiosk.clock.advance(2)
    walk(kiosk, [(scan("TP-021"), "StaffPin"), (type_in("240680"), "StaffView")])

    for part in ("Đến hẹn", "Mong muốn", "Đánh giá", "Lời góp ý", "Thêm"):
        walk(kiosk, [(press(part), "StaffView")])
        shown = " ".join(kiosk.said())
        assert [secret for secret in SECRETS if secret in shown] == []


def test_what_is_due_stands_nowhere_once_the_staff_have_left(kiosk: Driver) -> None:
    sign = next(w for w in kiosk.page.walk() if type(w).__name__ == "Sign")
    finger = kiosk.finger(*sign.ids.held.center)
    finger.down()
    kiosk.move_time(4)
    finger.up()
    kiosk.frames(2)
    kiosk.clock.advance(2)
    walk(kiosk, [(scan("TP-021"), "StaffPin"), (type_in("240680"), "StaffView")])
    shown = "".join(kiosk.said())
    walk(kiosk, [(press("Lời góp ý"), "StaffView")])
    written = "".join(kiosk.said())
    walk(kiosk, [(press("home"), "Idle")])
    gc.collect()

    assert "261105-0975" in shown
    assert "tôi nghe kém" in written.replace("\n", " ")
    for left in ("261105-0975", "nghe kém"):
        assert [widget for widget in _widgets() if left in " ".join(map(str, _texts(widget)))] == []


def left_behind(kiosk: Driver) -> list[tuple[str, str]]:
    """Where a planted word still is: the state, any widget that lives, Kivy's caches, ours."""
    gc.collect()
    found = [("state", secret) for secret in SECRETS if secret in str(_values(kiosk.state))]
    found += [("widget", secret) for widget in _widgets() for secret in SECRETS if secret in _texts(widget)]
    found += [("cache", secret) for text in _cached() for secret in SECRETS if secret in text]
    return found


def _values(state: Any) -> Any:
    import pickle

    return pickle.dumps(state).decode("utf-8", "replace")


def _widgets() -> Iterator[Any]:
    from kivy.uix.widget import Widget

    return (thing for thing in gc.get_objects() if issubclass(type(thing), Widget))


def _texts(widget: Any) -> str:
    """Every property and attribute of a widget that is a text, or holds texts."""
    held = [getattr(widget, name) for name in widget.properties()] + list(vars(widget).values())
    flat = [each for value in held for each in (value if isinstance(value, list | tuple | set | dict) else [value])]
    return "\n".join(each for each in flat if isinstance(each, str))


def _cached() -> Iterator[str]:
    from kivy.cache import Cache

    from kiosk.ui.widgets import fitting

    for category in Cache._objects.values():
        yield from (str(key) for key in category)
    for measured in (fitting.fit, fitting.gathered, fitting.natural_height, fitting.natural_width, fitting._extent):
        yield str(measured.cache_info().currsize and _keys_of(measured))


def _keys_of(measured: Any) -> str:
    """What an lru_cache remembers, as text: its arguments are tuples that only the garbage collector can reach."""
    return "\n".join(
        str(held)
        for holder in gc.get_referents(measured)
        if isinstance(holder, dict)
        for key in holder
        for held in (gc.get_referents(key) or [key])
    )
