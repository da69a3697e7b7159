"""The idle screen with its cards, and the dark one, with real touches on a real window."""

import gc
from collections.abc import Iterator
from datetime import datetime

import pytest

from kiosk.domain.rating import Score
from kiosk.domain.reference import Notice, NoticeKind
from kiosk.flow.state.lobby import Lobby
from kiosk.flow.state.preferences import PLAIN, Colours, Preferences, PreferencesChosen
from kiosk.flow.state.screens import Scanned
from tests.support.driver import Driver
from tests.support.fakes import CODE, FakeDesk, HandClock
from tests.support.notices import CARDS
from tests.ui.conftest import RULES

HANGING = Lobby(CARDS).invitation_cards
AFTERWARDS = Lobby(CARDS).afterwards_cards
CLOSED = Lobby(CARDS, closed=True, opens=datetime.fromisoformat("2026-11-23T07:30"))


@pytest.fixture(autouse=True)
def roomy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The window of the tests is a small tablet's; here a card has a place of its own, as on the larger panels."""
    monkeypatch.setattr("kiosk.ui.screens.idle.CROWDED_LINES", (40, 20))


@pytest.fixture
def desk() -> FakeDesk:
    return FakeDesk(hangs=Lobby(CARDS))


@pytest.fixture
def night(window: None, clock: HandClock) -> Iterator[Driver]:
    """A kiosk outside opening hours, gone dark."""
    from kiosk.ui.app import Appearance

    driver = Driver(RULES, Appearance(), lambda: FakeDesk(hangs=CLOSED), clock)
    driver.start()
    driver.move_time(RULES.rest_seconds + 2)
    yield driver
    driver.stop()


def title(kiosk: Driver) -> str:
    return str(kiosk.page.card.title)


def wait_for_the_card(kiosk: Driver, *, shown: bool) -> None:
    for _ in range(200):
        if (kiosk.page.card.parent is not None) == shown:
            return
        kiosk.move_time(1)
    raise AssertionError(f"the card was never {'shown' if shown else 'taken away'}")


def test_every_card_gets_its_turn_and_the_first_comes_again(kiosk: Driver) -> None:
    seen = [title(kiosk)]
    for _ in range(200):
        if len(seen) > len(HANGING):
            break
        kiosk.move_time(1)
        if title(kiosk) != seen[-1]:
            seen.append(title(kiosk))

    assert seen == [*(card.title for card in HANGING), HANGING[0].title]


def test_the_invitation_comes_back_however_long_a_card_stood_in_its_place(
    kiosk: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.ui.screens.idle.CROWDED_LINES", (99, 99))
    kiosk.app.stage.draw(kiosk.state)  # as on a panel that was small from the start
    wait_for_the_card(kiosk, shown=True)
    gc.collect()

    wait_for_the_card(kiosk, shown=False)

    assert "Đánh giá hồ sơ" in [widget.words for widget in kiosk.controls()]
    assert any("giấy hẹn" in said for said in kiosk.said())


def test_a_notice_somebody_touches_stays(kiosk: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.ui.screens.idle.CROWDED_LINES", (99, 99))
    kiosk.app.stage.draw(kiosk.state)
    wait_for_the_card(kiosk, shown=True)
    read = title(kiosk)

    card = kiosk.page.card
    kiosk.tap(*card.to_window(*card.center))

    assert (kiosk.page.card.parent is not None, title(kiosk)) == (True, read)
    kiosk.move_time(1)
    assert (kiosk.page.card.parent is not None, title(kiosk)) == (True, read)


def test_a_short_tap_on_the_sign_is_answered_like_any_other(kiosk: Driver) -> None:
    from kiosk.ui.widgets.sign import Sign

    sign = next(each for each in kiosk.page.walk() if isinstance(each, Sign)).ids.held

    kiosk.tap(*sign.to_window(*sign.center))

    assert kiosk.page.words["idle.hint"] in " ".join(kiosk.said()).replace("\n", " ")


def test_how_others_judged_is_never_shown_to_who_is_about_to_rate(kiosk: Driver) -> None:
    index = next(card for card in CARDS if card.kind == NoticeKind.INDEX)
    for _ in range(200):
        kiosk.move_time(1)
        assert index.title not in " ".join(kiosk.said())
    kiosk.app.post(Scanned(CODE))
    kiosk.frames(2)
    assert index.title not in " ".join(kiosk.said())

    kiosk.clock.advance(2)
    kiosk.press("Hài lòng")
    kiosk.clock.advance(2)
    kiosk.press("Xong")
    card = kiosk.page._card
    assert (kiosk.place, card.title) == ("Thanks", index.title)


def test_the_dark_screen_says_how_others_judged_and_what_the_office_did_about_it(night: Driver) -> None:
    seen = {night.page.card_words}
    for _ in range(150):
        night.move_time(1)
        seen.add(night.page.card_words)

    assert {words.partition(".")[0] for words in seen} == {card.title for card in AFTERWARDS}
    assert {card.kind for card in AFTERWARDS} == {NoticeKind.INDEX, NoticeKind.ANSWERED}


def test_what_the_office_did_stands_on_the_thanks_in_its_turn_and_never_before_a_rating(kiosk: Driver) -> None:
    seen = []
    for _ in AFTERWARDS:
        for _ in range(30):
            kiosk.move_time(1)
            assert not any(card.title in " ".join(kiosk.said()) for card in AFTERWARDS)
        kiosk.app.post(Scanned(CODE))
        kiosk.frames(2)
        assert not any(card.title in " ".join(kiosk.said()) for card in AFTERWARDS)
        kiosk.clock.advance(2)
        kiosk.press("Hài lòng")
        kiosk.clock.advance(2)
        kiosk.press("Xong")
        assert kiosk.place == "Thanks"
        seen.append(kiosk.page._card.title)
        kiosk.move_time(RULES.thanks_seconds + 1)
        kiosk.clock.advance(RULES.same_scan_seconds + 1)

    assert sorted(seen) == sorted(card.title for card in AFTERWARDS)


def test_after_fifteen_seconds_the_idle_screen_is_in_the_offices_language_and_plain_size_again(kiosk: Driver) -> None:
    kiosk.press("English")
    kiosk.app.dispatch_event(PreferencesChosen(Preferences(text_step=2, colours=Colours.DARK)))

    kiosk.move_time(14)
    assert (kiosk.state.language, kiosk.state.preferences.text_step) == ("en", 2)
    kiosk.move_time(2)
    assert (kiosk.state.language, kiosk.state.preferences) == ("vi", PLAIN)


def test_a_card_is_shown_in_the_language_that_was_chosen(kiosk: Driver) -> None:
    kiosk.press("English")

    assert title(kiosk) == HANGING[0].text_in("en")[0] != HANGING[0].title


def test_between_two_beats_nothing_is_drawn(kiosk: Driver) -> None:
    pose = kiosk.page.pose
    while kiosk.page.pose == pose:
        kiosk.move_time(1)
    drawn: list[int] = []
    kiosk.window.bind(on_flip=lambda *_: drawn.append(1))

    for _ in range(4):
        kiosk.clock.advance(1)
        kiosk.app._tick()
        kiosk.frames(3)

    assert drawn == []


def test_the_picture_moves_by_a_hair_every_minute(kiosk: Driver) -> None:
    places = []
    for _ in range(5):
        kiosk.move_time(60, steps=5)
        places.append(kiosk.app.stage._shift.xy)

    assert len(set(places)) == 5


def test_new_cards_hang_within_a_minute_or_so(kiosk: Driver, desk: FakeDesk) -> None:
    desk.hangs = Lobby((Notice("N", "H35", "general", "Thẻ mới"),))

    kiosk.move_time(RULES.lobby_seconds + 2)

    assert title(kiosk) == "Thẻ mới"


def test_an_unknown_kind_of_card_is_a_general_one(kiosk: Driver, desk: FakeDesk) -> None:
    desk.hangs = Lobby((Notice("N", "H35", "weather", "Thẻ mới"),))

    kiosk.move_time(RULES.lobby_seconds + 2)

    assert kiosk.page.card.picture == "notice-general"


def test_without_cards_the_drawing_has_the_room(kiosk: Driver, desk: FakeDesk) -> None:
    desk.hangs = Lobby()

    kiosk.move_time(RULES.lobby_seconds + 2)

    assert kiosk.page.card.parent is None
    assert "Đánh giá hồ sơ" in [widget.words for widget in kiosk.controls()]


def test_outside_hours_the_screen_is_dark_and_says_when_the_office_opens(night: Driver) -> None:
    _, _, pixels = night.pixels()

    assert night.place == "Resting"
    assert "7 giờ 30 thứ Hai, ngày 23/11" in " ".join(night.said()).replace("\n", " ")
    assert sum(pixels) / len(pixels) < 32  # of 255: a room at night is not lit by it


def test_a_touch_wakes_it_and_presses_nothing_beneath(night: Driver) -> None:
    for widget_x in (0.25, 0.75):
        night.tap(night.window.width * widget_x, night.window.height * 0.13)
        assert night.place == "Idle"
        night.move_time(RULES.rest_seconds + 2)
        assert night.place == "Resting"


def test_a_citizen_at_night_is_served_like_any_other(night: Driver) -> None:
    night.app.post(Scanned(CODE))
    night.frames(3)
    night.rest(2)

    night.press("Hài lòng")

    assert [draft.score for draft in night.app._desk.saved] == [Score.SATISFIED]


def test_the_words_wander_at_night(night: Driver) -> None:
    heights = set()
    for _ in range(7):
        night.move_time(60, steps=5)
        heights.add(night.page.lift)

    assert len(heights) > 3


def test_it_lights_up_again_in_the_morning(night: Driver) -> None:
    from kivy.core.window import Window

    dark = tuple(Window.clearcolor)
    night.app._desk.hangs = Lobby(CARDS)

    night.move_time(RULES.lobby_seconds + 2)

    assert night.place == "Idle"
    assert tuple(Window.clearcolor) != dark
