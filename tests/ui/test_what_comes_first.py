"""What a screen is there for has the room, whatever the panel and the size of the text."""

from typing import Any

import pytest

from kiosk.flow.state.preferences import Preferences
from kiosk.ui.card_layout import MIN_PICTURE
from tests.ui.layout_faults import shown, texts_of
from tests.ui.test_layout import laid_out  # noqa: F401  (the fixture lays out on every panel)

STEPS = (0, 1, 2)


def test_the_number_of_a_receipt_is_larger_than_all_else_and_hardly_smaller_in_larger_text(laid_out: Any) -> None:  # noqa: F811
    usual = {}
    for step in STEPS:
        for name in ("receipt", "receipt-comment", "receipt-last"):
            page = laid_out(name, "vi", preferences=Preferences(step))
            digits = next(text for text in texts_of(page) if text.words == page.number)
            others = [text.font_size for text in texts_of(page) if text is not digits and len(text.words) > 2]

            assert digits.font_size >= max(others), f"{name} at step {step}"
            assert digits.font_size >= usual.setdefault(name, digits.font_size) * 0.9, f"{name} at step {step}"
            assert digits.font_size >= 1.3 * page.m.base, f"{name} at step {step}"


@pytest.mark.parametrize("name", ["idle", "idle-hint", "idle-cards", "idle-notice-no-match"])
def test_the_drawing_of_how_to_begin_can_be_made_out_or_is_left_out(laid_out: Any, name: str) -> None:  # noqa: F811
    for step in STEPS:
        for language in ("vi", "en"):
            page = laid_out(name, language, preferences=Preferences(step))
            drawings = [each for each in shown(page) if getattr(each, "name", "").startswith("scan-")]

            if name in ("idle", "idle-hint"):
                assert drawings, f"{language} at step {step}"
            for drawing in drawings:
                assert min(drawing.size) >= MIN_PICTURE * page.m.base, f"{language} at step {step}: {drawing.size}"


def test_a_hint_is_no_warning(laid_out: Any) -> None:  # noqa: F811
    pictures = [getattr(each, "name", "") for each in shown(laid_out("idle-hint", "vi"))]
    warned = [getattr(each, "name", "") for each in shown(laid_out("idle-notice-no-match", "vi"))]

    assert "notice" not in pictures
    assert "notice" in warned
