"""Telex and VNI, one promise after the other."""

from pathlib import Path

import pytest

from kiosk.vietnamese import Method, Style, compose, compose_at, compose_keys

# The keys of these are the usual way to type a real Vietnamese word (bus: bú), which comes first.
READ_AS_VIETNAMESE = {"air": "ải", "bar": "bả", "best": "bét", "box": "bõ", "bus": "bú", "cost": "cót"}
ENGLISH = Path(__file__).with_name("english_words.txt").read_text(encoding="utf-8").split()


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        ("tieengs", "tiếng"),
        ("tiengse", "tiếng"),
        ("duongdwf", "đường"),
        ("dduwowngf", "đường"),
        ("dduocwj", "được"),
        ("dduwocj", "được"),
        ("nhwng", "nhưng"),
        ("w[cs", "ước"),
        ("tu[ng", "tương"),
        ("thuowr", "thuở"),
        ("thuowng", "thương"),
        ("giaf", "già"),
        ("gif", "gì"),
        ("gieengs", "giếng"),
        ("quyeets", "quyết"),
        ("quar", "quả"),
        ("khuyur", "khuỷu"),
        ("booongs", "boóng"),
        ("DDawsk Lawsk", "Đắk Lắk"),
        ("Kroong Noo", "Krông Nô"),
        ("Lieeng Sroonh", "Liêng Srônh"),
    ],
)
def test_telex_composes(keys: str, text: str) -> None:
    assert compose_keys(keys) == text


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        ("tie6ng1", "tiếng"),
        ("tieng16", "tiếng"),
        ("duong972", "đường"),
        ("nguoi72", "người"),
        ("hoa85c", "hoặc"),
        ("VIE65T", "VIỆT"),
        ("so61 5", "số 5"),
    ],
)
def test_vni_composes(keys: str, text: str) -> None:
    assert compose_keys(keys, Method.VNI) == text


@pytest.mark.parametrize(
    ("keys", "text"),
    [("VIEETJ", "VIỆT"), ("Vieetj", "Việt"), ("vIEETJ", "vIỆT"), ("VieeTJ", "ViệT"), ("Ddaf", "Đà"), ("dDaf", "đà")],
)
def test_each_letter_keeps_its_case(keys: str, text: str) -> None:
    assert compose_keys(keys) == text


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        ("aaa", "aa"),
        ("aaaa", "aaa"),
        ("ass", "as"),
        ("asss", "ass"),
        ("ddd", "dd"),
        ("dddd", "ddd"),
        ("ooo", "oo"),
        ("aww", "aw"),
        ("uoww", "uow"),
        ("ww", "w"),
        ("nhww", "nhw"),
        ("[[", "["),
        ("tesst", "test"),
        ("tieengss", "tiêngs"),
        ("tiengee", "tienge"),
    ],
)
def test_the_same_key_again_undoes_the_mark(keys: str, text: str) -> None:
    assert compose_keys(keys) == text


@pytest.mark.parametrize(("keys", "text"), [("a11", "a1"), ("a66", "a6"), ("o77", "o7"), ("d99", "d9"), ("a88", "a8")])
def test_the_same_digit_again_undoes_the_mark(keys: str, text: str) -> None:
    assert compose_keys(keys, Method.VNI) == text


def test_z_and_0_take_the_tone_off() -> None:
    assert compose_keys("tieengsz") == "tiêng"
    assert compose_keys("tie6ng10", Method.VNI) == "tiêng"


def test_another_mark_takes_the_place_of_the_first() -> None:
    assert compose_keys("tieengsf") == "tiềng"
    assert compose_keys("aaw") == "ă"
    assert compose_keys("owo") == "ô"
    assert compose_keys("tuowngo") == "tuông"


def test_the_tone_moves_to_its_vowel_as_the_syllable_grows() -> None:
    shown = [compose_keys("hoasnh"[:count]) for count in range(1, 7)]

    assert shown == ["h", "ho", "hoa", "hóa", "hoán", "hoánh"]


@pytest.mark.parametrize(
    ("keys", "old", "new"),
    [
        ("hoaf", "hòa", "hoà"),
        ("khoer", "khỏe", "khoẻ"),
        ("thuyr", "thủy", "thuỷ"),
        ("quys", "quý", "quý"),
        ("toans", "toán", "toán"),
        ("muaf", "mùa", "mùa"),
        ("giaf", "già", "già"),
    ],
)
def test_the_two_styles_differ_only_where_they_should(keys: str, old: str, new: str) -> None:
    assert compose_keys(keys, style=Style.OLD) == old
    assert compose_keys(keys, style=Style.NEW) == new


@pytest.mark.parametrize("word", [word for word in ENGLISH if word not in READ_AS_VIETNAMESE])
def test_an_english_word_stays_as_it_was_typed(word: str) -> None:
    for typed in (word, word.capitalize(), word.upper()):
        assert compose_keys(typed) == typed
        assert compose_keys(typed, Method.VNI) == typed


@pytest.mark.parametrize(("word", "text"), READ_AS_VIETNAMESE.items())
def test_a_word_that_is_also_vietnamese_is_read_so_and_can_still_be_typed(word: str, text: str) -> None:
    at = next(i for i, letter in enumerate(word) if letter in "srx" and i)

    assert compose_keys(word) == text
    assert compose_keys(word[: at + 1] + word[at:]) == word


@pytest.mark.parametrize("method", [Method.TELEX, Method.VNI])
@pytest.mark.parametrize(
    "text",
    [
        "H35.13-261121-0042",
        "000.00.19.H35-261121-0042",
        "0912345678",
        "+84 91 234 56 78",
        "hoas.nguyeenx@gmail.com",
        "tuaan85s@vnpt.vn",
        "https://dichvucong.gov.vn/p/home",
        "www.lamdong.gov.vn",
        "covid19",
        "12A1",
        "30/04/2026",
    ],
)
def test_addresses_and_codes_stay_as_they_were_typed(text: str, method: Method) -> None:
    assert compose_keys(text, method) == text


@pytest.mark.parametrize(
    ("keys", "text"),
    [("HDDND", "HĐND"), ("QDD-UBND", "QĐ-UBND"), ("sddt", "sđt"), ("GCNQSDDDD", "GCNQSDĐ"), ("DDKKD", "ĐKKD")],
)
def test_abbreviations_have_their_d_with_stroke(keys: str, text: str) -> None:
    assert compose_keys(keys) == text


def test_an_amount_may_be_glued_to_its_currency() -> None:
    assert compose_keys("50.000dd, 500ddoongf") == "50.000đ, 500đồng"
    assert compose_keys("50.000d9", Method.VNI) == "50.000đ"


def test_a_text_typed_key_by_key_is_the_line_typed_at_once() -> None:
    line, text, caret = "Toi windows office tieengs, HDDND basic @ data ", "", 0

    for key in line:
        text, caret = compose_at(text, caret, key)

    assert text == compose_keys(line)
    assert caret == len(text)


def test_a_text_nobody_typed_here_is_never_respelled() -> None:
    assert compose("tiếng", "q") == "tiếngq"
    assert compose("tiếng", "z") == "tiêng"
    assert compose("hóa", "n") == "hoán"
