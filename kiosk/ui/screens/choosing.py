"""Choose from cards while writing a complaint: one page for every part, and what it shows for each."""

from collections.abc import Callable, Sequence
from typing import Any

from kivy.properties import BooleanProperty, StringProperty

from kiosk.domain.complaint import About
from kiosk.domain.phone_number import grouped_phone
from kiosk.domain.questionnaire import Option
from kiosk.flow.input.choice import Choice
from kiosk.flow.rules import complaint_steps, lookup_steps
from kiosk.flow.state.complaint import AskWithdrawal, Choose, ChooseKind, Correct
from kiosk.flow.state.complaint_draft import WAYS, ComplaintDraft, ComplaintPart, Manner, Reach
from kiosk.flow.state.lobby import Intake, OfficerChoice
from kiosk.paths import shared
from kiosk.texts import Strings
from kiosk.ui.screens.card_page import CardPage
from kiosk.ui.screens.page_with_buttons import ViewButton
from kiosk.ui.screens.pick_counter import picture_for, read_fields
from kiosk.ui.widgets import Press

SPEAK = "tell-speak"
_ABOUT = {
    About.CONDUCT: "reason-attitude",
    About.RULE: "reason-papers",
    About.FACILITIES: "reason-place",
    About.OTHER: "tell-other",
}
_WAYS = {
    Manner.WRITTEN: "tell-write",
    Manner.PICKED: "tell-pick",
    complaint_steps.HELPER: "tell-helper",
    Manner.SPOKEN: SPEAK,
}
_REPLIES = {"counter": "reason-attitude", "email": "reach-email"}
_CORRECT = {
    ComplaintPart.ABOUT: "tell-other",
    ComplaintPart.DOSSIER: "document",
    ComplaintPart.COUNTER: "reason-attitude",
    ComplaintPart.OFFICER: "officer",
    ComplaintPart.MANNER: "tell-write",
    ComplaintPart.NAME: "field-civil",
    ComplaintPart.REACH: "reply-letter",
}
_NOTES = {
    ComplaintPart.DOSSIER: "tell.dossier_text",
    ComplaintPart.COUNTER: "tell.optional",
    ComplaintPart.OFFICER: "tell.officer_text",
    ComplaintPart.MANNER: "tell.manner_text",
    ComplaintPart.SENTENCES: "tell.sentences_text",
    ComplaintPart.REACH: "tell.reach_text",
}


class CardsPage(CardPage):
    """A screen of what is being told: whatever it showed is forgotten when it is left."""

    confidential = True
    notice = StringProperty("")
    #: on the smallest panels what went wrong takes the place of the question, which was just asked
    with_title = BooleanProperty(True)

    def option(self, answer: str, key: str, picture: str = "") -> Option:
        """A card with words of our own."""
        return Option(answer, (("vi", self.words[key]),), picture)

    def forget(self) -> None:
        """No card keeps what was chosen, nor for whom."""
        self.title = self.note = self.notice = ""
        for card in self._cards:
            card.words, card.answer, card.picture, card.photo, card.chosen = "", "", "", b"", False
        self._options, self._chosen = (), ()


class ChoosingPage(CardsPage):
    """Title, a note, a sentence on a soft card, cards, and the buttons that lead on."""

    def columns(self, count: int) -> Sequence[int]:
        if self.m.portrait:
            return (1, 2) if count <= 4 else (2, 3)
        return (count, 2, 3) if count <= 4 else (3, 2)


#: the words on the button with the "i"
_LAW = "tell.law_button"
#: on the one that gives up what was begun
_ANEW = "tell.anew"
#: and on the one for who has a question
_QUESTION = "tell.about_question"


class ChooseKindPage(ChoosingPage):
    """Two envelopes in plain words: without a name and a reply, or with a number and a reply by a day. What they are by
    law stands behind the "i". Over a draft it says that there is one: whoever stands here may not have begun it."""

    splits, drawn_first = False, True

    def show(self, place: ChooseKind, now: float) -> None:
        begun = place.draft
        over = "tell.kind_begun_text_short" if self.m.narrow else "tell.kind_begun_text"
        self.note = self.words[over if begun else "tell.kind_not_short"]
        nameless = self.words["tell.comment_short" if self.m.tight else "tell.comment"]
        cards = [
            Option(complaint_steps.COMMENT, (("vi", nameless),), "tell-without-name"),
            Option(complaint_steps.COMPLAINT, (("vi", self._answered()),), "tell-with-number"),
        ]
        chosen = complaint_steps.COMPLAINT if begun and begun.wants_reply else complaint_steps.COMMENT
        self.ask(self.words["left_off.title" if begun else "tell.kind"], cards, (chosen,) if begun else ())
        self.offer()

    def columns(self, count: int) -> Sequence[int]:
        return (count, 1)

    def picture_on(self, words: str) -> str:
        if words == _LAW:
            return "info"
        return "" if self.m.narrow else {_ANEW: "answer-no"}.get(words, "tell-find")

    def _drawn(self, button: Choice | ViewButton) -> Press:
        drawn = super()._drawn(button)
        if self.m.narrow and not self.m.portrait and drawn.picture:
            drawn.words = ""  # the sign alone, as that of the way home
        return drawn

    def _answered(self) -> str:
        """By when there is a reply, as far as this kiosk can know it."""
        short, promise = "_short" if self.m.tight else "", self.intake.reply if self.intake else None
        if promise and promise.due:
            return self.words.say(f"tell.complaint_due{short}", day=promise.due.day, month=promise.due.month)
        if promise and not self.m.tiny:
            return self.words.say(f"tell.complaint_days{short}", days=promise.working_days)
        return self.words[f"tell.complaint{short}"]


class ChoosePage(ChoosingPage):
    """One part. Which cards it has, and which are chosen already, is in ``_CARDS``."""

    def __init__(self, **kwargs: Any) -> None:
        self._fields = read_fields()
        self._portraits: dict[str, bytes] = {}
        super().__init__(**kwargs)

    def picture_on(self, words: str) -> str:
        return "answer-unsure" if words == _QUESTION and not self.m.narrow else ""

    def photo_of(self, answer: str) -> bytes:
        return self._portraits.get(answer, b"")

    def show(self, place: Choose, now: float) -> None:
        part, draft, intake = place.part, place.draft, self.intake
        if intake is None:
            return
        self.drawn_pages = part is ComplaintPart.SENTENCES
        note = "tell.manner_question" if part is ComplaintPart.MANNER and draft.is_question else _NOTES.get(part, "")
        low = self.m.compact and part is ComplaintPart.SENTENCES  # there the drawings have the note's room
        self.note = self.here(self.words, note) if note and not low else ""
        self.notice = ""
        if place.notice:
            self.notice = self.words[f"notice.{place.notice.value}"]
        self.with_title = not (self.notice and self.m.compact)
        officers = intake.officers if part is ComplaintPart.OFFICER else ()
        self._portraits = {each.officer_number: each.portrait for each in officers}
        cards, chosen = self._cards_of(part, draft, intake)
        self.ask(self.words["tell.sentences_short" if low else f"tell.{part}"], cards, chosen)
        self.offer()

    def _cards_of(
        self, part: ComplaintPart, draft: ComplaintDraft, intake: Intake
    ) -> tuple[list[Option], tuple[str, ...]]:
        return _CARDS[part](self, draft, intake)

    # ---- the cards of each part, and those that are chosen

    def _about(self, draft: ComplaintDraft, intake: Intake) -> tuple[list[Option], tuple[str, ...]]:
        cards = [self.option(about, f"tell.about_{about}", picture) for about, picture in _ABOUT.items()]
        return cards, (str(draft.about),)

    def _dossier(self, draft: ComplaintDraft, intake: Intake) -> tuple[list[Option], tuple[str, ...]]:
        ways = (("type", "tell.dossier_type", "way-type"), ("none", "tell.dossier_skip", "answer-no"))
        return [self.option(*way) for way in ways], ()

    def _counters(self, draft: ComplaintDraft, intake: Intake) -> tuple[list[Option], tuple[str, ...]]:
        cards = [
            Option(each.counter_id, (("vi", each.name),), f"field-{picture_for(each.field, self._fields)}")
            for each in intake.counters
        ]
        return cards, (draft.counter.counter_id,) if draft.counter else ()

    def _officers(self, draft: ComplaintDraft, intake: Intake) -> tuple[list[Option], tuple[str, ...]]:
        cards = [
            Option(
                each.officer_number,
                (("vi", self.words.say("tell.officer_card", post=self._post(each), number=each.officer_number)),),
                "officer",
            )
            for each in complaint_steps.officers_for(draft, intake)
        ]
        return cards, (draft.officer.officer_number,) if draft.officer else ()

    def _post(self, officer: OfficerChoice) -> str:
        """The post; of several that are named, the first where there is little room: the number says who is meant."""
        return officer.post.partition(" – ")[0] if self.m.compact else officer.post

    def _manners(self, draft: ComplaintDraft, intake: Intake) -> tuple[list[Option], tuple[str, ...]]:
        keys = {complaint_steps.HELPER: "tell.helper"}
        cards = [
            self.option(way, keys.get(way, f"tell.manner_{way}"), _WAYS[way])
            for way in complaint_steps.ways(draft, intake)
        ]
        return cards, (complaint_steps.HELPER,) if draft.helper else ()

    def _sentences(self, draft: ComplaintDraft, intake: Intake) -> tuple[list[Option], tuple[str, ...]]:
        ready = complaint_steps.sentences_for(draft, intake)
        return [Option(each.sentence_id, each.words, _known_drawing(each.picture)) for each in ready], draft.sentences

    def _reaches(self, draft: ComplaintDraft, intake: Intake) -> tuple[list[Option], tuple[str, ...]]:
        cards = [self.option(reach, f"tell.reach_{reach}", f"reach-{reach}") for reach in Reach]
        return cards, (str(draft.reach),)

    def _replies(self, draft: ComplaintDraft, intake: Intake) -> tuple[list[Option], tuple[str, ...]]:
        ways = WAYS[draft.reach] if draft.reach else ()
        cards = [self.option(way, f"tell.reply_by_{way}", _REPLIES.get(way, f"reply-{way}")) for way in ways]
        return cards, (str(draft.reply_by),)


def _known_drawing(name: str) -> str:
    """The name, when there is such a drawing here: a district's own sentences may name one of a later release."""
    return name if (shared("assets") / "images" / f"{name}.png").is_file() else ""


_Cards = Callable[[ChoosePage, ComplaintDraft, Intake], tuple[list[Option], tuple[str, ...]]]
_CARDS: dict[ComplaintPart, _Cards] = {
    ComplaintPart.ABOUT: ChoosePage._about,
    ComplaintPart.DOSSIER: ChoosePage._dossier,
    ComplaintPart.COUNTER: ChoosePage._counters,
    ComplaintPart.OFFICER: ChoosePage._officers,
    ComplaintPart.MANNER: ChoosePage._manners,
    ComplaintPart.SENTENCES: ChoosePage._sentences,
    ComplaintPart.REACH: ChoosePage._reaches,
    ComplaintPart.REPLY_BY: ChoosePage._replies,
}


class CorrectPage(ChoosingPage):
    """Which part to tell anew."""

    def show(self, place: Correct, now: float) -> None:
        parts = complaint_steps.correctable(place.draft, self.intake) if self.intake else []
        cards = [self.option(part, f"tell.correct_{part}", _CORRECT[part]) for part in parts]
        if place.draft.manner is Manner.SPOKEN:
            spoken = self.option(ComplaintPart.MANNER, "tell.correct_spoken", SPEAK)
            cards = [spoken if card.answer == ComplaintPart.MANNER else card for card in cards]
        self.ask(self.words["tell.correct_title"], cards, ())
        self.offer()


class WithdrawalPage(ChoosingPage):
    """Whether consent is withdrawn, with what that means. The contrary of each other: the cards stand apart."""

    splits = False

    def show(self, place: AskWithdrawal, now: float) -> None:
        self.note = self.words["look.withdraw_note_short" if self.m.compact else "look.withdraw_note"]
        self.notice = self.words["look.withdraw_failed"] if place.failed else ""
        cards = [
            self.option(lookup_steps.WITHDRAW, "look.withdraw_yes", "answer-yes"),
            self.option(lookup_steps.KEEP, "look.withdraw_no", "answer-no"),
        ]
        self.ask(self.words["look.withdraw_ask"], cards, ())
        self.offer()


def line_of_contact(words: Strings, draft: ComplaintDraft) -> str:
    """To whom and how the answer goes, in one sentence."""
    way = words[f"tell.reply_by_{draft.reply_by}"]
    contact = grouped_phone(draft.contact) if draft.reach is Reach.PHONE else draft.contact.strip()
    return words.say("tell.line_contact", name=draft.name.strip(), contact=contact, way=way.lower())
