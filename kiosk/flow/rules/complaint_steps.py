"""Steps through a complaint and its receipt. Pure.

What was entered on a screen is dropped when the screen is left; only the effect ``SaveWords`` carries it further.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from kiosk.domain.complaint import About, ReplyBy
from kiosk.domain.wording import Sentence
from kiosk.flow.rules import lookup_steps, recording_steps
from kiosk.flow.rules.lookup_steps import as_writing, held
from kiosk.flow.rules.reach import reachable
from kiosk.flow.state import complaint as t
from kiosk.flow.state.complaint import Choose, Write
from kiosk.flow.state.complaint_draft import KINDS, WAYS, ComplaintDraft, ComplaintPart, Manner, Reach
from kiosk.flow.state.form import AnswerMarked, SentOff, Skipped, WentBack, Why
from kiosk.flow.state.lobby import Intake, OfficerChoice
from kiosk.flow.state.printing import Printed, PrintFailed
from kiosk.flow.state.rating_draft import Subject
from kiosk.flow.state.recording import SoundTask
from kiosk.flow.state.screens import Cleared, Erased, Idle, PadKeyPressed, Place, Thanks, TypeAsked, TypeCode
from kiosk.flow.state.text_input import Kind, WritingEvent, beginning, written

#: The cards that are no answer of their own kind.
COMMENT, COMPLAINT, LOOK_UP, HELPER, AGREED = "comment", "complaint", "look_up", "helper", "agreed"
#: Chosen one after the other, even when only the first was to be corrected.
_LEADS_ON = {
    ComplaintPart.ABOUT: (ComplaintPart.COUNTER, ComplaintPart.OFFICER),
    ComplaintPart.COUNTER: (ComplaintPart.OFFICER,),
    ComplaintPart.MANNER: (ComplaintPart.SENTENCES, ComplaintPart.TEXT, ComplaintPart.SPEECH),
    ComplaintPart.REACH: (ComplaintPart.CONTACT,),
}
_WRITTEN = {ComplaintPart.TEXT: Kind.WORDS, ComplaintPart.NAME: Kind.NAME}
_OPTIONAL = (ComplaintPart.DOSSIER, ComplaintPart.COUNTER, ComplaintPart.OFFICER)
CORRECTABLE = (
    ComplaintPart.ABOUT,
    ComplaintPart.DOSSIER,
    ComplaintPart.COUNTER,
    ComplaintPart.OFFICER,
    ComplaintPart.MANNER,
    ComplaintPart.NAME,
    ComplaintPart.REACH,
)

Response = tuple[t.Place | TypeCode, Sequence[t.Effect | SoundTask]]


# ---- what is asked


def offers_complaint(place: Place, intake: Intake | None) -> bool:
    """Whether "Góp ý, phản ánh" stands on a screen: before a rating, with the thanks, and beside why, after every face
    alike: who stands nearby counts the buttons."""
    return intake is not None and isinstance(place, Idle | Thanks | Why)


def parts_of(draft: ComplaintDraft, intake: Intake) -> list[ComplaintPart]:
    """What is asked of this citizen, in order, as far as can be told now."""
    conduct = draft.about is About.CONDUCT
    asked = {
        ComplaintPart.DOSSIER: not draft.known,
        ComplaintPart.COUNTER: _names_a_counter(draft, intake),
        ComplaintPart.OFFICER: conduct and bool(officers_for(draft, intake)) and not draft.unseen,
        ComplaintPart.SENTENCES: draft.manner is Manner.PICKED,
        ComplaintPart.TEXT: draft.manner is Manner.WRITTEN,
        ComplaintPart.SPEECH: draft.manner is Manner.SPOKEN,
    }
    by_phone = (ComplaintPart.CONTACT, ComplaintPart.REPLY_BY, ComplaintPart.CONSENT)
    of_contact = by_phone if draft.unseen else (ComplaintPart.NAME, ComplaintPart.REACH, *by_phone)
    asked |= {
        part: part in of_contact and draft.wants_reply for part in (ComplaintPart.NAME, ComplaintPart.REACH, *by_phone)
    }
    return [part for part in ComplaintPart if asked.get(part, True)]


def _names_a_counter(draft: ComplaintDraft, intake: Intake) -> bool:
    """Whether it is asked at which counter it was, which no dossier says: a complaint of somebody's conduct, and a
    question, which may blame as well. Whoever sits at the counter that is named never reads it."""
    known = draft.subject and draft.subject.counter_id
    return draft.about in (About.CONDUCT, About.QUESTION) and bool(intake.counters) and not known


def abouts(draft: ComplaintDraft, intake: Intake) -> list[About]:
    """What it can be about here; a question last, so that the keys before it mean the same in every office."""
    return [each for each in About if each is not About.QUESTION or takes_questions(draft, intake)]


def takes_questions(draft: ComplaintDraft, intake: Intake) -> bool:
    """Whether a question is offered: to who gets an answer, where the office answers questions in a time of their
    own."""
    return draft.wants_reply and intake.question_reply is not None


def for_ears(draft: ComplaintDraft, *, unseen: bool) -> ComplaintDraft:
    """The draft of a citizen who does not look at the screen, or does again: a telephone is what can be dialled."""
    if draft.unseen == unseen and not (unseen and draft.wants_reply and draft.reach is None):
        return draft
    draft = replace(draft, unseen=unseen)
    if not (unseen and draft.wants_reply) or (draft.reach and reachable(draft.reach, draft.contact)):
        return draft
    return replace(draft, reach=Reach.PHONE, contact="", reply_by=None)


def officers_for(draft: ComplaintDraft, intake: Intake) -> tuple[OfficerChoice, ...]:
    """The officers of the counter it is about, or of the whole office when no counter is known."""
    at = draft.counter_id
    return tuple(each for each in intake.officers if at is None or each.counter_id == at)


def sentences_for(draft: ComplaintDraft, intake: Intake) -> tuple[Sentence, ...]:
    """The ready sentences that fit what it is about."""
    fit = (each for each in intake.sentences if not each.about or draft.about in each.about)
    return tuple(each for each in fit if draft.wants_reply or not each.only_with_reply)


def manners(draft: ComplaintDraft, intake: Intake) -> tuple[Manner, ...]:
    """The ways of telling that this office offers."""
    offered = {Manner.PICKED: bool(sentences_for(draft, intake)), Manner.SPOKEN: intake.speech_seconds > 0}
    return tuple(manner for manner in Manner if offered.get(manner, True))


def ways(draft: ComplaintDraft, intake: Intake) -> list[str]:
    """The cards of ``ComplaintPart.MANNER``. Speaking is last: the keys before it mean the same in every office."""
    found = manners(draft, intake)
    spoken = [Manner.SPOKEN] if Manner.SPOKEN in found else []
    return [*(way for way in found if way is not Manner.SPOKEN), HELPER, *spoken]


def complete(draft: ComplaintDraft, part: ComplaintPart) -> bool:
    """Whether enough was told in a part to go on."""
    match part:
        case ComplaintPart.SENTENCES | ComplaintPart.TEXT:
            return draft.says_something
        case ComplaintPart.SPEECH:
            return draft.spoken_ms > 0
        case ComplaintPart.NAME:
            return bool(draft.name.strip())
        case ComplaintPart.CONTACT:
            return draft.reach is not None and reachable(draft.reach, draft.contact)
        case ComplaintPart.REPLY_BY:
            return draft.reach is not None and draft.reply_by in WAYS[draft.reach]
    return part in _OPTIONAL or bool(getattr(draft, part.value))


# ---- the way


def respond(place: t.Place, event: object, now: float, language: str, intake: Intake, thanks: float) -> Response | None:
    """The place after an event and what is to be done; ``None`` when nothing changes. ``thanks``: seconds of it.

    A writing begins in Telex; ``step`` gives it the method in which this citizen types.
    """
    match place, event:
        case t.ChooseKind(), AnswerMarked("comment" | "complaint") | t.LawAsked() | t.AnewAsked():
            return _kind_chosen(place, event, intake)
        case ((t.ChooseKind() | t.ShowStatus()), AnswerMarked("look_up") | t.ReceiptLookupAsked()) if not held(place):
            return t.EnterReceiptNumber(beginning(Kind.RECEIPT_NUMBER)), ()
        case t.ReadLaw(kind), WentBack():
            return kind, ()
        case Choose(), _:
            return _chosen(place, event, intake)
        case t.AskConsent(draft) as asked, _:
            return _consented(draft, asked, event, intake)
        case Write(), _:
            return _written(place, event, intake)
        case t.Record(draft), WentBack():
            return _before(ComplaintPart.SPEECH, draft, intake)
        case t.Record(draft, until=None), SentOff() if draft.spoken_ms:
            return _after(ComplaintPart.SPEECH, draft, intake)
        case ((t.Record() | t.ReadBack()), _) if answer := recording_steps.respond(
            place, event, now, intake.speech_seconds
        ):
            return answer
        case t.ReadBack(draft), t.CorrectAsked() | WentBack():
            return t.Correct(draft), ()
        case t.ReadBack(draft), SentOff() if missing := _missing(draft, intake):
            return _at(missing, replace(draft, correcting=True), intake)
        case t.ReadBack(draft), SentOff():
            filled = t.FilledComplaint(draft, language)
            return t.SavingComplaint(filled), (t.SaveComplaint(filled),)
        case t.Correct(draft), AnswerMarked(part) if part in correctable(draft, intake):
            return _at(ComplaintPart(part), replace(draft, correcting=True), intake)
        case t.Correct(draft), WentBack():
            return t.ReadBack(draft), ()
        case t.SavingComplaint(filled), t.ComplaintSaved(receipt):
            return t.ShowReceipt(receipt, filled.draft.wants_reply, question=filled.draft.is_question), ()
        case t.SavingComplaint(filled), t.ComplaintLost():
            return t.ReadBack(filled.draft, failed=True), ()
        case t.ShowReceipt(hidden=True) as shown, t.NumberAsked():
            return replace(shown, hidden=False), ()
        case t.ShowReceipt() as shown, t.ReadOutAsked():
            return replace(shown, read_out=shown.read_out + 1), ()
        case t.ShowReceipt(receipt, answered, paper=None, question=question) as shown, t.PrintAsked():
            return replace(shown, paper=t.Paper.ASKED), (t.PrintReceipt(receipt, answered, language, question),)
        case t.ShowReceipt(paper=t.Paper()) as shown, Printed():
            return replace(shown, paper=t.Paper.PRINTED), ()
        case t.ShowReceipt(paper=t.Paper()) as shown, PrintFailed():
            return replace(shown, paper=t.Paper.WAITS), ()
        case t.ShowReceipt(receipt, answered, last=last, paper=paper, question=question), t.NumberNoted():
            thanked = t.ComplaintSent(now + thanks, None if last else receipt, answered, question)
            return thanked, (t.DropPaper(),) if paper is t.Paper.WAITS else ()
        case t.ComplaintSent(receipt=receipt, answered=answered, question=question), t.NumberAsked() if receipt:
            return t.ShowReceipt(receipt, answered, last=True, question=question), ()
    return lookup_steps.respond(place, event, now + thanks, language)


def correctable(draft: ComplaintDraft, intake: Intake) -> list[ComplaintPart]:
    """The parts that can be told anew once everything was told."""
    parts = (*CORRECTABLE, ComplaintPart.CONTACT) if draft.unseen else CORRECTABLE
    return [part for part in parts_of(draft, intake) if part in parts]


def found(draft: ComplaintDraft, subject: Subject, intake: Intake) -> Response:
    """The dossier it is about was found."""
    return _after(ComplaintPart.DOSSIER, replace(draft, subject=subject, counter=None, officer=None), intake)


# ---- parts


def _kind_chosen(place: t.ChooseKind, event: AnswerMarked | t.LawAsked | t.AnewAsked, intake: Intake) -> Response:
    match event:
        case t.LawAsked():
            return t.ReadLaw(place), ()
        case t.AnewAsked():
            return replace(place, draft=None), ()
    return _at(ComplaintPart.ABOUT, _begun(place, intake, wants_reply=event.answer == COMPLAINT), intake)


def _begun(place: t.ChooseKind, intake: Intake, *, wants_reply: bool) -> ComplaintDraft:
    """A new draft, or what was told before the kind was chosen anew. A góp ý takes along nothing that names somebody,
    and no sentence that only makes sense with a reply."""
    if place.draft is None:
        draft = ComplaintDraft(wants_reply, subject=place.subject, known=place.subject is not None)
        return replace(draft, entry_id=place.entry_id)
    draft = replace(place.draft, wants_reply=True) if wants_reply else _without_name(place.draft)
    fit = {each.sentence_id for each in sentences_for(draft, intake)}
    return replace(draft, sentences=tuple(each for each in draft.sentences if each in fit))


def _chosen(place: Choose, event: object, intake: Intake) -> Response | None:
    part, draft = place.part, place.draft
    match part, event:
        case _, WentBack():
            return _before(part, draft, intake)
        case ((ComplaintPart.DOSSIER | ComplaintPart.COUNTER | ComplaintPart.OFFICER), Skipped()):
            return _after(part, _without(draft, part), intake)
        case ComplaintPart.DOSSIER, TypeAsked():
            return TypeCode("", draft=draft), ()
        case ComplaintPart.MANNER, AnswerMarked("helper"):
            return replace(place, draft=replace(draft, helper=not draft.helper)), ()
        case ComplaintPart.SENTENCES, AnswerMarked(chosen) if any(
            each.sentence_id == chosen for each in sentences_for(draft, intake)
        ):
            picked = draft.sentences
            picked = tuple(each for each in picked if each != chosen) if chosen in picked else (*picked, chosen)
            return replace(place, draft=replace(draft, sentences=picked)), ()
        case ComplaintPart.SENTENCES, Cleared():
            return replace(place, draft=replace(draft, sentences=())), ()
        case ComplaintPart.SENTENCES, SentOff() if draft.says_something:
            return _after(part, draft, intake)
        case ComplaintPart.SENTENCES, t.TextAsked():
            return _at(ComplaintPart.TEXT, draft, intake)
        case _, AnswerMarked(answer):
            chosen_now = _with(draft, part, answer, intake)
            return _after(part, chosen_now, intake) if chosen_now else None
    return None


def _consented(draft: ComplaintDraft, place: t.AskConsent, event: object, intake: Intake) -> Response | None:
    match event:
        case WentBack():
            return _before(ComplaintPart.CONSENT, draft, intake)
        case AnswerMarked("agreed"):
            return t.AskConsent(draft, not place.ticked), ()
        case SentOff() if place.ticked:
            return _after(ComplaintPart.CONSENT, replace(draft, consent=intake.consent.version), intake)
        case Skipped():
            return _after(ComplaintPart.CONSENT, _without_name(draft), intake)
    return None


def _with(draft: ComplaintDraft, part: ComplaintPart, answer: str, intake: Intake) -> ComplaintDraft | None:
    """The draft with one card chosen; ``None`` when there is no such card."""
    if part is ComplaintPart.ABOUT and answer in abouts(draft, intake):
        same = draft.about == answer
        kept = draft.sentences if same else ()
        return replace(draft, about=About(answer), sentences=kept, officer=draft.officer if same else None)
    if part is ComplaintPart.COUNTER:
        at = next((each for each in intake.counters if each.counter_id == answer), None)
        return replace(draft, counter=at, officer=None) if at else None
    if part is ComplaintPart.OFFICER:
        who = next((each for each in officers_for(draft, intake) if each.officer_number == answer), None)
        return replace(draft, officer=who) if who else None
    if part is ComplaintPart.MANNER and answer in manners(draft, intake):
        kept = draft.sentences if answer == Manner.PICKED else ()
        spoken_ms = draft.spoken_ms if answer == Manner.SPOKEN else 0
        return replace(draft, manner=Manner(answer), sentences=kept, spoken_ms=spoken_ms)
    if part is ComplaintPart.REACH and answer in (*Reach,):
        same = draft.reach == answer
        return replace(draft, reach=Reach(answer)) if same else replace(draft, reach=Reach(answer), contact="")
    if part is ComplaintPart.REPLY_BY and draft.reach and answer in WAYS[draft.reach]:
        return replace(draft, reply_by=ReplyBy(answer))
    return None


def _without(draft: ComplaintDraft, part: ComplaintPart) -> ComplaintDraft:
    match part:
        case ComplaintPart.DOSSIER:
            return replace(draft, subject=None)
        case ComplaintPart.COUNTER:
            return replace(draft, counter=None)
    return replace(draft, officer=None)


def _without_name(draft: ComplaintDraft) -> ComplaintDraft:
    """Without consent nothing that names the citizen is kept: it becomes a góp ý, and a question, which nobody answers
    then, one about rules and procedures."""
    about = About.RULE if draft.about is About.QUESTION else draft.about
    return replace(draft, about=about, wants_reply=False, name="", reach=None, contact="", reply_by=None, consent="")


def _written(place: Write, event: object, intake: Intake) -> Response | None:
    draft = _with_text(place)
    match event:
        case SentOff() if complete(draft, place.part):
            return _after(place.part, draft, intake)
        case SentOff():
            return replace(place, refused=True), ()
        case WentBack() if place.draft.correcting:
            kept = draft if complete(draft, place.part) else place.draft  # half a number would take a whole one's place
            return t.ReadBack(replace(kept, correcting=False)), ()
        case WentBack():
            return _before(place.part, draft, intake)
    if isinstance(event, WritingEvent | PadKeyPressed | Erased | Cleared):
        return replace(place, writing=written(place.writing, as_writing(event)), refused=False), ()
    return None


def _with_text(place: Write) -> ComplaintDraft:
    match place.part:
        case ComplaintPart.TEXT:
            return replace(place.draft, text=place.writing.text)
        case ComplaintPart.NAME:
            return replace(place.draft, name=place.writing.text)
    return replace(place.draft, contact=place.writing.text)


def _at(part: ComplaintPart, draft: ComplaintDraft, intake: Intake) -> Response:
    if part is ComplaintPart.CONTACT and draft.reach:
        return Write(part, draft, beginning(KINDS[draft.reach], draft.contact)), ()
    if part is ComplaintPart.SPEECH:
        return t.Record(draft), ()
    if part in _WRITTEN:
        return Write(
            part, draft, beginning(_WRITTEN[part], draft.text if part is ComplaintPart.TEXT else draft.name)
        ), ()
    return (t.AskConsent(draft) if part is ComplaintPart.CONSENT else Choose(part, draft)), ()


def _after(part: ComplaintPart, draft: ComplaintDraft, intake: Intake) -> Response:
    """The next part; everything read back when there is none, or when all that was to be corrected is."""
    asked = parts_of(draft, intake)
    later = [each for each in asked if list(ComplaintPart).index(each) > list(ComplaintPart).index(part)]
    if draft.correcting:
        later = _opened_by(part, later) or [each for each in asked if each is _missing(draft, intake)]
    if not later:
        return t.ReadBack(replace(draft, correcting=False)), ()
    return _at(later[0], draft, intake)


def _missing(draft: ComplaintDraft, intake: Intake) -> ComplaintPart | None:
    """The first part in which not enough was told."""
    return next((each for each in parts_of(draft, intake) if not complete(draft, each)), None)


def _opened_by(part: ComplaintPart, later: Sequence[ComplaintPart]) -> list[ComplaintPart]:
    """Of the parts to come those that what was just chosen opens."""
    return [each for each in later if each in _LEADS_ON.get(part, ())]


def _before(part: ComplaintPart, draft: ComplaintDraft, intake: Intake) -> Response:
    if draft.correcting:
        return t.ReadBack(replace(draft, correcting=False)), ()
    earlier = [
        each for each in parts_of(draft, intake) if list(ComplaintPart).index(each) < list(ComplaintPart).index(part)
    ]
    if not earlier:
        begun = draft if draft.about else None  # else nothing is told but its kind
        return t.ChooseKind(draft.subject if draft.known else None, draft.entry_id, begun), ()
    return _at(earlier[-1], draft, intake)
