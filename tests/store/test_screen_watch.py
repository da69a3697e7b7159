"""The agent tells the district of a dark screen: as an entry, so that it travels although nobody can rate any more."""

import pytest

from kiosk.box.box import Box
from kiosk.box.sign_of_life import FUTILE_STARTS, SignOfLife, drawn, next_start
from kiosk.store.engine import CannotWrite
from sync.agent.batches import health, next_batch
from sync.agent.screen_watch import DARK_SECONDS, ScreenWatch
from tests.store.conftest import Clock, District
from tests.store.test_devices import facts

LOOK = 30


class Watched:
    """A box, its screen and the agent's watch, by one clock."""

    def __init__(self, box: Box, district: District) -> None:
        self.box, self.district, self.clock = box, district, Clock()
        self.sign: SignOfLife | None = None
        self.runs, self.draws, self.touch = False, False, True
        self.watch = ScreenWatch(lambda: self.sign, lambda: self.runs, self.clock)

    def start(self) -> None:
        self.sign = next_start(self.sign, self.clock())
        self.runs = self.draws = not self.sign.gave_up

    def pass_time(self, seconds: int) -> None:
        for _ in range(seconds // LOOK):
            self.clock.up_ms += LOOK * 1000
            if self.draws:
                assert self.sign
                self.sign = drawn(self.sign, self.clock(), covers=True, touch=self.touch, renderer="hardware")
            self.watch.tick(self.box)

    def told(self) -> list[tuple[str, str, str | None]]:
        return facts(self.box, self.district)

    def health(self) -> dict[str, object]:
        with self.box.store.read() as tx:
            said = health(tx, self.box, "0.1.0")
        return {name: said[name] for name in ("screen", "touch", "renderer")}


@pytest.fixture
def watched(box: Box, district: District) -> Watched:
    return Watched(box, district)


def test_a_screen_that_draws_is_health_and_no_entry(watched: Watched):
    watched.start()
    watched.pass_time(600)

    assert watched.told() == []
    assert next_batch(watched.box, 10, "0.1.0") is None
    assert watched.health() == {
        "screen": {"state": "draws", "restarts": 0},
        "touch": "there",
        "renderer": "hardware",
    }


def test_a_kiosk_that_never_had_a_screen_says_nothing_of_one(watched: Watched):
    watched.pass_time(3_600)

    assert watched.health() == {"screen": None, "touch": None, "renderer": None}


def test_a_screen_that_freezes_is_an_entry_to_deliver_though_nobody_rates(watched: Watched):
    watched.start()
    watched.pass_time(60)
    watched.draws = False
    watched.pass_time(DARK_SECONDS + 120)

    batch = next_batch(watched.box, 10, "0.1.0")

    assert watched.told() == [("device_failed", "screen", "frozen")]
    assert batch is not None
    assert batch.health["screen"] == {"state": "frozen", "restarts": 0}


def test_a_restart_of_a_minute_is_no_news(watched: Watched):
    watched.start()
    watched.pass_time(60)
    watched.draws = watched.runs = False
    watched.pass_time(60)
    watched.start()
    watched.pass_time(60)

    assert watched.told() == []
    assert watched.health()["screen"] == {"state": "draws", "restarts": 1}


def test_a_kiosk_that_gives_up_and_is_mended_says_both(watched: Watched):
    watched.start()
    watched.pass_time(30)
    for _ in range(FUTILE_STARTS):
        watched.runs = watched.draws = False
        watched.start()
    watched.pass_time(DARK_SECONDS + 60)
    gave_up = watched.health()["screen"]
    watched.start()
    watched.pass_time(60)

    assert gave_up == {"state": "gave_up", "restarts": FUTILE_STARTS - 1}
    assert watched.told() == [("device_failed", "screen", "gave_up"), ("device_back", "screen", None)]


def test_a_screen_that_does_not_come_back_with_the_machine_is_gone(watched: Watched):
    watched.start()
    watched.pass_time(60)
    watched.sign, watched.runs, watched.draws = None, False, False  # the runtime folder is empty after a boot
    watched.clock.boot, watched.clock.up_ms = "beef", 0
    watched.watch = ScreenWatch(lambda: watched.sign, lambda: watched.runs, watched.clock)
    watched.pass_time(DARK_SECONDS + 60)

    assert watched.told() == [("device_failed", "screen", "gone")]


def test_a_touch_panel_that_is_unplugged_and_plugged_in_is_told(watched: Watched):
    watched.start()
    watched.pass_time(60)
    watched.touch = False
    watched.pass_time(DARK_SECONDS)
    before = watched.health()["touch"]
    watched.pass_time(LOOK)
    gone = watched.health()["touch"]
    watched.touch = True
    watched.pass_time(DARK_SECONDS)
    assert watched.told() == [("device_failed", "touch", "absent")]
    watched.pass_time(LOOK)

    assert (before, gone) == ("there", "absent")
    assert watched.told() == [("device_failed", "touch", "absent"), ("device_back", "touch", None)]


@pytest.mark.parametrize("told", ["there", "absent"])
def test_a_touch_cable_that_comes_and_goes_fills_no_ledger(watched: Watched, told: str):
    watched.touch = told == "there"
    watched.start()
    watched.pass_time(60)
    before = watched.told()
    for _ in range(200):
        watched.touch = not watched.touch
        watched.pass_time(LOOK)

    assert watched.told() == before
    assert watched.health()["touch"] == told


def test_a_file_that_cannot_be_written_is_tried_again(watched: Watched, monkeypatch: pytest.MonkeyPatch):
    def full() -> object:
        raise CannotWrite("the disk is full")

    watched.start()
    with monkeypatch.context() as broken:
        broken.setattr(watched.box.store, "write", full)
        watched.pass_time(60)
    watched.pass_time(60)

    assert watched.health()["touch"] == "there"
