"""The writing board in every method and layer, with suggestions and full: for the gallery and the tests."""

from kiosk.domain.complaint import About
from kiosk.flow.state.complaint import Write
from kiosk.flow.state.complaint_draft import ComplaintDraft, ComplaintPart
from kiosk.flow.state.screens import Place
from tests.support.on_screen_keyboard import variants

_SHOWN = ("telex", "vni", "marks", "digits", "full")


def typing_places() -> dict[str, Place]:
    """Name → place; the name is the file name in the gallery."""
    told, writings = ComplaintDraft(wants_reply=True, about=About.CONDUCT), variants()
    return {f"tell-text-{name}": Write(ComplaintPart.TEXT, told, writings[f"words-{name}"]) for name in _SHOWN}
