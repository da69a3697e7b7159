"""The examples in the docstrings of the screens, whose modules need a window to be imported."""

import pytest

from tests.support.examples import modules_with_examples, wrong_examples


@pytest.mark.parametrize("module", modules_with_examples("kiosk/ui"))
def test_each_example_in_a_docstring_of_a_screen_gives_what_it_says(window: None, module: str):
    wrong, examples = wrong_examples(module)

    assert examples > 0
    assert wrong == 0
