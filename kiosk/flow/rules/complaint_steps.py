"""How the kiosk hears a citizen out: the way through a góp ý or phản ánh, its receipt, and the look at an earlier one.

Pure. A place that is left takes with it what was told there; only the effect ``SaveWords`` carries it further.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from kiosk.domain.complaint import About, Opinion, ReplyBy, State
from kiosk.domain.receipt import NotAReceipt, read, scanned
from kiosk.domain.wording import Sentence
from kiosk.flow.rules import recording_steps
from kiosk.flow.state import complaint as t
from kiosk.flow.state.complaint import Choose, Manner, Part, Reach, Telling, Write
from kiosk.flow.state.form import Marked, SentOff, Skipped, WentBack, Why
from kiosk.flow.state.lobby import Intake, OfficerChoice
from kiosk.flow.state.printing import Printed, PrintFailed
from kiosk.flow.state.rating_draft import Subject
from kiosk.flow.state.recording import SoundTask
from kiosk.flow.state.screens import Cleared, Erased, Idle, Key, Place, Scanned, Thanks, TypeAsked, TypeCode
from kiosk.flow.state.text_input import Backspaced, ClearedAll, Kind, Typed, WritingEvent, beginning, written

#: The cards that are no answer of their own kind.
COMMENT, COMPLAINT, LOOK_UP, HELPER, AGREED = "comment", "complaint", "look_up", "helper", "agreed"
#: Chosen one after the other, even when only the first was to be corrected.
_LEADS_ON = (Part.ABOUT, Part.COUNTER, Part.MANNER, Part.REACH)
_WRITTEN = {Part.TEXT: Kind.WORDS, Part.NAME: Kind.NAME}
_OPTIONAL = (Part.DOSSIER, Part.COUNTER, Part.OFFICER)
CORRECTABLE = (Part.ABOUT, Part.DOSSIER, Part.COUNTER, Part.OFFICER, Part.MANNER, Part.NAME, Part.REACH)

Heard = tuple[t.Place | TypeCode, Sequence[t.Effect | SoundTask]]


# ---- what is asked


def offers_complaint(place: Place, intake: Intake | None) -> bool:
    """Whether "Góp ý, phản ánh" stands on a screen: before a rating, with the thanks, and beside why, after every face
    alike: who stands nearby counts the buttons."""
    return intake is not None and isinstance(place, Idle | Thanks | Why)


def parts_of(told: Telling, intake: Intake) -> list[Part]:
    """What is asked of this citizen, in order, as far as can be told now."""
    conduct = told.about is About.CONDUCT
    asked = {
        Part.DOSSIER: not told.known,
        Part.COUNTER: conduct and bool(intake.counters) and not (told.subject and told.subject.counter_id),
        Part.OFFICER: conduct and bool(officers_for(told, intake)) and not told.unseen,
        Part.SENTENCES: told.manner is Manner.PICKED,
        Part.TEXT: told.manner is Manner.WRITTEN,
        Part.SPEECH: told.manner is Manner.SPOKEN,
    }
    by_phone = (Part.CONTACT, Part.REPLY_BY, Part.CONSENT)
    of_contact = by_phone if told.unseen else (Part.NAME, Part.REACH, *by_phone)
    asked |= {part: part in of_contact and told.wants_reply for part in (Part.NAME, Part.REACH, *by_phone)}
    return [part for part in Part if asked.get(part, True)]


def for_ears(told: Telling, *, unseen: bool) -> Telling:
    """The telling of a citizen who does not look at the screen, or does again: a telephone is what can be dialled."""
    if told.unseen == unseen and not (unseen and told.wants_reply and told.reach is None):
        return told
    told = replace(told, unseen=unseen)
    if not (unseen and told.wants_reply) or (told.reach and reachable(told.reach, told.contact)):
        return told
    return replace(told, reach=Reach.PHONE, contact="", reply_by=None)


def officers_for(told: Telling, intake: Intake) -> tuple[OfficerChoice, ...]:
    """The officers of the counter it is about, or of the whole office when no counter is known."""
    at = told.counter_id
    return tuple(each for each in intake.officers if at is None or each.counter_id == at)


def sentences_for(told: Telling, intake: Intake) -> tuple[Sentence, ...]:
    """The ready sentences that fit what it is about."""
    return tuple(each for each in intake.sentences if not each.about or told.about in each.about)


def manners(told: Telling, intake: Intake) -> tuple[Manner, ...]:
    """The ways of telling that this office offers."""
    offered = {Manner.PICKED: bool(sentences_for(told, intake)), Manner.SPOKEN: intake.speech_seconds > 0}
    return tuple(manner for manner in Manner if offered.get(manner, True))


def ways(told: Telling, intake: Intake) -> list[str]:
    """The cards of ``Part.MANNER``. Speaking is the last, so that the keys before it mean the same in every office."""
    found = manners(told, intake)
    spoken = [Manner.SPOKEN] if Manner.SPOKEN in found else []
    return [*(way for way in found if way is not Manner.SPOKEN), HELPER, *spoken]


def complete(told: Telling, part: Part) -> bool:
    """Whether enough was told in a part to go on."""
    match part:
        case Part.SENTENCES | Part.TEXT:
            return told.says_something
        case Part.SPEECH:
            return told.spoken_ms > 0
        case Part.NAME:
            return bool(told.name.strip())
        case Part.CONTACT:
            return told.reach is not None and reachable(told.reach, told.contact)
        case Part.REPLY_BY:
            return told.reach is not None and told.reply_by in t.WAYS[told.reach]
    return part in _OPTIONAL or bool(getattr(told, part.value))


def reachable(reach: Reach, contact: str) -> bool:
    """Whether this can be a telephone number, an address or an e-mail address. Generous: people know their own."""
    match reach:
        case Reach.PHONE:
            return len(contact) >= t.SHORTEST_PHONE
        case Reach.EMAIL:
            name, at, host = contact.strip().rpartition("@")
            return bool(name and at and "." in host.strip("."))
    return bool(contact.strip())


# ---- the way


def heard(place: t.Place, event: object, now: float, language: str, intake: Intake, thanks: float) -> Heard | None:
    """The place after an event and what is to be done; ``None`` when nothing changes. ``thanks``: seconds of it.

    A writing begins in Telex; ``step`` gives it the method in which this citizen types.
    """
    match place, event:
        case t.ChooseKind(), Marked("comment" | "complaint" as kind):
            told = Telling(kind == COMPLAINT, subject=place.subject, known=place.subject is not None)
            return _at(Part.ABOUT, replace(told, entry_id=place.entry_id), intake)
        case ((t.ChooseKind() | t.ShowStanding()), Marked("look_up") | t.LookUpAsked()):
            return t.LookUp(beginning(Kind.RECEIPT_NUMBER)), ()
        case Choose(), _:
            return _chosen(place, event, intake)
        case t.AskConsent(told) as asked, _:
            return _consented(told, asked, event, intake)
        case Write(), _:
            return _written(place, event, intake)
        case t.Record(told), WentBack():
            return _before(Part.SPEECH, told, intake)
        case t.Record(told, until=None), SentOff() if told.spoken_ms:
            return _after(Part.SPEECH, told, intake)
        case ((t.Record() | t.ReadBack()), _) if answer := recording_steps.heard(
            place, event, now, intake.speech_seconds
        ):
            return answer
        case t.ReadBack(told), t.CorrectAsked() | WentBack():
            return t.Correct(told), ()
        case t.ReadBack(told), SentOff() if missing := _missing(told, intake):
            return _at(missing, replace(told, correcting=True), intake)
        case t.ReadBack(told), SentOff():
            filled = t.FilledTelling(told, language)
            return t.SendingWords(filled), (t.SaveWords(filled),)
        case t.Correct(told), Marked(part) if part in correctable(told, intake):
            return _at(Part(part), replace(told, correcting=True), intake)
        case t.Correct(told), WentBack():
            return t.ReadBack(told), ()
        case t.SendingWords(filled), t.WordsSaved(receipt):
            return t.ShowReceipt(receipt, filled.telling.wants_reply), ()
        case t.SendingWords(filled), t.WordsLost():
            return t.ReadBack(filled.telling, failed=True), ()
        case t.ShowReceipt(hidden=True) as shown, t.NumberAsked():
            return replace(shown, hidden=False), ()
        case t.ShowReceipt() as shown, t.ReadOutAsked():
            return replace(shown, read_out=shown.read_out + 1), ()
        case t.ShowReceipt(receipt, answered, paper=None) as shown, t.PrintAsked():
            return replace(shown, paper=t.Paper.ASKED), (t.PrintReceipt(receipt, answered, language),)
        case t.ShowReceipt(paper=t.Paper()) as shown, Printed():
            return replace(shown, paper=t.Paper.PRINTED), ()
        case t.ShowReceipt(paper=t.Paper()) as shown, PrintFailed():
            return replace(shown, paper=t.Paper.WAITS), ()
        case t.ShowReceipt(receipt, answered, last=last, paper=paper), t.NumberNoted():
            thanked = t.Told(now + thanks, None if last else receipt, answered)
            return thanked, (t.DropPaper(),) if paper is t.Paper.WAITS else ()
        case t.Told(receipt=receipt, answered=answered), t.NumberAsked() if receipt:
            return t.ShowReceipt(receipt, answered, last=True), ()
    return _looked(place, event, now + thanks)


def _looked(place: t.Place, event: object, until: float) -> Heard | None:
    match place, event:
        case t.LookUp(writing), SentOff():
            try:
                number = read(writing.text)
            except NotAReceipt:
                return t.LookUp(writing, refused=True), ()
            return t.LookingUp(number), (t.FindStanding(number),)
        case ((t.LookUp() | t.ShowStanding()), Scanned(text)):
            on_paper = scanned(text)
            return (t.LookingUp(on_paper), (t.FindStanding(on_paper),)) if on_paper else None
        case t.LookUp(writing), _ if isinstance(event, WritingEvent | Key | Erased | Cleared):
            return t.LookUp(written(writing, _as_writing(event))), ()
        case t.LookingUp(number), t.LookedUp(look):
            return t.ShowStanding(number, look), ()
        case t.ShowStanding(number, look), Marked(opinion) if opinion in (*Opinion,) and asks_verdict(look):
            return t.SendingVerdict(number, Opinion(opinion)), (t.SaveVerdict(number, Opinion(opinion)),)
        case t.SendingVerdict(), t.VerdictSaved():
            return t.Told(until), ()
    return None


def asks_verdict(look: t.Look) -> bool:
    """Only an answer can be judged."""
    return look.standing is not None and look.standing.state in (State.ANSWERED, State.CLOSED)


def correctable(told: Telling, intake: Intake) -> list[Part]:
    """The parts that can be told anew once everything was told."""
    parts = (*CORRECTABLE, Part.CONTACT) if told.unseen else CORRECTABLE
    return [part for part in parts_of(told, intake) if part in parts]


def found(told: Telling, subject: Subject, intake: Intake) -> Heard:
    """The dossier it is about was found."""
    return _after(Part.DOSSIER, replace(told, subject=subject, counter=None, officer=None), intake)


# ---- parts


def _chosen(place: Choose, event: object, intake: Intake) -> Heard | None:
    part, told = place.part, place.telling
    match part, event:
        case _, WentBack():
            return _before(part, told, intake)
        case ((Part.DOSSIER | Part.COUNTER | Part.OFFICER), Skipped()):
            return _after(part, _without(told, part), intake)
        case Part.DOSSIER, TypeAsked():
            return TypeCode("", telling=told), ()
        case Part.MANNER, Marked("helper"):
            return replace(place, telling=replace(told, helper=not told.helper)), ()
        case Part.SENTENCES, Marked(chosen) if any(each.sentence_id == chosen for each in sentences_for(told, intake)):
            picked = told.sentences
            picked = tuple(each for each in picked if each != chosen) if chosen in picked else (*picked, chosen)
            return replace(place, telling=replace(told, sentences=picked)), ()
        case Part.SENTENCES, Cleared():
            return replace(place, telling=replace(told, sentences=())), ()
        case Part.SENTENCES, SentOff() if told.says_something:
            return _after(part, told, intake)
        case Part.SENTENCES, t.TextAsked():
            return _at(Part.TEXT, told, intake)
        case _, Marked(answer):
            chosen_now = _with(told, part, answer, intake)
            return _after(part, chosen_now, intake) if chosen_now else None
    return None


def _consented(told: Telling, place: t.AskConsent, event: object, intake: Intake) -> Heard | None:
    match event:
        case WentBack():
            return _before(Part.CONSENT, told, intake)
        case Marked("agreed"):
            return t.AskConsent(told, not place.ticked), ()
        case SentOff() if place.ticked:
            return _after(Part.CONSENT, replace(told, consent=intake.consent.version), intake)
        case Skipped():
            return _after(Part.CONSENT, _without_name(told), intake)
    return None


def _with(told: Telling, part: Part, answer: str, intake: Intake) -> Telling | None:
    """The telling with one card chosen; ``None`` when there is no such card."""
    if part is Part.ABOUT and answer in (*About,):
        same = told.about == answer
        kept = told.sentences if same else ()
        return replace(told, about=About(answer), sentences=kept, officer=told.officer if same else None)
    if part is Part.COUNTER:
        at = next((each for each in intake.counters if each.counter_id == answer), None)
        return replace(told, counter=at, officer=None) if at else None
    if part is Part.OFFICER:
        who = next((each for each in officers_for(told, intake) if each.officer_number == answer), None)
        return replace(told, officer=who) if who else None
    if part is Part.MANNER and answer in manners(told, intake):
        kept = told.sentences if answer == Manner.PICKED else ()
        spoken_ms = told.spoken_ms if answer == Manner.SPOKEN else 0
        return replace(told, manner=Manner(answer), sentences=kept, spoken_ms=spoken_ms)
    if part is Part.REACH and answer in (*Reach,):
        same = told.reach == answer
        return replace(told, reach=Reach(answer)) if same else replace(told, reach=Reach(answer), contact="")
    if part is Part.REPLY_BY and told.reach and answer in t.WAYS[told.reach]:
        return replace(told, reply_by=ReplyBy(answer))
    return None


def _without(told: Telling, part: Part) -> Telling:
    match part:
        case Part.DOSSIER:
            return replace(told, subject=None)
        case Part.COUNTER:
            return replace(told, counter=None)
    return replace(told, officer=None)


def _without_name(told: Telling) -> Telling:
    """Without consent nothing that names the citizen is kept: it becomes a góp ý."""
    return replace(told, wants_reply=False, name="", reach=None, contact="", reply_by=None, consent="")


def _written(place: Write, event: object, intake: Intake) -> Heard | None:
    told = _with_text(place)
    match event:
        case SentOff() if complete(told, place.part):
            return _after(place.part, told, intake)
        case SentOff():
            return replace(place, refused=True), ()
        case WentBack() if place.telling.correcting:
            return t.ReadBack(replace(place.telling, correcting=False)), ()
        case WentBack():
            return _before(place.part, told, intake)
    if isinstance(event, WritingEvent | Key | Erased | Cleared):
        return replace(place, writing=written(place.writing, _as_writing(event)), refused=False), ()
    return None


def _as_writing(event: WritingEvent | Key | Erased | Cleared) -> WritingEvent:
    """The number keys beside the screen type like those on it."""
    match event:
        case Key(character):
            return Typed(character)
        case Erased():
            return Backspaced()
        case Cleared():
            return ClearedAll()
    return event


def _with_text(place: Write) -> Telling:
    match place.part:
        case Part.TEXT:
            return replace(place.telling, text=place.writing.text)
        case Part.NAME:
            return replace(place.telling, name=place.writing.text)
    return replace(place.telling, contact=place.writing.text)


def _at(part: Part, told: Telling, intake: Intake) -> Heard:
    if part is Part.CONTACT and told.reach:
        return Write(part, told, beginning(t.KINDS[told.reach], told.contact)), ()
    if part is Part.SPEECH:
        return t.Record(told), ()
    if part in _WRITTEN:
        return Write(part, told, beginning(_WRITTEN[part], told.text if part is Part.TEXT else told.name)), ()
    return (t.AskConsent(told) if part is Part.CONSENT else Choose(part, told)), ()


def _after(part: Part, told: Telling, intake: Intake) -> Heard:
    """The next part; everything read back when there is none, or when all that was to be corrected is."""
    asked = parts_of(told, intake)
    later = [each for each in asked if list(Part).index(each) > list(Part).index(part)]
    if told.correcting and not (part in _LEADS_ON and _belongs_to(part, later)):
        later = [each for each in asked if each is _missing(told, intake)]
    if not later:
        return t.ReadBack(replace(told, correcting=False)), ()
    return _at(later[0], told, intake)


def _missing(told: Telling, intake: Intake) -> Part | None:
    """The first part in which not enough was told."""
    return next((each for each in parts_of(told, intake) if not complete(told, each)), None)


def _belongs_to(part: Part, later: Sequence[Part]) -> bool:
    """Whether the part that comes next is one that what was just chosen opens."""
    opens = {
        Part.ABOUT: (Part.COUNTER, Part.OFFICER),
        Part.COUNTER: (Part.OFFICER,),
        Part.MANNER: (Part.SENTENCES, Part.TEXT, Part.SPEECH),
        Part.REACH: (Part.CONTACT,),
    }
    return bool(later) and later[0] in opens[part]


def _before(part: Part, told: Telling, intake: Intake) -> Heard:
    if told.correcting:
        return t.ReadBack(replace(told, correcting=False)), ()
    earlier = [each for each in parts_of(told, intake) if list(Part).index(each) < list(Part).index(part)]
    if not earlier:
        return t.ChooseKind(told.subject if told.known else None, told.entry_id), ()
    return _at(earlier[-1], told, intake)
