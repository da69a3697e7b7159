"""Words offered while a citizen types."""

import pytest

from kiosk.vietnamese import nfc
from kiosk.vietnamese.suggest import Suggestion, accept, lexicon, lexicon_of, suggest


def offered(text: str, limit: int = 5) -> list[str]:
    return [suggestion.text for suggestion in suggest(text, len(text), limit)]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("ho so", "hồ sơ"),
        ("nộp hô s", "nộp hồ sơ"),
        ("hồ ", "hồ sơ"),
        ("duoc", "được"),
        ("Khanh", "Khánh Hòa"),
        ("Toi muon khieu n", "khiếu nại"),
        ("quyen su", "quyền sử dụng đất"),
        ("ubnd", "UBND"),
        ("Dak N", "Đắk Nông"),
    ],
)
def test_words_are_found_without_their_marks(typed: str, first: str) -> None:
    assert offered(typed)[0] == first


def test_a_mark_that_was_typed_must_be_there() -> None:
    words = lexicon_of("hồ sơ, họ và tên, hóa đơn")

    assert [found.text for found in suggest("hồ", 2, words=words)] == ["hồ sơ"]
    assert [found.text for found in suggest("ho", 2, words=words)][:3] == ["hồ sơ", "họ và tên", "hóa đơn"]


def test_the_case_is_that_of_the_typed_letters() -> None:
    assert offered("Ho s")[0] == "Hồ sơ"
    assert offered("HO S")[0] == "HỒ SƠ"


def test_a_sign_ends_a_phrase() -> None:
    assert "hồ sơ" not in offered("hồ. s")
    assert "hồ sơ" not in offered("hồ\ns")


def test_nothing_is_offered_for_nothing_or_inside_a_word() -> None:
    assert offered("") == offered("xin.") == offered("h") == []
    assert suggest("hồ", 1) == []


def test_no_more_are_offered_than_asked_for_and_none_twice() -> None:
    assert len(offered("th", 3)) == 3
    assert len(set(offered("th", 40))) == len(offered("th", 40))


def test_an_accepted_phrase_replaces_its_words_and_leaves_one_space() -> None:
    text = "Tôi nop ho s rồi"

    suggestion = suggest(text, 12)[0]

    assert suggestion == Suggestion("nộp hồ sơ", 4)
    assert accept(text, 12, suggestion) == ("Tôi nộp hồ sơ rồi", 14)


def test_the_list_is_nfc_and_names_every_phrase_once() -> None:
    words = lexicon()

    assert len(words.phrases) == len(set(words.phrases)) > 900
    assert all(phrase == nfc(phrase) for phrase in words.phrases)
