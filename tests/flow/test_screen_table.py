"""Every screen has one row and one list of choices; what they promise holds."""

from typing import get_args

import pytest
from msgspec.structs import replace

from kiosk.flow.input.choice import by_item, by_key
from kiosk.flow.input.choices import choices
from kiosk.flow.rules.screen_table import Holds, Timeout, holds, screen
from kiosk.flow.state import screens as w
from kiosk.flow.state.lobby import Lobby, Rules
from kiosk.flow.step import step
from kiosk.paths import PACKAGE, shared
from tests.support.complaint_play import INTAKE
from tests.ui.states import places

RULES = Rules(code_prefill="H15.50.05.13-261008-", languages=("vi", "en"))
EVERYWHERE = pytest.mark.parametrize("name", places(0))
SOUNDS = shared("assets") / "languages" / "vi" / "sounds"


def at(name: str) -> w.State:
    return w.State(places(0)[name], "vi", lobby=Lobby(intake=INTAKE), lobby_read_at=0, printer=True)


def test_every_kind_of_screen_is_among_the_examples():
    assert {type(place) for place in places(0).values()} == {*get_args(w.Place)}


@EVERYWHERE
def test_a_screen_has_a_page_and_its_prompts_are_recorded(name: str):
    row = screen(places(0)[name])
    module, _, page = row.page.partition(".")

    assert f"class {page}(" in (PACKAGE / "ui" / "screens" / f"{module}.py").read_text("utf-8")
    prompts = [*row.key_prompts, *([row.prompt] if row.prompt else [])]
    assert [each for each in prompts if not (SOUNDS / f"{each}.ogg").is_file()] == []


@EVERYWHERE
def test_no_key_and_no_item_means_two_things(name: str):
    found = choices(at(name), RULES)

    for names in ([each.key for each in found if each.key], [each.item for each in found if each.item]):
        assert len(names) == len(set(names))


@EVERYWHERE
def test_nobody_waits_for_ever_on_a_screen_that_is_somebodys(name: str):
    state, row = at(name), screen(places(0)[name])
    if row.timeout is Timeout.OWN:
        return
    left, _ = step(state, w.Tick(), 241, RULES)

    expected = w.Idle if row.timeout is Timeout.STAFF else w.StillThere
    assert isinstance(left.place, expected | w.Idle)


@EVERYWHERE
def test_where_nothing_is_heard_nothing_happens(name: str):
    state = at(name)
    if not holds(state.place, Holds.BUSY):
        return
    for event in [w.Touched(), w.Scanned("H15.50.05.13-261008-0001"), *by_key(choices(state, RULES)).values()]:
        after, effects = step(state, event, 1, RULES)

        assert (replace(after, touched_at=0, touches=(), scans=()), effects) == (state, [])


@EVERYWHERE
def test_who_does_not_look_has_something_to_choose_wherever_it_is_promised(name: str):
    state = at(name)
    without = (w.Rate, w.StillThere, w.Sorry, w.Thanks)  # faces; any touch; nothing to choose
    if holds(state.place, Holds.NON_VISUAL) and not isinstance(state.place, without):
        assert by_item(choices(state, RULES))
