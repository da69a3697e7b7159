"""Wrong staff PINs make a person wait, longer each time; no restart shortens it, and no colleague changes it."""

import sqlite3
from datetime import timedelta

import nacl.pwhash
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.box.box import Box
from kiosk.desk import pin_lock
from kiosk.desk.desk import KioskDesk
from kiosk.desk.pin_lock import FIRST_LOCK_S, FREE_TRIES, MAX_LOCK_S, MAX_WRONG_A_DAY, lock_after
from kiosk.domain.reference import Counter, CounterPin, Officer, OfficerPin
from kiosk.flow.state.counter_view import CounterView, Signer
from kiosk.flow.state.effects import FindSigner
from kiosk.flow.state.lobby import CounterChoice
from kiosk.flow.state.staff import PinRefused, SignerFound, SignerTrouble, SignerUnknown
from kiosk.store.engine import CannotWrite
from tests.store.conftest import PATTERN, Clock
from tests.store.test_record import COUNTER, know

PIN, OTHER_PIN, WRONG = "246810", "975310", "111111"
UNIT = "H35.13"
LAN = Officer("CB-0101", UNIT, "Công chức", COUNTER.counter_id)
MINH = Officer("CB-0102", UNIT, "Công chức", COUNTER.counter_id)
OF_LAN = Signer(CounterChoice(COUNTER.counter_id, "Quầy số 1"), LAN.officer_number)
OF_MINH = Signer(CounterChoice(COUNTER.counter_id, "Quầy số 1"), MINH.officer_number)


def hashed(pin: str) -> str:
    cheap = nacl.pwhash.argon2id
    return cheap.str(pin.encode(), cheap.OPSLIMIT_MIN, cheap.MEMLIMIT_MIN).decode()


@pytest.fixture
def staffed(box: Box) -> Box:
    """Two officers at one counter, each with a PIN of their own."""
    know(box, Counter(COUNTER.counter_id, UNIT, "Quầy số 1"), LAN, MINH)
    know(box, OfficerPin("CB-0101", "id-1", hashed(PIN)), OfficerPin("CB-0102", "id-2", hashed(OTHER_PIN)))
    return box


def started(box: Box, clock: Clock) -> KioskDesk:
    """The program as it is after a start."""
    desk = KioskDesk(lambda: box, PATTERN, clock)
    assert desk.probe() == ""
    return desk


def passes(clock: Clock, seconds: float) -> None:
    clock.up_ms += round(seconds * 1000)


def try_wrong(box: Box, clock: Clock, times: int, signer: Signer = OF_LAN) -> list[float]:
    """What is said after each wrong PIN, the program started again before each, and every lock waited for."""
    said = []
    for _ in range(times):
        answer = started(box, clock).check_pin(signer, WRONG)
        assert isinstance(answer, PinRefused)
        said.append(answer.locked_seconds)
        passes(clock, answer.locked_seconds)
    return said


def try_all(box: Box, clock: Clock, signer: Signer, times: int) -> list[object]:
    """What is said after each wrong PIN, with no lock waited for."""
    return [started(box, clock).check_pin(signer, WRONG) for _ in range(times)]


def locked(box: Box, clock: Clock, card: str = "CB-0101") -> float:
    found = started(box, clock).find_signer(FindSigner(card, scanned=True))
    assert isinstance(found, SignerFound)
    return found.locked_seconds


def test_wrong_pins_are_counted_over_restarts(staffed: Box, clock: Clock):
    for _ in range(FREE_TRIES):
        assert isinstance(started(staffed, clock).check_pin(OF_LAN, WRONG), PinRefused)

    assert locked(staffed, clock) == FIRST_LOCK_S
    assert started(staffed, clock).check_pin(OF_LAN, PIN) == PinRefused(FIRST_LOCK_S)


def test_each_further_wrong_pin_doubles_the_wait(staffed: Box, clock: Clock):
    assert try_wrong(staffed, clock, 12) == [0, 0, 0, 0, 300, 600, 1200, 2400, 4800, 7200, 7200, 7200]


def test_the_lock_ends_in_its_time_whether_or_not_the_program_was_started_again(staffed: Box, clock: Clock):
    for _ in range(FREE_TRIES):
        started(staffed, clock).check_pin(OF_LAN, WRONG)

    passes(clock, FIRST_LOCK_S - 1)
    before = locked(staffed, clock)
    passes(clock, 1)

    assert (before, locked(staffed, clock)) == (1.0, 0.0)
    assert isinstance(started(staffed, clock).check_pin(OF_LAN, PIN), CounterView)


def test_switching_the_machine_off_and_on_opens_no_lock(staffed: Box, clock: Clock):
    for _ in range(FREE_TRIES):
        started(staffed, clock).check_pin(OF_LAN, WRONG)

    clock.boot, clock.up_ms = "0b0b", 20_000

    assert locked(staffed, clock) == FIRST_LOCK_S - 20


def test_a_right_pin_forgets_the_wrong_ones(staffed: Box, clock: Clock):
    try_wrong(staffed, clock, FREE_TRIES - 1)
    assert isinstance(started(staffed, clock).check_pin(OF_LAN, PIN), CounterView)

    assert try_wrong(staffed, clock, FREE_TRIES)[-2:] == [0, FIRST_LOCK_S]


def test_a_colleague_s_right_pin_forgives_nobody_else_s_wrong_ones(staffed: Box, clock: Clock):
    try_wrong(staffed, clock, FREE_TRIES - 1)
    assert isinstance(started(staffed, clock).check_pin(OF_MINH, OTHER_PIN), CounterView)

    assert try_wrong(staffed, clock, 1) == [FIRST_LOCK_S]


def test_a_lock_keeps_no_colleague_out(staffed: Box, clock: Clock):
    for _ in range(FREE_TRIES):
        started(staffed, clock).check_pin(OF_LAN, WRONG)

    assert locked(staffed, clock, "CB-0102") == 0
    assert isinstance(started(staffed, clock).check_pin(OF_MINH, OTHER_PIN), CounterView)


def test_a_new_pin_begins_at_nothing_and_the_old_one_is_gone(staffed: Box, clock: Clock):
    for _ in range(FREE_TRIES):
        started(staffed, clock).check_pin(OF_LAN, WRONG)
    know(staffed, OfficerPin("CB-0101", "id-1", hashed("802460")))

    assert locked(staffed, clock) == 0
    assert isinstance(started(staffed, clock).check_pin(OF_LAN, PIN), PinRefused)
    assert isinstance(started(staffed, clock).check_pin(OF_LAN, "802460"), CounterView)


def test_nobody_tries_one_pin_on_everybody(box: Box, clock: Clock):
    everybody = [Officer(f"CB-{number:04}", UNIT, "Công chức", COUNTER.counter_id) for number in range(30)]
    know(box, Counter(COUNTER.counter_id, UNIT, "Quầy số 1"), *everybody)
    know(box, *(OfficerPin(each.officer_number, f"id-{each.officer_number}", hashed(PIN)) for each in everybody))
    said = []
    for each in everybody[:MAX_WRONG_A_DAY]:
        answer = started(box, clock).check_pin(Signer(OF_LAN.counter, each.officer_number), WRONG)
        said.append(answer.locked_seconds if isinstance(answer, PinRefused) else None)

    assert said == [0] * (MAX_WRONG_A_DAY - 1) + [FIRST_LOCK_S]
    assert locked(box, clock, "CB-0029") == FIRST_LOCK_S


def test_the_lock_of_everybody_is_told_apart_and_comes_back_with_each_further_wrong_pin_until_midnight(
    staffed: Box, clock: Clock
):
    own = try_all(staffed, clock, OF_LAN, FREE_TRIES)
    assert own == [PinRefused()] * (FREE_TRIES - 1) + [PinRefused(FIRST_LOCK_S)]
    for _ in range(MAX_WRONG_A_DAY - FREE_TRIES - 1):
        know(staffed, OfficerPin("CB-0101", "id-1", hashed(PIN)))  # a new hash: the own count begins at nothing
        assert try_all(staffed, clock, OF_LAN, 1) == [PinRefused()]
    for _ in range(3):
        know(staffed, OfficerPin("CB-0101", "id-1", hashed(PIN)))
        assert try_all(staffed, clock, OF_LAN, 1) == [PinRefused(FIRST_LOCK_S, for_everybody=True)]
        minh = started(staffed, clock).find_signer(FindSigner("CB-0102", scanned=True))
        assert minh == SignerFound(OF_MINH, FIRST_LOCK_S, for_everybody=True, seats=True)
        assert started(staffed, clock).check_pin(OF_MINH, OTHER_PIN) == PinRefused(FIRST_LOCK_S, for_everybody=True)
        passes(clock, FIRST_LOCK_S)
        assert locked(staffed, clock, "CB-0102") == 0

    assert try_all(staffed, clock, OF_MINH, 1) == [PinRefused(FIRST_LOCK_S, for_everybody=True)]
    clock.at += timedelta(days=1)
    assert locked(staffed, clock, "CB-0102") == 0


def test_the_file_names_nobody_who_mistyped(staffed: Box, clock: Clock):
    try_wrong(staffed, clock, FREE_TRIES)
    staffed.store.close()
    with sqlite3.connect(staffed.store.file) as file:
        ((kept,),) = file.execute("SELECT value FROM box_state WHERE name = 'staff_pin'").fetchall()

    assert "CB-0101" not in kept
    assert "id-1" not in kept
    assert WRONG not in kept


@given(st.integers(0, 10_000))
def test_a_lock_never_shrinks_with_further_wrong_pins_and_ends_one_day(failures: int):
    assert lock_after(failures) <= lock_after(failures + 1) <= MAX_LOCK_S
    assert (lock_after(failures) == 0) == (failures < FREE_TRIES)


# ---- who may try at all


def test_a_card_is_read_however_it_is_written(staffed: Box, clock: Clock):
    for text in ("CB-0101", "cb0101", " CB 0101 ", "CB.0101"):
        assert started(staffed, clock).find_signer(FindSigner(text)) == SignerFound(OF_LAN, seats=True)


def test_who_is_not_of_this_unit_or_has_no_pin_or_no_counter_is_told_so(staffed: Box, clock: Clock):
    desk = started(staffed, clock)
    know(staffed, Officer("CB-0103", UNIT, "Công chức", COUNTER.counter_id), Officer("CB-0104", UNIT, "Công chức"))
    know(staffed, Officer("CB-0105", "H35.99", "Công chức", COUNTER.counter_id))
    know(staffed, OfficerPin("CB-0104", "id-4", hashed(PIN)), OfficerPin("CB-0105", "id-5", hashed(PIN)))
    troubles = [desk.find_signer(FindSigner(number)) for number in ("CB-0103", "CB-0104", "CB-0105", "9", "")]

    assert troubles == [
        SignerUnknown(SignerTrouble.NO_PIN),
        SignerUnknown(SignerTrouble.NO_COUNTER),
        *[SignerUnknown(SignerTrouble.NOBODY)] * 3,
    ]
    assert desk.find_signer(FindSigner("slip", scanned=True)) == SignerUnknown(SignerTrouble.NOBODY, "slip")


def test_the_shared_pin_ends_with_the_first_pin_of_somebody_s_own(box: Box, clock: Clock):
    know(box, Counter(COUNTER.counter_id, UNIT, "Quầy số 1"), LAN, CounterPin(COUNTER.counter_id, hashed(PIN)))
    shared = Signer(CounterChoice(COUNTER.counter_id, "Quầy số 1"))
    desk = started(box, clock)
    offered = desk.lobby().shared_pins
    before = desk.check_pin(shared, PIN)
    know(box, OfficerPin("CB-0101", "id-1", hashed(OTHER_PIN)))

    assert (offered, desk.lobby().shared_pins) == (True, False)
    assert isinstance(before, CounterView)
    assert isinstance(desk.check_pin(shared, PIN), PinRefused)


def test_tries_that_cannot_be_kept_let_nobody_try(staffed: Box, clock: Clock, monkeypatch: pytest.MonkeyPatch):
    desk = started(staffed, clock)
    monkeypatch.setattr(pin_lock, "note", lambda *_, **__: (_ for _ in ()).throw(CannotWrite("full")))

    assert desk.check_pin(OF_LAN, PIN) == PinRefused(FIRST_LOCK_S)
