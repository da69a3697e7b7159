"""A text field: caret, backspace, and the keys that are marks."""

import pytest

from kiosk.vietnamese import Method, Style, backspace
from kiosk.vietnamese import field as fields
from kiosk.vietnamese.field import Field

ACUTE, GRAVE, HOOK, DOT = "\u0301", "\u0300", "\u0309", "\u0323"
HAT, BREVE, HORN, STROKE = "\u0302", "\u0306", "\u031b", "\u0335"


def typed(field: Field, keys: str, method: Method = Method.TELEX) -> Field:
    """The field after these keys; ``<`` is backspace."""
    for key in keys:
        if key == "<":
            field = fields.backspace(field, method, Style.OLD)
        else:
            field = fields.press(field, key, method, Style.OLD)
    return field


def shown(field: Field) -> str:
    return f"{field.text[: field.caret]}|{field.text[field.caret :]}"


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        (f"tieng{HAT}{ACUTE}", "tiếng"),
        (f"duong{GRAVE}{STROKE}{HORN}", "đường"),
        (f"hoac{DOT}{BREVE}", "hoặc"),
        (f"KHUYU{HOOK}", "KHUỶU"),
        (f"a{HAT}{HAT}", "a"),
        (f"a{ACUTE}{ACUTE}", "a"),
        (f"a{HAT}{BREVE}", "ă"),
        (f"HD{STROKE}ND", "HĐND"),
        (f"Srong{HAT}", "Srông"),
        (f"cafe{ACUTE}", "café"),
        (f"xyz {ACUTE}", "xyz "),
        (f"b{HAT}", "b"),
        ("windows office", "windows office"),
    ],
)
def test_a_tapped_mark_lands_on_the_syllable_and_comes_off_again(keys: str, text: str) -> None:
    assert typed(Field(), keys, Method.MARKS).text == text


def test_a_mark_tapped_inside_a_word_goes_to_the_whole_syllable() -> None:
    assert shown(typed(fields.at("tieng", 2), HAT + ACUTE, Method.MARKS)) == "ti|ếng"
    assert shown(typed(fields.at("một tieng thôi", 6), "es")) == "một ti|ếng thôi"


def test_before_the_first_letter_a_mark_key_is_a_letter() -> None:
    assert shown(typed(fields.at("hồ ơ", 3), "s")) == "hồ s|ơ"
    assert shown(typed(fields.at("ong", 0), "d")) == "d|ong"


def test_a_letter_put_into_a_word_moves_the_tone() -> None:
    assert shown(typed(fields.at("hón", 2), "a")) == "hoá|n"


def test_typing_inside_a_text_leaves_the_rest_alone() -> None:
    assert shown(typed(fields.at("Tôi  hồ sơ", 4), "nooja")) == "Tôi nooja| hồ sơ"
    assert shown(typed(fields.at("Tôi  hồ sơ", 4), "nooj")) == "Tôi nộ| hồ sơ"


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        ("tieengsq<", "tiếng"),
        ("tieengs<", "tiến"),
        ("tieengs<<", "tiế"),
        ("hoans<", "hóa"),
        ("goon<gle", "google"),
        ("windowx<s", "windows"),
        ("ass<", "a"),
        ("DDawk<ng", "Đăng"),
        ("<a", "a"),
        ("tooi <<s", "tố"),
    ],
)
def test_backspace_takes_one_letter_and_typing_goes_on(keys: str, text: str) -> None:
    assert typed(Field(), keys).text == text


@pytest.mark.parametrize("text", ["tiếng", "tie\u0302\u0301", "Đ", "q\u0301", "a b"])
def test_one_press_removes_one_visible_letter(text: str) -> None:
    shorter, caret = backspace(text, len(text))

    assert shorter in ("tiến", "ti", "", "a ")
    assert caret == len(shorter)


def test_backspace_at_the_beginning_changes_nothing() -> None:
    assert backspace("hồ sơ", 0) == ("hồ sơ", 0)


def test_a_caret_outside_the_text_is_brought_to_its_end() -> None:
    assert shown(typed(fields.at("hồ", 99), "i")) == "hồi|"
    assert shown(typed(fields.moved(fields.at("hồ", 2), -5), "A")) == "A|hồ"


def test_a_moved_caret_forgets_the_keys_and_keeps_the_text() -> None:
    field = fields.moved(typed(Field(), "tieengs"), 5)

    assert shown(typed(field, "q")) == "tiếngq|"


def test_a_whole_word_from_elsewhere_is_put_in_as_it_is() -> None:
    assert fields.press(fields.at("Xin ", 4), "cha\u0300o", Method.TELEX, Style.OLD).text == "Xin chào"


def test_the_method_may_change_in_the_middle_of_a_word() -> None:
    field = typed(typed(Field(), "tiee"), "ng1", Method.VNI)

    assert typed(field, ACUTE + GRAVE, Method.MARKS).text == "tiềng"


@pytest.mark.parametrize(
    ("keys", "method", "text"),
    [
        ("tuan1990\b1@gmail.com", Method.VNI, "tuan1991@gmail.com"),
        ("tuan1990\b\b85@gmail.com", Method.VNI, "tuan1985@gmail.com"),
        ("le6n\bm@x.vn", Method.VNI, "le6m@x.vn"),
        ("nguyeenx\bvx@gmail.com", Method.TELEX, "nguyeexvx@gmail.com"),
    ],
)
def test_an_address_is_what_was_typed_also_after_a_correction(keys: str, method: Method, text: str) -> None:
    field = Field()
    for key in keys:
        field = (
            fields.backspace(field, method, Style.OLD) if key == "\b" else fields.press(field, key, method, Style.OLD)
        )

    assert field.text == text
