"""Choosing is seen, and a slip of the finger never says the contrary: on every panel."""

from itertools import combinations
from typing import Any

import pytest

from kiosk.flow.state.preferences import PLAIN, Colours, Preferences
from tests.ui.layout_faults import shown
from tests.ui.states import places
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
