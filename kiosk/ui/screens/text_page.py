"""Read a complaint before it is sent, and the status of an earlier one."""

from typing import Any

from kivy.clock import Clock
from kivy.properties import BooleanProperty, StringProperty

from kiosk.domain.complaint import ComplaintStatus, PublicStatus, Verdict
from kiosk.domain.questionnaire import Option, in_language
from kiosk.flow.rules.complaint_steps import AGREED, asks_verdict
from kiosk.flow.state.complaint import AskConsent, ComplaintDraft, ReadBack, ShowStatus
from kiosk.flow.state.screens import Touched
from kiosk.texts import Strings
from kiosk.ui.screens.choosing import CardsPage, line_of_contact
from kiosk.ui.screens.page_with_buttons import ViewButton
from kiosk.ui.screens.rate import short_code
from kiosk.ui.screens.recording import length_of
from kiosk.ui.writing.reader import Reader

#: as they are drawn: between opposites stands the third
_VERDICTS = {
    Verdict.SATISFIED: "answer-yes",
    Verdict.GO_ON: "tell-go-on",
    Verdict.NOT_SATISFIED: "answer-no",
}


_PICTURES = {
    "not_yet": "tell-find",
    "own": "receipt",
    ComplaintStatus.RECEIVED: "answer-yes",
    ComplaintStatus.WITH_OFFICE: "clock",
    ComplaintStatus.NEEDS_MORE: "answer-unsure",
    ComplaintStatus.REFUSED: "agency-2",
    ComplaintStatus.ANSWERED: "tell-complaint",
    ComplaintStatus.CLOSED: "tell-complaint",
}


_NAMELESS = "nameless"


class TextPage(CardsPage):
    """A text that may be longer than its place, with a button to read on. Set ``long_text`` in ``show``."""

    with_text = BooleanProperty(True)

    def __init__(self, **kwargs: Any) -> None:
        self.reader = Reader()
        self._read = False
        self._relay = Clock.create_trigger(self._lay, -1)
        super().__init__(**kwargs)

    def on_kv_post(self, base_widget: object) -> None:
        super().on_kv_post(base_widget)
        self.ids.reading.add_widget(self.reader)
        self.reader.size_hint = (None, None)
        for name in ("pos", "size"):
            self.ids.reading.fbind(name, self._relay)

    def read(self, text: str) -> None:
        """Shows a text from its start, and the buttons that lead on."""
        self._read, self.with_text = True, bool(text)
        self.reader.read(text)
        self._relay()

    def forget(self) -> None:
        super().forget()
        self.reader.forget()

    def keeps_low(self) -> bool:
        return False  # the text has the room; what is touched stands below it anyway

    def turn(self) -> None:
        """What did not fit."""
        self.emit(Touched())
        self.reader.turn()
        self._offer()

    def _lay(self, *_: object) -> None:
        if self.with_text and min(self.ids.reading.size) > 1:
            self.reader.lay(self.ids.reading.pos, self.ids.reading.size, self.m)
        self.reader.opacity = 1 if self.with_text else 0
        self._offer()

    def _offer(self) -> None:
        if not self._read:
            return
        key = "tell.page_more" if self.reader.can_scroll(up=False) else "tell.page_first"
        self.offer(*([ViewButton(key, self.turn)] if self.with_text and self.reader.more else []))


class ReadBackPage(TextPage):
    """Everything, as it will be sent."""

    def show(self, place: ReadBack, now: float) -> None:
        self.title = self.words["tell.read_back"]
        self.notice = self.words["tell.failed"] if place.failed else ""
        self.read(self._whole(place.draft))

    def _whole(self, draft: ComplaintDraft) -> str:
        words = self.words
        kind = words["tell.line_complaint" if draft.wants_reply else "tell.line_comment"]
        lines = [f"{kind}: {words[f'tell.about_{draft.about}']}"]
        if draft.subject and draft.subject.code:
            lines.append(words.say("tell.line_dossier", code=short_code(draft.subject.code.text)))
        counter = draft.counter.name if draft.counter else draft.subject.counter if draft.subject else None
        if counter:
            lines.append(words.say("tell.line_counter", counter=counter))
        if draft.officer:
            lines.append(words.say("tell.line_officer", officer=_officer(words, draft)))
        ready = {each.sentence_id: each.words for each in self.intake.sentences} if self.intake else {}
        lines += [f"– {in_language(ready[picked], words.language)}" for picked in draft.sentences if picked in ready]
        lines += [draft.text.strip()] if draft.text.strip() else []
        if draft.spoken_ms:
            lines.append(words.say("tell.line_speech", length=length_of(words, draft.spoken_ms)))
        lines += [words["tell.line_helper"]] if draft.helper else []
        lines += [line_of_contact(words, draft)] if draft.wants_reply else []
        return "\n".join(lines)


def _officer(words: Strings, draft: ComplaintDraft) -> str:
    assert draft.officer is not None
    return words.say("tell.officer_card", post=draft.officer.post, number=draft.officer.officer_number)


class ConsentPage(TextPage):
    """The whole text, a box that is not ticked, and a way to go on without a name."""

    def show(self, place: AskConsent, now: float) -> None:
        self.title = self.words["tell.consent"]
        box = self.option(AGREED, "tell.consent_tick", "tick-full" if place.ticked else "tick-none")
        nameless = self.option(_NAMELESS, "tell.consent_no", "tell-comment")
        self.ask(self.title, (box, nameless), (AGREED,) if place.ticked else ())
        text = in_language(self.intake.consent.words, self.words.language) if self.intake else ""
        self.read(text)

    def columns(self, count: int) -> tuple[int, ...]:
        return (count,)


class StatusPage(TextPage):
    """How far it has come, from the newest news, with its date; an answer, and what the citizen thinks of it."""

    question = StringProperty("")
    dates = StringProperty("")
    with_cards = BooleanProperty(False)
    as_of = StringProperty("")
    picture = StringProperty("")

    def show(self, place: ShowStatus, now: float) -> None:
        words, status = self.words, place.look.status
        self.notice = ""
        if status is None:
            kind = "own" if place.look.own else "not_yet"
            self.title = words[f"look.{kind}"]
            lines = [words[f"look.{kind}_text"]]
        else:
            self.title = words[f"look.{'refused_title' if status.state is ComplaintStatus.REFUSED else status.state}"]
            kind, lines = str(status.state), _facts(words, status)
        self.note, self.dates = lines[0] if lines else "", " · ".join(lines[1:])
        self.as_of = _as_of(words, place.look.as_of)
        judged, small = asks_verdict(place.look), self.m.compact or self.m.tight
        self.question = words["look.verdict"] if judged and not small else ""
        self.with_cards = judged
        if small and judged:  # the answer needs the room
            self.note, self.title = "", ""
            self.dates, self.as_of = f"{self.dates} · {self.as_of}", ""
        short = "_short" if small else ""
        cards = [
            self.option(opinion, f"look.verdict_{opinion}{short if opinion is Verdict.GO_ON else ''}", picture)
            for opinion, picture in _VERDICTS.items()
        ]
        self.ask(self.title, cards if judged else (), ())
        self.picture = "" if status and status.answer else _PICTURES[kind]
        self.read(status.answer if status else "")

    def ask(self, title: str, options: Any, chosen: Any, alike: Any = ()) -> None:
        if not options:
            self.ids.cards.clear_widgets()
        super().ask(title, options, chosen, alike)

    def columns(self, count: int) -> tuple[int, ...]:
        return (count, 1)

    def option(self, answer: str, key: str, picture: str = "") -> Option:
        return Option(str(answer), (("vi", self.words[key]),), picture)

    def forget(self) -> None:
        super().forget()
        self.question = self.dates = ""


def _facts(words: Strings, status: PublicStatus) -> list[str]:
    lines = [words.say("look.office", office=status.office)] if status.office else []
    for key, day in (
        ("look.received_on", None if status.answered_on else status.received_on),
        ("look.due_on", None if status.answered_on else status.due_on),
        ("look.answered_on", status.answered_on),
    ):
        if day:
            date = words.say("look.date", day=day.day, month=day.month, year=day.year)
            lines.append(words.say(key, date=date).replace(" ", "\u00a0"))
    return lines


def _as_of(words: Strings, day: str) -> str:
    parts = day.split("-")
    if len(parts) != 3:
        return words["look.as_of_never"]
    date = words.say("look.date", day=int(parts[2]), month=int(parts[1]), year=parts[0])
    return words.say("look.as_of", date=date)
