"""The examples in docstrings: which modules have some, and whether each gives what it says."""

import doctest
import importlib
from pathlib import Path

ROOT = Path(__file__).parents[2]


def modules_with_examples(*folders: str) -> list[str]:
    """Dotted names of the modules below these folders with a line that begins with ``>>>``."""
    paths = sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    found = [path for path in paths if ">>> " in path.read_text(encoding="utf-8")]
    return [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in found]


def wrong_examples(module: str) -> tuple[int, int]:
    """How many examples of a module do not give what they say, and how many there are."""
    return tuple(doctest.testmod(importlib.import_module(module)))
