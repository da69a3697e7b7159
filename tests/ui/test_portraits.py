"""Whoever chooses an officer sees the face where the district sent one; a drawn figure where it did not."""

from collections import Counter
from io import BytesIO
from typing import Any

import pytest
from msgspec.structs import replace
from PIL import Image

from kiosk.flow.state.complaint import Choose
from kiosk.flow.state.complaint_draft import ComplaintDraft, ComplaintPart
from kiosk.flow.state.lobby import Lobby
from kiosk.flow.state.screens import State
from tests.support.driver import Driver
from tests.support.fakes import INTAKE, OFFICERS
from tests.support.portraits import portrait

HALFWAY = ComplaintDraft(wants_reply=True)


def show(kiosk: Driver, *portraits: bytes, part: ComplaintPart = ComplaintPart.OFFICER) -> dict[str, Any]:
    """The officers' screen with these pictures, empty for none; the picture widget of each shown card by its answer."""
    officers = tuple(replace(each, portrait=one) for each, one in zip(OFFICERS, portraits, strict=False))
    kiosk.app.stage.draw(State(Choose(part, HALFWAY), "vi", lobby=Lobby(intake=replace(INTAKE, officers=officers))))
    kiosk.frames(4)
    return {card.answer: card.children[1] for card in kiosk.controls() if getattr(card, "answer", "")}


def colours(kiosk: Driver, picture: Any) -> set[tuple[int, ...]]:
    """The colours of at least a twentieth of what is drawn where the picture is, roughly."""
    width, height, pixels = kiosk.pixels()
    whole = Image.frombytes("RGB", (width, height), pixels)  # rows from the bottom, as Kivy counts
    x, y = picture.to_window(*picture.center)
    side = picture.drawn[0] * 0.6
    part = whole.crop(tuple(round(edge) for edge in (x - side / 2, y - side / 2, x + side / 2, y + side / 2)))
    found = Counter(tuple(channel // 32 for channel in pixel) for pixel in part.get_flattened_data())
    return {colour for colour, count in found.items() if count > 0.05 * found.total()}


def test_a_face_stands_where_there_is_one_and_the_figure_where_there_is_none(kiosk: Driver):
    cards = show(kiosk, portrait(0), b"")

    faces, figure = cards["TP-021"], cards["TP-034"]
    wall = (0xC9 // 32, 0xDD // 32, 0xF0 // 32)
    assert faces.drawn[0] == faces.drawn[1]
    assert wall in colours(kiosk, faces)
    assert wall not in colours(kiosk, figure)
    assert figure.drawn[0] > 0


def test_each_officer_has_their_own_face(kiosk: Driver):
    cards = show(kiosk, portrait(0), portrait(1))

    assert colours(kiosk, cards["TP-021"]) != colours(kiosk, cards["TP-034"])


def _wide() -> bytes:
    packed = BytesIO()
    Image.new("RGB", (240, 120), "red").save(packed, "JPEG")
    return packed.getvalue()


@pytest.mark.parametrize("broken", [b"no picture", _wide()], ids=["nonsense", "wide"])
def test_a_picture_that_cannot_be_read_gives_way_to_the_figure(kiosk: Driver, broken: bytes, caplog: Any):
    figure = colours(kiosk, show(kiosk, b"", portrait(1))["TP-021"])

    cards = show(kiosk, broken, portrait(1))

    assert colours(kiosk, cards["TP-021"]) == figure
    assert colours(kiosk, cards["TP-034"]) != figure
    assert "cannot be read" in caplog.text
    assert "TP-021" not in caplog.text


def test_no_face_is_left_on_a_card_of_another_question(kiosk: Driver):
    show(kiosk, portrait(0), portrait(1))

    cards = show(kiosk, portrait(0), portrait(1), part=ComplaintPart.ABOUT)

    assert [card.photo for card in kiosk.controls() if hasattr(card, "photo")] == [b""] * len(cards)


def test_only_what_is_shown_is_decoded(kiosk: Driver):
    from kiosk.ui.widgets import portrait as widget

    widget.face.cache_clear()
    widget.is_readable.cache_clear()
    office = tuple(
        replace(OFFICERS[0], officer_number=f"N{n:02}", portrait=portrait(n % 4) + bytes([n])) for n in range(60)
    )

    kiosk.app.stage.draw(
        State(Choose(ComplaintPart.OFFICER, HALFWAY), "vi", lobby=Lobby(intake=replace(INTAKE, officers=office)))
    )
    kiosk.frames(4)

    shown = [card for card in kiosk.controls() if getattr(card, "photo", b"")]
    assert 0 < len(shown) < 12
    assert widget.face.cache_info().currsize == len(shown)
