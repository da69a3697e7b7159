"""A scripted citizen in front of the real kiosk: scans through the serial line, touches through the display."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from kiosk.desk.shipped import shipped
from kiosk.domain.complaint import About
from kiosk.domain.rating import InputMethod, Score, Stage
from kiosk.flow.rules.questions import first_page
from kiosk.flow.state.begin import BeginRating
from kiosk.flow.state.complaint import Choose, ChooseKind, ReadBack
from kiosk.flow.state.complaint_draft import ComplaintDraft, ComplaintPart, Manner
from kiosk.flow.state.counter_view import Signer
from kiosk.flow.state.form import Why
from kiosk.flow.state.lobby import CounterChoice
from kiosk.flow.state.rating_draft import AnswersDraft, SavedRating, Subject
from kiosk.flow.state.screens import (
    Idle,
    PickCounter,
    PickTypedStage,
    Place,
    Rate,
    StaffCard,
    StaffPin,
    TypeCode,
)
from tests.support.rig import Rig
from tests.support.screen import Screen
from tests.support.twin import Twin

HOLD_SECONDS = 3.6
SUBJECT = Subject(InputMethod.SCAN, Stage.RETURN)


def why(score: int, *chosen: str) -> Why:
    """The place after a face, with reasons marked."""
    place = first_page(AnswersDraft(SUBJECT, Score(score), SavedRating("0000-0000", shipped())), 0)
    assert isinstance(place, Why)
    return replace(place, chosen=chosen)


class Citizen:
    """Waits for the kiosk to say which screen it shows (``kiosk run --verbose``), then acts on it."""

    def __init__(self, rig: Rig, screen: Screen, twin: Twin, pictures: Path | None = None) -> None:
        self._rig, self._screen, self._twin, self._pictures = rig, screen, twin, pictures
        self._shots = 0

    def look(self, name: str) -> None:
        """Keeps a picture of the screen."""
        if self._pictures:
            self._shots += 1
            self._screen.shot(self._pictures / f"{self._shots:02}-{name}.png")

    def scan(self, code: str) -> None:
        self._rig.scanner.scan(code)
        self._rig.kiosk.wait_for("screen Rate")

    def touch(self, place: Place, what: Any, then: str) -> None:
        """Touches a control until the kiosk shows ``then``: it does not hear a finger in the blink of a new screen."""
        x, y = self._twin.where(place, what)
        self.touch_until(lambda: self._screen.touch(x, y), then)

    def touch_until(self, act: Callable[[], None], then: str) -> None:
        """Touches again only when the kiosk says it did not hear: where it is slow, it would hear both."""

        def heard() -> bool:
            act()
            return "not heard" not in self._rig.kiosk.wait_for(f"screen {then}|not heard")

        self._rig.until(heard)

    def choose(self, score: int) -> None:
        """One of the five faces; returns when the kiosk has said thanks and asks why."""
        self.touch(Rate(SUBJECT, 0), score, "Why")

    def say_why(self, score: int, *answers: str) -> None:
        """Marks reasons by their words and sends them; returns when the kiosk has said thanks."""
        for answer in answers:
            self.touch(why(score), answer, "Why")
        self.touch(why(score, "waiting"), self._twin.words("more.send"), "Thanks")

    def go(self) -> None:
        """Leaves for the idle screen, by the button that is on every screen."""
        self.touch(Rate(SUBJECT, 0), "home", "Idle")

    def ask_to_type(self) -> None:
        self.touch(Idle(), self._twin.words("idle.rate"), "BeginRating")
        self.touch(BeginRating(), self._twin.words("idle.type"), "PickTypedStage")
        self.touch(PickTypedStage(), self._twin.words("rate.stage_hand_in"), "TypeCode")

    def type(self, digits: str, prefill: str) -> None:
        for digit in digits:
            self.touch(TypeCode(prefill), digit, "TypeCode")
        code, confirm = prefill + digits, self._twin.words("code.confirm")
        self.touch(TypeCode(code), confirm, "TypeCode")  # nobody knows it: is the date that was filled in the slip's?
        self.touch(TypeCode(code, look_again=True), confirm, "Rate")

    def say_no_paper(self) -> None:
        self.touch(Idle(), self._twin.words("idle.rate"), "BeginRating")
        self.touch(BeginRating(), self._twin.words("idle.no_paper"), "PickCounter")

    def pick(self, counters: tuple[CounterChoice, ...], name: str) -> None:
        self.touch(PickCounter(counters), name, "Rate")

    def leave_a_comment(self, sentence: str) -> None:
        """Góp ý without a name, by one ready sentence about the place; returns with the receipt on the screen."""
        told = ComplaintDraft(wants_reply=False)
        about = replace(told, about=About.FACILITIES)
        picked = replace(about, manner=Manner.PICKED)
        self.touch(Idle(), "Góp ý, phản ánh", "ChooseKind")
        self.touch(ChooseKind(), "Không ghi tên, không có trả lời", "Choose")
        self.touch(Choose(ComplaintPart.ABOUT, told), "Nơi chờ, máy móc", "Choose")
        self.touch(Choose(ComplaintPart.DOSSIER, about), "Không về hồ sơ nào", "Choose")
        self.touch(Choose(ComplaintPart.MANNER, about), "Chọn câu có sẵn", "Choose")
        self.touch(Choose(ComplaintPart.SENTENCES, picked), sentence, "Choose")
        self.look("ready-sentences")
        marked = replace(picked, sentences=("seats",))
        self.touch(Choose(ComplaintPart.SENTENCES, marked), "Tiếp tục", "ReadBack")
        self.look("read-back")
        self.touch(ReadBack(marked), "Gửi", "ShowReceipt")
        self.look("receipt")

    def hold_the_sign(self) -> None:
        """The staff's deliberate gesture: a finger rests on the sign in the corner."""
        x, y = self._twin.sign()
        self.touch_until(lambda: self._screen.hold(x, y, HOLD_SECONDS), "StaffCard")

    def choose_own_counter(self, counters: tuple[CounterChoice, ...], name: str) -> None:
        self.touch(StaffCard(shared=True), "Mã PIN của quầy", "PickCounter")
        self.touch(PickCounter(counters, for_staff=True), name, "StaffPin")

    def sign_in_as_staff(self, counter: CounterChoice, pin: str) -> None:
        for digit in pin:
            self.touch(StaffPin(Signer(counter)), digit, "Staff")
