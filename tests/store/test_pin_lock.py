"""Five wrong staff PINs lock the kiosk for a while, and no restart opens it."""

import nacl.pwhash
import pytest

from kiosk.box.box import Box
from kiosk.desk.desk import KioskDesk
from kiosk.domain.reference import CounterPin
from kiosk.flow.state.lobby import MAX_PIN_TRIES, PIN_LOCK_SECONDS
from kiosk.flow.state.screens import PinTries, Ready
from kiosk.shell import Shell
from tests.store.conftest import PATTERN, Clock
from tests.store.test_record import COUNTER, know
from tests.ui.conftest import RULES

PIN, WRONG = "246810", "111111"


@pytest.fixture
def with_pin(box: Box) -> Box:
    cheap = nacl.pwhash.argon2id
    digest = cheap.str(PIN.encode(), cheap.OPSLIMIT_MIN, cheap.MEMLIMIT_MIN).decode()
    know(box, CounterPin(COUNTER.counter_id, digest))
    return box


def started(box: Box, clock: Clock) -> KioskDesk:
    """The program as it is after a start."""
    desk = KioskDesk(lambda: box, PATTERN, clock)
    assert desk.probe() == ""
    return desk


def passes(clock: Clock, seconds: float) -> None:
    clock.up_ms += round(seconds * 1000)


def test_wrong_pins_are_counted_over_restarts(with_pin: Box, clock: Clock):
    for _ in range(MAX_PIN_TRIES):
        assert started(with_pin, clock).check_pin(COUNTER, WRONG) is None

    assert started(with_pin, clock).pin_tries().locked_seconds == PIN_LOCK_SECONDS
    assert started(with_pin, clock).check_pin(COUNTER, PIN) is None


def test_the_lock_ends_in_its_time_whether_or_not_the_program_was_started_again(with_pin: Box, clock: Clock):
    for _ in range(MAX_PIN_TRIES):
        started(with_pin, clock).check_pin(COUNTER, WRONG)

    passes(clock, PIN_LOCK_SECONDS - 1)
    before = started(with_pin, clock).pin_tries()
    passes(clock, 1)

    assert (before, started(with_pin, clock).pin_tries()) == (PinTries(0, 1.0), PinTries())
    assert started(with_pin, clock).check_pin(COUNTER, PIN) is not None


def test_switching_the_machine_off_and_on_opens_no_lock(with_pin: Box, clock: Clock):
    for _ in range(MAX_PIN_TRIES):
        started(with_pin, clock).check_pin(COUNTER, WRONG)

    clock.boot, clock.up_ms = "0b0b", 20_000

    assert started(with_pin, clock).pin_tries().locked_seconds == PIN_LOCK_SECONDS - 20


def test_a_right_pin_forgets_the_wrong_ones(with_pin: Box, clock: Clock):
    desk = started(with_pin, clock)
    desk.check_pin(COUNTER, WRONG)
    counted = desk.pin_tries()

    desk.check_pin(COUNTER, PIN)

    assert (counted, desk.pin_tries()) == (PinTries(1), PinTries())


def test_the_screen_begins_locked_when_the_box_is(with_pin: Box, clock: Clock):
    for _ in range(MAX_PIN_TRIES):
        started(with_pin, clock).check_pin(COUNTER, WRONG)
    shell = Shell(RULES, lambda: 1_000.0, lambda _: None)

    shell.open(started(with_pin, clock))

    assert shell.state.pin_locked_until == 1_000 + PIN_LOCK_SECONDS


def test_wrong_pins_of_before_count_on_the_screen():
    shell = Shell(RULES, lambda: 1_000.0, lambda _: None)

    shell.dispatch(Ready(PinTries(4)))

    assert shell.state.pin_failures == 4
