"""The screen of faces says whose dossier it is: whoever typed another person's code must see it."""

from typing import Any

import pytest

from kiosk.flow.state.preferences import Preferences
from tests.ui.layout_faults import shown, texts_of
from tests.ui.states import places
from tests.ui.test_layout import laid_out  # noqa: F401  (the fixture lays out on every panel)

#: the five faces measured in both languages, on the same panel, with the same text
ALIKE = 0.05


def test_the_day_of_a_typed_code_and_another_office_are_read_whole_on_every_panel(laid_out: Any) -> None:  # noqa: F811
    for step in (0, 1, 2):
        for language in ("vi", "en"):
            for name in ("rate-typed", "rate-elsewhere"):
                page = laid_out(name, language, preferences=Preferences(step))
                said = " ".join(" ".join(text.text.split()) for text in texts_of(page)).replace("\u00a0", " ").lower()
                few, office = "_short" if page.m.compact else "", places(0)[name].subject.office

                for told in (
                    page.words.say(f"rate.received{few}", day=2, month=11),
                    page.words.say(f"rate.office{few}", office=office),
                    page.words[f"rate.privacy{few}"],
                ):
                    assert told.lower() in said, f"{name} in {language} at step {step}"


def test_few_words_say_as_much_as_many(laid_out: Any) -> None:  # noqa: F811
    """That the dossier lies elsewhere, and that nobody at the counter knows: no panel has another promise."""
    words = laid_out("rate", "vi").words
    for few in ("", "_short"):
        assert "nơi khác: " in words[f"rate.office{few}"].lower()
        assert words[f"rate.privacy{few}"].startswith("Không ai ở quầy biết ")
    words = laid_out("rate", "en").words
    assert words["rate.office"].startswith("From another office: ")
    assert words["rate.office_short"].startswith("elsewhere: ")


@pytest.mark.parametrize(
    ("language", "who", "counter", "not_instead"),
    [
        ("vi", "lãnh đạo được giao", ("quầy không biết", "Không ai ở quầy biết"), "không thay cho đơn"),
        ("en", "the leader in charge", ("not the counter", "Nobody at the counter will know"), "formal complaint"),
    ],
)
def test_the_private_question_says_who_reads_it_and_that_the_counter_does_not(
    laid_out: Any,  # noqa: F811
    language: str,
    who: str,
    counter: tuple[str, str],
    not_instead: str,
) -> None:
    for step in (0, 1, 2):
        page = laid_out("private", language, preferences=Preferences(step))
        said = " ".join(" ".join(text.text.split()) for text in texts_of(page))

        assert who in said, f"step {step}"
        assert any(each in said for each in counter), f"step {step}"
        assert not_instead in said.lower(), f"step {step}"


def test_the_faces_are_as_large_in_vietnamese_as_in_english(laid_out: Any) -> None:  # noqa: F811
    for step in (0, 1, 2):
        heights = {}
        for language in ("vi", "en"):
            page = laid_out("rate", language, preferences=Preferences(step))
            faces = [min(each.size) for each in shown(page) if getattr(each, "name", "").startswith("face-")]
            assert len(faces) == 5
            heights[language] = min(faces)

        assert heights["vi"] >= heights["en"] * (1 - ALIKE), f"step {step}: {heights}"


def test_nothing_below_the_question_is_larger_than_it_on_a_low_panel(laid_out: Any) -> None:  # noqa: F811
    for step in (0, 1, 2):
        page = laid_out("rate", "vi", preferences=Preferences(step))
        if page.m.compact:
            sizes = {text.words: text.font_size for text in texts_of(page)}
            question = sizes.pop(page.words["rate.title"])

            assert {words: size for words, size in sizes.items() if size > question and words not in ("Aa", "EN")} == {}
