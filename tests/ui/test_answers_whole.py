"""Where one answer alone counts, all of them stand on one page: what is behind is chosen less (promise 10). What one
agrees to can be read."""

import itertools
from typing import Any

import pytest

from kiosk.flow.state.form import Ask, PickStage, Private
from kiosk.flow.state.preferences import PLAIN, Preferences
from kiosk.flow.state.screens import PickTypedStage
from tests.ui.states import places
from tests.ui.test_layout import faults_of, laid_out, panels  # noqa: F401  (the fixture lays out on every panel)

#: of two to five, or of few that belong together
WHOLE = [name for name, place in places(0).items() if isinstance(place, Ask | Private | PickStage | PickTypedStage)]
REASONS = ["why-low", "why-high"]
STEPS = (0, 1, 2)
#: In the usual text every answer has a drawing, by which those choose who do not read; but here (docs/decisions.md).
NOT_DRAWN = ("7 inch tablet",)


def test_larger_text_hides_no_answer_of_one_question_and_leaves_three_reasons_on_a_page(laid_out: Any) -> None:  # noqa: F811
    fonts: dict[tuple[str, str], int] = {}
    for step in STEPS:
        for language in ("vi", "en"):
            for name in (*WHOLE, *REASONS):
                page = laid_out(name, language, preferences=Preferences(step))
                shown = [card for card in page.ids.cards.children[::-1] if card.answer]
                said = f"{name} in {language} at step {step}"

                if name in WHOLE:
                    assert step or all(card.picture for card in shown) or laid_out.name in NOT_DRAWN, said
                    assert [card.answer for card in shown] == [option.answer for option in page._options], said
                assert len(shown) >= min(3, len(page._options)), said
                assert shown[0].font >= fonts.setdefault((name, language), shown[0].font), f"{said}: smaller than usual"


#: how much larger the words of a reason are at least at the next step, as docs/accessibility.md says
LARGER = 1.08
GROWING = [*REASONS, "private"]
#: panels too small for larger reasons at one step at least, and the step at which they grow all the same
TOO_SMALL = {"7 inch tablet": (), "8 inch tablet": (1,), "10 inch tablet upright": (), "15.6 inch upright": (1,)}


def test_reasons_and_what_is_told_to_the_leader_alone_grow_with_the_text(laid_out: Any) -> None:  # noqa: F811
    for language in ("vi", "en"):
        for name in GROWING:
            fonts = []
            for step in STEPS:
                page = laid_out(name, language, preferences=Preferences(step))
                fonts.append(min(card.font for card in page.ids.cards.children))
            for step in TOO_SMALL.get(laid_out.name, STEPS[1:]):
                assert fonts[step] >= fonts[step - 1] * LARGER - 0.5, f"{name} in {language} at step {step}: {fonts}"


def test_three_lines_of_the_consent_are_seen_at_once(laid_out: Any) -> None:  # noqa: F811
    for step in STEPS:
        for language in ("vi", "en"):
            page = laid_out("tell-consent", language, preferences=Preferences(step))

            assert page.reader.rows >= 3, f"{language} at step {step}"


def test_the_box_to_agree_stands_beside_the_consent_or_behind_its_last_page(laid_out: Any) -> None:  # noqa: F811
    page = laid_out("tell-consent", "vi")
    read = 0
    while not page.ids.cards.children:
        assert page.reader.opacity == 1
        page.turn()
        read += 1
        assert read < 20

    assert (read > 0) is page.m.compact
    assert [card.answer for card in page.ids.cards.children[::-1]] == ["agreed", "nameless"]
    page.turn()
    assert (page.reader.opacity, page.reader.can_scroll(up=True)) == (1, False) or not page.m.compact


#: those so low, the last one with larger text alone, that the box stands behind the text
COMPACT = panels(("7 inch tablet", "8 inch tablet", "10 inch tablet"))
LARGEST = Preferences(2)


@pytest.mark.parametrize("laid_out", COMPACT, indirect=True)
def test_who_reads_the_consent_again_after_the_tick_has_one_button_that_leads_on(laid_out: Any) -> None:  # noqa: F811
    for language in ("vi", "en"):
        laid_out("idle", language)
        page = laid_out("tell-consent-ticked", language, preferences=LARGEST)
        assert main_buttons(page) == [page.words["tell.next"]]

        turn(page)
        assert page.reads
        while page.reader.can_scroll(up=False):
            assert main_buttons(page) == [page.words["tell.page_more"]]
            turn(page)
        assert main_buttons(page) == [page.words["tell.next"]]

        turn(page)
        assert [card.answer for card in page.ids.cards.children[::-1]] == ["agreed", "nameless"]


@pytest.mark.parametrize("laid_out", COMPACT, indirect=True)
def test_a_key_that_ticks_the_box_leaves_the_text_where_it_is_read(laid_out: Any) -> None:  # noqa: F811
    laid_out("idle", "vi")
    page = laid_out("tell-consent", "vi", preferences=LARGEST)
    turn(page)
    read_to = page.reader._first
    assert read_to > 0

    for name in ("tell-consent-ticked", "tell-consent"):
        assert laid_out(name, "vi", preferences=LARGEST) is page
        assert (page.reads, page.reader._first, [*page.ids.cards.children]) == (True, read_to, [])


def turn(page: Any) -> None:
    from kivy.clock import Clock

    page.turn()
    Clock.tick()


def settle() -> None:
    from kivy.clock import Clock

    for _ in range(3):
        Clock.tick()
        Clock.tick_draw()


def main_buttons(page: Any) -> list[str]:
    """The words of the buttons that stand out."""
    return [each.words for each in page._actions.children if each.tone == "accent"]


#: where the whole screen is the answer's, and what is asked about it stands behind
READ_FIRST = panels(("7 inch tablet", "8 inch tablet", "10 inch tablet upright"))


@pytest.mark.parametrize("laid_out", READ_FIRST, indirect=True)
def test_an_answer_keeps_its_title_and_the_last_key_says_what_it_leads_to(laid_out: Any) -> None:  # noqa: F811
    spoken = {"vi": ("Trả lời cơ quan", "Cho ý kiến"), "en": ("Answer the office", "Rate it")}
    for preferences, (language, leads_to) in itertools.product((PLAIN, LARGEST), spoken.items()):
        for name, words in zip(("standing-asks-more", "standing-answered-long"), leads_to, strict=True):
            laid_out("idle", language)
            page = laid_out(name, language, preferences=preferences)
            title = page.words["look.needs_more" if name == "standing-asks-more" else "look.answered"]
            assert page.reads, name
            while page.reader.can_scroll(up=False):
                assert (page.title, main_buttons(page)) == (title, [page.words["tell.page_more"]]), name
                turn(page)
            settle()
            assert (page.title, main_buttons(page)) == (title, [words]), name
            assert faults_of(page, laid_out, name) == [], name

            turn(page)
            settle()
            assert (page.title, bool(page.question)) == ("", True), f"{name}: the question is the title there"
            assert page.ids.cards.children, f"{name}: the cards are there"
            assert faults_of(page, laid_out, name) == [], name


def test_the_offices_question_is_read_while_it_is_answered_and_nothing_written_is_lost(laid_out: Any) -> None:  # noqa: F811
    """Above the keys, or behind one button in their place."""
    from kiosk.ui.writing.on_screen_keyboard import OnScreenKeyboard

    for step in (0, 2):
        laid_out("idle", "vi")
        page = laid_out("standing-more-written", "vi", preferences=Preferences(step))
        asked, written = page._shown.asked.look.status.answer, page._shown.writing.text
        if page.reader not in page.children:
            press(page, page.words["look.see_question"])
            settle()
            assert [each for each in page.children if isinstance(each, OnScreenKeyboard)] == []
            assert main_buttons(page) == [page.words["look.write_on"]]
            assert faults_of(page, laid_out, "standing-more-written") == []
            assert page.reader._text == asked
            press(page, page.words["look.write_on"])
            settle()
        assert page.reader._text == asked
        assert page.keyboard._area._text == written
        assert page.keyboard.__self__ in page.children


def press(page: Any, words: str) -> None:
    next(each for each in page._actions.children if each.words == words).dispatch("on_fire")


#: a larger text has no room for three sentences with drawings there, and whoever asked for it reads
NO_DRAWN_SENTENCES = ("10 inch tablet",)


def test_ready_sentences_are_drawn_for_who_does_not_read(laid_out: Any) -> None:  # noqa: F811
    for step in (0, 2):
        for name in ("tell-sentences-chosen", "tell-sentences-facilities"):
            page = laid_out(name, "vi", preferences=Preferences(step))
            shown = [card for card in page.ids.cards.children if card.answer]

            drawn = all(card.picture for card in shown)
            assert drawn or (step and laid_out.name in NO_DRAWN_SENTENCES), f"{name} at step {step}"
