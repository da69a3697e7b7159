"""A góp ý or phản ánh by ear: what one can walk through on each of its screens, and what is said there. Pure.

An item is an answer's own name; what is no answer begins with a dot and is the prompt ``ear.…`` of that name. What has
no sound cannot be chosen by ear and is not offered, nor is what has to be written: ready sentences and the microphone
serve, and a helper can write once the drawn screen is asked for.

Over a loudspeaker a list that tells what the matter is about is read to its end, whatever is marked on the way; digits
are counted by touches, as on a dial, and never said. A receipt's number is said when it is asked for. The hall does
hear which sentences are offered, so whether it is about conduct, a rule or the place; and who counts every tick could
count a number. Only a headset keeps these too.
"""

import re

from msgspec.structs import replace

from kiosk.domain.complaint import Opinion
from kiosk.flow.input.complaint_keys import answers_of, read_out, said_of
from kiosk.flow.rules import complaint_steps
from kiosk.flow.state import complaint as t
from kiosk.flow.state import screens as w
from kiosk.flow.state.complaint import Manner, Part
from kiosk.flow.state.form import Marked, SentOff, Skipped, WentBack
from kiosk.flow.state.lobby import Intake
from kiosk.flow.state.preferences import PreferencesChosen
from kiosk.flow.state.recording import PlayAsked, SpeakAsked, SpokenOut

Clip = str | w.CounterChoice
Items = dict[str, w.Event]

#: Where a number is dialled: as many touches of the next item as the digit says, and one in the middle.
DIALLED = (t.Write, t.LookUp)
#: Where going home would lose what was told: it takes a second touch.
UNSENT = (t.Choose, t.AskConsent, t.Write, t.Record, t.ReadBack, t.Correct)
_BACK: Items = {".back": WentBack()}


def is_offered(place: w.Place) -> bool:
    """Whether a screen of a telling can be used by ear; what has to be written cannot."""
    if isinstance(place, t.Write):
        return place.writing.kind.digits_only
    if isinstance(place, t.Choose):
        return place.part not in (Part.OFFICER, Part.REACH)
    told = (t.ChooseKind, t.AskConsent, t.Record, t.ReadBack, t.Correct, t.ShowReceipt, t.Told)
    return isinstance(place, (*told, t.LookUp, t.ShowStanding))


def reveals(place: w.Place) -> bool:
    """Whether a list says what the matter is about, or what the citizen thinks of the answer."""
    if isinstance(place, t.ShowStanding):
        return complaint_steps.asks_verdict(place.look)
    return isinstance(place, t.Choose) and place.part in (Part.ABOUT, Part.COUNTER, Part.OFFICER, Part.SENTENCES)


# ---- what can be chosen


def items_of(state: w.State, rules: w.Rules) -> Items:
    """Name to event of what one can walk through, in the order in which it is said."""
    place, intake = state.place, state.board.intake
    to_eyes: Items = {".show": PreferencesChosen(replace(state.preferences, by_ear=False))}
    match place:
        case t.ChooseKind():
            return _marked([complaint_steps.COMMENT, complaint_steps.COMPLAINT, complaint_steps.LOOK_UP])
        case t.Choose(Part.DOSSIER):
            return {".skip": Skipped(), **_BACK}
        case t.Choose(Part.MANNER, told) if intake:
            spoken = [way for way in complaint_steps.manners(told, intake) if way is not Manner.WRITTEN]
            picked = _sentences(place, intake, rules)
            return _marked([way for way in spoken if picked or way is Manner.SPOKEN]) | to_eyes | _BACK
        case t.Choose(Part.SENTENCES) if intake:
            return _marked(_sentences(place, intake, rules)) | {".done": SentOff(), ".clear": w.Cleared(), **_BACK}
        case t.Choose(part, told) if intake:
            optional: Items = {".skip": Skipped()} if part is Part.COUNTER else {}
            end: Items = {".done": Skipped()} if reveals(place) and not rules.headset else optional
            return _marked(answers_of(part, told, intake)) | end | _BACK
        case t.AskConsent(ticked=True):
            return {".done": SentOff(), ".untick": Marked(complaint_steps.AGREED), ".no": Skipped(), **_BACK}
        case t.AskConsent():
            agree: Items = {".agree": Marked(complaint_steps.AGREED)} if _consent(intake, rules) else to_eyes
            return agree | {".no": Skipped(), **_BACK}
        case t.Write() | t.LookUp():
            digits: Items = {digit: w.Key(digit) for digit in "0123456789"}
            back: Items = _BACK if isinstance(place, t.Write) else {}
            return digits | back | {".erase": w.Erased(), ".done": SentOff()}
        case t.Correct(told) if intake:
            return _marked([*complaint_steps.correctable(told, intake)]) | _BACK
    return _of_the_rest(state, to_eyes, rules)


def _of_the_rest(state: w.State, to_eyes: Items, rules: w.Rules) -> Items:
    match state.place:
        case t.Record(until=until) if until is not None:
            return {".spoken": SpokenOut()}
        case t.Record(told) if told.spoken_ms:
            return {".go_on": SentOff(), ".play": PlayAsked(), ".speak_again": SpeakAsked(), **_BACK}
        case t.Record():
            return {".speak": SpeakAsked(), **_BACK}
        case t.ReadBack(told):
            play: Items = {".play": PlayAsked()} if told.spoken_ms else {}
            return {".send": SentOff(), **play, ".correct": t.CorrectAsked()}
        case t.ShowReceipt(paper=paper):
            printed: Items = {".print": t.PrintAsked()} if state.printer and paper is None else {}
            return {".read_out": t.ReadOutAsked(), **printed, ".noted": t.NumberNoted()}
        case t.Told(receipt=receipt):
            again: Items = {".number_again": t.NumberAsked()} if receipt else {}
            return {".finish": w.Confirmed(), **again}
        case t.ShowStanding(look=look) if complaint_steps.asks_verdict(look):
            end: Items = {} if rules.headset else {".done": w.Touched()}
            return _marked([*Opinion]) | end | {**to_eyes, ".other": t.LookUpAsked()}
        case t.ShowStanding():
            return {".other": t.LookUpAsked(), **to_eyes}
    return {}


def _marked(answers: list[str]) -> Items:
    return {str(answer): Marked(str(answer)) for answer in answers}


def _sentences(place: t.Choose, intake: Intake, rules: w.Rules) -> list[str]:
    found = complaint_steps.sentences_for(place.telling, intake)
    return [each.sentence_id for each in found if rules.can_say(f"sentence.{each.sentence_id}")]


def _consent(intake: Intake | None, rules: w.Rules) -> str:
    """The prompt that is the consent's whole text; empty when this version has no sound: nobody agrees unread."""
    name = f"consent.{intake.consent.version}" if intake else ""
    return name if name and rules.can_say(name) else ""


# ---- what is said


def prompt(state: w.State, rules: w.Rules) -> tuple[Clip, ...]:
    """What a screen says to who listens, and how to go on."""
    place = state.place
    explained = isinstance(place, t.Choose) and place.part is not Part.ABOUT
    aloud = "ear.list_next" if explained else "ear.list"
    walk = aloud if reveals(place) and not rules.headset else "ear.items"
    match place:
        case t.Choose(Part.DOSSIER, _, notice):
            return (*([f"notice.{notice}"] if notice else []), "ear.dossier")
        case t.Choose(Part.MANNER):
            return ("ear.manner", walk)
        case t.AskConsent():
            return (*(["ear.consent", text] if (text := _consent(state.board.intake, rules)) else ["ear.unread"]), walk)
        case t.Write() | t.LookUp():
            refused = ["ear.refused"] if place.refused else []
            asked = "tell.contact_phone" if isinstance(place, t.Write) else "look"
            return (*refused, asked, "ear.dial", *dialled(place.writing.text, rules))
        case t.Record(telling=told, failed=failed):
            said = "ear.speech_failed" if failed else "ear.recorded" if told.spoken_ms else "ear.speech"
            return (said, *([] if rules.headset else ["ear.overheard"]), walk)
        case t.ReadBack(failed=True):
            return ("tell.failed", walk)
        case t.ReadBack(told):
            return ("ear.read_back", *(_all_of(told) if rules.headset else []), walk)
        case t.ShowReceipt():
            return ("ear.receipt", *([] if rules.headset else ["ear.overheard"]), walk)
        case t.Told(receipt=receipt):
            return ("told", *(["ear.told"] if receipt else []))
        case t.ShowStanding():
            return (*_standing(place.look), walk)
    return (*said_of(place, by_keys=False), walk) if isinstance(place, t.Place) else ()


def pointed(state: w.State, rules: w.Rules) -> tuple[Clip, ...]:
    """What the touch has come to."""
    place, at = state.place, state.pointed_at
    match place:
        case t.Write() | t.LookUp() if at.isdigit():
            return (f"digit.{at}" if rules.headset else "ear.tick",)
        case t.Choose(Part.SENTENCES, told) if at == ".done":
            return ("ear.picked", *number(len(told.sentences)), "ear.end")
        case _ if at == ".done" and reveals(place):
            return ("ear.picked", *number(1 if state.meant else 0), "ear.end")
        case t.AskConsent(ticked=True) if at == ".done":
            return ("ear.agreed",)
        case t.Choose(Part.COUNTER) if not at.startswith(".") and state.board.intake:
            return next((counter(each) for each in state.board.intake.counters if each.counter_id == at), ())
        case t.Choose(Part.SENTENCES, told) if not at.startswith("."):
            return (f"sentence.{at}", *(["marked"] if rules.headset and at in told.sentences else []))
        case t.Choose(part) if not at.startswith("."):
            return (f"ear.{part}_{at}",)
        case _ if at.startswith("."):
            return () if at == ".playing" else (f"ear{at}",)
    kinds = {t.ChooseKind: "kind", t.Correct: "correct", t.ShowStanding: "verdict"}
    return (f"ear.{kinds[type(place)]}_{at}",) if type(place) in kinds else ()


def changed(before: t.Place, after: t.Place, rules: w.Rules) -> tuple[Clip, ...] | None:
    """What is said of a change on the same screen; ``None`` when nothing is."""
    match before, after:
        case ((t.Write() | t.LookUp()), (t.Write() | t.LookUp())) if before.writing.text != after.writing.text:
            text = after.writing.text
            if len(text) < len(before.writing.text):
                return ("erased", *dialled(text, rules))
            return (f"digit.{text[-1]}",) if rules.headset else dialled(text, rules)
        case t.Choose(Part.SENTENCES, told), t.Choose(Part.SENTENCES, now) if told.sentences != now.sentences:
            if not now.sentences and not (rules.headset and len(told.sentences) == 1):
                return ("ear.cleared",)
            return ("marked" if len(now.sentences) > len(told.sentences) else "unmarked",) if rules.headset else None
        case t.ShowReceipt(read_out=once), t.ShowReceipt(read_out=more) if once != more:
            return read_out(after.receipt.number)
        case t.ShowReceipt(paper=then), t.ShowReceipt(paper=now) if now and now != then:
            return (f"ear.paper_{now}",)
        case t.AskConsent(ticked=True), t.AskConsent(ticked=False):
            return ("unmarked",)
    return None


def heading(place: w.Place) -> tuple[object, ...]:
    """What, when it changes, makes it another screen for who listens, although its place is of the same kind."""
    match place:
        case t.Record(told, until, failed=failed):
            return until is None, told.spoken_ms, failed
        case t.Write(refused=refused) | t.LookUp(refused=refused):
            return (refused,) if refused else ()
    return ()


def counter(choice: w.CounterChoice) -> tuple[Clip, ...]:
    """Its field, and its number when its name has one."""
    found = re.search(r"\d{1,2}", choice.name)
    return (choice, *(["counter.number", *(f"digit.{digit}" for digit in found[0])] if found else []))


def number(count: int) -> tuple[str, ...]:
    """A number up to 31."""
    return (f"digit.{count}" if count < 10 else f"number.{count}",)


def dialled(text: str, rules: w.Rules) -> tuple[str, ...]:
    """What was dialled: the digits into a headset, else how many there are."""
    if not text:
        return ()
    if rules.headset:
        return ("ear.dialled", *(f"digit.{digit}" for digit in text))
    return ("ear.dialled", *number(len(text)), "ear.digits")


def _all_of(told: t.Telling) -> list[Clip]:
    said: list[Clip] = [f"ear.kind_{complaint_steps.COMPLAINT if told.wants_reply else complaint_steps.COMMENT}"]
    said += [f"ear.about_{told.about}"] if told.about else []
    said += counter(told.counter) if told.counter else []
    said += [f"sentence.{each}" for each in told.sentences]
    said += ["ear.own_words"] if told.spoken_ms else []
    if told.wants_reply and told.reach is t.Reach.PHONE:
        said += ["ear.phone", *(f"digit.{digit}" for digit in told.contact)]
    return said + ([f"ear.reply_by_{told.reply_by}"] if told.wants_reply and told.reply_by else [])


def _standing(look: t.Look) -> tuple[str, ...]:
    known = look.standing
    if known is None:
        return ("look.own" if look.own else "look.not_yet",)
    due = known.due_on if known.state == "with_office" else None
    day = ["ear.due", *number(due.day), "ear.month", *number(due.month)] if due else []
    return (f"ear.standing_{known.state}", *day)
