"""The cleaning layer: what can be put right is put right, what cannot names its fault, and right text is untouched."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.vietnamese.placement import Style, place
from kiosk.vietnamese.syllable import syllables
from sync.district.reference.cleaning.clean import clean
from sync.district.reference.cleaning.hygiene import lost_letters, shown, tidy
from sync.district.reference.files.table import Cell, Faulty, InFont, Line, Sheet

SYLLABLES = st.sampled_from(sorted({place(shape, tone, Style.OLD) for shape, tone in syllables()}))
NAMES = st.lists(SYLLABLES, min_size=1, max_size=5).map(" ".join)


def column(*cells: Cell) -> list[Cell]:
    """The cells of one column after cleaning."""
    lines = tuple(Line(number, (cell,)) for number, cell in enumerate(cells, start=1))
    return [line.cells[0] for line in clean(Sheet("", lines)).lines]


def keys(*cells: Cell) -> list[str]:
    return [cell.key if isinstance(cell, Faulty) else "" for cell in column(*cells)]


@given(st.lists(NAMES, min_size=1, max_size=5))
def test_names_in_unicode_are_untouched(names):
    assert column(*names) == [unicodedata.normalize("NFC", name) for name in names]


@given(st.text())
def test_a_tidy_text_is_tidy_and_can_be_kept_by_any_database(text):
    once = tidy(text)

    if isinstance(once, str):
        assert tidy(once) == once
        once.encode("utf-8")
        assert "\0" not in once
    assert shown(text).isprintable()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Đăng\x1b[31m ký", "U+001B"),
        ("ký\u202eiahk", "U+202E"),
        ("a\x00b", "U+0000"),
        ("a\ud800b", "U+D800"),
        ("a\ue000b", "U+E000"),
        ("\x9b31m", "U+009B"),
        ("Hộ\u3164tịch", "U+3164"),
        ("Hộ\u2800tịch", "U+2800"),
        ("Hộ\uffa0tịch", "U+FFA0"),
        ("Ho\u0336\u0337\u0338", "U+0338"),
    ],
)
def test_a_letter_nobody_sees_that_changes_what_is_read_is_refused_by_its_code(text, code):
    (cell,) = column(text)

    assert isinstance(cell, Faulty)
    assert (cell.key, cell.values) == ("import.value.hidden_letters", {"code": code})
    assert cell.text.isprintable()


@pytest.mark.parametrize(
    "text", ["Hộ\u200b tịch", "\ufeffHộ tịch", "Hộ\u2060 tịch\u200e", "H\u00adộ tịch", "Hộ\ttịch\r\n"]
)
def test_a_letter_without_width_is_taken_out(text):
    (cell,) = column(text)

    assert isinstance(cell, str)
    assert cell.split() == ["Hộ", "tịch"]


@pytest.mark.parametrize("text", ["??ng ký", "Đăng k?", "H? t?ch", "kết h�n", "B? Y t?", "X?", "?ăng"])
def test_letters_lost_to_question_marks_are_refused(text):
    assert keys(text) == ["import.value.lost_letters"]


@pytest.mark.parametrize(
    "text", ["Ông/Bà cần gì?", "Có được không? Được.", "https://dichvucong.gov.vn/?ma=1", "Hỏi đáp ???", "(?)"]
)
def test_a_question_is_a_question(text):
    assert not lost_letters(text)
    assert column(text) == [text]


def test_a_question_mark_at_the_end_is_judged_by_the_other_cells():
    assert keys("Lệ phí toà?", "H? t?ch") == ["import.value.lost_letters"] * 2
    assert keys("Lệ phí gì?", "Hộ tịch") == ["", ""]


def test_a_name_that_is_vietnamese_in_two_writings_is_read_as_its_column_is():
    assert column("Hé", "tÞch", "l¹i") == ["Hộ", "tịch", "lại"]
    assert column("Hé", "té") == ["Hé", "té"]


def test_a_column_in_two_writings_at_once_is_refused_where_it_is_doubtful():
    assert keys("Hộ tịch", "tÞch", "Hé") == ["", "", "import.value.old_writing"]
    assert keys("Quyết định §¨ng ký") == ["import.value.old_writing"]


def test_a_foreign_name_in_a_column_in_unicode_is_left_alone_and_refused_where_nothing_vouches_for_it():
    assert column("Buôn Pôp", "Buôn Đrăng") == ["Buôn Pôp", "Buôn Đrăng"]
    assert keys("tòch") == ["import.value.old_writing"]


def test_a_font_decides_what_its_letters_alone_do_not():
    assert column(InFont("Hé", ".VnTime"), InFont("céng hßa x· héi", ".VnTimeH")) == ["Hộ", "CỘNG HÒA XÃ HỘI"]
    assert column(InFont("Hoä tòch", "VNI-Times"), InFont("1.000656", ".VnTime")) == ["Hộ tịch", "1.000656"]


def test_unicode_in_an_old_font_stays_what_it_is_and_what_is_neither_is_refused():
    assert column(InFont("Hộ tịch", ".VnTime")) == ["Hộ tịch"]
    assert keys(InFont("Zürich", ".VnTime")) == ["import.value.old_font"]


def test_faults_of_the_reading_layer_pass_through():
    fault = Faulty("import.value.formula", "=A1")

    assert column(fault, 3, None) == [fault, 3, None]


@pytest.mark.parametrize(
    "letter", ["\u034f", "\ufe0f", "\u180b", "\u200b", "\u00ad", "\u2060", "\U000e0100", "\U000e0041"]
)
def test_a_letter_without_width_goes(letter):
    assert column(f"Hộ{letter} tịch") == ["Hộ tịch"]


def test_a_mark_of_a_peoples_own_letter_stays():
    assert column("K\u01a1\u0306r", "C\u030cư") == [
        unicodedata.normalize("NFC", each) for each in ("K\u01a1\u0306r", "C\u030cư")
    ]
