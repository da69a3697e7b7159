"""One screen for every place of the flow, each ``x.py`` beside ``x.kv``.

The .kv places and binds, it decides nothing.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.flow import form
from kiosk.flow import words as flow

if TYPE_CHECKING:  # what only computes places must not open Kivy before its settings are made
    from kiosk.ui.screens.page import Page

_MODULES: dict[type, str] = {
    flow.Starting: "starting.StartingPage",
    flow.Idle: "idle.IdlePage",
    flow.Resting: "resting.RestingPage",
    flow.TypeCode: "type_code.TypeCodePage",
    flow.PickCounter: "pick_counter.PickCounterPage",
    flow.Finding: "waiting.FindingPage",
    form.PickStage: "answering.PickStagePage",
    flow.Rate: "rate.RatePage",
    flow.Saving: "waiting.SavingPage",
    form.Why: "answering.WhyPage",
    form.Ask: "answering.AskPage",
    form.Private: "answering.PrivatePage",
    form.Sending: "waiting.SavingPage",
    flow.Thanks: "thanks.ThanksPage",
    flow.Sorry: "sorry.SorryPage",
    flow.OutOfService: "out_of_service.OutOfServicePage",
    flow.StillThere: "still_there.StillTherePage",
    flow.ChoosePreferences: "preferences.PreferencesPage",
    flow.StaffPin: "staff_pin.StaffPinPage",
    flow.StaffTallies: "staff_tallies.StaffTalliesPage",
}
#: what a citizen who does not look has instead of the drawn screens
BY_EAR = "by_ear.ByEarPage"


def page_class(place: type) -> type[Page]:
    """The screen of a place; its rules are read the first time (twice would double every child)."""
    return page_named(_MODULES[place])


def page_named(name: str) -> type[Page]:
    """The screen written ``module.Class``."""
    module_name, class_name = name.split(".")
    module = import_module(f"kiosk.ui.screens.{module_name}")
    rules = Path(__file__).with_name(f"{module_name}.kv")
    read_rules(rules)
    found: type[Page] = getattr(module, class_name)
    return found


def read_rules(path: Path) -> None:
    """Loads a file of kv rules unless it is loaded already."""
    from kivy.lang import Builder

    if str(path) not in Builder.files:
        Builder.load_file(str(path))
