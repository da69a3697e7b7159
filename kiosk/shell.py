"""The shell around the flow: feed it events, carry out its effects, show its state. No Kivy, no SQL.

Everything runs on one thread, the one that owns the window. A save takes milliseconds, so nothing else is needed.
"""

import logging
from collections import deque
from collections.abc import Callable
from typing import Protocol

from msgspec.structs import replace

from kiosk.domain.complaint import PublicStatus, Verdict
from kiosk.domain.dossier_code import NoCode
from kiosk.domain.rating import InputMethod
from kiosk.domain.receipt import Receipt
from kiosk.domain.visit import UnratedVisit
from kiosk.flow.rules.cues import cue
from kiosk.flow.rules.invitation import RatingInvitation, happened
from kiosk.flow.rules.unrated import unrated
from kiosk.flow.state import complaint as t
from kiosk.flow.state.counter_view import CounterView, Signer
from kiosk.flow.state.cue import Cue
from kiosk.flow.state.effects import (
    CheckPin,
    Effect,
    FindCounter,
    FindDossier,
    FindSigner,
    LoadCounters,
    LoadLobby,
    Probe,
    Save,
)
from kiosk.flow.state.form import AnswersLost, AnswersSaved, SaveAnswers
from kiosk.flow.state.lobby import CounterChoice, Lobby, Rules
from kiosk.flow.state.preferences import HeadsetPlugged
from kiosk.flow.state.rating_draft import FilledAnswers, RatingDraft, SavedRating, Subject
from kiosk.flow.state.recording import SoundDone, SoundTask
from kiosk.flow.state.screens import (
    CountersLoaded,
    Event,
    Found,
    LobbyLoaded,
    NotFound,
    Ready,
    Saved,
    SaveFailed,
    State,
    TypeAsked,
    Unavailable,
)
from kiosk.flow.state.staff import PinAccepted, PinRefused, SignerFound, SignerUnknown, StaffView
from kiosk.flow.step import begin, step

log = logging.getLogger(__name__)


class CannotSave(Exception):
    """Nothing was kept. Apologise, stop taking ratings, try the disk again later."""


class Sound(Protocol):
    """The microphone and what was spoken into it, in memory; what it hears is posted as events."""

    def start(self) -> None: ...

    def stop(self) -> None:
        """The citizen has finished."""

    def play(self, volume: int) -> None: ...

    def hush(self) -> None:
        """What is being played falls silent."""

    def forget(self) -> None:
        """Nothing is recorded or played any more; what was recorded is overwritten."""


class Desk(Protocol):
    """What the kiosk can do for a citizen (real: ``kiosk.desk.desk``). ``sound``: ``None`` without microphone."""

    @property
    def sound(self) -> Sound | None: ...

    def find(self, text: str, method: InputMethod) -> Subject | NoCode: ...

    def find_counter(self, counter: CounterChoice) -> Subject: ...

    def code_prefill(self) -> str:
        """What stands on the pad before the citizen types: this office's prefix and today's date."""

    def counters(self) -> tuple[CounterChoice, ...]: ...

    def lobby(self) -> Lobby:
        """The notice cards in force, and whether the office is known to be closed now."""

    def save(self, draft: RatingDraft) -> SavedRating:
        """Returns after a COMMIT that survives pulling the plug; raises ``CannotSave`` when nothing was kept."""

    def save_answers(self, filled: FilledAnswers) -> None:
        """What was added to a kept rating, as one further entry; returns and raises as ``save`` does."""

    def find_signer(self, wanted: FindSigner) -> SignerFound | SignerUnknown:
        """Whose staff card, number or shared PIN it would be."""

    def check_pin(self, signer: Signer, pin: str) -> CounterView | PinRefused:
        """The counter's view when the PIN is right. Wrong ones are counted, and no restart forgets them."""

    def save_words(self, filled: t.FilledComplaint) -> Receipt:
        """A góp ý or phản ánh with a receipt of its own; returns and raises as ``save`` does."""

    def look_up(self, number: str) -> t.ComplaintFound:
        """How the complaint with this receipt number stands, as far as the box has heard."""

    def save_verdict(self, number: str, opinion: Verdict, token: str) -> None:
        """What the citizen thinks of the answer, with the receipt's ``token`` where it was scanned; returns and raises
        as ``save`` does."""

    def save_withdrawal(self, number: str, token: str) -> None:
        """Returns once it is on the disk. Raises ``CannotSave``."""

    def save_supplement(self, supplement: t.Supplement) -> None:
        """What the citizen answers who was asked for more; returns and raises as ``save`` does."""

    def print_receipt(self, asked: t.PrintReceipt) -> None:
        """Asks the printer for a paper, without waiting. What becomes of it is posted as an event."""

    def print_answer(self, number: str, status: PublicStatus, language: str) -> None:
        """The same for what an office replied."""

    def drop_paper(self) -> None:
        """Nothing that is not printed yet may come out any more."""

    def office(self) -> tuple[str, CounterChoice | None]:
        """The name of the unit this kiosk stands in, and its own counter (``None`` for the whole hall)."""

    def count(self, visit: UnratedVisit) -> None:
        """A visit ended without a face."""

    def count_invitation(self, what: RatingInvitation) -> None:
        """Somebody was invited to rate, or has answered."""

    def staff_left(self, signer: Signer) -> None:
        """The staff's view was left."""

    def probe(self) -> str:
        """Why the box cannot take ratings now; empty when it can."""


class Shell:
    """Holds the state. ``draw`` is called after every change, with the new state; ``sound`` for every cue."""

    def __init__(
        self,
        rules: Rules,
        clock: Callable[[], float],
        draw: Callable[[State], None],
        sound: Callable[[Cue], None] = lambda _: None,
    ) -> None:
        self.rules = rules
        self._headset_always = rules.headset
        self.state = begin(rules)
        self._clock = clock
        self._draw, self._sound = draw, sound
        self._desk: Desk | None = None
        self._waiting: deque[Event] = deque()
        self._busy = False

    def open(self, desk: Desk) -> None:
        """The store is open: from now on effects can be carried out."""
        self._desk = desk
        self.dispatch(self._probed())

    def dispatch(self, event: Event) -> None:
        """Lets an event happen, and every event that its effects bring about, in order."""
        self._waiting.append(event)
        if self._busy:
            return
        self._busy = True
        try:
            while self._waiting:
                self._happen(self._waiting.popleft())
        finally:
            self._busy = False

    def _happen(self, event: Event) -> None:
        before = self.state
        if isinstance(event, TypeAsked) and self._desk:
            self.rules = replace(self.rules, code_prefill=self._desk.code_prefill())
        if isinstance(event, HeadsetPlugged):
            self.rules = replace(self.rules, headset=event.plugged or self._headset_always)
        self.state, effects = step(before, event, self._clock(), self.rules)
        if _shown_or_spoken(self.state) != _shown_or_spoken(before):
            self._draw(self.state)
        if answer := cue(before, event, self.state):
            self._sound(answer)
        for effect in effects:
            self._waiting.append(self._carry_out(effect))
        if self._desk:
            self._notice(self._desk, before, event)

    def _notice(self, desk: Desk, before: State, event: Event) -> None:
        """What the desk is told although nobody waits for an answer."""
        visit = unrated(before, self.state, event)
        if visit:
            desk.count(visit)
        if invited := happened(before, event, self.state):
            desk.count_invitation(invited)
        if isinstance(before.place, StaffView) and not isinstance(self.state.place, StaffView):
            desk.staff_left(before.place.view.signer)

    def _carry_out(self, effect: Effect) -> Event:
        desk = self._desk
        if desk is None:
            return Unavailable("cannot_open")
        match effect:
            case FindDossier(text, method):
                found = desk.find(text, method)
                return Found(found) if isinstance(found, Subject) else NotFound(found)
            case FindCounter(counter):
                return Found(desk.find_counter(counter))
            case LoadCounters():
                return CountersLoaded(desk.counters())
            case LoadLobby():
                return LobbyLoaded(desk.lobby())
            case Save(draft):
                return self._saved(desk, draft)
            case SaveAnswers(answered):
                return self._answers_saved(desk, answered)
            case t.SaveComplaint(filled):
                return self._words_saved(desk, filled)
            case SoundTask():
                return self._sounded(desk.sound, effect)
            case t.FindStatus(number):
                return t.LookedUp(desk.look_up(number))
            case t.PrintReceipt():
                desk.print_receipt(effect)
                return t.PaperAsked()
            case t.PrintAnswer(number, status, language):
                desk.print_answer(number, status, language)
                return t.PaperAsked()
            case t.DropPaper():
                desk.drop_paper()
                return t.PaperAsked()
            case t.SaveVerdict():
                return self._verdict_saved(desk, effect)
            case t.SaveSupplement(supplement):
                return self._supplement_saved(desk, supplement)
            case t.SaveWithdrawal(number, token):
                return self._withdrawal_saved(desk, number, token)
            case FindSigner():
                return desk.find_signer(effect)
            case CheckPin(signer, pin):
                answer = desk.check_pin(signer, pin)
                return answer if isinstance(answer, PinRefused) else PinAccepted(answer)
            case Probe():
                return self._probed()

    def _saved(self, desk: Desk, draft: RatingDraft) -> Event:
        try:
            return Saved(desk.save(draft))
        except CannotSave as error:
            log.error("a rating could not be saved: %s", error)
            return SaveFailed()

    def _answers_saved(self, desk: Desk, filled: FilledAnswers) -> Event:
        try:
            desk.save_answers(filled)
        except CannotSave as error:
            log.error("answers could not be saved: %s", error)
            return AnswersLost()
        return AnswersSaved()

    def _words_saved(self, desk: Desk, filled: t.FilledComplaint) -> Event:
        try:
            return t.ComplaintSaved(desk.save_words(filled))
        except CannotSave as error:
            log.error("a comment or complaint could not be saved: %s", error)
            return t.ComplaintLost()

    def _sounded(self, sound: Sound | None, task: SoundTask) -> Event:
        if sound is None:
            return SoundDone()
        match task:
            case SoundTask.START:
                sound.start()
            case SoundTask.STOP:
                sound.stop()
            case SoundTask.PLAY:
                sound.play(self.state.preferences.volume)
            case SoundTask.HUSH:
                sound.hush()
            case SoundTask.FORGET:
                sound.forget()
        return SoundDone()

    def _verdict_saved(self, desk: Desk, wanted: t.SaveVerdict) -> Event:
        try:
            desk.save_verdict(wanted.number, wanted.opinion, wanted.token)
        except CannotSave as error:
            log.error("a verdict could not be saved: %s", error)
            return t.ComplaintLost()
        return t.VerdictSaved()

    def _supplement_saved(self, desk: Desk, supplement: t.Supplement) -> Event:
        try:
            desk.save_supplement(supplement)
        except CannotSave as error:
            log.error("what a citizen answered could not be saved: %s", error)
            return t.ComplaintLost()
        return t.SupplementSaved()

    def _withdrawal_saved(self, desk: Desk, number: str, token: str) -> Event:
        try:
            desk.save_withdrawal(number, token)
        except CannotSave as error:
            log.error("a withdrawal could not be saved: %s", error)
            return t.ComplaintLost()
        return t.WithdrawalSaved()

    def _probed(self) -> Event:
        reason = self._desk.probe() if self._desk else "cannot_open"
        return Unavailable(reason) if reason or self._desk is None else Ready()


def _shown_or_spoken(state: State) -> tuple[object, ...]:
    chosen = state.language, state.preferences, state.repeats, state.pointed_at, state.explored, state.unplugged
    return state.place, *chosen, state.lobby.intake, state.printer
