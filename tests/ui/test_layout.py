"""Every place, on every panel, in every language: nothing cut off, nothing overlapping, large enough for old eyes.

EN 301 549 5.1.4 (capital H of at least 0.7 degrees), VVSG 2.0 7.1-G and 7.2-I (at least 4.8 mm; targets of 12.7 mm,
2.54 mm apart) and targets of 20 mm where the panel allows, measured on the laid out widgets.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar, get_args

import pytest

from kiosk.domain.rating import Score
from kiosk.flow.state.form import Why
from kiosk.flow.state.lobby import Rules
from kiosk.flow.state.preferences import PLAIN, Colours, Preferences
from kiosk.flow.state.screens import Idle, Place, Resting, Starting, State
from kiosk.texts import Strings, read
from kiosk.ui.metrics import CAPITAL_PER_EM, MIN_CAPITAL_MM, Panel, metrics_for
from tests.support.fakes import HandClock
from tests.ui.layout_faults import (
    Rect,
    beyond_the_margin,
    highest_control,
    is_control,
    near_targets,
    outside,
    overlaps,
    rect,
    small_keys,
    small_letters,
    small_targets,
    solid,
    spilled,
    texts_of,
    under_ticks,
    words_without_room,
)
from tests.ui.pseudo import pseudo
from tests.ui.states import BY_EAR, after_each_face, lobby_at, places

PANELS = {
    "7 inch tablet": Panel(1024, 600, 154),
    "8 inch tablet": Panel(1024, 600, 179),
    "10 inch tablet": Panel(1280, 800, 217),
    "10 inch tablet upright": Panel(800, 1280, 136),
    "15.6 inch": Panel(1920, 1080, 345),
    "15.6 inch upright": Panel(1080, 1920, 194),
    "21.5 inch": Panel(1920, 1080, 476),
    "21.5 inch upright": Panel(1080, 1920, 268),
    "32 inch upright": Panel(1080, 1920, 398),
    "55 inch 4K": Panel(3840, 2160, 1210),
    "55 inch 4K upright": Panel(2160, 3840, 685),
    "panel nobody measured": Panel(1080, 1920),
}
NAMES = tuple(places(0))
Found = TypeVar("Found")
#: Seconds after which a screen has turned by itself to something else that must fit too.
TURNS = {Idle: (13.0,), Resting: (70.0, 310.0), Why: (25.0,)}
#: Targets have 20 mm; on seven inches 17 mm.
TARGETS = {"7 inch tablet": 17.0}
_DIGITS = {"digits": 14.0, "side": 14.0, "bar": 14.0}
_DIGITS_8 = {"digits": 16.2, "side": 16.2, "bar": 16.2}
#: Which parts of which screens (their ids) have no room for that, and how many millimetres they have: pads of 12 and of
#: 28 keys with what stands beside them, and five faces below each other. docs/accessibility.md names them.
SMALL = {
    "7 inch tablet": {
        "type-code-letters": {"letters": 12.7, "side": 12.7, "bar": 14.0},
        "type-code": _DIGITS,
        "type-date": _DIGITS,
        "staff-card-letters": {"letters": 12.7, "side": 12.7, "bar": 14.0},
        "staff-card": _DIGITS,
        "tell-dossier-type": _DIGITS,
    },
    "8 inch tablet": {
        "type-code-letters": {"letters": 15.3, "side": 15.3, "bar": 16.2},
        "type-code": _DIGITS_8,
        "type-date": _DIGITS_8,
        "staff-card-letters": {"letters": 15.3, "side": 15.3, "bar": 16.2},
        "staff-card": _DIGITS_8,
        "tell-dossier-type": _DIGITS_8,
    },
    "10 inch tablet upright": {
        "type-code-letters": {"letters": 14.0},
        "staff-card-letters": {"letters": 14.0},
        "rate": {"faces": 14.0},
    },
}
#: How wide and how high a key of the on-screen keyboard is at least, in millimetres, on panels on which ten letters
#: beside each other have no room for 20 mm, also while it is said above them what is still wrong. docs/accessibility.md
#: names them.
KEYS = {
    "7 inch tablet": (9.5, 8.0),
    "8 inch tablet": (12.0, 10.5),
    "10 inch tablet": (13.5, 11.5),
    "10 inch tablet upright": (10.0, 12.4),
    "15.6 inch": (20.0, 15.0),
    "15.6 inch upright": (16.0, 20.0),
}
#: What seven and eight inches have no room for at 4.8 mm, and why: docs/accessibility.md. The place's beginning, and
#: the widgets.
_SEVEN = {
    "staff-card-letters": ("Surface",),  # a number above 28 keys
    "staff": ("StaffViewPage", "StaffPinPage"),  # for the staff, who sit before it
    "type-code-longest": ("Surface",),  # a code of 29 characters, as before 2025
    "type-code-letters": ("Surface",),  # a code above 28 keys
    "tell-text-full": ("SuggestionRow",),  # in the row of the keyboard
    "idle-card": ("NoticeCard",),  # which is read and not decided by
    "rate": ("Face",),  # five faces and their words: the faces come first
}
SMALL_LETTERS = {
    "7 inch tablet": _SEVEN,
    "8 inch tablet": {name: _SEVEN[name] for name in ("staff-card-letters", "staff", "type-code-letters", "rate")},
}

#: Panels of every shape on which larger text, high contrast and the longest language are looked at as well.
SAMPLE = ("7 inch tablet", "10 inch tablet upright", "21.5 inch upright", "55 inch 4K")
WISHES = (
    ("en", Preferences(text_step=1, left_handed=True, spoken=True)),
    ("vi", Preferences(text_step=2, colours=Colours.DARK)),
    ("long", Preferences(text_step=2, colours=Colours.DARK, spoken=True, left_handed=True)),
)

#: Staff read Vietnamese. On the two smallest panels what asks, tells and answers, and on seven inches the typing and
#: the resting screen, have no room for words as long as the pseudo language's: a translation keeps them short.
VIETNAMESE_ONLY = {
    "7 inch tablet": (
        "staff",
        "type-code",
        "resting",
        "idle",
        "starting",  # drawn as the idle screen
        "ask",
        "why",
        "private",
        "tell",
        "standing",
        "look",
        "receipt",
    ),
    "10 inch tablet upright": (
        "preferences",
        "staff",
        "idle",
        "starting",
        "ask",
        "why",
        "private",
        "tell",
        "standing",
        "receipt",
    ),
}


#: No citizen's screens, or too small for nine drawn reasons or seven rows of keys in the lower half: those keep within
#: reach of a wheelchair.
ABOVE_HALF = ("staff", "why", "still-there-why", "tell-text", "tell-address", "tell-email", "still-there-text")


def panels(names: Iterable[str]) -> list[Any]:
    """Panels as parameters; each is a group of its own, so that several processes share this long file."""
    return [pytest.param(name, marks=pytest.mark.xdist_group(f"layout on {name}")) for name in names]


@pytest.fixture(scope="module", params=panels(PANELS))
def laid_out(request: Any, window: None) -> Iterator[Any]:
    """Lays out any place on one panel, without drawing it; screens are kept from place to place as on the box."""
    from kiosk.languages.packs import load_packs
    from kiosk.paths import shared
    from kiosk.ui.root_view import RootView

    panel = PANELS[request.param]
    languages = load_packs().strings()
    languages["long"] = Strings("long", pseudo(read(shared("assets") / "languages" / "vi" / "screen.toml")), {})
    clock = HandClock()
    office = "Bộ phận Một cửa · UBND xã Ea Kao"
    stage = RootView(texts=languages, happened=lambda _: None, clock=clock, rules=Rules(), office=office)
    stage.size = panel.width, panel.height
    stage.measure(panel)

    def lay_out(name: str, language: str, turned: float = 0.0, preferences: Preferences = PLAIN) -> Any:
        from kivy.clock import Clock

        hall: Any = {"lobby": lobby_at(name), "printer": True}
        every = places(clock()) | after_each_face(clock())
        stage.draw(State(every[name], language, preferences=preferences, **hall))
        stage.page.pass_time(clock() + turned)
        for _ in range(3):
            Clock.tick()
            Clock.tick_draw()
        return stage.page

    lay_out.panel, lay_out.name = panel, request.param  # type: ignore[attr-defined]
    yield lay_out
    stage.draw(State(Starting(), "vi"))  # wears the usual colours again
    stage.clear_widgets()


@pytest.fixture(scope="module", params=WISHES, ids=[language for language, _ in WISHES])
def wish(request: Any) -> Any:
    """One after the other for all places: a wish means building every screen anew, and that takes most of the time."""
    return request.param


EVERYWHERE = pytest.mark.parametrize("name", NAMES)


@EVERYWHERE
def test_nothing_is_cut_off_overlaps_or_is_too_small(laid_out: Any, name: str) -> None:
    for language in ("vi", "en"):
        for turned in (0.0, *TURNS.get(type(places(0)[name]), ())):
            page = laid_out(name, language, turned)

            assert faults_of(page, laid_out, name) == [], f"{name} in {language} after {turned} s"
            assert highest_control(page) <= reach(laid_out, name), "controls belong into the lower half"


@pytest.mark.parametrize("laid_out", panels(SAMPLE), indirect=True)
@EVERYWHERE
def test_so_it_is_for_who_asks_for_more(laid_out: Any, wish: tuple[str, Preferences], name: str) -> None:
    language, preferences = wish
    if language == "long" and name.startswith(VIETNAMESE_ONLY.get(laid_out.name, ("staff",))):
        return
    for turned in (0.0, *TURNS.get(type(places(0)[name]), ())):
        page = laid_out(name, language, turned, preferences)

        assert faults_of(page, laid_out, name) == [], f"{name} after {turned} s"


@pytest.mark.parametrize("laid_out", panels(name for name in PANELS if name not in SAMPLE), indirect=True)
@EVERYWHERE
def test_on_every_other_panel_the_largest_text_fits_too(laid_out: Any, name: str) -> None:
    page = laid_out(name, "vi", preferences=Preferences(text_step=2, colours=Colours.DARK))

    assert faults_of(page, laid_out, name) == []


@pytest.mark.parametrize("name", ["idle", "idle-cards", "idle-notice-no-match"])
def test_the_invitation_is_read_across_the_hall(laid_out: Any, name: str) -> None:
    """At 3 m a capital has 12 minutes of arc, so that an eye reads it that sees 0.4 of what a healthy one does (ISO
    8596: 5 minutes for 1.0). A tablet on a counter is nothing for the hall; it invites who stands a metre away."""
    panel = laid_out.panel
    metres = 3.0 if math.hypot(panel.width, panel.height) / panel.px_per_mm > 380 else 1.0
    for language in ("vi", "en"):
        page = laid_out(name, language)
        headline = next((t for t in texts_of(page) if t.words == page.words["idle.title"]), None)
        if headline is None:  # there the notice takes the invitation's place
            assert metrics_for(panel).tiny
            assert name.startswith("idle-notice")
            headline = next(t for t in texts_of(page) if t.words == page.notice)
        capital = headline.font_size * CAPITAL_PER_EM / panel.px_per_mm

        assert math.degrees(math.atan(capital / (metres * 1000))) >= 0.195, f"{capital:.1f} mm in {language}"
        assert headline.font_size >= max(t.font_size for t in texts_of(page)), "nothing is larger than the invitation"


def test_the_five_faces_stand_in_one_row_as_large_as_the_panel_allows(laid_out: Any) -> None:
    """Where a word of 4.8 mm capitals is wider than a fifth of the panel they stand below each other instead
    (docs/decisions.md)."""
    narrow = {"10 inch tablet upright": ("vi", "en"), "15.6 inch upright": ("en",)}
    for language in ("vi", "en", "vi"):
        page = laid_out("rate", language)
        faces = [rect(w) for w in solid(page) if getattr(w, "name", "").startswith("face-")]
        rows = {round(face.y + face.height / 2) for face in faces}

        assert len({round(face.width) for face in faces}) == 1, "no face is larger than another"
        assert (len(faces), len(rows)) == (5, 5 if language in narrow.get(laid_out.name, ()) else 1)
        if page.m.portrait and len(rows) == 1:
            assert faces[0].width >= page.width / 5 * 0.75


@pytest.mark.parametrize("text_step", [0, 1, 2])
def test_the_screen_after_a_face_is_the_same_after_each(laid_out: Any, text_step: int) -> None:
    """Who glances at it from behind the counter cannot tell which face was touched: the boxes, the drawings and their
    size, the buttons, and whether anything is marked already, do not depend on it."""
    for language in ("vi", "en"):
        wishes = Preferences(text_step=text_step, colours=Colours.DARK if text_step == 2 else Colours.USUAL)
        seen = {score: outline(laid_out(f"after-{score}", language, preferences=wishes)) for score in Score}

        for score in Score:
            assert seen[score] == seen[Score.VERY_SATISFIED], f"{score.name} in {language}"


def outline(page: Any) -> list[tuple[object, ...]]:
    """What can be seen of a screen from where its words cannot be read."""
    texts = texts_of(page)
    boxes = [("words", text.font_size, Rect(*text.pos, *text.size)) for text in texts]
    drawn = [(type(w).__name__, getattr(w, "picture", getattr(w, "name", "")), rect(w)) for w in solid(page)]
    return [*boxes, *drawn[len(texts) :]]


@pytest.mark.parametrize("name", BY_EAR)
def test_so_it_is_for_who_does_not_look(laid_out: Any, name: str) -> None:
    for language in ("vi", "en", "long"):
        page = laid_out(name, language, preferences=Preferences(spoken=True, by_ear=True))

        assert [w for w in solid(page) if is_control(w)] == [], "nothing on the glass tells what was come to"
        assert faults_of(page, laid_out, name) == [], f"{name} in {language}"
        for (across, up), zone in SPOKEN_PLACES.items():
            assert page.zone_at(page.width * across, page.height * up) == zone


#: where the voice says that a zone is: just inside a corner of the glass, and its very middle
SPOKEN_PLACES = {
    (0.01, 0.99): "home",
    (0.99, 0.99): "again",
    (0.5, 0.5): "choose",
    (0.01, 0.01): "previous",
    (0.99, 0.01): "next",
}


def laid_out_as(page: Any, words: str) -> Any:
    return next(widget for widget in solid(page) if getattr(widget, "words", "") == words)


def test_the_answer_to_whether_to_listen_lies_where_the_voice_says(laid_out: Any) -> None:
    page = laid_out("ask-to-listen", "vi")
    yes, no = (laid_out_as(page, page.words[f"ear.ask_{answer}"]) for answer in ("yes", "no"))

    assert yes.y >= page.height / 3 - 1
    assert yes.top <= page.height * 2 / 3 + 1
    assert no.top <= page.height / 3 + 1


def test_every_kind_of_place_is_looked_at() -> None:
    assert {*get_args(Place)} == {type(place) for place in places(0).values()}


def first(page: Any, kind: type, **having: object) -> Any:
    found = (w for w in solid(page) if isinstance(w, kind))
    return next(w for w in found if all(getattr(w, name) == value for name, value in having.items()))


def off_the_screen(page: Any) -> None:
    texts_of(page)[0].pos = -50, 100


def at_the_edge(page: Any) -> None:
    texts_of(page)[0].x = 1


def too_large_for_its_place(page: Any) -> None:
    texts_of(page)[0].font_size = 400
    texts_of(page)[0].texture_update()


def one_over_the_other(page: Any) -> None:
    texts_of(page)[0].center = texts_of(page)[1].center


def out_of_its_card(page: Any) -> None:
    from kiosk.ui.widgets import Touchable

    card = next(w for w in solid(page) if isinstance(w, Touchable) and texts_of(w))
    texts_of(card)[0].y += card.height


def below_a_tick(page: Any) -> None:
    from kiosk.ui.screens.card_page import AnswerCard

    card = first(page, AnswerCard)
    card.wide = True
    texts_of(card)[0].center_x = card.right


def made_small(page: Any) -> None:
    from kiosk.ui.widgets import Touchable

    next(w for w in solid(page) if isinstance(w, Touchable)).width = 20


def a_key_made_low(page: Any) -> None:
    from kiosk.ui.writing.key import OnScreenKey

    key = first(page, OnScreenKey)
    key.height *= 0.2


def written_small(page: Any) -> None:
    texts_of(page)[0].font_size = 4


def side_by_side(page: Any) -> None:
    from kiosk.ui.screens.card_page import AnswerCard

    one, other = [w for w in solid(page) if isinstance(w, AnswerCard)][:2]
    one.pos = other.x, other.top + 1


#: for each check a fault, and the place where it is planted
PLANTED: dict[str, tuple[str, Callable[[Any], None]]] = {
    "outside": ("idle", off_the_screen),
    "beyond_the_margin": ("idle", at_the_edge),
    "words_without_room": ("idle", too_large_for_its_place),
    "overlaps": ("idle", one_over_the_other),
    "spilled": ("private", out_of_its_card),
    "under_ticks": ("private", below_a_tick),
    "small_targets": ("private", made_small),
    "small_keys": ("tell-text", a_key_made_low),
    "small_letters": ("idle", written_small),
    "near_targets": ("private", side_by_side),
}


@pytest.mark.parametrize("check", PLANTED)
def test_each_check_sees_a_fault(laid_out: Any, check: str) -> None:
    name, plant = PLANTED[check]
    page = laid_out(name, "vi", preferences=Preferences(left_handed=True))  # built for this alone
    assert checked(page, laid_out, name)[check] == []

    plant(page)

    assert checked(page, laid_out, name)[check] != []
    laid_out("rate", "vi")


def test_no_check_is_without_a_planted_fault(laid_out: Any) -> None:
    assert set(checked(laid_out("rate", "vi"), laid_out, "rate")) == set(PLANTED)


def checked(page: Any, laid_out: Any, name: str) -> dict[str, list[str]]:
    """The faults that each check finds on a page."""
    panel, kind = laid_out.panel, laid_out.name
    return {
        "outside": outside(page),
        "beyond_the_margin": beyond_the_margin(page),
        "words_without_room": words_without_room(page),
        "overlaps": overlaps(page),
        "spilled": spilled(page),
        "under_ticks": under_ticks(page),
        "small_targets": small_targets(page, panel, TARGETS.get(kind, 20.0), at(SMALL.get(kind, {}), name, {})),
        "small_keys": small_keys(page, panel, KEYS.get(kind, (20.0, 20.0))),
        "small_letters": small_letters(page, panel, MIN_CAPITAL_MM, at(SMALL_LETTERS.get(kind, {}), name, ())),
        "near_targets": near_targets(page, panel),
    }


def faults_of(page: Any, laid_out: Any, name: str) -> list[str]:
    return [fault for faults in checked(page, laid_out, name).values() for fault in faults]


def at(table: Mapping[str, Found], name: str, otherwise: Found) -> Found:
    """What a table has for the places that begin so; the first that fits."""
    return next((found for begins, found in table.items() if name.startswith(begins)), otherwise)


def reach(laid_out: Any, name: str) -> float:
    """How high controls may be on a panel that is not wholly within reach, in pixels from below."""
    panel = laid_out.panel
    m = metrics_for(panel)
    if name.startswith("staff") or m.within_reach:
        return math.inf
    return float(m.reach if name.startswith(ABOVE_HALF) or not m.portrait else panel.height * 0.51)
