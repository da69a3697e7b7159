"""The examples in the docstrings of what needs no window."""

import pytest

from tests.support.examples import modules_with_examples, wrong_examples

NEEDS_A_WINDOW = "kiosk.ui."
MODULES = [name for name in modules_with_examples("kiosk", "sync") if not name.startswith(NEEDS_A_WINDOW)]


def test_there_are_examples():
    assert len(MODULES) > 20


@pytest.mark.parametrize("module", MODULES)
def test_each_example_in_a_docstring_gives_what_it_says(module: str):
    wrong, examples = wrong_examples(module)

    assert examples > 0
    assert wrong == 0
