"""What the voice calls a place is where that place is, and a touch there does what was said; on every screen."""

import re

import pytest
from msgspec.structs import replace

from kiosk.flow.input.non_visual import items_of, offered, zone_at
from kiosk.flow.input.prompts import prompt, utterance
from kiosk.flow.rules.recording_steps import is_recording
from kiosk.flow.rules.screen_table import Holds, holds
from kiosk.flow.state import complaint as t
from kiosk.flow.state import screens as w
from kiosk.flow.state.lobby import Rules
from kiosk.flow.state.preferences import PLAIN, Zone, ZoneTouched
from kiosk.flow.step import step
from kiosk.paths import shared
from kiosk.texts import read
from tests.support.listener import EITHER, IDLE, RULES, at
from tests.ui.states import places

#: the words for a place in each language, and a point of the glass that anybody would touch on hearing them
POINTS = {
    "vi": {
        "góc dưới bên phải": (0.98, 0.02),
        "góc dưới bên trái": (0.02, 0.02),
        "góc trên bên phải": (0.98, 0.98),
        "góc trên bên trái": (0.02, 0.98),
        "giữa màn hình": (0.5, 0.5),
    },
    "en": {
        "bottom right corner": (0.98, 0.02),
        "bottom left corner": (0.02, 0.02),
        "top right corner": (0.98, 0.98),
        "top left corner": (0.02, 0.98),
        "the middle": (0.5, 0.5),
        "middle of the screen": (0.5, 0.5),
    },
}
#: every prompt that names places, and the zones it means, in order
MEANS = {
    "ear.how": ["next", "previous", "choose", "again", "home"],
    "ear.items": ["next", "choose"],
    "ear.one": ["choose"],
    "ear.ask": ["choose"],
    "ear.left": ["previous"],
    "ear.rate": ["next", "choose"],
    "ear.rate_headset": ["next", "choose"],
    "ear.rate_end": ["choose"],
    "ear.rate_none": ["next"],
    "ear.still": ["choose", "home"],
    "ear.list": ["next", "choose", "next"],
    "ear.list_next": ["next", "choose"],
    "ear.end": ["choose", "previous"],
    "ear.none": ["next"],
    "ear.cleared": ["next"],
    "ear.thanks": ["next", "choose", "choose"],
    "ear.home": ["home", "next"],
    "ear.dossier": ["next", "choose"],
    "ear.dossier_no_scanner": ["next", "choose"],
    "ear.agreed": ["choose"],
    "ear.dial": ["next", "choose"],
    "ear.dial_more": ["previous"],
    "ear.full": ["choose"],
    "ear.told": ["previous", "choose", "choose"],
    "ear.speech": ["choose"],
}
WHERE = {name: place for name, place in places(0).items() if holds(place, Holds.NON_VISUAL) and offered(at(place))}
EVERYWHERE = pytest.mark.parametrize("name", WHERE)
LANGUAGES = pytest.mark.parametrize("language", POINTS)


def spoken(language: str) -> dict[str, str]:
    found = read(shared("assets") / "languages" / language / "spoken.toml")
    return {name.rstrip("."): text.lower() for name, text in found.items()}


def zones_named(text: str, language: str) -> list[str]:
    words = "|".join(sorted(POINTS[language], key=len, reverse=True))
    return [zone_at(*POINTS[language][word]) for word in re.findall(words, text)]


@LANGUAGES
def test_each_prompt_means_the_zones_that_lie_where_it_says(language: str):
    named = {name: zones for name, text in spoken(language).items() if (zones := zones_named(text, language))}

    assert named == MEANS


@EVERYWHERE
@EITHER
@pytest.mark.parametrize("zone", Zone)
def test_a_zone_means_the_same_on_every_screen(name: str, zone: str, rules: Rules):
    state = at(WHERE[name], rules)
    items = [*items_of(state, rules)]
    after, _ = step(state, ZoneTouched(zone), 5, rules)
    if is_recording(state.place):
        return  # the microphone is open: a touch anywhere is the end of speaking, and nothing else
    match zone:
        case "home" if isinstance(state.place, w.Idle):
            assert after.preferences == PLAIN
        case "home" if holds(state.place, Holds.UNSENT):
            assert (after.place, after.pointed_at) == (state.place, ".home")
        case "home":
            assert isinstance(after.place, t.ComplaintSent if isinstance(state.place, t.ShowReceipt) else w.Idle)
        case "again":
            assert (after.place, after.pointed_at, after.repeats) == (state.place, "", state.repeats + 1)
        case "next" | "previous" if items:
            beyond = items[1 if zone == "next" else -1] if items[0] == "0" else items[0 if zone == "next" else -1]
            assert (after.place, after.pointed_at) == (state.place, beyond)
        case "next" | "previous":
            assert (after.place, after.repeats) == (state.place, state.repeats + 1)
        case "choose" if isinstance(state.place, w.StillThere):
            assert not isinstance(after.place, w.StillThere)
        case "choose" if isinstance(state.place, w.Thanks | t.ComplaintSent):
            assert after.place == w.Idle()
        case "choose" if len(items) > 1 and items[0] != "0":
            assert (after.place, after.repeats) == (state.place, state.repeats + 1), (
                "nothing was said yet: nothing chosen"
            )


@EVERYWHERE
@EITHER
def test_what_a_screen_says_of_a_place_is_true_of_it(name: str, rules: Rules):
    state = at(WHERE[name], rules)
    if is_recording(state.place) or name in ("type-code-longest", "type-date-whole", "type-date-refused"):
        return  # the microphone is open; no further digit fits
    said = {str(clip) for clip in prompt(state, rules)} & MEANS.keys()
    for zone in {zone for clip in said for zone in MEANS[clip]}:
        after, effects = step(state, ZoneTouched(zone), 5, rules)
        changed = replace(after, touched_at=state.touched_at, touches=state.touches) != state
        assert effects or changed, f"{zone} is named, and a touch there does nothing"
        assert utterance(state, after, rules) != () or after.place != state.place, f"{zone} is named, and stays silent"


def test_a_corner_never_sends_a_face_and_the_middle_touched_twice_sends_none():
    for first in Zone:
        for second in Zone:
            state = replace(IDLE, place=places(0)["rate"])
            for zone, now in ((first, 5), (second, 7)):
                state, effects = step(state, ZoneTouched(zone), now, RULES)
                assert not any(hasattr(effect, "draft") for effect in effects), (first, second)
