"""The pages: each ``x.py`` beside ``x.kv``. ``kiosk.flow.rules.screen_table`` says which page draws a screen.

The .kv places and binds, it decides nothing.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # what only computes places must not open Kivy before its settings are made
    from kiosk.ui.screens.page import Page

#: what a citizen who does not look has instead of the drawn screens
NON_VISUAL = "non_visual.NonVisualPage"


def page_named(name: str) -> type[Page]:
    """The screen written ``module.Class``; its rules, and those of what it is made from, are read the first time."""
    module_name, class_name = name.split(".")
    module = import_module(f"kiosk.ui.screens.{module_name}")
    found: type[Page] = getattr(module, class_name)
    for base in reversed(found.__mro__):
        rules = Path(__file__).with_name(f"{base.__module__.rpartition('.')[2]}.kv")
        if base.__module__.startswith(__name__) and rules.is_file():
            read_rules(rules)
    return found


def read_rules(path: Path) -> None:
    """Loads a file of kv rules unless it is loaded already: twice would double every child."""
    from kivy.lang import Builder

    if str(path) not in Builder.files:
        Builder.load_file(str(path))
