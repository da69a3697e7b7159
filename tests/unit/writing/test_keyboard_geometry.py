"""Where the keys stand: on every panel whole, apart from each other, and as large as fingers need them."""

from itertools import combinations, product

import pytest

from kiosk.flow.state.text_input import Kind, Layer, TextInput
from kiosk.ui.metrics import Metrics, Panel, metrics_for
from kiosk.ui.screens.pad_layout import Rect
from kiosk.ui.writing.key_layout import Act
from kiosk.ui.writing.keyboard_geometry import Arrangement, arrange
from kiosk.vietnamese import Method
from tests.support.on_screen_keyboard import PANELS, frame

WRITINGS = [
    TextInput(kind, method=method, layer=layer)
    for kind, method, layer in product(Kind, Method, Layer)
    if kind.composed or (method is Method.TELEX and layer is Layer.LETTERS)
]
#: Panels on which ten letters of 20 mm stand side by side (thirteen on their side), with room for the text above them.
LARGE = ("21.5-upright", "32-upright", "55", "55-upright")
#: What a key is at least elsewhere, in millimetres: width, height.
SMALL = {"7": (9.5, 8.0), "7-upright": (6.5, 9.0), "10": (13.5, 11.5), "10-upright": (10.0, 14.5), "15.6": (20.0, 15.0)}


def metrics(name: str, text_step: int = 0, *, left_handed: bool = False) -> Metrics:
    width, height, millimetres = PANELS[name]
    return metrics_for(Panel(width, height, millimetres), text_step, left_handed=left_handed)


def arranged(name: str, writing: TextInput, text_step: int = 0, *, left_handed: bool = False) -> Arrangement:
    m = metrics(name, text_step, left_handed=left_handed)
    return arrange(writing, m, frame(m)["board"])


def overlap(a: Rect, b: Rect) -> bool:
    return a.x < b.x + b.width and b.x < a.x + a.width and a.y < b.y + b.height and b.y < a.y + a.height


@pytest.mark.parametrize("left_handed", [False, True])
@pytest.mark.parametrize("text_step", [0, 2])
@pytest.mark.parametrize("name", PANELS)
def test_everything_is_inside_and_nothing_covers_anything(name: str, text_step: int, left_handed: bool) -> None:
    for writing in WRITINGS:
        m = metrics(name, text_step, left_handed=left_handed)
        within = frame(m)["board"]
        found = arrange(writing, m, within)
        boxes = [found.text, *([found.offers] if found.offers else []), *(box for _, box in found.keys)]

        assert [b for b in boxes if not _inside(b, within)] == []
        assert [pair for pair in combinations(boxes, 2) if overlap(*pair)] == []


@pytest.mark.parametrize("name", PANELS)
def test_two_lines_of_the_text_can_be_read_on_the_smallest_panel(name: str) -> None:
    for text_step in (0, 1, 2):
        found = arranged(name, TextInput(Kind.WORDS), text_step)

        assert found.text.height >= 2 * found.font * 1.3
        assert found.font >= metrics(name).fine_font


@pytest.mark.parametrize("name", LARGE)
def test_a_key_is_20_mm_where_the_panel_allows(name: str) -> None:
    for writing in WRITINGS:
        assert min(_smallest(name, writing)) >= 20.0, writing


@pytest.mark.parametrize("name", SMALL)
def test_on_a_small_panel_a_key_is_as_large_as_fits(name: str) -> None:
    width, height = SMALL[name]
    for writing in WRITINGS:
        wide, high = _smallest(name, writing)
        assert wide >= width, writing
        assert high >= height, writing


@pytest.mark.parametrize("name", PANELS)
def test_the_arrows_for_the_caret_and_what_takes_back_are_always_there(name: str) -> None:
    for writing in WRITINGS:
        does = [repr(cap.does) for cap, _ in arranged(name, writing).keys]

        wanted = [repr(Act.LEFT), repr(Act.RIGHT), "Backspaced()", "UndoAsked()", "ClearedAll()"]
        assert [does.count(each) for each in wanted] == [1] * 5


def test_the_marks_stand_on_the_side_of_the_hand() -> None:
    def mark_x(*, left_handed: bool) -> int:
        found = arranged("10", TextInput(Kind.WORDS), left_handed=left_handed)
        return next(box.x for cap, box in found.keys if cap.picture == "tone-acute")

    assert mark_x(left_handed=True) < PANELS["10"][0] / 3 < mark_x(left_handed=False)


def _smallest(name: str, writing: TextInput) -> tuple[float, float]:
    """Width and height of the smallest key, in millimetres."""
    m = metrics(name)
    keys = [box for _, box in arrange(writing, m, frame(m)["board"]).keys]
    return min(k.width for k in keys) / m.px_per_mm, min(k.height for k in keys) / m.px_per_mm


def _inside(box: Rect, within: Rect) -> bool:
    return (
        within.x <= box.x
        and within.y <= box.y
        and box.x + box.width <= within.x + within.width + 1
        and box.y + box.height <= within.y + within.height + 1
    )
