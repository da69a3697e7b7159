"""List the choices on each complaint screen, and on those that look an earlier one up. Pure.

What has no sound cannot be chosen by ear and is not offered there, nor is what has to be written: ready sentences and
the microphone serve, and a helper can write once the drawn screen is asked for.
"""

from typing import assert_never

from msgspec.structs import replace

from kiosk.domain.complaint import About, Verdict
from kiosk.flow.input.choice import HOME, Choice, Stands, back, cards, digits, key_at
from kiosk.flow.rules import aloud, complaint_steps, lookup_steps
from kiosk.flow.state import complaint as t
from kiosk.flow.state import screens as w
from kiosk.flow.state.complaint_draft import WAYS, ComplaintDraft, ComplaintPart, Manner, Reach
from kiosk.flow.state.form import AnswerMarked, SentOff, Skipped
from kiosk.flow.state.lobby import Intake, Rules
from kiosk.flow.state.preferences import PreferencesChosen
from kiosk.flow.state.recording import PlayAsked, SpeakAsked, SpokenOut

#: The cards of ``t.ChooseKind``.
KINDS = (complaint_steps.COMMENT, complaint_steps.COMPLAINT)
#: The cards of a matter for which the office has asked for more. Writing is left to the drawn screen.
SUPPLEMENTS = (lookup_steps.WRITE_MORE, lookup_steps.BRING)
#: Where the digits are: below the digit keys "erase" takes one back, and a step back has no key.
_PAD = digits()


def choices(place: t.Place, state: w.State, rules: Rules) -> list[Choice]:
    """The choices of a screen, in the order in which they are read out."""
    intake, to_eyes = state.lobby.intake, _to_eyes(state)
    match place:
        case t.ChooseKind(draft=draft):
            look_up = Choice(AnswerMarked(complaint_steps.LOOK_UP), "3", complaint_steps.LOOK_UP, button="tell.look_up")
            return [
                *cards(KINDS),
                Choice(t.AnewAsked(), "3", ".anew", button="tell.anew") if draft else look_up,
                Choice(t.LawAsked(), "4", ".law", button="tell.law_button"),
                HOME,
            ]
        case t.ReadLaw():
            return [back(), HOME]
        case t.Choose():
            return _of_part(place, intake, to_eyes, rules) if intake or place.part is ComplaintPart.DOSSIER else [HOME]
        case t.AskConsent():
            return _consent(place, to_eyes, can_agree=bool(aloud.consent(intake, rules)))
        case t.Write():
            return [*_PAD, back(key=""), *_written("tell.next")]
        case t.EnterReceiptNumber():
            leave = Choice(w.WentHome(), button="tell.back", stands=Stands.FIRST)
            return [leave, *_PAD, *_written("look.go")]
        case t.Record():
            return _recording(place)
        case t.ReadBack(draft):
            play = [Choice(PlayAsked(), "2", ".play", button="tell.play")] if draft.spoken_ms else []
            correct = Choice(t.CorrectAsked(), "1", ".correct", button="tell.correct", stands=Stands.FIRST)
            return [Choice(SentOff(), "enter", ".send", button="tell.send", stands=Stands.MAIN), *play, correct, HOME]
        case t.Correct(draft):
            return [*cards(complaint_steps.correctable(draft, intake)), back()] if intake else [HOME]
        case t.ShowReceipt():
            return _receipt(place, to_eyes, printer=state.printer, speech=rules.speech)
        case t.ComplaintSent(receipt=receipt):
            again = [Choice(t.NumberAsked(), "1", ".number_again", button="told.again")] if receipt else []
            return [Choice(w.Confirmed(), "enter", ".finish"), *again, HOME]
        case t.ShowStatus():
            return _status(place, state, to_eyes, rules)
        case t.WriteSupplement():
            return [*_PAD, back(key=""), *_written("look.send_more")]
        case t.AskWithdrawal():
            return [*cards([lookup_steps.WITHDRAW, lookup_steps.KEEP]), HOME]
        case t.SavingComplaint() | t.SavingVerdict() | t.SavingSupplement() | t.SavingWithdrawal():
            return [HOME]
        case t.LookingUpComplaint():
            return [HOME]
        case _:
            assert_never(place)


def answers_of(part: ComplaintPart, draft: ComplaintDraft, intake: Intake) -> list[str]:
    """The cards of a part, as they are drawn."""
    match part:
        case ComplaintPart.ABOUT:
            return [each for each in About if each is not About.QUESTION]
        case ComplaintPart.COUNTER:
            return [each.counter_id for each in intake.counters]
        case ComplaintPart.OFFICER:
            return [each.officer_number for each in complaint_steps.officers_for(draft, intake)]
        case ComplaintPart.MANNER:
            return complaint_steps.ways(draft, intake)
        case ComplaintPart.SENTENCES:
            return [each.sentence_id for each in complaint_steps.sentences_for(draft, intake)]
        case ComplaintPart.REACH:
            return [*Reach]
        case ComplaintPart.REPLY_BY:
            return [*WAYS[draft.reach]] if draft.reach else []
    return []


def _to_eyes(state: w.State) -> Choice:
    """Back to the drawn screen, where a helper can write."""
    return Choice(PreferencesChosen(replace(state.preferences, by_ear=False)), item=".show")


def _of_part(place: t.Choose, intake: Intake | None, to_eyes: Choice, rules: Rules) -> list[Choice]:
    part, draft = place.part, place.draft
    if part is ComplaintPart.DOSSIER or intake is None:
        typed = Choice(w.TypeAsked(), "1", card="type")  # a dial of forty characters is offered to nobody
        return [typed, Choice(Skipped(), "2", ".skip", "none"), back()]
    answers = answers_of(part, draft, intake)
    if part is ComplaintPart.MANNER:
        spoken = [way for way in complaint_steps.manners(draft, intake) if way is not Manner.WRITTEN]
        ready = aloud.sentences(draft, intake, rules)
        return [*cards(answers, [way for way in spoken if ready or way is Manner.SPOKEN]), to_eyes, back()]
    if part is ComplaintPart.SENTENCES:
        return [*cards(answers, aloud.sentences(draft, intake, rules)), *_picked(draft), back()]
    asks = part is ComplaintPart.ABOUT and complaint_steps.takes_questions(draft, intake)
    question = [_question(key_at(len(answers)))] if asks else []
    end = ".done" if aloud.to_the_end(place, rules) else ".skip" if part is ComplaintPart.COUNTER else ""
    optional = part in (ComplaintPart.COUNTER, ComplaintPart.OFFICER)
    skip = Choice(Skipped(), "0" if optional else "", end, button="tell.skip" if optional else "")
    return [*cards(answers), *question, skip, back()]


def _question(key: str) -> Choice:
    """A question complains of nothing: it is a button of its own beside the cards."""
    return Choice(AnswerMarked(About.QUESTION), key, About.QUESTION, button="tell.about_question")


def _picked(draft: ComplaintDraft) -> list[Choice]:
    """What leads on from the ready sentences."""
    onward = "tell.next" if draft.says_something else ""
    return [
        Choice(SentOff(), "enter", ".done", button=onward, stands=Stands.MAIN),
        Choice(w.Cleared(), item=".clear"),
        Choice(t.TextAsked(), button="tell.write_too"),
    ]


def _consent(place: t.AskConsent, to_eyes: Choice, *, can_agree: bool) -> list[Choice]:
    nameless = Choice(Skipped(), "2", ".no", "nameless")
    if place.ticked:
        onward = Choice(SentOff(), "enter", ".done", button="tell.next", stands=Stands.MAIN)
        untick = Choice(AnswerMarked(complaint_steps.AGREED), "1", ".untick", complaint_steps.AGREED)
        return [onward, untick, nameless, back()]
    agree = Choice(AnswerMarked(complaint_steps.AGREED), "1", ".agree" if can_agree else "", complaint_steps.AGREED)
    return [agree, *([] if can_agree else [to_eyes]), nameless, Choice(SentOff(), "enter"), back()]


def _written(onward: str) -> list[Choice]:
    return [
        Choice(w.Erased(), "erase", ".erase"),
        Choice(SentOff(), "enter", ".done", button=onward, stands=Stands.MAIN),
    ]


def _recording(place: t.Record) -> list[Choice]:
    if place.until is not None:
        return [Choice(SpokenOut(), "enter", ".spoken", "done"), back(item="")]
    if place.draft.spoken_ms:
        return [
            Choice(SentOff(), "enter", ".go_on", button="tell.next", stands=Stands.MAIN),
            Choice(PlayAsked(), "1", ".play", "play"),
            Choice(SpeakAsked(), "2", ".speak_again", "speak"),
            back(),
        ]
    return [Choice(SpeakAsked(), "1", ".speak", "speak"), back()]


def _receipt(place: t.ShowReceipt, to_eyes: Choice, *, printer: bool, speech: bool) -> list[Choice]:
    paper = printer and place.paper is None
    shown = not place.hidden
    show = [] if shown else [Choice(t.NumberAsked(), "3", button="receipt.show")]
    return [
        *show,
        Choice(t.ReadOutAsked(), "1", ".read_out", button="receipt.read_out" if speech and shown else ""),
        Choice(t.PrintAsked(), "2", ".print" if paper else "", button="receipt.print" if paper and shown else ""),
        Choice(t.NumberNoted(), "enter", ".noted", button="receipt.noted", stands=Stands.MAIN),
        to_eyes,
    ]


def _status(place: t.ShowStatus, state: w.State, to_eyes: Choice, rules: Rules) -> list[Choice]:
    other = Choice(t.ReceiptLookupAsked(), "enter", ".other", button="look.other")
    if lookup_steps.may_withdraw(place):  # another receipt can be scanned here, as this one was
        other = Choice(t.WithdrawalAsked(), item=".withdraw", button="look.withdraw")
    answer = place.look.status.answer if place.look.status else ""
    prints = state.printer and answer and place.paper is None
    paper = [Choice(t.PrintAsked(), button="receipt.print")] if prints else []
    if lookup_steps.held(place):
        return [*cards([lookup_steps.WRITE_MORE], []), to_eyes, *paper, HOME]
    if lookup_steps.asks_more(place.look):
        return [*cards(SUPPLEMENTS, [lookup_steps.BRING]), to_eyes, *paper, other, HOME]
    if not lookup_steps.asks_verdict(place.look):
        return [*paper, other, to_eyes, HOME]
    end = [] if rules.headset else [Choice(w.Touched(), item=".done")]
    return [*cards(Verdict), *end, to_eyes, *paper, other, HOME]
