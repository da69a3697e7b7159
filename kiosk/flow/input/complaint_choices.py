"""What can be chosen on each screen of a góp ý or phản ánh, and of the look at an earlier one. Pure.

What has no sound cannot be chosen by ear and is not offered there, nor is what has to be written: ready sentences and
the microphone serve, and a helper can write once the drawn screen is asked for.
"""

from typing import assert_never

from msgspec.structs import replace

from kiosk.domain.complaint import About, Opinion
from kiosk.flow.input.choice import HOME, Choice, Stands, back, cards, digits
from kiosk.flow.rules import aloud, complaint_steps
from kiosk.flow.state import complaint as t
from kiosk.flow.state import screens as w
from kiosk.flow.state.complaint import Manner, Part, Telling
from kiosk.flow.state.form import Marked, SentOff, Skipped
from kiosk.flow.state.lobby import Intake, Rules
from kiosk.flow.state.preferences import PreferencesChosen
from kiosk.flow.state.recording import PlayAsked, SpeakAsked, SpokenOut

#: The cards of ``t.ChooseKind``.
KINDS = (complaint_steps.COMMENT, complaint_steps.COMPLAINT, complaint_steps.LOOK_UP)
#: Where the digits are: below the digit keys "erase" takes one back, and a step back has no key.
_PAD = digits()


def choices(place: t.Place, state: w.State, rules: Rules) -> list[Choice]:
    """The choices of a screen, in the order in which they are read out."""
    intake, to_eyes = state.board.intake, _to_eyes(state)
    match place:
        case t.ChooseKind():
            return [*cards(KINDS), HOME]
        case t.Choose():
            return _of_part(place, intake, to_eyes, rules) if intake or place.part is Part.DOSSIER else [HOME]
        case t.AskConsent():
            return _consent(place, to_eyes, can_agree=bool(aloud.consent(intake, rules)))
        case t.Write():
            return [*_PAD, back(key=""), *_written("tell.next")]
        case t.LookUp():
            leave = Choice(w.WentHome(), button="tell.back", stands=Stands.FIRST)
            return [leave, *_PAD, *_written("look.go")]
        case t.Record():
            return _recording(place)
        case t.ReadBack(told):
            play = [Choice(PlayAsked(), "2", ".play", button="tell.play")] if told.spoken_ms else []
            correct = Choice(t.CorrectAsked(), "1", ".correct", button="tell.correct", stands=Stands.FIRST)
            return [Choice(SentOff(), "enter", ".send", button="tell.send", stands=Stands.MAIN), *play, correct, HOME]
        case t.Correct(told):
            return [*cards(complaint_steps.correctable(told, intake)), back()] if intake else [HOME]
        case t.ShowReceipt():
            return _receipt(place, printer=state.printer, speech=rules.speech)
        case t.Told(receipt=receipt):
            again = [Choice(t.NumberAsked(), "1", ".number_again", button="told.again")] if receipt else []
            return [Choice(w.Confirmed(), "enter", ".finish"), *again, HOME]
        case t.ShowStanding():
            return _standing(place, to_eyes, rules)
        case t.SendingWords() | t.SendingVerdict() | t.LookingUp():
            return [HOME]
        case _:
            assert_never(place)


def answers_of(part: Part, told: Telling, intake: Intake) -> list[str]:
    """The cards of a part, as they are drawn."""
    match part:
        case Part.ABOUT:
            return [*About]
        case Part.COUNTER:
            return [each.counter_id for each in intake.counters]
        case Part.OFFICER:
            return [each.officer_number for each in complaint_steps.officers_for(told, intake)]
        case Part.MANNER:
            return complaint_steps.ways(told, intake)
        case Part.SENTENCES:
            return [each.sentence_id for each in complaint_steps.sentences_for(told, intake)]
        case Part.REACH:
            return [*t.Reach]
        case Part.REPLY_BY:
            return [*t.WAYS[told.reach]] if told.reach else []
    return []


def _to_eyes(state: w.State) -> Choice:
    """Back to the drawn screen, where a helper can write."""
    return Choice(PreferencesChosen(replace(state.preferences, by_ear=False)), item=".show")


def _of_part(place: t.Choose, intake: Intake | None, to_eyes: Choice, rules: Rules) -> list[Choice]:
    part, told = place.part, place.telling
    if part is Part.DOSSIER or intake is None:
        typed = Choice(w.TypeAsked(), "1", card="type")  # a dial of forty characters is offered to nobody
        return [typed, Choice(Skipped(), "2", ".skip", "none"), back()]
    answers = answers_of(part, told, intake)
    if part is Part.MANNER:
        spoken = [way for way in complaint_steps.manners(told, intake) if way is not Manner.WRITTEN]
        ready = aloud.sentences(told, intake, rules)
        return [*cards(answers, [way for way in spoken if ready or way is Manner.SPOKEN]), to_eyes, back()]
    if part is Part.SENTENCES:
        return [*cards(answers, aloud.sentences(told, intake, rules)), *_picked(told), back()]
    end = ".done" if aloud.to_the_end(place, rules) else ".skip" if part is Part.COUNTER else ""
    optional = part in (Part.COUNTER, Part.OFFICER)
    skip = Choice(Skipped(), "0" if optional else "", end, button="tell.skip" if optional else "")
    return [*cards(answers), skip, back()]


def _picked(told: Telling) -> list[Choice]:
    """What leads on from the ready sentences."""
    onward = "tell.next" if told.says_something else ""
    return [
        Choice(SentOff(), "enter", ".done", button=onward, stands=Stands.MAIN),
        Choice(w.Cleared(), item=".clear"),
        Choice(t.TextAsked(), button="tell.write_too"),
    ]


def _consent(place: t.AskConsent, to_eyes: Choice, *, can_agree: bool) -> list[Choice]:
    nameless = Choice(Skipped(), "2", ".no", "nameless")
    if place.ticked:
        onward = Choice(SentOff(), "enter", ".done", button="tell.next", stands=Stands.MAIN)
        untick = Choice(Marked(complaint_steps.AGREED), "1", ".untick", complaint_steps.AGREED)
        return [onward, untick, nameless, back()]
    agree = Choice(Marked(complaint_steps.AGREED), "1", ".agree" if can_agree else "", complaint_steps.AGREED)
    return [agree, *([] if can_agree else [to_eyes]), nameless, Choice(SentOff(), "enter"), back()]


def _written(onward: str) -> list[Choice]:
    return [
        Choice(w.Erased(), "erase", ".erase"),
        Choice(SentOff(), "enter", ".done", button=onward, stands=Stands.MAIN),
    ]


def _recording(place: t.Record) -> list[Choice]:
    if place.until is not None:
        return [Choice(SpokenOut(), "enter", ".spoken", "done"), back(item="")]
    if place.telling.spoken_ms:
        return [
            Choice(SentOff(), "enter", ".go_on", button="tell.next", stands=Stands.MAIN),
            Choice(PlayAsked(), "1", ".play", "play"),
            Choice(SpeakAsked(), "2", ".speak_again", "speak"),
            back(),
        ]
    return [Choice(SpeakAsked(), "1", ".speak", "speak"), back()]


def _receipt(place: t.ShowReceipt, *, printer: bool, speech: bool) -> list[Choice]:
    paper = printer and place.paper is None
    shown = not place.hidden
    show = [] if shown else [Choice(t.NumberAsked(), "3", button="receipt.show")]
    return [
        *show,
        Choice(t.ReadOutAsked(), "1", ".read_out", button="receipt.read_out" if speech and shown else ""),
        Choice(t.PrintAsked(), "2", ".print" if paper else "", button="receipt.print" if paper and shown else ""),
        Choice(t.NumberNoted(), "enter", ".noted", button="receipt.noted", stands=Stands.MAIN),
    ]


def _standing(place: t.ShowStanding, to_eyes: Choice, rules: Rules) -> list[Choice]:
    other = Choice(t.LookUpAsked(), "enter", ".other", button="look.other")
    if not complaint_steps.asks_verdict(place.look):
        return [other, to_eyes, HOME]
    end = [] if rules.headset else [Choice(w.Touched(), item=".done")]
    return [*cards(Opinion), *end, to_eyes, other, HOME]
