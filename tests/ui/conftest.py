"""One real window for all UI tests (Kivy allows one a process), a fresh kiosk in it for each."""

import gc
from collections.abc import Iterator

import pytest

from kiosk.flow.state.lobby import Rules
from tests.support.driver import Driver, open_window
from tests.support.fakes import FakeDesk, HandClock

WIDTH, HEIGHT = 600, 1024
RULES = Rules(code_prefill="H15.50.05.13-261008-")


@pytest.fixture(scope="module", autouse=True)
def collected_as_often_as_in_a_kiosk() -> Iterator[None]:
    """The window is tried with the collector as the program has it, not as the suite sets it to save time. Python looks
    at everything only once a quarter of it is new: what tests before these left behind would put that off, and a
    stopped kiosk would go on listening beside the next one."""
    seldom = gc.get_threshold()
    gc.collect()
    gc.set_threshold(700, 10, 10)
    yield
    gc.collect()
    gc.set_threshold(*seldom)


@pytest.fixture(scope="session")
def window() -> None:
    open_window(WIDTH, HEIGHT)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def desk() -> FakeDesk:
    return FakeDesk()


@pytest.fixture
def kiosk(window: None, clock: HandClock, desk: FakeDesk) -> Iterator[Driver]:
    """A started kiosk on its idle screen."""
    from kiosk.ui.app import Appearance

    driver = Driver(RULES, Appearance(), lambda: desk, clock)
    driver.start()
    clock.advance(2)
    yield driver
    driver.stop()
