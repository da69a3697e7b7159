"""The keys themselves: what a citizen may need to write is there, once, and the rows are as wide as the board."""

from itertools import product
from string import ascii_lowercase, digits

import pytest

from kiosk.flow.state.text_input import MARKS, Kind, Layer, Shift, TextInput, Typed
from kiosk.ui.writing import key_layout
from kiosk.ui.writing.key_layout import KeyCap
from kiosk.vietnamese import Method

SIGNS = ".,?!:;()-/%&\"'+=*_#@"
COMPOSED = [kind for kind in Kind if kind.composed]


def keys(writing: TextInput, *, beside: bool) -> list[KeyCap]:
    rows = (
        *key_layout.letter_rows(writing),
        key_layout.help_keys(writing),
        key_layout.bottom_row(writing, beside=beside),
    )
    return [cap for row in rows for cap in row]


def typed(writing: TextInput, *, beside: bool) -> list[str]:
    """What the keys of a board type, each key once."""
    all_keys = keys(writing, beside=beside) + (list(key_layout.corner(writing, beside=True)) if beside else [])
    return [cap.does.key for cap in all_keys if isinstance(cap.does, Typed)]


@pytest.mark.parametrize("beside", [False, True])
@pytest.mark.parametrize("kind", COMPOSED)
def test_letters_marks_digits_and_signs_are_all_there(kind: Kind, beside: bool) -> None:
    letters = typed(TextInput(kind), beside=beside)
    signs = typed(TextInput(kind, layer=Layer.DIGITS), beside=beside)

    assert {*ascii_lowercase, *MARKS, " "} <= {key.lower() for key in letters}
    assert {*digits, *SIGNS, " "} <= set(signs)


@pytest.mark.parametrize("beside", [False, True])
def test_an_e_mail_address_can_be_typed_without_changing_the_keys(beside: bool) -> None:
    assert {*ascii_lowercase, *digits, *"@._-", ".com"} <= set(typed(TextInput(Kind.EMAIL), beside=beside))


def test_with_vni_its_marks_are_at_hand_and_say_what_they_put() -> None:
    helps = key_layout.help_keys(TextInput(method=Method.VNI))

    assert [cap.sign for cap in helps] == list("1234567890")
    assert all(cap.note for cap in helps)


@pytest.mark.parametrize("beside", [False, True])
def test_every_row_is_as_wide_as_ten_letters(beside: bool) -> None:
    for kind, method, layer, shift in product([*COMPOSED, Kind.EMAIL], Method, Layer, Shift):
        writing = TextInput(kind, method=method, layer=layer, shift=shift)
        first, second, third = (sum(cap.units for cap in row) for row in key_layout.letter_rows(writing))
        bottom = sum(cap.units for cap in key_layout.bottom_row(writing, beside=beside))

        assert (first, second, third) == (10, 9, 10)
        assert bottom == pytest.approx(10)
        assert sum(cap.units for cap in key_layout.tools(writing)) == 10
        assert sum(cap.units for cap in key_layout.corner(writing, beside=True)) <= 3


def test_what_pops_up_is_what_is_typed_but_for_the_space() -> None:
    popping = [cap for cap in keys(TextInput(), beside=False) if cap.pops_up]

    assert {cap.does.key for cap in popping if isinstance(cap.does, Typed)} >= {*MARKS, "q", "Q", "."} - {"q"}
    assert not any(cap.words == "writing.space" or isinstance(cap.does, key_layout.Act) for cap in popping)
