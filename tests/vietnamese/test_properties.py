"""What holds for any keys at all."""

from string import ascii_letters, digits

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kiosk.vietnamese import Method, Style, backspace, compose, compose_keys, fold, nfc
from kiosk.vietnamese import field as fields
from kiosk.vietnamese.field import Field
from kiosk.vietnamese.letters import Tone
from kiosk.vietnamese.methods import KEYS
from kiosk.vietnamese.placement import place
from kiosk.vietnamese.syllable import syllables

TELEX_MARKS = "aeodwsfrxjz[]{}"
MARKS = "".join(KEYS[Method.MARKS].marks)
SYLLABLES = list(syllables())

methods, styles = st.sampled_from(Method), st.sampled_from(Style)
toned = st.sampled_from([(shape, tone) for shape, tone in SYLLABLES if tone])
vietnamese = st.text("aeiouydghnt tsfrxjzwWAEOUD" + "áảạâấăđêệôơớưừịĩýủ" + MARKS, max_size=14)
anything = st.one_of(vietnamese, st.text(max_size=10), st.text(ascii_letters + digits + " .@[]", max_size=14))


@given(st.text(ascii_letters + " .,-", max_size=20), styles)
def test_telex_loses_and_reorders_no_letter_but_its_mark_keys(keys: str, style: Style) -> None:
    text = fold(compose_keys(keys, Method.TELEX, style))

    lone_w = "u"  # w alone gives ư
    left_out = TELEX_MARKS + lone_w
    assert [c for c in text if c not in left_out] == [c for c in keys.lower() if c not in left_out]


@given(st.text(ascii_letters + digits + " .,-", max_size=20), styles)
def test_vni_loses_and_reorders_no_letter(keys: str, style: Style) -> None:
    text = fold(compose_keys(keys, Method.VNI, style))

    assert [c for c in text if c not in digits] == [c for c in keys.lower() if c not in digits]


@given(st.text(ascii_letters + MARKS + " .", max_size=20), styles)
def test_tapped_marks_change_no_letter(keys: str, style: Style) -> None:
    text = fold(compose_keys(keys, Method.MARKS, style))

    assert text == "".join(c for c in keys.lower() if c not in MARKS)


@example("\u1ea1\u0300", "o", 0, Method.TELEX, Style.OLD)  # a tone that moves away bares a letter with a second mark
@given(anything, anything, st.integers(-2, 12), methods, styles)
def test_the_text_is_always_nfc_and_the_caret_inside_it(
    text: str, keys: str, caret: int, method: Method, style: Style
) -> None:
    field = fields.at(text, caret)

    for key in keys:
        field = fields.press(field, key, method, style)
        assert field.text == nfc(field.text)
        assert 0 <= field.caret <= len(field.text)


@given(toned, styles)
def test_a_tone_typed_twice_leaves_the_word_without_it_and_the_key(syllable: tuple[str, Tone], style: Style) -> None:
    shape, tone = syllable
    key = next(key for key, mark in KEYS[Method.TELEX].marks.items() if mark is tone)
    word = place(shape, tone, style)

    assert compose(word, key, Method.TELEX, style) == shape + key


@given(st.sampled_from(SYLLABLES), st.sampled_from(MARKS), styles)
def test_a_mark_tapped_on_a_bare_syllable_and_again_is_gone(
    syllable: tuple[str, Tone], mark: str, style: Style
) -> None:
    bare = fold(syllable[0])

    once = compose(bare, mark, Method.MARKS, style)

    assert compose(once, mark, Method.MARKS, style) == bare


@given(anything, methods, styles)
def test_typed_key_by_key_or_at_once_is_the_same(keys: str, method: Method, style: Style) -> None:
    text = ""

    for key in keys:
        text = compose(text, key, method, style)

    assert text == compose_keys(keys, method, style)


@given(anything)
def test_backspace_removes_one_letter(text: str) -> None:
    text = nfc(text)

    shorter, caret = backspace(text, len(text))

    assert text.startswith(shorter)
    assert caret == len(shorter) <= max(len(text) - 1, 0)


@given(vietnamese, st.sampled_from([Method.TELEX, Method.VNI]), styles)
def test_backspace_empties_any_field_and_never_makes_it_longer_than_its_keys(
    keys: str, method: Method, style: Style
) -> None:
    field = Field()
    for key in keys:
        field = fields.press(field, key, method, style)

    presses = 0
    while field.text:
        field = fields.backspace(field, method, style)
        presses += 1

    assert presses <= len(keys)


@given(st.text(max_size=30))
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert fold(nfc(text)) == fold(text)


@pytest.mark.parametrize("text", ["Đường Nguyễn Huệ", "ĐƯỜNG NGUYỄN HUỆ", "duong nguyen hue"])
def test_folding_finds_every_spelling(text: str) -> None:
    assert fold(text) == "duong nguyen hue"
