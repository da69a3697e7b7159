"""Real key events through the window: a scanner that types, a number pad, and keys that must lead nowhere."""

import pytest

from kiosk.domain.rating import InputMethod, Score
from kiosk.flow.state.screens import Scanned
from tests.support.driver import SDL_KEYDOWN, Driver, push_key
from tests.support.fakes import CODE, FakeDesk

PAD_0, ENTER, PAD_ENTER, BACKSPACE = 1073741922, 13, 1073741912, 8
SHIFT, CTRL, ALT, SUPER = 0x0001, 0x0040, 0x0100, 0x0400
F1, F4, ESCAPE, PRINT, DELETE, LEFT_SUPER = 1073741882, 1073741885, 27, 1073741894, 127, 1073742051
SCANNERS_GAP = 0.01
#: What two layouts print on the keys that a US keyboard calls 1 to 0, - . a h (xkeyboard-config: vn, fr).
US = "1234567890-.ah"
LAYOUTS = {
    "vn": "\u0103\u00e2\u00ea\u00f4\u0300\u0309\u0303\u0301\u0323\u0111-.ah",
    "fr": "&\u00e9\"'(-\u00e8_\u00e7\u00e0):qh",
}


def pad(digit: int) -> int:
    """The key of a number pad; SDL counts 1 to 9 and then 0."""
    return PAD_0 if digit == 0 else 1073741912 + digit


def typed(text: str) -> list[int | tuple[int, int]]:
    return [(ord(c.lower()), SHIFT) if c.isupper() else ord(c) for c in text]


def test_a_scanner_that_types_is_a_scanner(kiosk: Driver, desk: FakeDesk) -> None:
    kiosk.type_keys([*typed(CODE), ENTER], gap=SCANNERS_GAP)
    kiosk.clock.advance(2)

    assert kiosk.place == "Rate"
    assert "…0975" in kiosk.page.detail


def test_a_scanner_without_an_enter_is_heard_after_a_silence(kiosk: Driver) -> None:
    kiosk.type_keys(typed(CODE), gap=SCANNERS_GAP)
    before = kiosk.place
    kiosk.app._keyboard.silence()

    assert (before, kiosk.place) == ("Idle", "Rate")


def test_a_scan_over_the_faces_presses_none_of_them(kiosk: Driver, desk: FakeDesk) -> None:
    kiosk.app.post(Scanned(CODE))
    kiosk.frames(2)
    kiosk.clock.advance(2)

    kiosk.type_keys([*typed("H15.50.05.13-261008-0976"), ENTER], gap=SCANNERS_GAP)

    assert kiosk.place == "Rate"
    assert desk.saved == []


@pytest.mark.parametrize("gap", [0.057, 0.15])
@pytest.mark.parametrize("code", ["H35.88.01-261008-0017", "000.00.12.H62-201105-0004"])
def test_a_slow_scanner_is_never_a_press(kiosk: Driver, desk: FakeDesk, gap: float, code: str) -> None:
    kiosk.type_keys([*typed(code), ENTER], gap=gap)
    on_idle = kiosk.place
    kiosk.clock.advance(2)

    kiosk.type_keys([*typed(code), ENTER], gap=gap)

    assert (on_idle, kiosk.place) == ("Rate", "Rate")
    assert f"…{code[-4:]}" in kiosk.page.detail
    assert desk.saved == []


def test_the_slow_digits_of_some_other_barcode_answer_nothing(kiosk: Driver, desk: FakeDesk) -> None:
    kiosk.app.post(Scanned(CODE))
    kiosk.frames(2)
    kiosk.clock.advance(2)

    kiosk.type_keys([*typed("5901234123457"), ENTER], gap=0.1)

    assert desk.saved == []


@pytest.mark.parametrize(("layout", "symbols"), LAYOUTS.items())
def test_the_systems_keyboard_layout_changes_nothing_of_a_scan(kiosk: Driver, layout: str, symbols: str) -> None:
    """A scanner says where its keys are; what the layout prints there, SDL reports as well."""
    assert len(symbols) == len(US), layout
    print_there = dict(zip(US, symbols, strict=True))

    for character in CODE:
        kiosk.type_at(character.lower(), ord(print_there[character.lower()]), SHIFT * character.isupper())
    kiosk.type_keys([ENTER], gap=SCANNERS_GAP)

    assert kiosk.place == "Rate"
    assert "…0975" in kiosk.page.detail


def test_caps_lock_changes_nothing_of_a_scan(kiosk: Driver) -> None:
    capslock = 0x2000

    kiosk.type_keys([*((ord(c.lower()), capslock | SHIFT * c.isupper()) for c in CODE), ENTER], gap=SCANNERS_GAP)

    assert kiosk.place == "Rate"


@pytest.mark.parametrize("score", Score)
def test_a_number_key_is_the_face_it_stands_for(kiosk: Driver, desk: FakeDesk, score: Score) -> None:
    kiosk.app.post(Scanned(CODE))
    kiosk.frames(2)
    kiosk.clock.advance(2)

    kiosk.type_keys([pad(int(score))])

    assert [score] == [draft.score for draft in desk.saved]


def test_keys_pressed_like_a_drum_are_one_answer(kiosk: Driver, desk: FakeDesk) -> None:
    kiosk.app.post(Scanned(CODE))
    kiosk.frames(2)
    kiosk.clock.advance(2)

    kiosk.type_keys([pad(5), pad(1), pad(5), pad(1), pad(3)], gap=SCANNERS_GAP)
    kiosk.app._keyboard.silence()

    assert [draft.score for draft in desk.saved] == [Score.VERY_SATISFIED]


def test_a_key_held_down_counts_once(kiosk: Driver, desk: FakeDesk) -> None:
    kiosk.type_keys([pad(5)])  # begins the reading aloud
    kiosk.type_keys([pad(1)], gap=1)
    kiosk.type_keys([pad(1)], gap=1)  # handing in
    text = kiosk.state.place.text

    for since in (0.0, 0.5, *[0.03] * 8):
        kiosk.clock.advance(since)
        push_key(SDL_KEYDOWN, pad(7), 0)
        kiosk.window.mainloop()
    kiosk.app._keyboard.silence()

    assert kiosk.state.place.text == text + "7"


def test_the_same_digit_twice_is_heard_though_nobody_says_that_the_key_was_let_go(kiosk: Driver) -> None:
    """SDL takes a key that comes again within two milliseconds for a held one: a scanner of a thousand reports a second
    types so."""
    kiosk.type_keys([pad(5)])
    kiosk.type_keys([pad(1)], gap=1)
    kiosk.type_keys([pad(1)], gap=1)  # handing in
    before = kiosk.state.place.text

    for _ in range(2):
        push_key(SDL_KEYDOWN, pad(8), 0)
        kiosk.window.mainloop()
        kiosk.clock.advance(0.001)
    kiosk.app._keyboard.silence()

    assert kiosk.state.place.text == f"{before}88"


def test_a_whole_journey_without_seeing_the_screen(kiosk: Driver, desk: FakeDesk) -> None:
    kiosk.type_keys([pad(5)])
    walked = [(kiosk.place, kiosk.state.preferences.spoken)]
    kiosk.type_keys([pad(2)])
    walked.append((kiosk.place, kiosk.state.preferences.spoken))
    kiosk.type_keys([pad(4)], gap=1)
    walked.append((kiosk.place, kiosk.state.preferences.spoken))
    kiosk.type_keys([pad(2)])

    assert walked == [("Idle", True), ("PickCounter", True), ("Rate", True)]
    (draft,) = desk.saved
    assert (draft.subject.input, draft.subject.counter_id, draft.score) == (
        InputMethod.COUNTER,
        "q4",
        Score.DISSATISFIED,
    )


def test_every_digit_of_a_number_pad_is_heard(kiosk: Driver) -> None:
    kiosk.type_keys([pad(5)])
    kiosk.type_keys([pad(1)], gap=1)
    kiosk.type_keys([pad(1)], gap=1)  # handing in
    before = kiosk.state.place.text

    kiosk.type_keys([pad(digit) for digit in (0, 1, 2, 3, 4, 5, 6, 7, 8, 9)])

    assert kiosk.state.place.text == f"{before}0123456789"


def test_the_last_digits_typed_on_a_number_pad(kiosk: Driver, desk: FakeDesk) -> None:
    kiosk.type_keys([pad(5)])
    kiosk.type_keys([pad(1)], gap=1)
    kiosk.type_keys([pad(1)], gap=1)  # handing in

    kiosk.type_keys([pad(0), pad(9), pad(7), pad(6), BACKSPACE, pad(5), PAD_ENTER])

    assert kiosk.place == "Rate"


@pytest.mark.parametrize(
    "key",
    [F1, ESCAPE, PRINT, LEFT_SUPER, (F4, ALT), (DELETE, CTRL | ALT), (ord("c"), CTRL), (ord("q"), CTRL),
     (F1, CTRL | ALT), (ord("l"), SUPER), (9, ALT)],
    ids=str,
)  # fmt: skip
def test_no_key_leads_out(kiosk: Driver, key: int | tuple[int, int]) -> None:
    before = list(kiosk.window.children)

    kiosk.type_keys([key])

    assert before == list(kiosk.window.children)
    assert kiosk.place == "Idle"
    assert kiosk.app.exit_code == 0


def test_a_keyboard_that_is_plugged_in_and_typed_on_changes_nothing_else(kiosk: Driver) -> None:
    before = kiosk.said()

    kiosk.type_keys(typed("ls -l; rm"))

    assert before == kiosk.said()
    assert kiosk.place == "Idle"
