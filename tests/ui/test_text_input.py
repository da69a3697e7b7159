"""A place where something is written, in a whole kiosk: keyboards, scanners, and nothing left behind."""

from typing import Any

import pytest
from msgspec.structs import replace

from kiosk.flow.state.complaint import Write
from kiosk.flow.state.complaint_draft import ComplaintDraft, ComplaintPart
from kiosk.flow.state.lobby import Lobby
from kiosk.flow.state.preferences import Preferences, PreferencesChosen
from kiosk.flow.state.screens import PreferencesAsked, WentHome
from kiosk.flow.state.text_input import Kind, Typed, beginning
from tests.support.driver import SDL_KEYDOWN, Driver, push_key
from tests.support.fakes import CODE, INTAKE
from tests.support.remains import remains
from tests.ui.test_keyboard import (
    ALT,
    BACKSPACE,
    CTRL,
    DELETE,
    ENTER,
    ESCAPE,
    F1,
    F4,
    PAD_ENTER,
    SCANNERS_GAP,
    SHIFT,
    SUPER,
    pad,
    typed,
)

LEFT, RIGHT, UP, DOWN, HOME, END = 1073741904, 1073741903, 1073741906, 1073741905, 1073741898, 1073741901
SPACE = 32
PAD_HOME, PAD_AGAIN, PAD_SOFTER, PAD_LOUDER = 1073741908, 1073741909, 1073741910, 1073741911


def open_place(kiosk: Driver, part: ComplaintPart = ComplaintPart.TEXT, text: str = "") -> Any:
    """Brings the kiosk to a place where ``text`` stands in a field; the board that shows it."""
    writing = beginning(Kind.WORDS if part is ComplaintPart.TEXT else Kind.NAME, text)
    place = Write(part, ComplaintDraft(wants_reply=True), writing)
    board = Lobby(intake=INTAKE)
    kiosk.app.shell.state = replace(kiosk.state, place=place, lobby=board, touched_at=kiosk.clock())
    kiosk.app.stage.draw(kiosk.state)
    kiosk.clock.advance(2)
    kiosk.frames(2)
    return kiosk.page.keyboard


def text(kiosk: Driver) -> str:
    return kiosk.state.place.writing.text


def test_letters_of_a_keyboard_are_typed_as_the_method_says(kiosk: Driver) -> None:
    open_place(kiosk)

    kiosk.type_keys([*typed("Tooi"), SPACE, *typed("ddoongf"), SPACE, *typed("ys."), ENTER, (ord("1"), SHIFT)])

    assert text(kiosk) == "Tôi đồng ý.\n!"


def test_arrows_and_backspace_edit_and_a_held_key_counts_once(kiosk: Driver) -> None:
    open_place(kiosk, text="hồ ơ\nmột hai")

    kiosk.type_keys([UP, HOME, RIGHT, RIGHT, RIGHT, ord("s"), END, BACKSPACE, LEFT, DELETE, DOWN, END, LEFT])
    assert (text(kiosk), kiosk.state.place.writing.caret) == ("hồ \nmột hai", 10)
    kiosk.type_keys([UP])
    assert kiosk.state.place.writing.caret == 3

    for since in (0.0, 0.5, *[0.03] * 3):
        kiosk.clock.advance(since)
        push_key(SDL_KEYDOWN, ord("x"), 0)
        kiosk.window.mainloop()
    kiosk.app._keyboard.silence()
    assert text(kiosk) == "hồ x\nmột hai"


def test_enter_in_a_field_of_one_line_is_done(kiosk: Driver) -> None:
    open_place(kiosk, ComplaintPart.NAME)

    kiosk.type_keys([*typed("Hoa"), ENTER])

    assert kiosk.state.place.draft.name == "Hoa"
    assert getattr(kiosk.state.place, "part", None) is not ComplaintPart.NAME


def test_a_scanners_burst_is_a_scan_and_no_letter_of_it_is_text(kiosk: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    open_place(kiosk, text="chờ")
    heard: list[str] = []
    monkeypatch.setattr(kiosk.app._keyboard, "_scanned", heard.append)

    kiosk.type_keys([*typed(CODE), ENTER], gap=SCANNERS_GAP)
    kiosk.type_keys(typed("1234567890123456"), gap=SCANNERS_GAP)
    kiosk.app._keyboard.silence()

    assert heard == [CODE, "1234567890123456"]
    assert text(kiosk) == "chờ"


def test_the_number_pads_own_keys_keep_their_meaning(kiosk: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    open_place(kiosk, text="chờ ")
    pressed: list[str] = []
    monkeypatch.setattr(kiosk.app._keyboard, "_pressed", pressed.append)

    kiosk.type_keys([pad(5), PAD_AGAIN, PAD_HOME, PAD_LOUDER, PAD_SOFTER, PAD_ENTER, *typed("*/+-")])

    assert pressed == ["again", "home", "louder", "softer", "enter"]
    assert text(kiosk) == "chờ 5*/+-"


@pytest.mark.parametrize(("key", "place"), [(ord("x"), "Write"), (SPACE, "Write"), (pad(1), "Write"), (pad(0), "Idle")])
def test_whoever_types_is_still_there_and_the_number_keys_answer(kiosk: Driver, key: int, place: str) -> None:
    open_place(kiosk, text="chờ")
    kiosk.move_time(121)
    asked = kiosk.place
    kiosk.clock.advance(1)

    kiosk.type_keys([key])

    assert (asked, kiosk.place) == ("StillThere", place)
    assert place == "Idle" or text(kiosk) == "chờ"


@pytest.mark.parametrize(
    "key", [F1, ESCAPE, (F4, ALT), (ord("c"), CTRL), (ord("v"), CTRL), (DELETE, CTRL | ALT), (ord("l"), SUPER)], ids=str
)
def test_no_key_leads_out_of_a_place_where_letters_count(kiosk: Driver, key: int | tuple[int, int]) -> None:
    open_place(kiosk, text="chờ")

    kiosk.type_keys([key])

    assert (kiosk.place, text(kiosk)) == ("Write", "chờ")


SECRET = " ".join(("Bà Hoa", "ở thôn Đắk Nông", "bị đòi tiền phong bì")).encode()  # whole in no source line


def write_secret(kiosk: Driver) -> None:
    """Written letter by letter, with a suggestion on the screen, an undo, and lines drawn."""
    board = open_place(kiosk)
    for letter in SECRET.decode():
        kiosk.app.stage._say(kiosk.page, Typed(letter))
    kiosk.frames(3)
    assert board._area._drawn
    assert remains(SECRET), "the search must be able to find it"


def test_after_going_home_nobody_keeps_the_words(kiosk: Driver) -> None:
    write_secret(kiosk)

    kiosk.app.dispatch_event(WentHome())
    kiosk.frames(3)

    assert kiosk.place == "Idle"
    assert remains(SECRET) == []


def test_after_an_error_on_the_screen_nobody_keeps_the_words(kiosk: Driver, caplog: pytest.LogCaptureFixture) -> None:
    from kivy.clock import Clock

    write_secret(kiosk)

    Clock.schedule_once(lambda _: 1 / 0, 0)
    kiosk.frames(4)
    said = caplog.text
    caplog.clear()

    assert kiosk.place == "Idle"
    assert remains(SECRET) == []
    assert SECRET.decode() not in said


def test_on_the_preferences_screen_and_after_a_change_of_type_the_old_screens_keep_nothing(kiosk: Driver) -> None:
    write_secret(kiosk)
    left = kiosk.page.keyboard

    kiosk.app.dispatch_event(PreferencesChosen(Preferences(text_step=2)))
    kiosk.frames(3)

    assert kiosk.page.keyboard is not left
    assert (left._writing, left._area._text, left._area._drawn) == (None, "", {})
    assert kiosk.page.keyboard._area._text == SECRET.decode()
    kiosk.app.dispatch_event(PreferencesAsked())
    kiosk.app.dispatch_event(WentHome())
    kiosk.frames(3)
    assert remains(SECRET) == []
