"""Choosing is seen, and a slip of the finger never says the contrary: on every panel."""

from itertools import combinations
from typing import Any

import pytest

from kiosk.flow.state.preferences import PLAIN, Colours, Preferences
from tests.ui.layout_faults import shown
from tests.ui.states import places
from tests.ui.test_answers_whole import NOT_DRAWN
from tests.ui.test_layout import laid_out  # noqa: F401  (the fixture lays out on every panel)

CHOSEN = [name for name in places(0) if name.endswith(("-chosen", "-ticked", "-back", "-helper"))]
OPPOSITE = ({"yes", "no"}, {"satisfied", "not_satisfied"}, {"agreed", "nameless"})
LARGEST = Preferences(text_step=2, colours=Colours.DARK)


def cards_on(page: Any) -> list[Any]:
    return [widget for widget in shown(page) if hasattr(widget, "chosen")]


@pytest.mark.parametrize("name", CHOSEN)
def test_a_chosen_card_shows_a_tick_whatever_its_shape(laid_out: Any, name: str) -> None:  # noqa: F811
    for preferences in (PLAIN, LARGEST):
        page = laid_out(name, "vi", preferences=preferences)

        for card in cards_on(page):
            assert (len(card.canvas.after.children) > 0) is card.chosen, card.words


@pytest.mark.parametrize(
    "name", ["ask-warned", "ask-apology", "standing-answered", "tell-consent", "tell-consent-ticked"]
)
def test_opposite_choices_never_touch_each_other(laid_out: Any, name: str) -> None:  # noqa: F811
    """Between them stands another choice, or twice the room that is between any others."""
    for preferences in (PLAIN, LARGEST):
        page = laid_out(name, "vi", preferences=preferences)
        cards = cards_on(page)

        for one, other in combinations(cards, 2):
            if {one.answer, other.answer} in OPPOSITE:
                apart = max(
                    abs(one.center_x - other.center_x) - (one.width + other.width) / 2,
                    abs(one.center_y - other.center_y) - (one.height + other.height) / 2,
                )
                assert apart >= 2 * page.m.gap, f"{one.answer} and {other.answer}"


def test_the_card_that_leads_to_the_next_ones_is_drawn_where_its_neighbours_are(laid_out: Any) -> None:  # noqa: F811
    page = laid_out("tell-sentences", "vi")
    turns, answers = ([each for each in cards_on(page) if bool(each.answer) is named] for named in (False, True))

    for turn in turns:
        assert bool(turn.picture) is any(each.picture for each in answers)
        assert turn.picture not in {each.picture for each in answers} - {""}


def test_a_screen_over_a_draft_says_so_and_leads_nowhere_else(laid_out: Any) -> None:  # noqa: F811
    page = laid_out("tell-kind-begun", "vi")
    words = {getattr(widget, "words", "") for widget in shown(page)}

    assert words >= {"Có ý kiến đang viết dở", "Bỏ, viết mới"}
    assert "Xem trả lời" not in words

    page = laid_out("standing-asks-more-begun", "vi")

    assert "Số khác" not in {getattr(widget, "words", "") for widget in shown(page)}
    assert [card.answer for card in cards_on(page)] in (["write_more"], [])  # on a small panel it is behind the text


def test_the_card_for_typing_a_code_shows_keys_and_no_scanner(laid_out: Any) -> None:  # noqa: F811
    (typing,) = [each for each in cards_on(laid_out("tell-dossier", "vi")) if each.answer == "type"]

    assert typing.picture in ("way-type", "")


def test_the_verdicts_on_an_answer_are_drawn_wherever_the_panel_has_room(laid_out: Any) -> None:  # noqa: F811
    page = laid_out("standing-answered", "vi")
    drawn = {card.picture for card in cards_on(page)}

    if page.reads:  # a small panel: the answer first, what is said to it behind
        page.redraw(reads=False)
        drawn = {card.picture for card in cards_on(page)}
    assert drawn == {"answer-yes", "tell-go-on", "answer-no"} or laid_out.name in NOT_DRAWN
