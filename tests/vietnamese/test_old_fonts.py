"""Vietnamese in the writings of the time before Unicode is read back, and Unicode is left alone."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.vietnamese import old_fonts
from kiosk.vietnamese.letters import Tone, untone
from kiosk.vietnamese.old_fonts import Writing, is_old_font, is_vietnamese, read, readings, reads_better, strange_words
from kiosk.vietnamese.placement import Style, place
from kiosk.vietnamese.syllable import syllables

INVENTORY = sorted({place(shape, tone, Style.OLD) if tone else shape for shape, tone in syllables()})
SYLLABLES = st.sampled_from(INVENTORY)
TEXTS = st.lists(SYLLABLES, min_size=1, max_size=6).map(" ".join)
TO_TCVN3 = {right: wrong for wrong, right in old_fonts._TCVN3.items() if wrong != "μ"}
VIQR_TONES = {Tone.HUYEN: "`", Tone.HOI: "?", Tone.NGA: "~", Tone.SAC: "'", Tone.NANG: "."}
VIQR_SHAPES = {"â": "a^", "ă": "a(", "ê": "e^", "ô": "o^", "ơ": "o+", "ư": "u+", "đ": "dd"}
VNI_SHAPES = {"ơ": "ô", "ư": "ö", "đ": "ñ"}
VNI_TONES = {Tone.HUYEN: "ø", Tone.HOI: "û", Tone.NGA: "õ", Tone.SAC: "ù", Tone.NANG: "ï"}
VNI_HAT = dict(zip(Tone, "âàåãáä", strict=True))
VNI_BREVE = dict(zip(Tone, "êèúüéë", strict=True))
VNI_I = dict(zip(Tone, "iìæóíò", strict=True))


def parts(letter: str) -> tuple[str, Tone]:
    bare, tone = untone(letter)
    assert tone is not None
    return bare, tone


def in_tcvn3(text: str) -> str:
    return "".join(TO_TCVN3.get(letter, letter) for letter in text)


def in_viqr(text: str) -> str:
    written = ""
    for letter in text:
        bare, tone = parts(letter)
        written += VIQR_SHAPES.get(bare, bare) + VIQR_TONES.get(tone, "")
    return written


def vni_letter(letter: str) -> str:
    bare, tone = parts(letter)
    if bare in "âêô":
        return {"â": "a", "ê": "e", "ô": "o"}[bare] + VNI_HAT[tone]
    if bare == "ă":
        return "a" + VNI_BREVE[tone]
    if bare == "i":
        return VNI_I[tone]
    if (bare, tone) == ("y", Tone.NANG):
        return "î"
    return VNI_SHAPES.get(bare, bare) + VNI_TONES.get(tone, "")


def in_vni(text: str) -> str:
    return "".join(map(vni_letter, text))


@given(TEXTS)
def test_every_vietnamese_text_comes_back_from_tcvn3_and_vni(text):
    for writing, written in ((Writing.TCVN3, in_tcvn3(text)), (Writing.VNI, in_vni(text))):
        assert read(written, writing) == (text if written != text else None)


@given(TEXTS)
def test_every_vietnamese_text_comes_back_from_utf8_that_was_read_as_windows_1252(text):
    spoilt = "".join(
        bytes([byte]).decode("cp1252") if byte not in b"\x81\x8d\x8f\x90\x9d" else chr(byte) for byte in text.encode()
    )

    assert read(spoilt, Writing.UTF8) == (text if spoilt != text else None)


@given(TEXTS)
def test_viqr_with_more_than_one_sign_comes_back(text):
    written = in_viqr(text)
    if sum(written.count(sign) for sign in ("^", "(", "+", "dd")) > 1:
        assert read(written, Writing.VIQR) == text


@given(TEXTS)
def test_unicode_is_vietnamese_as_it_stands_and_has_no_strange_word(text):
    assert is_vietnamese(text)
    assert strange_words(text) == []
    assert readings(text).keys() <= {Writing.TCVN3, Writing.VNI}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("§¨ng ký khai tö", "Đăng ký khai tử"),
        ("ñy ban nh©n d©n x·", "ủy ban nhân dân xã"),
        ("UÛY BAN NHAÂN DAÂN XAÕ", "ỦY BAN NHÂN DÂN XÃ"),
        ("Ñaêng kyù laïi khai sinh", "Đăng ký lại khai sinh"),
        ("DDa(ng ky' khai tu+?", "Đăng ký khai tử"),
    ],
)
def test_a_name_says_the_same_in_its_one_writing(written, meant):
    assert set(readings(written).values()) == {meant}


@pytest.mark.parametrize(
    "text",
    [
        *("Hà Nội", "Krông Pắc", "Čư M'gar", "HĐND – UBND", "50 m²", "Điều 5 §2", "Nhóm máu O+", "A+ O+", "café"),
        *("Müller & Söhne", "C++", "«tô»", "x^2 + y^2", "Add", "Zürich", "Señor", "10 µm", "©2026", "Ban QLDA ĐTXD"),
    ],
)
def test_what_is_no_old_writing_is_left_alone(text):
    assert (readings(text), strange_words(text)) == ({}, [])


def test_old_fonts_are_known_by_name():
    assert all(map(is_old_font, [".VnTime", ".VnTimeH", ".VNARIAL", "VNI-Times", "vni-helve"]))
    assert not any(map(is_old_font, ["Times New Roman", "Calibri", "", "Vnnox", "Vni"]))


def test_bytes_of_an_old_font_read_better_as_western_and_windows_1258_as_itself():
    old = "§¨ng ký khai tö"
    right = "Đăng ký khai tử".encode("cp1258", "ignore")

    assert reads_better(old, old.encode("cp1252").decode("cp1258"))
    assert not reads_better(right.decode("cp1252"), unicodedata.normalize("NFC", right.decode("cp1258")))
