"""The screen of faces says whose dossier it is: whoever typed another person's code must see it."""

from typing import Any

import pytest

from kiosk.flow.state.preferences import Preferences
from tests.ui.layout_faults import texts_of
from tests.ui.test_layout import laid_out  # noqa: F401  (the fixture lays out on every panel)


@pytest.mark.parametrize("text_step", [0, 1, 2])
def test_the_day_of_a_typed_code_and_another_office_are_read_on_every_panel(
    laid_out: Any,  # noqa: F811
    text_step: int,
) -> None:
    for language, office in (("vi", "nơi khác"), ("en", "office")):
        page = laid_out("rate-typed", language, preferences=Preferences(text_step))
        shown = " ".join(text.text for text in texts_of(page)).replace("\u00a0", " ")

        assert "02/11" in shown
        assert office in shown
