"""Speak the complaint screens in the non-visual mode. Pure.

What was written or chosen is never said aloud. Over a loudspeaker a list that tells what the matter is about is read to
its end, whatever is marked on the way; digits are counted by touches, as on a dial, and never said. A receipt's number
is said when it is asked for. The hall does hear which sentences are offered, so whether it is about conduct, a rule or
the place; and who counts every tick could count a number. Only a headset keeps these too.
"""

import re
from datetime import date

from kiosk.domain.receipt import DIGITS as RECEIPT_DIGITS
from kiosk.domain.receipt import grouped
from kiosk.flow.rules import aloud, complaint_steps, lookup_steps
from kiosk.flow.rules.screen_table import screen
from kiosk.flow.state import complaint as t
from kiosk.flow.state import screens as w
from kiosk.flow.state.complaint_draft import ComplaintDraft, ComplaintPart, Reach
from kiosk.flow.state.lobby import CounterChoice, Rules

Clip = str | CounterChoice

#: Where a number is dialled: as many touches of the next item as the digit says, and one in the middle.
DIALLED = (t.Write, t.EnterReceiptNumber, w.TypeCode, w.TypeDate)
#: How many digits a telephone number has that begins so; the others are ended by hand.
_PHONE_LENGTHS = {**dict.fromkeys(("03", "05", "07", "08", "09"), 10), "02": 11}


def prompt(state: w.State, rules: Rules) -> tuple[Clip, ...]:
    """What a screen says to who listens, and how to go on."""
    place = state.place
    explained = isinstance(place, t.Choose) and place.part is not ComplaintPart.ABOUT
    listed = "ear.list_next" if explained else "ear.list"
    walk = listed if aloud.to_the_end(place, rules) else "ear.items"
    match place:
        case t.Choose(ComplaintPart.DOSSIER, _, notice):
            return (*([f"notice.{notice}"] if notice else []), "ear.dossier")
        case t.Choose(ComplaintPart.MANNER, draft):
            return ("ear.manner_question" if draft.is_question else "ear.manner", walk)
        case t.AskConsent():
            return (
                *(["ear.consent", text] if (text := aloud.consent(state.lobby.intake, rules)) else ["ear.unread"]),
                walk,
            )
        case t.ReadLaw():
            return (*heading(place), *law(state, rules), *on_duty(state, rules), walk)
        case t.Write() | t.EnterReceiptNumber():
            refused = ["ear.refused"] if place.refused else []
            more = ["ear.dial_more"] if state.repeats else []
            asked = "tell.contact_phone" if isinstance(place, t.Write) else "look"
            return (*refused, asked, "ear.dial", *more, *dialled(place.writing.text, rules))
        case t.Record(draft=draft, failed=failed):
            first = "ear.speech_failed" if failed else "ear.recorded" if draft.spoken_ms else "ear.speech"
            return (first, *([] if rules.headset else ["ear.overheard"]), walk)
        case t.ReadBack(failed=True):
            return ("tell.failed", walk)
        case t.ReadBack(draft):
            return ("ear.read_back", *(_all_of(draft) if rules.headset else []), walk)
        case t.ShowReceipt():
            return ("ear.receipt", *due(place, state), *([] if rules.headset else ["ear.overheard"]), walk)
        case t.ComplaintSent(receipt=receipt):
            return ("told", *(["ear.told"] if receipt else []))
        case t.ShowStatus(look=look, token=token):
            unconfirmed = ["ear.unconfirmed"] if lookup_steps.asks_verdict(look) and not token else []
            return (*_status(look), *unconfirmed, walk)
    return (*heading(place), walk)


def heading(place: w.Place) -> tuple[str, ...]:
    """What a screen is, to who sees it and to who does not."""
    match place:
        case t.Choose(notice=notice) if notice:
            return (f"notice.{notice}", screen(place).prompt)
        case t.ShowReceipt(receipt, read_out=asked) if asked:
            return read_out(receipt.number)
    return (screen(place).prompt,)


def due(place: t.ShowReceipt, state: w.State) -> tuple[str, ...]:
    """By when the answer to this one comes."""
    return promised(state, question=place.question) if place.answered else ()


def promised(state: w.State, *, question: bool = False) -> tuple[str, ...]:
    """By when an answer to what is told today comes: the day, or in how many working days."""
    promise = state.lobby.intake.promise(question=question) if state.lobby.intake else None
    if promise is None:
        return ()
    if promise.due:
        return _day(promise.due)
    return ("receipt.within", *spoken_number(promise.working_days), "receipt.working_days")


def law(state: w.State, rules: Rules) -> tuple[str, ...]:
    """By which law, where this version has a sound."""
    known = state.lobby.intake.law if state.lobby.intake else None
    return (f"law.{known.name}",) if known and rules.can_say(f"law.{known.name}") else ()


def on_duty(state: w.State, rules: Rules) -> tuple[str, ...]:
    """That somebody receives complaints now, and the office's number there. Who they are is written on the screen: a
    post can be any words, of which no kiosk has a sound."""
    now = state.lobby.intake.on_duty if state.lobby.intake else None
    if now is None or not rules.can_say("ear.on_duty"):
        return ()
    digits = [f"digit.{each}" for each in now.phone if each in "0123456789"]
    spoken = digits and rules.can_say("ear.on_duty_phone", *digits)
    return ("ear.on_duty", *(["ear.on_duty_phone", *digits] if spoken else []))


def _day(day: date) -> tuple[str, ...]:
    return ("ear.due", *spoken_number(day.day), "ear.month", *spoken_number(day.month))


def read_out(number: str) -> tuple[str, ...]:
    """A receipt's number, in groups of four."""
    prompts = ["receipt.number"]
    for at, group in enumerate(grouped(number).split(), start=1):
        prompts += [f"receipt.group_{at}", *(f"digit.{digit}" for digit in group)]
    return tuple(prompts)


def pointed(state: w.State, rules: Rules) -> tuple[Clip, ...]:
    """What the touch has come to."""
    place, at = state.place, state.pointed_at
    match place:
        case t.Write() | t.EnterReceiptNumber() if at.isdigit():
            return (f"digit.{at}" if rules.headset else "ear.tick",)
        case t.Write() | t.EnterReceiptNumber() if at == ".done" and is_complete(place):
            return ("ear.full",)
        case t.Choose(ComplaintPart.SENTENCES, draft) if at == ".done":
            return ("ear.picked", *spoken_number(len(draft.sentences)), "ear.end")
        case _ if at == ".done" and aloud.reveals(place):
            return ("ear.picked", *spoken_number(1 if state.meant else 0), "ear.end")
        case t.AskConsent(ticked=True) if at == ".done":
            return ("ear.agreed",)
        case t.Choose(ComplaintPart.COUNTER) if not at.startswith(".") and state.lobby.intake:
            return next((counter(each) for each in state.lobby.intake.counters if each.counter_id == at), ())
        case t.Choose(ComplaintPart.SENTENCES, draft) if not at.startswith("."):
            return (f"sentence.{at}", *(["marked"] if rules.headset and at in draft.sentences else []))
        case t.ChooseKind() if at == complaint_steps.COMPLAINT:
            return (f"ear.kind_{at}", *promised(state))
        case _ if at.startswith("."):
            return () if at == ".playing" else (f"ear{at}",)
    items = screen(place).items
    return (f"ear.{items}_{at}",) if items else ()


def changed(before: t.Place, after: t.Place, rules: Rules) -> tuple[Clip, ...] | None:
    """What is said of a change on the same screen; ``None`` when nothing is."""
    match before, after:
        case ((t.Write() | t.EnterReceiptNumber()), (t.Write() | t.EnterReceiptNumber())) if (
            before.writing.text != after.writing.text
        ):
            text = after.writing.text
            if len(text) < len(before.writing.text):
                return ("erased", *dialled(text, rules))
            return (f"digit.{text[-1]}",) if rules.headset else spoken_number(len(text))
        case t.Choose(ComplaintPart.SENTENCES, draft), t.Choose(ComplaintPart.SENTENCES, now) if (
            draft.sentences != now.sentences
        ):
            if not now.sentences and not (rules.headset and len(draft.sentences) == 1):
                return ("ear.cleared",)
            return ("marked" if len(now.sentences) > len(draft.sentences) else "unmarked",) if rules.headset else None
        case t.ShowReceipt(read_out=once), t.ShowReceipt(read_out=more) if once != more:
            return read_out(after.receipt.number)
        case t.ShowReceipt(paper=then), t.ShowReceipt(paper=now) if now and now != then:
            return (f"ear.paper_{now}",)
        case t.AskConsent(ticked=True), t.AskConsent(ticked=False):
            return ("unmarked",)
    return None


def is_complete(place: w.Place) -> bool:
    """Whether so many digits were dialled that nothing is left but to go on."""
    match place:
        case t.Write(writing=writing):
            return len(writing.text) == _PHONE_LENGTHS.get(writing.text[:2], 0)
        case t.EnterReceiptNumber(writing=writing):
            return len(writing.text) == RECEIPT_DIGITS
        case w.TypeDate(day=day):
            return day is not None
    return False


def moment(place: w.Place) -> tuple[object, ...]:
    """What, when it changes, makes it another screen for who listens, although its place is of the same kind."""
    match place:
        case t.Record(draft, until, failed=failed):
            return until is None, draft.spoken_ms, failed
        case t.Write(refused=refused) | t.EnterReceiptNumber(refused=refused):
            return (refused,) if refused else ()
    return ()


def counter(choice: CounterChoice) -> tuple[Clip, ...]:
    """Its field, and its number when its name has one."""
    found = re.search(r"\d{1,2}", choice.name)
    return (choice, *(["counter.number", *(f"digit.{digit}" for digit in found[0])] if found else []))


def spoken_number(count: int) -> tuple[str, ...]:
    """A number up to 31."""
    return (f"digit.{count}" if count < 10 else f"number.{count}",)


def dialled(text: str, rules: Rules) -> tuple[str, ...]:
    """What was dialled: the digits into a headset, else how many there are."""
    if not text:
        return ()
    if rules.headset:
        return ("ear.dialled", *(f"digit.{digit}" for digit in text))
    return ("ear.dialled", *spoken_number(len(text)), "ear.digits")


def _all_of(draft: ComplaintDraft) -> list[Clip]:
    prompts: list[Clip] = [f"ear.kind_{complaint_steps.COMPLAINT if draft.wants_reply else complaint_steps.COMMENT}"]
    prompts += [f"ear.about_{draft.about}"] if draft.about else []
    prompts += counter(draft.counter) if draft.counter else []
    prompts += [f"sentence.{each}" for each in draft.sentences]
    prompts += ["ear.own_words"] if draft.spoken_ms else []
    if draft.wants_reply and draft.reach is Reach.PHONE:
        prompts += ["ear.phone", *(f"digit.{digit}" for digit in draft.contact)]
    return prompts + ([f"ear.reply_by_{draft.reply_by}"] if draft.wants_reply and draft.reply_by else [])


def _status(look: t.ComplaintFound) -> tuple[str, ...]:
    known = look.status
    if known is None:
        return ("look.own" if look.own else "look.not_yet",)
    day = known.due_on if known.state == "with_office" else None
    return (f"ear.standing_{known.state}", *(_day(day) if day else ()))
