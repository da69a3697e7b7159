"""The kiosk's use cases: check a draft, seal it in memory, and append it to the ledger.

No Kivy, no SQL. ``KioskDesk`` is the ``Desk`` that the shell speaks to.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from kiosk.box.box import Box, renewed
from kiosk.box.district_clock import corrected
from kiosk.box.facts import box_fact, seal_fact
from kiosk.box.keys import NoKeys
from kiosk.clock import Moment
from kiosk.desk import complaints, staff
from kiosk.desk.box_changes import clock_changed, declare_gap, device_fact, note_changes
from kiosk.desk.dossiers import subject_of, subject_of_counter
from kiosk.desk.invitations import Invitations
from kiosk.desk.lobby import LobbyReader
from kiosk.desk.office_queue import NoQueue, OfficeQueue, mark_reported, queue_of, times_due
from kiosk.desk.outage import Outage
from kiosk.desk.place import counters_of, office_of
from kiosk.desk.questionnaires import questionnaire_of
from kiosk.desk.rating_facts import Known, answers_fact, rating_fact
from kiosk.desk.recordings import Recorder, recorded, with_speech
from kiosk.desk.repeats import RecentlyRated
from kiosk.desk.seat import SeatTaken
from kiosk.desk.unit_names import UnitNames
from kiosk.desk.visit_counts import VisitCounts, VisitReport
from kiosk.domain.complaint import PublicStatus, Verdict
from kiosk.domain.dossier_code import DossierCode, DossierCodePatterns, NoCode
from kiosk.domain.entry import EntryType, Fact
from kiosk.domain.rating import Flag, InputMethod
from kiosk.domain.receipt import Receipt
from kiosk.domain.reference import ENTRIES_OF_2, ENTRIES_OF_4
from kiosk.domain.visit import UnratedVisit
from kiosk.flow.rules.invitation import RatingInvitation
from kiosk.flow.state.complaint import ComplaintFound, FilledComplaint, PrintReceipt, Supplement
from kiosk.flow.state.counter_view import CounterView, Signer
from kiosk.flow.state.effects import FindSigner
from kiosk.flow.state.lobby import CounterChoice, Lobby
from kiosk.flow.state.printing import Paper
from kiosk.flow.state.rating_draft import FilledAnswers, RatingDraft, SavedRating, ServiceEnded, Subject
from kiosk.flow.state.staff import PinRefused, SignerFound, SignerUnknown
from kiosk.languages.translations import Translations
from kiosk.queue.event import QueueEvent
from kiosk.shell import CannotSave
from kiosk.store import box_state, ledger, reference
from kiosk.store.complaints import entry_version
from kiosk.store.engine import CannotOpen, CannotRead, CannotWrite, Damaged

log = logging.getLogger(__name__)

NOT_ENROLLED = "not_enrolled"


class KioskDesk:
    """What the box can do for the person in front of it. ``open_box`` is asked again until it succeeds."""

    def __init__(
        self,
        open_box: Callable[[], Box | None],
        patterns: DossierCodePatterns,
        clock: Callable[[], Moment],
        unit_prefix: str = "",
        software: str = "",
        settings: str = "",
        translations: Translations | None = None,
        from_district: Mapping[str, Any] | None = None,
    ) -> None:
        self._open_box, self._clock = open_box, clock
        self._patterns, self._unit_prefix = patterns, unit_prefix
        self._software, self._settings = software, settings
        self._from_district = dict(from_district or {})
        self._translations = translations or Translations()
        self._devices: dict[str, tuple[bool, str]] = {}
        self._last_moment: Moment | None = None
        self._box: Box | None = None
        self._was_open = False
        self._rated = RecentlyRated()
        self._lobby, self._unit_names = LobbyReader(self._translations), UnitNames()
        self._visits, self._outage = VisitCounts(), Outage()
        self._invitations = Invitations(patterns, clock().up_ms)
        self._staff_since: Moment | None = None
        self._seat = SeatTaken()
        self._paper: Callable[[Paper], object] | None = None
        self._drop_paper: Callable[[], None] | None = None
        self.sound: Recorder | None = None
        self.queue: OfficeQueue = NoQueue()

    def _now(self) -> Moment:
        """All clocks, put right by the district's as far as it is known."""
        moment = self._clock()
        if self._box is None:
            return moment
        try:
            with self._box.store.read() as tx:
                return corrected(tx, moment)
        except CannotRead:
            return moment

    def probe(self) -> str:
        """Why the box cannot take ratings now; empty when a real write succeeded. A damaged file is mended. What it was
        out of service for is noted once it is back: before, nothing can be written."""
        reason = self._probe_and_mend()
        if reason and reason != NOT_ENROLLED:
            self._outage.begin(reason, self._clock())
        elif not reason and (back := self._outage.end(self._now())):
            self.note(back)
        return reason

    def _probe_and_mend(self) -> str:
        try:
            return self._probe_once()
        except Damaged as error:
            log.error("the box's file is damaged: %s", error)
        try:
            return self._probe_once()
        except Damaged as error:
            log.error("the box's file could not be mended: %s", error)
            return "cannot_open"

    def _probe_once(self) -> str:
        try:
            if self._box is not None and (self._box.store.damaged or self._box.store.vanished):
                self._box = None  # opening it anew mends it, or says what is missing
            opened = self._box or self._open_box()
            if opened is None:
                return "cannot_open" if self._was_open else NOT_ENROLLED
            with opened.store.write() as tx:
                box_state.put(tx, "probed_up_s", self._clock().up_s)
                declare_gap(tx, opened, corrected(tx, self._clock()))
            if self._box is None:
                self._box, self._was_open = opened, True
                self._say_hello()
            if opened.store.damaged:
                raise Damaged("a first entry could not be written")
        except Damaged:
            raise
        except (CannotOpen, CannotRead, NoKeys) as error:
            log.error("the box cannot open its file: %s", error)
            return "cannot_open"
        except (CannotWrite, OSError) as error:
            log.error("the box cannot write: %s", error)
            return "cannot_save"
        return ""

    def find(self, text: str, method: InputMethod) -> Subject | NoCode:
        """The subject of a scanned or typed text. A code the box has not heard of is rated all the same."""
        at = self._now().office_time
        self.queue.touched()
        if method is InputMethod.TYPED:
            typed = self._patterns.typed(text, at.date())
            return self._subject(typed, method, at) if typed else NoCode.EMPTY
        found = self._patterns.find(text, at.date())
        return self._subject(found, method, at) if isinstance(found, DossierCode) else found

    def _subject(self, code: DossierCode, method: InputMethod, at: datetime) -> Subject:
        received = self._patterns.received_on(code)
        return subject_of(self._box, code, method, at, received, self._rated.stages(code.text))

    def code_prefill(self) -> str:
        """This office's prefix and today's date; the citizen types the daily number."""
        unit = self._unit_prefix or (self._box.identity.unit_id if self._box else "")
        return f"{unit}-{self._now().day:%y%m%d}-" if unit else ""

    def find_counter(self, counter: CounterChoice) -> Subject:
        return subject_of_counter(self._box, counter, self._now().office_time)

    def counters(self) -> tuple[CounterChoice, ...]:
        return counters_of(self._box, self._now().day)

    def save(self, draft: RatingDraft) -> SavedRating:
        """Appends the rating; returns after the COMMIT. Raises ``CannotSave`` when nothing was kept."""
        subject = draft.subject
        if self._box and not self._lobby.known:
            self._lobby.read(self._box, self._now())
        with self._writing() as (tx, box, moment):
            subject = self._seat.known(tx, box, subject, moment)
            if self._lobby.outside_hours(moment):
                subject = replace(subject, flags=(*subject.flags, Flag.OUTSIDE_HOURS))
            questionnaire = questionnaire_of(reference.questionnaires(tx), moment.day)
            revision = box_state.get(tx, box_state.REVISION)
            transaction = self.queue.transaction(subject.counter_id, moment)
            known = Known(questionnaire.reference, entry_version(tx), revision, transaction)
            fact = rating_fact(replace(draft, subject=subject), box.identity, moment, known)
            facts = [*clock_changed(self._last_moment, moment), fact]
            _append(tx, box, facts)
        self._last_moment = moment
        self.queue.touched()
        if subject.code:
            self._rated.add(subject.code.text, subject.stage)
        return SavedRating(fact.entry_id, self._translations.questionnaire(questionnaire))

    def save_answers(self, filled: FilledAnswers) -> None:
        """Appends what was added to a kept rating; returns after the COMMIT. Raises ``CannotSave``."""
        with self._writing() as (tx, box, moment):
            facts = [*clock_changed(self._last_moment, moment), answers_fact(filled, box.identity, moment)]
            _append(tx, box, facts)
        self._last_moment = moment

    def save_words(self, filled: FilledComplaint) -> Receipt:
        """Appends a góp ý or phản ánh; returns its receipt after the COMMIT. Raises ``CannotSave``."""
        sound = recorded(self.sound) if filled.draft.spoken_ms else b""
        with self._writing() as (tx, box, moment):
            receipt = complaints.save_words(tx, box, filled, moment, clock_changed(self._last_moment, moment), sound)
        self._last_moment = moment
        return receipt

    def save_verdict(self, number: str, opinion: Verdict, token: str = "") -> None:
        """Appends a verdict; ``token``: empty without a scan. Returns after the COMMIT. Raises ``CannotSave``."""
        with self._writing() as (tx, box, moment):
            complaints.save_verdict(tx, box, number, opinion, token, moment)

    def save_supplement(self, supplement: Supplement) -> None:
        """Appends what a citizen answers who was asked for more; returns after the COMMIT. Raises ``CannotSave``."""
        with self._writing() as (tx, box, moment):
            complaints.save_supplement(tx, box, supplement, moment)

    def save_withdrawal(self, number: str, token: str) -> None:
        """Appends that consent is withdrawn; ``token``: the scanned receipt's. Else as ``save_verdict``."""
        with self._writing() as (tx, box, moment):
            complaints.save_withdrawal(tx, box, number, token, moment)

    def print_on(self, paper: Callable[[Paper], object], drop: Callable[[], None]) -> None:
        """From now on there is a printer; both are called without waiting for it."""
        self._paper, self._drop_paper = paper, drop

    def print_receipt(self, asked: PrintReceipt) -> None:
        """Asks for a receipt on paper; what becomes of it the printer says itself."""
        box, moment = self._box, self._now()
        if box and self._paper:
            self._paper(complaints.paper_of(box, moment, asked))

    def print_answer(self, number: str, status: PublicStatus, language: str) -> None:
        """Asks for an office's reply on paper."""
        if self._paper:
            self._paper(complaints.answer_paper(number, status, language))

    def drop_paper(self) -> None:
        """Nothing that is not printed yet comes out any more."""
        if self._drop_paper:
            self._drop_paper()

    def look_up(self, number: str) -> ComplaintFound:
        """How the complaint with this receipt number stands, as far as this box has heard."""
        return complaints.look_up(self._box, number) if self._box else ComplaintFound(None)

    def lobby(self) -> Lobby:
        """The notice cards in force today, and whether the office is known to be closed now. The idle screen asks now
        and then, so it is also here that newer keys are taken."""
        if self._box is None:
            return Lobby()
        self._unit_names.learn(self._box)
        try:
            self._box = renewed(self._box)
        except (CannotRead, NoKeys) as error:
            log.error("newer keys could not be read: %s", error)
        moment = self._now()
        lobby = self._lobby.read(self._box, moment)
        note_changes(self._box, moment, self._settings, self._from_district)
        self._report_visits(self._visits.due(moment, closed=lobby.closed))
        self.queue.own_counter(self._box.identity.counter_id)
        if times := times_due(self.queue, self._box, moment, lambda day: self._lobby.is_over(day, moment)):
            self.note(times, at_least=ENTRIES_OF_4, also=mark_reported)
        for each in self._invitations.due(self._box, moment, closed=lobby.closed):
            self.note(each, at_least=ENTRIES_OF_4)
        return with_speech(lobby, self.sound)

    def count(self, visit: UnratedVisit) -> None:
        """Counts a visit that ended without a face; in memory, until the office closes."""
        self._visits.add(visit, self._now())

    def count_invitation(self, what: RatingInvitation) -> None:
        """Counts an invitation, or an answer to one; in memory, until the office closes."""
        self._invitations.add(what)

    def hear_queue(self, event: QueueEvent, age_ms: int) -> ServiceEnded | None:
        """What the ticket system tells for the first time, and happened so long ago; what is returned invites."""
        return self._invitations.hear(self._box, event, age_ms, self._now()) if self._box else None

    def close(self) -> None:
        """The program stops: what was counted and may be told is told."""
        self._report_visits(self._visits.at_the_end())
        for each in self._invitations.at_the_end(self._box, self._now()) if self._box else []:
            self.note(each, at_least=ENTRIES_OF_4)

    def _report_visits(self, report: VisitReport | None) -> None:
        if report:
            self._note_if_read(box_fact(EntryType.VISITS, self._now(), **report.details()))

    def find_signer(self, wanted: FindSigner) -> SignerFound | SignerUnknown:
        """Whose staff card, number or shared PIN it would be."""
        return staff.find_signer(self._box, wanted, self._now())

    def check_pin(self, signer: Signer, pin: str) -> CounterView | PinRefused:
        """The counter's view when the PIN is right. Both outcomes are entries in the ledger."""
        box, moment = self._box, self._now()
        if box is None:
            return PinRefused()
        answer = staff.check_pin(box, signer, pin, moment)
        refused = isinstance(answer, PinRefused)
        self._staff_since = None if refused else moment
        kind = EntryType.STAFF_REFUSED if refused else EntryType.STAFF_SIGNED_IN
        whose = staff.whose(box, signer)
        kept = self.note(box_fact(kind, moment, **whose))
        if isinstance(answer, PinRefused):
            return answer
        self._seat.signed_in(box, signer, moment, kept=kept and "staff_id" in whose)
        return replace(answer, queue=queue_of(self.queue, signer.counter, moment))

    def staff_left(self, signer: Signer) -> None:
        """Nobody of the staff looks at their counter any more."""
        since, now, self._staff_since = self._staff_since, self._now(), None
        lasted_s = now.up_s - since.up_s if since and since.boot == now.boot else None
        whose = staff.whose(self._box, signer)
        self._note_if_read(box_fact(EntryType.STAFF_SIGNED_OUT, now, **whose, lasted_s=lasted_s))

    def device_changed(self, device: str, *, present: bool, state: str = "") -> None:
        """A device came or went, or is in another state (one word, such as ``paper_out``): kept as a fact too."""
        now = present, state or ("present" if present else "absent")
        known, self._devices[device] = self._devices.get(device), now
        if self._box is None or known == now:
            return
        try:
            with self._box.store.write() as tx:
                box_state.put(tx, device, now[1])
        except CannotWrite as error:
            log.error("the state of the %s could not be kept: %s", device, error)
        if known is not None or not present:
            self.note(device_fact(device, self._now(), present=present, state=state))

    def office(self) -> tuple[str, CounterChoice | None]:
        """The name of the unit this kiosk stands in, and its own counter (``None`` for a kiosk of the whole hall)."""
        return office_of(self._box)

    def settings_came(self, from_district: Mapping[str, Any]) -> None:
        """The district sent settings once more, and what the screen runs with is the same: told with the next look."""
        self._from_district = dict(from_district)

    def _say_hello(self) -> None:
        """The box's first words after a start, and the devices that came or went while the file was closed."""
        self.note(box_fact(EntryType.BOOT, self._now(), software=self._software))
        if self._box:
            note_changes(self._box, self._now(), self._settings, self._from_district)
        devices, self._devices = self._devices, {}
        for device, (present, state) in devices.items():
            self.device_changed(device, present=present, state=state)

    def _note_if_read(self, fact: Fact) -> None:
        self.note(fact, at_least=ENTRIES_OF_2)

    def note(self, fact: Fact, at_least: int = 1, also: Callable[[Any, Fact], None] | None = None) -> bool:
        """Appends a fact of the box's own, and says whether it is kept; a failure is logged, and nobody waits.
        ``at_least``: the ``entry_version`` without which it is not for the district. ``also`` is done with it."""
        box = self._box
        if box is None:
            return False
        try:
            with box.store.write() as tx:
                if kept := entry_version(tx) >= at_least:
                    _append(tx, box, [fact])
                    if also:
                        also(tx, fact)
            return kept
        except CannotWrite as error:
            log.error("a %s entry could not be saved: %s", fact.type, error)
            return False

    @property
    def box(self) -> Box | None:
        return self._box

    @contextmanager
    def _writing(self) -> Iterator[tuple[Any, Box, Moment]]:
        """A transaction that is committed when this ends, the box it is in, and the time by all clocks. Raises
        ``CannotSave`` when nothing was kept."""
        if self._box is None:
            raise CannotSave("the box is not enrolled")
        try:
            with self._box.store.write() as tx:
                yield tx, self._box, corrected(tx, self._clock())
        except complaints.NoBoxNumber as error:
            raise CannotSave(str(error)) from error
        except (CannotWrite, OSError) as error:
            self._outage.begin("cannot_save", self._clock())
            raise CannotSave(str(error)) from error


def _append(tx: Any, box: Box, facts: Sequence[Fact]) -> None:
    """Seals facts in memory and appends them to the ledger, in the caller's transaction."""
    envelopes = [seal_fact(each, box.identity.sealing_public_key) for each in facts]
    ledger.append(tx, box.identity.device_id, envelopes, box.keys.device)
