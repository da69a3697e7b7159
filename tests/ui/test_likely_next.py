"""Screens that are ready before anybody asks for them."""

from kiosk.flow.state.preferences import Preferences
from kiosk.flow.state.screens import State
from tests.support.driver import Driver

SECONDS = 10


def rest_on_the_idle_screen(kiosk: Driver) -> None:
    for _ in range(SECONDS):
        kiosk.app._tick()
        kiosk.frames(1)


def built(kiosk: Driver) -> set[int]:
    return {id(page) for page in kiosk.app.stage._pages.values()}


def test_while_nobody_is_there_the_next_screens_are_built(kiosk: Driver) -> None:
    rest_on_the_idle_screen(kiosk)
    ready = built(kiosk)

    kiosk.press("door-rate")
    kiosk.press("way-no-paper")
    kiosk.press("Quầy 2 · Đất đai, xây dựng")
    kiosk.press(lambda control: getattr(control, "score", 0) == 2)

    assert (kiosk.place, built(kiosk)) == ("Why", ready)


def test_what_was_built_ahead_is_not_shown_to_anybody(kiosk: Driver) -> None:
    kiosk.app.stage.pass_time()
    before = kiosk.pixels()

    rest_on_the_idle_screen(kiosk)

    assert kiosk.place == "Idle"
    assert kiosk.app.stage.children == [kiosk.page]
    assert len(built(kiosk)) > 5
    same = kiosk.pixels() == before
    assert same


def test_who_asked_for_large_letters_does_not_cost_the_next_citizen_the_ready_screens(kiosk: Driver) -> None:
    rest_on_the_idle_screen(kiosk)
    ready, place = built(kiosk), kiosk.state.place

    kiosk.app.stage.draw(State(place, "vi", preferences=Preferences(text_step=2)))
    large = built(kiosk)
    kiosk.app.stage.draw(State(place, "vi"))

    assert not large & ready
    assert built(kiosk) == ready


def test_a_touch_interrupts_the_building_only_until_one_is_home_again(kiosk: Driver) -> None:
    kiosk.press("door-rate")
    kiosk.press("way-no-paper")
    waiting = len(kiosk.app._ahead)

    rest_on_the_idle_screen(kiosk)

    assert kiosk.place == "PickCounter"
    assert waiting == len(kiosk.app._ahead) > 0
    assert not {"rate.RatePage", "thanks.ThanksPage"} & kiosk.app.stage._pages.keys()
