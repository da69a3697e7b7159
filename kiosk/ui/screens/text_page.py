"""Read what these are by law, a complaint before it is sent, and the status of an earlier one."""

from collections.abc import Sequence
from typing import Any

from kivy.clock import Clock
from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from kiosk.domain.complaint import ComplaintStatus, PublicStatus, Verdict
from kiosk.domain.phone_number import regrouped
from kiosk.domain.questionnaire import Option, in_language, language_of
from kiosk.domain.reference import Reception
from kiosk.flow.rules.complaint_steps import AGREED
from kiosk.flow.rules.lookup_steps import BRING, WRITE_MORE, asks_more, asks_verdict, held
from kiosk.flow.state.complaint import AskConsent, ComplaintFound, ReadBack, ReadLaw, ShowStatus
from kiosk.flow.state.complaint_draft import ComplaintDraft
from kiosk.flow.state.lobby import OnDuty
from kiosk.flow.state.screens import Touched
from kiosk.texts import Strings
from kiosk.ui.card_layout import height_for
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


#: an answer to what the office asked
_SUPPLEMENTS = {WRITE_MORE: "tell-write", BRING: "reason-papers"}


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
    """A text that may be longer than its place, with a button to read on. Call ``read`` in ``show``.

    The cards below are as high as their words need, whatever the language; the text has what is left. On a small panel
    the text may have the whole screen first, with the cards behind its last page (``cards_behind``).
    """

    with_text = BooleanProperty(True)
    #: the text has the whole screen now
    reads = BooleanProperty(False)
    #: what is chosen from stands behind the last page of the text
    cards_behind = False
    #: how high the cards are at least, in targets
    cards_targets = NumericProperty(1)
    #: whether the cards have room for their drawings where the panel has
    with_drawn_cards = False
    #: what the button says that leads from the text to the cards behind it
    onward = "tell.next"
    #: pixels kept free between the text and what stands below it
    below = 0.0

    def __init__(self, **kwargs: Any) -> None:
        self.reader = Reader()
        self._read = False
        self._relay = Clock.create_trigger(self._lay, -1)
        super().__init__(**kwargs)

    def on_kv_post(self, base_widget: object) -> None:
        super().on_kv_post(base_widget)
        self.ids.reading.add_widget(self.reader)
        self.reader.size_hint = (None, None)
        self.reader.bind(on_dragged=lambda _: self._dragged())
        for name in ("pos", "size"):
            self.ids.reading.fbind(name, self._relay)

    def ask(self, title: str, options: Any, chosen: Any, alike: Any = ()) -> None:
        self.cards_height = self._height_of_cards(options) if options else 0
        if not options:
            self.ids.cards.clear_widgets()
        super().ask(title, options, chosen, alike)

    def _height_of_cards(self, options: Sequence[Option]) -> float:
        words = [in_language(option.words, *self.words.languages) for option in options]
        drawn, columns = self.with_drawn_cards and not self.m.tight, self.columns(len(options))[0]
        width, between = self.m.width - 2 * self.m.margin, self.between(options)
        needed = height_for(words, columns, width, self.m, drawn, self._measure(words), between)
        return max(self.m.target * self.cards_targets, needed)

    def read(self, text: str) -> None:
        """Shows a text, another than before from its start, and the buttons that lead on."""
        self._read, self.with_text = True, bool(text)
        self.reader.read(text)
        self._relay()

    def forget(self) -> None:
        super().forget()
        self.reader.forget()

    def keeps_low(self) -> bool:
        return False  # the text has the room; what is touched stands below it anyway

    def turn(self) -> None:
        """The next page; behind the last what is chosen from, where it stands there, and from there to the start."""
        self.emit(Touched())
        if self.cards_behind and not (self.reads and self.reader.can_scroll(up=False)):
            self.redraw(reads=not self.reads)
            return
        self.reader.turn()
        self._offer()

    def redraw(self, *, reads: bool) -> None:
        """Draws the same place with the text, or with the cards that stand behind it."""

    def _dragged(self) -> None:
        self.emit(Touched())
        self._offer()

    def _lay(self, *_: object) -> None:
        if self.with_text and min(self.ids.reading.size) > 1:
            (x, y), (width, height) = self.ids.reading.pos, self.ids.reading.size
            self.reader.lay((x, y + self.below), (width, height - self.below), self.m)
        self.reader.opacity = 1 if self.with_text else 0
        self._offer()

    def _offer(self) -> None:
        if not self._read:
            return
        last = not self.reader.can_scroll(up=False)
        if self.cards_behind:
            key = "tell.page_first" if not self.reads else self.onward if last else "tell.page_more"
            self.offer(ViewButton(key, self.turn, main=self.reads))
            return
        more = ViewButton("tell.page_first" if last else "tell.page_more", self.turn)
        self.offer(*([more] if self.with_text and self.reader.more else []))


class LawPage(TextPage):
    """What may be told here and what may not, where to go with that, and by which law."""

    def show(self, place: ReadLaw, now: float) -> None:
        words, intake = self.words, self.intake
        self.title = words["tell.law"]
        at, duty = (intake.reception, intake.on_duty) if intake else (None, None)
        where = _where(at, duty, short=self.m.tiny) if at else ""
        without = words.say("tell.kind_where", where=where) if at else words["tell.kind_not"]
        law = [in_language(intake.law.words, *words.languages)] if intake and intake.law else []
        with_duty = [without, _duty(words, duty)] if duty else [without]
        self.read("\n".join([words["tell.law_comment"], words["tell.law_complaint"], " ".join(with_duty), *law]))


def _where(reception: Reception, duty: OnDuty | None, *, short: bool) -> str:
    """The place. While somebody is on duty with a telephone that one stands for the place's own, and where there is
    little room for its hours."""
    phone = "" if duty and duty.phone else regrouped(reception.phone)
    hours = "" if duty and short else reception.hours
    return ", ".join(filter(None, (reception.name, reception.address, phone, hours)))


def _duty(words: Strings, on_duty: OnDuty) -> str:
    key = "tell.on_duty_phone" if on_duty.phone else "tell.on_duty"
    return words.say(key, who=on_duty.post, phone=regrouped(on_duty.phone))


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
        lines += [f"– {in_language(ready[picked], *words.languages)}" for picked in draft.sentences if picked in ready]
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
    """The whole text, a box that is not ticked, and a way to go on without a name. On a small panel the box stands
    behind the text: beside it there would be room for a line or two of what one agrees to."""

    with_drawn_cards = True

    def __init__(self, **kwargs: Any) -> None:
        self._place: AskConsent | None = None
        super().__init__(**kwargs)

    def show(self, place: AskConsent, now: float) -> None:
        reads = not place.ticked if self._place is None else self.reads  # by a key the box is ticked behind the text
        self._place, self.cards_behind = place, self.m.compact
        self.redraw(reads=self.m.compact and reads)

    def redraw(self, *, reads: bool) -> None:
        """All of it is in the language of the text: nobody agrees to half a sentence in words of another language."""
        assert self._place is not None
        self.reads, ticked = reads, self._place.ticked
        agreed = self.intake.consent.words if self.intake else ()
        words = self.words.speaking(language_of(agreed, *self.words.languages)) if agreed else self.words
        self.title = words["tell.consent"]
        self.cards_targets = 1.6 if self.m.portrait else 2.6 if self.cards_behind else 1
        box = _in_words(words, AGREED, "tell.consent_tick", "tick-full" if ticked else "tick-none")
        nameless = _in_words(words, _NAMELESS, "tell.consent_no", "tell-without-name")
        self.ask(self.title, () if reads else (box, nameless), (AGREED,) if ticked else ())
        text = in_language(agreed, words.language)
        behind = self.cards_behind and not reads
        self.read("" if behind else text.replace("{office}", self.office or words["tell.this_office"]))

    def forget(self) -> None:
        super().forget()
        self._place = None

    def columns(self, count: int) -> tuple[int, ...]:
        return (count,)


def _in_words(words: Strings, answer: str, key: str, picture: str) -> Option:
    """An option in the words of another language than the page's."""
    return Option(answer, (("vi", words[key]),), picture)


class StatusPage(TextPage):
    """How far it has come, from the newest news, with its date; an answer, and what the citizen thinks of it.

    On a small panel the answer has the whole screen, with the office that gave it above; behind its last page stands
    the question how it is judged.
    """

    with_drawn_cards = True
    question = StringProperty("")
    dates = StringProperty("")
    with_cards = BooleanProperty(False)
    as_of = StringProperty("")
    picture = StringProperty("")

    def __init__(self, **kwargs: Any) -> None:
        self._shown: tuple[ShowStatus, bool] | None = None
        super().__init__(**kwargs)

    def show(self, place: ShowStatus, now: float) -> None:
        reads = self._wholly_read(place)
        if reads and self._shown and self._shown[0].look == place.look:
            reads = self._shown[1]
        self._draw(place, reads=reads)

    def _wholly_read(self, place: ShowStatus) -> bool:
        """Whether the answer takes the whole screen."""
        return bool((self.m.compact or self.m.tight) and place.look.status and place.look.status.answer)

    def _draw(self, place: ShowStatus, *, reads: bool) -> None:
        self._shown, self.reads, self.below = (place, reads), reads, self.m.gap * 2 if reads else 0.0
        asked = _asked(place)
        self.cards_behind = self._wholly_read(place) and bool(asked)
        self.onward = "look.to_more" if asks_more(place.look) else "look.to_verdict"
        words, status = self.words, place.look.status
        self.notice = words[f"receipt.paper_{place.paper}"] if place.paper else ""
        kind, self.title, lines = _known(words, place.look)
        found = [words[key] for key in status.conclusion_words] if status else []
        answer = "\n".join((*found, status.answer)) if status and status.answer else ""
        self.with_cards = bool(asked) and not reads
        by_number = asks_verdict(place.look) and not place.token and not self.m.tiny  # there it would be a page more
        confirm = self.here(words, "look.verdict_by_number") if by_number else ""
        to_confirm = confirm if not self._wholly_read(place) else ""  # else it stands below the answer
        self.question = f"{self.here(words, asked)} {to_confirm}".strip() if self.with_cards else ""
        self.note, self.dates = lines[0] if lines else "", " · ".join(lines[1:])
        self.as_of = _as_of(words, place.look.as_of)
        if reads:
            answer = "\n".join(filter(None, [*lines, answer, self.as_of, confirm]))
            self.note = self.dates = self.as_of = ""
        elif self._wholly_read(place):
            self.title, answer = "", ""  # the question is title enough
            if not self.m.portrait or asks_more(place.look):  # this stood with the answer
                self.note = self.dates = self.as_of = ""
        elif self.with_cards and not self.m.portrait:  # the answer needs the line
            dates = lines[-1] if asks_more(place.look) and lines else self.dates
            self.dates, self.as_of = " · ".join(filter(None, (dates, self.as_of))), ""
        alone = 3.6 if self.m.portrait else 2.6
        beside = 1 if not self.m.portrait else 1.5 if self.m.tight else 3.4
        self.cards_targets = alone if self._wholly_read(place) else beside
        cards = self._asked_cards(place)
        self.ask(self.title, cards if self.with_cards else (), ())
        self.picture = "" if answer or self.with_cards else _PICTURES[kind]
        self.read(answer)

    def _asked_cards(self, place: ShowStatus) -> list[Option]:
        if held(place):
            return [self.option(WRITE_MORE, "look.write_on", _SUPPLEMENTS[WRITE_MORE])]
        if asks_more(place.look):
            return [self.option(each, f"look.{each}", picture) for each, picture in _SUPPLEMENTS.items()]
        return [self.option(each, f"look.verdict_{each}", picture) for each, picture in _VERDICTS.items()]

    def redraw(self, *, reads: bool) -> None:
        assert self._shown is not None
        self._draw(self._shown[0], reads=reads)

    def columns(self, count: int) -> tuple[int, ...]:
        alone = self.m.portrait and self._shown and self._wholly_read(self._shown[0])
        return (1,) if alone else (count, 1)

    def option(self, answer: str, key: str, picture: str = "") -> Option:
        return Option(str(answer), (("vi", self.words[key]),), picture)

    def forget(self) -> None:
        super().forget()
        self.question = self.dates = ""
        self._shown = None


def _asked(place: ShowStatus) -> str:
    """What the citizen is asked here, as a key of the words; empty for nothing."""
    if asks_more(place.look):
        return "look.more" if place.token else "look.more_by_number"
    return "look.verdict" if asks_verdict(place.look) else ""


def _known(words: Strings, look: ComplaintFound) -> tuple[str, str, list[str]]:
    """What is known: its kind, its title, and the facts, one a line."""
    if look.status is None:
        kind = "own" if look.own else "not_yet"
        return kind, words[f"look.{kind}"], [words[f"look.{kind}_text"]]
    state = look.status.state
    title = words[f"look.{'refused_title' if state is ComplaintStatus.REFUSED else state}"]
    return state, title, _facts(words, look.status)


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
