"""The words of góp ý and phản ánh that both ends speak: texts with a version, standings, masks, what a scan says."""

import tomllib
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.complaint import ComplaintStatus, may_be_answered, public_status_from
from kiosk.domain.masking import masked_address, masked_email, masked_name, masked_phone
from kiosk.domain.receipt import Receipt, link, mint, mint_of_box, scanned
from kiosk.domain.reference import Wording
from kiosk.domain.wording import consent_from, newest, of_known_kinds, sentences_from
from kiosk.paths import shared

SCHEMES = shared("config") / "schemes"


def read(name: str) -> dict[str, Any]:
    return tomllib.loads((SCHEMES / name).read_text("utf-8"))


def test_the_shipped_texts_speak_both_languages() -> None:
    consent, sentences = consent_from(read("consent.toml")), sentences_from(read("sentences.toml"))

    assert all({"vi", "en"} <= dict(words).keys() for words in (consent.words, *(each.words for each in sentences)))


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"version": 1},
        {"version": "1"},
        {"version": "1", "words": {"en": "I agree"}},
        {"version": "1", "words": "x"},
    ],
)
def test_a_consent_without_version_or_vietnamese_words_is_refused(content: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="consent"):
        consent_from(content)


@pytest.mark.parametrize(
    "rows",
    [
        "none",
        [1],
        [{"words": {"vi": "x"}}],
        [{"id": "a", "words": {}}],
        [{"id": "a", "words": {"vi": "x"}, "about": "conduct"}],
        [{"id": "a", "words": {"vi": "x"}, "about": ["weather"]}],
        [{"id": "a", "words": {"vi": "x"}}, {"id": "a", "words": {"vi": "y"}}],
    ],
)
def test_sentences_that_cannot_be_offered_are_refused(rows: object) -> None:
    with pytest.raises(ValueError, match=r"sentences|a:|About"):
        sentences_from({"sentences": rows})


def test_of_several_texts_in_force_the_latest_counts() -> None:
    old = Wording("a", "consent", {}, date(2026, 1, 1))
    new = Wording("b", "consent", {}, date(2026, 6, 1))
    gone = Wording("c", "consent", {}, date(2026, 7, 1), date(2026, 7, 31))
    other = Wording("d", "sentences", {}, date(2026, 8, 1))

    assert newest([old, new, gone, other], "consent", date(2026, 11, 21)) == new
    assert newest([new], "consent", date(2026, 5, 31)) is None


@pytest.mark.parametrize(
    ("name", "ways", "reachable"),
    [
        ("An", {"phone": "0912345123"}, True),
        ("", {"phone": "0912345123"}, True),
        ("An", {"address": "12 Lê Lợi"}, True),
        (" ", {"email": "an@example.vn"}, False),
        ("An", {}, False),
    ],
)
def test_who_may_be_answered_gave_a_name_and_a_way_or_a_telephone(
    name: str, ways: dict[str, str], reachable: bool
) -> None:
    assert may_be_answered(name, **({"phone": "", "address": "", "email": ""} | ways)) is reachable


@given(st.dictionaries(st.sampled_from(["state", "office", "due_on", "answer", "as_of"]), st.text() | st.integers()))
def test_a_standing_that_is_strange_is_still_told(content: dict[str, Any]) -> None:
    assert public_status_from(content).state in ComplaintStatus


def test_a_standing_is_read_as_it_was_closed() -> None:
    read_back = public_status_from(
        {"state": "with_office", "office": "UBND xã", "due_on": "2026-12-11", "answer": None}
    )

    assert (read_back.state, read_back.office, read_back.due_on) == (
        ComplaintStatus.WITH_OFFICE,
        "UBND xã",
        date(2026, 12, 11),
    )
    assert (read_back.answer, read_back.answered_on) == ("", None)


@given(st.integers(10_000, 99_999))
def test_what_a_receipt_says_is_what_a_scanner_finds(box: int) -> None:
    for receipt in (mint(), mint_of_box(box)):
        for page in ("https://mot-cua.example/bn", "https://mot-cua.example/bn/", ""):
            assert scanned(link(page, receipt)) == receipt.number


@pytest.mark.parametrize("text", ["", "H15.50.05.13-261008-0975", "https://mot-cua.example/#1", "1000012345678934"])
def test_what_is_no_receipt_is_none(text: str) -> None:
    assert scanned(text) is None


def test_the_token_never_stands_behind_the_mark_and_the_number_never_before_it() -> None:
    before, _, behind = link("https://mot-cua.example/bn", Receipt("1000012345678933", "tok")).partition("#")

    assert ("1000012345678933" in before, behind) == (False, "1000012345678933")


@given(st.text(alphabet="0123456789 +", max_size=20))
def test_a_masked_telephone_shows_at_most_five_digits(phone: str) -> None:
    assert sum(letter.isdigit() for letter in masked_phone(phone)) <= 5


@given(st.text(max_size=40))
def test_a_mask_never_shows_the_whole(text: str) -> None:
    for masked in (masked_email, masked_address):
        assert masked(text) != text or text == "***"
    assert all(len(part) <= 3 for part in masked_name(text).split())


def test_the_consent_that_was_agreed_to_before_can_still_be_read() -> None:
    now, before, first = (consent_from(read(name)) for name in ("consent.toml", "consent-2.toml", "consent-1.toml"))

    assert (now.version, before.version, first.version) == ("dong-y-3", "dong-y-2", "dong-y-1")
    assert "Bộ phận Một cửa" in dict(first.words)["vi"]


def test_the_consent_names_the_office_the_voice_who_sees_it_and_every_right() -> None:
    text = dict(consent_from(read("consent.toml")).words)["vi"]

    for part in ("{office}", "giọng nói", "chuyển đến", "lãnh đạo", "xem, sửa, xóa", "phản đối", "rút lại", "24 tháng"):
        assert part in text


def test_a_sentence_that_asks_for_an_answer_is_offered_to_who_gets_one_alone() -> None:
    asking = [each.sentence_id for each in sentences_from(read("sentences.toml")) if each.only_with_reply]

    assert asking == ["explain", "ask-stage", "ask-missing", "ask-fee", "ask-call"]


def test_every_ready_sentence_has_a_drawing_that_is_there():
    named = {each.sentence_id: each.picture for each in sentences_from(read("sentences.toml"))}
    images = shared("assets") / "images"

    assert [each for each, picture in named.items() if not (images / f"{picture}.png").is_file()] == []


def test_a_kind_of_a_newer_district_costs_an_office_its_own_sentences_no_more() -> None:
    told = [("both", ["rule", "weather"]), ("new", ["weather", 7]), ("known", ["rule"]), ("all", [])]
    content = {"sentences": [{"id": each, "about": about, "words": {"vi": "x"}} for each, about in told], "version": 2}

    offered = sentences_from(of_known_kinds(content))

    assert [(each.sentence_id, each.about) for each in offered] == [
        ("both", ("rule",)),
        ("known", ("rule",)),
        ("all", ()),
    ]
    for wrong in ({}, {"sentences": [1]}, {"sentences": [{"id": "a", "about": "rule", "words": {"vi": "x"}}]}):
        with pytest.raises(ValueError, match=r"sentences"):
            sentences_from(of_known_kinds(wrong))


@pytest.mark.parametrize("picture", ["../secret", "a/b", "A", 7, None, "x" * 41])
def test_a_drawing_outside_the_folder_of_drawings_is_refused(picture: object):
    rows = [{"id": "hot", "words": {"vi": "Nóng."}, "picture": picture}]

    with pytest.raises(ValueError, match="hot: picture"):
        sentences_from({"sentences": rows})
