"""A field being written: whatever is pressed, nothing is lost, no log hears of it, everything can be taken back."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from kiosk.flow.state.text_input import (
    EMAIL_HOSTS,
    HISTORY,
    MARKS,
    Backspaced,
    CaretMoved,
    ClearedAll,
    Kind,
    Layer,
    LayerChosen,
    MethodChosen,
    Shift,
    ShiftPressed,
    TextInput,
    Typed,
    UndoAsked,
    WordTaken,
    WritingEvent,
    beginning,
    suggestions,
    written,
)
from kiosk.vietnamese import Method, Style, nfc
from tests.vietnamese.keystrokes import TELEX, VNI, ways

ACUTE, HAT = "\u0301", "\u0302"

keys = st.one_of(
    st.sampled_from("aeiouydghntsfrxjzwcAEOUD0123456789 .,?@[]-/\n"),
    st.sampled_from(sorted(MARKS)),
    st.text(max_size=3),
)
events: st.SearchStrategy[WritingEvent] = st.one_of(
    keys.map(Typed),
    keys.map(Typed),
    st.just(Backspaced()),
    st.integers(-3, 60).map(CaretMoved),
    st.sampled_from(["thủ tục", "hồ sơ", "@gmail.com", "không có"]).map(WordTaken),
    st.just(UndoAsked()),
    st.just(ClearedAll()),
    st.sampled_from(Method).map(MethodChosen),
    st.sampled_from(Layer).map(LayerChosen),
    st.just(ShiftPressed()),
)
kinds = st.sampled_from(Kind)
methods, styles = st.sampled_from(Method), st.sampled_from(Style)


def typed(writing: TextInput, text: str) -> TextInput:
    """The writing after these keys; ``<`` is backspace."""
    for key in text:
        writing = written(writing, Backspaced() if key == "<" else Typed(key))
    return writing


def on_the_keys(writing: TextInput, text: str) -> str:
    """What comes of pressing these keys on the screen, in the case that they show."""
    for key in text:
        writing = written(writing, Typed(key.upper() if writing.capitals else key))
    return writing.text


@given(kinds, methods, styles, st.lists(events, max_size=40))
def test_whatever_is_pressed_the_text_is_nfc_the_caret_in_it_and_the_limit_kept(
    kind: Kind, method: Method, style: Style, pressed: list[WritingEvent]
) -> None:
    writing = beginning(kind, method=method, style=style)

    for event in pressed:
        writing = written(writing, event)

        assert writing.text == nfc(writing.text)
        assert 0 <= writing.caret <= len(writing.text) <= kind.longest
        assert len(writing.history) <= HISTORY


@given(kinds, methods, st.lists(events, max_size=40))
def test_undo_gives_back_exactly_the_text_before(kind: Kind, method: Method, pressed: list[WritingEvent]) -> None:
    writing = beginning(kind, method=method)

    for event in pressed:
        after = written(writing, event)
        if after.text != writing.text and not isinstance(event, UndoAsked):
            back = written(after, UndoAsked())
            assert (back.text, back.caret) == (writing.text, writing.caret)
        writing = after


@given(kinds, st.lists(events, max_size=40))
def test_undone_to_the_end_the_field_is_as_it_was_opened(kind: Kind, pressed: list[WritingEvent]) -> None:
    opened = beginning(kind, "0912" if kind.digits_only else "hoa")
    writing = opened

    for event in pressed:
        writing = written(writing, event)
    while writing.can_undo:
        writing = written(writing, UndoAsked())

    assert writing.text == opened.text


@given(st.text("abcdefghijklmnopqrstuvwxyzADESW0123456789._-+@", max_size=40), methods)
def test_an_e_mail_address_stays_letter_for_letter(address: str, method: Method) -> None:
    assert typed(beginning(Kind.EMAIL, method=method), address).text == address


@given(st.text(max_size=30))
def test_a_number_takes_nothing_but_digits(pressed: str) -> None:
    for kind in (Kind.PHONE, Kind.RECEIPT_NUMBER):
        text = typed(beginning(kind), pressed.replace("<", "")).text

        assert text == "".join(key for key in pressed if key in "0123456789")[: kind.longest]


@given(kinds, st.lists(events, max_size=30))
def test_no_repr_says_what_was_typed(kind: Kind, pressed: list[WritingEvent]) -> None:
    writing = beginning(kind)
    for event in (*map(Typed, "quocte"), *pressed):
        writing = written(writing, event)
        assert repr(event) == repr(type(event)) or "quocte" not in repr(event)

    plain = replace(writing, field=beginning(kind).field, history=())
    assert repr(writing) == repr(plain)


@pytest.mark.parametrize("event", [Typed("ẩ"), WordTaken("hồ sơ"), CaretMoved(77)], ids=lambda e: type(e).__name__)
def test_an_event_says_its_name_and_no_letter(event: WritingEvent) -> None:
    assert repr(event) == f"{type(event).__name__}()"


def test_at_the_limit_nothing_is_lost_and_the_citizen_is_told() -> None:
    whole = beginning(Kind.WORDS, "a" * (Kind.WORDS.longest - 1))

    last = written(whole, Typed("."))
    refused = written(last, Typed("b"))

    assert (last.full, last.left, refused.full) == (False, 0, True)
    assert refused.text == last.text
    assert not written(refused, Backspaced()).full


def test_at_the_limit_a_mark_still_lands() -> None:
    whole = beginning(Kind.WORDS, "x " * 1999 + "ho")

    assert typed(whole, "f").text.endswith(" hò")
    assert written(whole, Typed("\u0300")).text.endswith(" hò")


def test_at_the_limit_no_word_is_taken() -> None:
    almost = beginning(Kind.WORDS, "a" * 3995 + " ho s")
    words = suggestions(almost)

    assert words
    assert written(almost, WordTaken(words[0])) == replace(almost, full=True)


def test_cleared_all_comes_back_with_one_undo() -> None:
    said = typed(beginning(Kind.WORDS), "Tooi khoong haif long")

    cleared = written(said, ClearedAll())

    assert cleared.text == ""
    assert written(cleared, UndoAsked()).text == "Tôi không hài lòng".replace("lòng", "long")


def test_what_is_undone_is_typed_on_as_if_nothing_had_been() -> None:
    slip = typed(beginning(Kind.WORDS), "tieengj")

    assert typed(written(slip, UndoAsked()), "s").text == "tiếng"


def test_who_types_telex_may_tap_a_mark_all_the_same() -> None:
    assert typed(beginning(Kind.WORDS), f"tieng{HAT}{ACUTE} Vieetj").text == "tiếng Việt"


def test_another_method_keeps_the_text() -> None:
    telex = typed(beginning(Kind.WORDS), "ddoof ")
    vni = written(telex, MethodChosen(Method.VNI))

    assert typed(vni, "d9o6").text == "đồ đô"


@pytest.mark.parametrize(
    ("pressed", "text"),
    [
        ("tôi chờ. cán bộ", "Tôi chờ. Cán bộ"),
        ("chờ lâu! sao vậy? ai", "Chờ lâu! Sao vậy? Ai"),
        ("một\nhai", "Một\nHai"),
        ("số 1.234", "Số 1.234"),
        ("lúc 7.30 sáng", "Lúc 7.30 sáng"),
    ],
)
def test_a_sentence_begins_with_a_capital_by_itself(pressed: str, text: str) -> None:
    assert on_the_keys(beginning(Kind.WORDS, method=Method.MARKS), pressed) == text


def test_each_part_of_a_name_begins_with_a_capital() -> None:
    assert on_the_keys(beginning(Kind.NAME), "nguyeexn thij hoa") == "Nguyễn Thị Hoa"


def test_an_e_mail_address_and_a_number_have_no_capitals_by_themselves() -> None:
    assert not any(beginning(kind).capitals for kind in (Kind.EMAIL, Kind.PHONE, Kind.RECEIPT_NUMBER))


def test_shift_takes_the_capital_off_puts_it_on_and_stays_when_pressed_twice() -> None:
    def after(writing: TextInput, presses: int) -> list[bool]:
        shown = []
        for _ in range(presses):
            writing = written(writing, ShiftPressed())
            shown.append(writing.capitals)
        return shown

    assert after(beginning(Kind.WORDS), 3) == [False, True, True]
    assert after(beginning(Kind.WORDS, "a"), 3) == [True, True, False]


def test_a_capital_is_for_one_letter_and_a_lock_for_all() -> None:
    once = written(beginning(Kind.WORDS, "ở "), ShiftPressed())
    locked = written(once, ShiftPressed())

    assert (on_the_keys(once, "ubnd"), on_the_keys(locked, "ubnd")) == ("ở Ubnd", "ở UBND")
    assert written(locked, Typed("U")).shift is Shift.LOCKED


def test_after_a_space_the_letters_are_there_again() -> None:
    digits = written(beginning(Kind.WORDS), LayerChosen(Layer.DIGITS))

    assert typed(digits, "12").layer is Layer.DIGITS
    assert typed(digits, "12 ").layer is Layer.LETTERS


def test_a_word_taken_stands_in_the_text_and_can_be_taken_back() -> None:
    said = typed(beginning(Kind.WORDS), "Nop ho s")
    words = suggestions(said)

    taken = written(said, WordTaken(words[0]))

    assert taken.text.lower().startswith("nộp hồ sơ ")
    assert written(taken, UndoAsked()).text == said.text


def test_a_word_that_is_no_longer_offered_changes_nothing() -> None:
    said = typed(beginning(Kind.WORDS), "ho s")
    word = suggestions(said)[0]
    taken = written(said, WordTaken(word))

    assert written(taken, WordTaken("quầy")) == taken


def test_an_e_mail_address_is_completed_by_its_host() -> None:
    name = typed(beginning(Kind.EMAIL), "hoa.1985")
    begun = typed(name, "@ya")

    assert suggestions(name) == tuple(f"@{host}" for host in EMAIL_HOSTS)
    assert suggestions(begun) == ("@yahoo.com", "@yahoo.com.vn")
    assert written(begun, WordTaken("@yahoo.com")).text == "hoa.1985@yahoo.com"
    assert suggestions(beginning(Kind.EMAIL)) == ()


def test_names_and_numbers_are_not_guessed() -> None:
    assert suggestions(beginning(Kind.NAME, "ho")) == suggestions(beginning(Kind.PHONE, "09")) == ()


def test_a_line_end_belongs_into_a_text_alone() -> None:
    assert [kind for kind in Kind if typed(beginning(kind), "\n").text] == [Kind.WORDS]


def test_a_caret_between_letters_is_where_the_next_one_goes() -> None:
    said = written(beginning(Kind.WORDS, "hồ ơ"), CaretMoved(3))

    assert typed(said, "s").text == "hồ sơ"
    assert (written(said, CaretMoved(-5)).caret, written(said, CaretMoved(99)).caret) == (0, 4)


@pytest.mark.parametrize(("method", "way"), [(Method.TELEX, TELEX), (Method.VNI, VNI)])
def test_4000_letters_typed_key_by_key_stand_there_letter_for_letter(method: Method, way: int) -> None:
    said = "tôi đến nộp hồ sơ đất đai, cán bộ ở quầy hẹn lại năm lần mà không giải thích vì sao.\n"
    text = (said * (4000 // len(said))).ljust(4000, ".")
    writing = beginning(Kind.WORDS, method=method)

    for word in re.findall(r"\w+|\W", text):
        for key in next(ways(word, way)) if word.isalpha() else word:
            writing = written(writing, Typed(key))

    assert writing.text == text
    assert (writing.left, writing.full) == (0, False)
