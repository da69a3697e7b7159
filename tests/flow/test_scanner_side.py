"""The voice says where the scanner is, and sends nobody to one where there is none."""

from itertools import product

import pytest
from msgspec.structs import replace

from kiosk.domain.scanner_side import ScannerSide
from kiosk.flow.input.prompts import SpecialCase, prompt
from kiosk.flow.state import screens as w
from kiosk.flow.state.begin import BeginRating
from kiosk.flow.state.lobby import Rules
from kiosk.flow.state.preferences import Preferences
from kiosk.paths import shared
from kiosk.texts import Strings, read
from tests.ui.states import lobby_at, places

LISTENS = Preferences(spoken=True)
SPOKEN = read(shared("assets") / "languages" / "vi" / "spoken.toml")


def said(place: w.Place, side: ScannerSide, preferences: Preferences = LISTENS) -> list[str]:
    state = w.State(place, "vi", preferences=preferences, lobby=lobby_at(""))
    clips = prompt(state, Rules(scanner=side))
    return [
        clip.name if isinstance(clip, SpecialCase) else clip for clip in clips if isinstance(clip, str | SpecialCase)
    ]


@pytest.mark.parametrize("side", [ScannerSide.LEFT, ScannerSide.RIGHT, ScannerSide.BELOW])
def test_the_first_screens_say_where_it_is(side: ScannerSide):
    for place, by_ear in product((w.Idle(), BeginRating()), (False, True)):
        assert f"scanner.{side}" in said(place, side, replace(LISTENS, by_ear=by_ear))


def test_nothing_is_said_of_a_side_that_nobody_named():
    assert not [clip for clip in said(w.Idle(), ScannerSide.UNSAID) if clip.startswith("scanner.")]


def test_without_a_scanner_no_screen_tells_anybody_to_scan():
    has_none = SPOKEN["ear.dossier_no_scanner"]
    for name, place in places(0).items():
        if (isinstance(place, w.Idle) and place.notice) or (isinstance(place, w.StillThere) and place.scanned):
            continue  # only a scan leads there
        for by_ear, by_keys in product((False, True), (False, True)):
            for clip in said(place, ScannerSide.NONE, replace(LISTENS, by_ear=by_ear, by_keys=by_keys)):
                text = SPOKEN.get(clip, SPOKEN.get(f"{clip}.", ""))
                assert "quét" not in text or text == has_none, f"{name}: {clip}"


@pytest.mark.parametrize(
    ("language", "ways"), [("vi", ("góc dưới bên phải", "giữa")), ("en", ("bottom right", "middle"))]
)
def test_who_listens_without_a_scanner_hears_how_to_go_on(language: str, ways: tuple[str, ...]):
    texts = read(shared("assets") / "languages" / language / "spoken.toml")
    for way in ways:
        assert way in texts["ear.dossier"]
        assert way in texts["ear.dossier_no_scanner"]


@pytest.mark.parametrize(
    ("own", "then"),
    [({"how": "under it"}, "under it"), ({"how_left": "at the left"}, "at the left"), ({}, "bên trái")],
)
def test_a_language_without_words_for_a_side_keeps_its_own(own: dict[str, str], then: str):
    assert Strings("x", own, {"how": "dưới máy quét", "how_left": "bên trái"}).variant("how", "left") == then
