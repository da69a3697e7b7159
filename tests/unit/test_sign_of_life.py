"""The screen's sign of life: what it says of a screen, and when the kiosk gives up starting one."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.box.agent_lock import held
from kiosk.box.sign_of_life import (
    FILE,
    FUTILE_STARTS,
    LOCK,
    STALE_SECONDS,
    WELL_SECONDS,
    Pulse,
    ScreenState,
    SignOfLife,
    drawn,
    next_start,
    read_sign,
    screen_runs,
    state_of,
)
from kiosk.clock import Moment

BOOT = "1f3a"


def at(seconds: float, boot: str = BOOT) -> Moment:
    return Moment(datetime(2026, 11, 21, tzinfo=UTC), round(seconds * 1000), boot)


def draws(sign: SignOfLife, seconds: float) -> SignOfLife:
    return drawn(sign, at(seconds), covers=True, touch=True, renderer="software")


@pytest.mark.parametrize(
    ("sign", "seconds", "runs", "state"),
    [
        (None, 100, False, None),
        (SignOfLife("beef", 5, drawn_s=90), 100, True, None),
        (SignOfLife(BOOT, 90), 100, True, ScreenState.STARTING),
        (SignOfLife(BOOT, 90), 90 + STALE_SECONDS + 1, True, ScreenState.FROZEN),
        (SignOfLife(BOOT, 5, drawn_s=90), 100, True, ScreenState.DRAWS),
        (SignOfLife(BOOT, 5, drawn_s=90), 90 + STALE_SECONDS + 1, True, ScreenState.FROZEN),
        (SignOfLife(BOOT, 5, drawn_s=90), 100, False, ScreenState.GONE),
        (SignOfLife(BOOT, 5, drawn_s=90, gave_up=True), 9_999, False, ScreenState.GAVE_UP),
    ],
)
def test_the_sign_says_how_the_screen_is(
    sign: SignOfLife | None, seconds: float, runs: bool, state: ScreenState | None
):
    assert state_of(sign, at(seconds), runs=runs) == state


def test_after_so_many_starts_that_came_to_nothing_it_gives_up_then_tries_once_each_time():
    sign = next_start(None, at(1))
    tries = [sign.gave_up]
    for n in range(2, 12):
        sign = next_start(sign, at(n))
        tries.append(sign.gave_up)

    assert tries == [False] * FUTILE_STARTS + [True, False, True, False, True]
    assert sign.starts == FUTILE_STARTS + 2  # giving up is no start


def test_a_start_that_drew_for_long_makes_the_failures_before_it_forgotten():
    sign = next_start(None, at(1))
    for n in range(2, FUTILE_STARTS + 1):
        sign = next_start(sign, at(n))
    short = next_start(draws(sign, 60), at(61))
    long = next_start(draws(sign, WELL_SECONDS + 20), at(WELL_SECONDS + 21))

    assert short.gave_up
    assert (long.gave_up, long.futile) == (False, 1)


def test_a_new_boot_begins_anew():
    tired = SignOfLife(BOOT, 5, starts=40, futile=FUTILE_STARTS, gave_up=True)

    assert next_start(tired, at(1, "beef")) == SignOfLife("beef", 1)


@given(st.lists(st.tuples(st.integers(0, 2_000), st.booleans()), max_size=60))
def test_whatever_happens_no_seven_starts_in_a_row_come_to_nothing(starts: list[tuple[int, bool]]):
    now, sign, in_a_row = 0, None, 0
    for lasts, draws_at_all in starts:
        sign = next_start(sign, at(now))
        in_a_row = 0 if sign.gave_up else in_a_row + 1
        assert in_a_row <= FUTILE_STARTS
        now += lasts
        if not sign.gave_up and draws_at_all:
            sign = draws(sign, now)
            in_a_row = 0 if lasts >= WELL_SECONDS else in_a_row


def test_it_is_kept_and_read_while_the_process_lives(tmp_path: Path):
    folder = tmp_path / "run"
    pulse = Pulse(folder)

    begun = pulse.begin(at(10))
    pulse.drew(at(21), covers=False, touch=True, renderer="hardware")

    assert begun == SignOfLife(BOOT, 10)
    assert read_sign(folder) == SignOfLife(BOOT, 10, drawn_s=20, covers=False, renderer="hardware", touch=True)
    assert screen_runs(folder)


def test_a_screen_that_was_asked_to_end_was_not_in_vain(tmp_path: Path):
    for n in range(3 * FUTILE_STARTS):
        pulse = Pulse(tmp_path)
        assert not pulse.begin(at(n)).gave_up
        pulse.ended()


def test_nobody_runs_once_the_lock_is_let_go(tmp_path: Path):
    with held(tmp_path, LOCK):
        assert screen_runs(tmp_path)
    assert not screen_runs(tmp_path)


def test_a_folder_that_cannot_be_written_keeps_no_screen_from_starting(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    (tmp_path / "file").touch()
    pulse = Pulse(tmp_path / "file" / "run")

    assert pulse.begin(at(1)) == SignOfLife(BOOT, 1)
    pulse.drew(at(11), covers=True, touch=True, renderer="software")

    assert len(caplog.records) == 1


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", '{"boot": 1}', '{"boot": "1f3a", "started_s": "x"}', '{"boot": "1f3a", "started_s": 1, "z": 2}'],
)
def test_a_sign_that_is_none_is_passed_over(tmp_path: Path, content: str):
    (tmp_path / FILE).write_text(content)

    assert read_sign(tmp_path) is None
    assert Pulse(tmp_path).begin(at(3)) == SignOfLife(BOOT, 3)


def test_the_sign_holds_nothing_of_a_touch(tmp_path: Path):
    pulse = Pulse(tmp_path)
    pulse.begin(at(1))
    pulse.drew(at(11), covers=True, touch=True, renderer="software")

    assert set(json.loads((tmp_path / FILE).read_text())) == {
        *("boot", "started_s", "starts", "futile", "drawn_s", "gave_up", "covers", "renderer", "touch"),
    }
