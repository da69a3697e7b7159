"""What is drawn is what can be chosen: each card and button is a choice of the screen, and each choice is drawn."""

from typing import Any, get_args

import pytest

from kiosk.flow.input.choice import Choice
from kiosk.flow.input.choices import choices
from kiosk.flow.rules.screen_table import screen
from kiosk.flow.state.lobby import Rules
from kiosk.flow.state.preferences import PreferencesAsked
from kiosk.flow.state.screens import (
    ChoosePreferences,
    Idle,
    LanguageChosen,
    PageTurned,
    StaffCard,
    StaffPin,
    Starting,
    State,
    StillThere,
    Touched,
    TypeCode,
    TypeDate,
    WentHome,
)
from kiosk.flow.state.text_input import WritingEvent
from tests.support.fakes import HandClock
from tests.ui.states import lobby_at, places

#: pads, keys and switches, whose every touch is its own event
PADS = (TypeCode, TypeDate, StaffCard, StaffPin, ChoosePreferences, Starting, Idle, StillThere)
EVERYWHERE = [name for name, place in places(0).items() if not isinstance(place, PADS)]
OTHER = (WentHome, LanguageChosen, PreferencesAsked, PageTurned, Touched, *get_args(WritingEvent))


@pytest.fixture(scope="module")
def shown(window: None) -> Any:
    from kiosk.languages.packs import load_packs
    from kiosk.ui.metrics import Panel
    from kiosk.ui.root_view import RootView

    clock, happened = HandClock(), []
    stage = RootView(
        texts=load_packs().strings(),
        happened=happened.append,
        clock=clock,
        rules=Rules(),
    )
    stage.size = 1080, 1920
    stage.measure(Panel(1080, 1920, 268.0))

    def show(name: str) -> tuple[State, Any, list[Any]]:
        from kivy.clock import Clock

        state = State(places(clock())[name], "vi", lobby=lobby_at(name), printer=True)
        stage.draw(state)
        for _ in range(3):
            Clock.tick()
        happened.clear()
        return state, stage.page, happened

    return show


@pytest.mark.parametrize("name", EVERYWHERE)
def test_every_card_and_button_that_is_drawn_is_a_choice_and_every_choice_is_drawn(shown: Any, name: str) -> None:
    from kiosk.ui.widgets import Touchable

    state, page, happened = shown(name)
    offered = choices(state, Rules())
    controls = [each for each in page.walk(restrict=True) if isinstance(each, Touchable) and not each.disabled]

    for control in controls:
        control.dispatch("on_fire")
        page._say.__self__.draw(state)

    drawn = [event for event in happened if not isinstance(event, OTHER)]
    assert [event for event in drawn if event not in [each.event for each in offered]] == []
    for choice in offered:
        if (choice.card or choice.button) and not paged(page, choice):
            assert choice.event in happened, f"{choice} is not drawn on {screen(state.place).page}"


def paged(page: Any, choice: Choice) -> bool:
    """Whether a card is on another page of cards."""
    turned = any(not each.answer for each in getattr(page, "_cards", []) if each.parent)
    return bool(choice.card) and (turned or getattr(page, "several_pages", False))
