"""A scanner that types, at every speed and on every screen: what comes of it is what comes of a quick scan."""

import json
from itertools import cycle
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from kiosk.flow.state.complaint import EnterReceiptNumber, Write
from kiosk.flow.state.complaint_draft import ComplaintPart
from kiosk.flow.state.lobby import Lobby
from kiosk.flow.state.preferences import Preferences
from kiosk.flow.state.screens import Place, Scanned, StillThere
from kiosk.flow.step import begin
from kiosk.hardware.keyboard_scanner import SILENCE_SECONDS
from tests.support.driver import Driver
from tests.support.fakes import FakeDesk
from tests.ui.complaint_states import intake_at
from tests.ui.states import places
from tests.ui.test_keyboard import ENTER
from tests.ui.test_text_input import open_place, text

CASE = json.loads((Path(__file__).parents[1] / "cases/13-wedge-slow.json").read_text(encoding="utf-8"))
NAMES = sorted(places(0))
CODES = ("H35.88.01-261119-0017", "000.00.12.H62-201105-0004", "36941281861169821081", "5901234123457")
#: How long people who type well take from one key to the next, in their usual disorder (seconds).
RHYTHM = (0.09, 0.17, 0.12, 0.06, 0.19, 0.1, 0.14, 0.08, 0.16, 0.11)


def show(kiosk: Driver, name: str) -> None:
    """A fresh kiosk at a place, always at the same moment; nothing of a scan before is remembered."""
    kiosk.clock.now = 1_000.0
    kiosk.app.shell.state = replace(
        begin(kiosk.app.shell.rules),
        place=places(kiosk.clock())[name],
        lobby=Lobby(intake=intake_at(name)),
        preferences=Preferences(),
        touched_at=kiosk.clock(),
    )
    kiosk.app.stage.draw(kiosk.state)
    kiosk.clock.advance(2)


def done(desk: FakeDesk) -> list[list[object]]:
    """What was kept and tried since the last time."""
    kinds: list[list[object]] = [desk.saved, desk.answers, desk.told, desk.verdicts, desk.pins_tried]
    found = [list(each) for each in kinds]
    for each in kinds:
        each.clear()
    return found


def type_at_once(kiosk: Driver, keys: str, gaps: list[float], *, enter: bool) -> None:
    """Each key so many seconds after the one before; timers run out as they would."""
    keyboard = kiosk.app._keyboard
    codes = [*map(ord, keys.lower()), *([ENTER] if enter else [])]
    capitals = [*map(str.isupper, keys), False]
    for left, code, capital, gap in zip(range(len(codes))[::-1], codes, capitals, cycle(gaps), strict=False):
        keyboard._down(None, code, 0, "", ["shift"] if capital else [])
        keyboard._up(None, code)
        if gap > SILENCE_SECONDS:
            keyboard.silence()
        elif gap > keyboard.patience:
            keyboard._pause()
        if left:
            kiosk.clock.advance(gap)
    if not enter:
        keyboard.silence()


def alike(place: Place) -> Place:
    """A place without the hint that goes as soon as anything is typed."""
    if isinstance(place, StillThere):
        return replace(place, resume=alike(place.resume))
    return replace(place, refused=False) if isinstance(place, Write | EnterReceiptNumber) else place


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(NAMES),
    code=st.sampled_from(CODES),
    gap=st.floats(0.002, 0.15),
    late=st.lists(st.floats(-0.004, 0.004), min_size=30, max_size=30),
    enter=st.booleans(),
)
@example(name="rate", code=CASE["right"], gap=0.057, late=[0.0] * 30, enter=True)
@example(name="tell-text", code=CASE["right"], gap=0.057, late=[0.0] * 30, enter=True)
@example(name="tell-text", code=CODES[1], gap=0.15, late=[0.0] * 30, enter=False)
@example(name="staff-pin", code=CODES[3], gap=0.15, late=[0.0] * 30, enter=True)
def test_no_key_of_a_scan_is_a_press_or_text(
    kiosk: Driver, desk: FakeDesk, name: str, code: str, gap: float, late: list[float], enter: bool
) -> None:
    gaps = [max(0.002, gap + each) for each in late]
    show(kiosk, name)
    for each in gaps[: len(code) - (not enter)]:
        kiosk.clock.advance(each)
    kiosk.app.dispatch_event(Scanned(code))
    quick, kept = kiosk.state, done(desk)

    show(kiosk, name)
    type_at_once(kiosk, code, gaps, enter=enter)

    assert alike(kiosk.state.place) == alike(quick.place)
    assert kiosk.state.preferences == quick.preferences
    assert done(desk) == kept


def test_what_stood_in_a_field_is_there_again_after_the_collected_slow_scan(kiosk: Driver) -> None:
    open_place(kiosk, text="chờ lâu quá, ")
    before = kiosk.state.place.writing

    type_at_once(kiosk, CASE["right"], [0.057], enter=True)

    assert isinstance(kiosk.state.place, StillThere)
    assert kiosk.state.place.resume.writing == before


@pytest.mark.parametrize("part", [ComplaintPart.TEXT, ComplaintPart.NAME])
def test_a_slow_scan_does_not_send_off_what_is_being_written(kiosk: Driver, part: ComplaintPart) -> None:
    open_place(kiosk, part, "Hoa")

    type_at_once(kiosk, CASE["right"], [0.15], enter=True)

    assert isinstance(kiosk.state.place, StillThere)
    assert kiosk.state.place.resume.part is part


@pytest.mark.parametrize("keys", ["Tooi nooj hoof sow H35.88.01-261119-0017 ", "Goij 0912345678, 0208 3876543 nhes "])
def test_a_person_who_types_well_is_no_scanner(kiosk: Driver, keys: str) -> None:
    open_place(kiosk)
    type_at_once(kiosk, keys, [0.4], enter=False)
    one_by_one = text(kiosk)

    open_place(kiosk)
    type_at_once(kiosk, keys, list(RHYTHM), enter=False)

    assert text(kiosk) == one_by_one != ""


def test_a_person_who_is_asked_whether_they_are_there_answers_by_typing_on(kiosk: Driver) -> None:
    open_place(kiosk, text="chờ")
    kiosk.move_time(121)
    asked = kiosk.place
    kiosk.clock.advance(1)

    type_at_once(kiosk, "laau quas", list(RHYTHM), enter=False)

    assert (asked, kiosk.place) == ("StillThere", "Write")
