"""One screen for every place of the flow, each ``x.py`` beside ``x.kv``.

The .kv places and binds, it decides nothing.
"""

from importlib import import_module
from pathlib import Path

from kivy.lang import Builder

from kiosk.flow import form, telling
from kiosk.flow import words as flow
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
    telling.ChooseKind: "choosing.ChooseKindPage",
    telling.Choose: "choosing.ChoosePage",
    telling.AskConsent: "reading.ConsentPage",
    telling.Correct: "choosing.CorrectPage",
    telling.Write: "writing.WritePage",
    telling.LookUp: "writing.LookUpPage",
    telling.ReadBack: "reading.ReadBackPage",
    telling.ShowStanding: "reading.StandingPage",
    telling.SendingWords: "waiting.SavingPage",
    telling.SendingVerdict: "waiting.SavingPage",
    telling.LookingUp: "waiting.LookingUpPage",
    telling.ShowReceipt: "receipt.ReceiptPage",
    telling.Told: "receipt.ToldPage",
}


def page_class(place: type) -> type[Page]:
    """The screen of a place; its rules, and those of what it is made from, are read the first time."""
    module_name, class_name = _MODULES[place].split(".")
    module = import_module(f"kiosk.ui.screens.{module_name}")
    found: type[Page] = getattr(module, class_name)
    for base in reversed(found.__mro__):
        rules = Path(__file__).with_name(f"{base.__module__.rpartition('.')[2]}.kv")
        if base.__module__.startswith(__name__) and rules.is_file():
            read_rules(rules)
    return found


def read_rules(path: Path) -> None:
    """Loads a file of kv rules unless it is loaded already: twice would double every child."""
    if str(path) not in Builder.files:
        Builder.load_file(str(path))
