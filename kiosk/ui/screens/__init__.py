"""One screen for every place of the flow (but ``Starting``, see the stage), each ``x.py`` beside ``x.kv``.

The .kv places and binds, it decides nothing.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.flow.state import complaint, form
from kiosk.flow.state import screens as flow

if TYPE_CHECKING:  # what only computes places must not open Kivy before its settings are made
    from kiosk.ui.screens.page import Page

_MODULES: dict[type, str] = {
    flow.Idle: "idle.IdlePage",
    flow.Resting: "resting.RestingPage",
    flow.TypeCode: "type_code.TypeCodePage",
    flow.PickCounter: "pick_counter.PickCounterPage",
    flow.Finding: "waiting.FindingPage",
    form.PickStage: "card_page.PickStagePage",
    flow.Rate: "rate.RatePage",
    flow.Saving: "waiting.SavingPage",
    form.Why: "card_page.WhyPage",
    form.Ask: "card_page.AskPage",
    form.Private: "card_page.PrivatePage",
    form.Sending: "waiting.SavingPage",
    flow.Thanks: "thanks.ThanksPage",
    flow.Sorry: "sorry.SorryPage",
    flow.OutOfService: "out_of_service.OutOfServicePage",
    flow.StillThere: "still_there.StillTherePage",
    flow.ChoosePreferences: "preferences.PreferencesPage",
    flow.StaffPin: "staff_pin.StaffPinPage",
    flow.StaffTallies: "staff_tallies.StaffTalliesPage",
    complaint.ChooseKind: "choosing.ChooseKindPage",
    complaint.Choose: "choosing.ChoosePage",
    complaint.AskConsent: "text_page.ConsentPage",
    complaint.Correct: "choosing.CorrectPage",
    complaint.Write: "writing.WritePage",
    complaint.Record: "recording.RecordPage",
    complaint.LookUp: "writing.LookUpPage",
    complaint.ReadBack: "text_page.ReadBackPage",
    complaint.ShowStanding: "text_page.StandingPage",
    complaint.SendingWords: "waiting.SavingPage",
    complaint.SendingVerdict: "waiting.SavingPage",
    complaint.LookingUp: "waiting.LookingUpPage",
    complaint.ShowReceipt: "receipt.ReceiptPage",
    complaint.Told: "receipt.ToldPage",
}
#: what a citizen who does not look has instead of the drawn screens
BY_EAR = "non_visual.ByEarPage"


def page_class(place: type) -> type[Page]:
    """The screen of a place."""
    return page_named(_MODULES[place])


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
