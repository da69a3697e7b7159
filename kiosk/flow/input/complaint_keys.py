"""Number keys and spoken prompts while something is told: what each key chooses, and what each screen says. Pure.

Cards are counted in the order in which they are drawn. What was written or chosen is never said aloud, nor a receipt's
number unless it was asked for.
"""

from kiosk.domain.complaint import About, Opinion
from kiosk.domain.receipt import grouped
from kiosk.flow.rules import complaint_steps
from kiosk.flow.state import complaint as t
from kiosk.flow.state import screens as w
from kiosk.flow.state.complaint import Part, Telling
from kiosk.flow.state.form import Marked, SentOff, Skipped, WentBack
from kiosk.flow.state.lobby import Intake
from kiosk.flow.state.recording import PlayAsked, SpeakAsked, SpokenOut

MOST_KEYS = 9
_DIGITS: dict[str, w.Event] = {digit: w.Key(digit) for digit in "0123456789"}


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


def keys_of(place: t.Place, intake: Intake | None) -> dict[str, w.Event]:
    """Key to event on a screen where something is told, in the order in which they are read out."""
    back: dict[str, w.Event] = {"erase": WentBack()}
    home: dict[str, w.Event] = {"0": w.WentHome()}
    match place:
        case t.ChooseKind():
            return _marked([complaint_steps.COMMENT, complaint_steps.COMPLAINT, complaint_steps.LOOK_UP]) | home
        case t.Choose(Part.DOSSIER):
            dossier: dict[str, w.Event] = {"1": w.TypeAsked(), "2": Skipped()}
            return dossier | back
        case t.Choose(part, told) if intake:
            more: dict[str, w.Event] = {"0": Skipped()} if part in (Part.COUNTER, Part.OFFICER) else {}
            more |= {"enter": SentOff()} if part is Part.SENTENCES else {}
            return _marked(answers_of(part, told, intake)) | more | back
        case t.AskConsent():
            box: dict[str, w.Event] = {"1": Marked(complaint_steps.AGREED), "2": Skipped(), "enter": SentOff()}
            return box | back
        case t.Write() | t.LookUp():
            return _DIGITS | {"erase": w.Erased(), "enter": SentOff()}
        case t.Record():
            return _spoken(place) | back
        case t.ReadBack(told):
            play: dict[str, w.Event] = {"2": PlayAsked()} if told.spoken_ms else {}
            read: dict[str, w.Event] = {"1": WentBack(), **play, "enter": SentOff()}
            return read | home
        case t.Correct(told) if intake:
            return _marked([*complaint_steps.correctable(told, intake)]) | back
        case t.ShowReceipt():
            return {"1": t.ReadOutAsked(), "2": t.PrintAsked(), "enter": t.NumberNoted()}
        case t.Told(receipt=receipt):
            again: dict[str, w.Event] = {"1": t.NumberAsked()} if receipt else {}
            return again | {"enter": w.Confirmed()} | home
        case t.ShowStanding(look=look):
            verdicts = _marked([*Opinion]) if complaint_steps.asks_verdict(look) else {}
            return verdicts | {"enter": t.LookUpAsked()} | home
    return home


def _spoken(place: t.Record) -> dict[str, w.Event]:
    if place.until is not None:
        return {"enter": SpokenOut()}
    if place.telling.spoken_ms:
        return {"1": PlayAsked(), "2": SpeakAsked(), "enter": SentOff()}
    return {"1": SpeakAsked()}


def said_of(place: t.Place, *, by_keys: bool) -> tuple[str, ...]:
    """The prompts of a screen; with the keys, for who uses them, where they are always the same."""
    match place:
        case t.ChooseKind():
            name = "tell.kind"
        case t.Choose(part, _, notice) if notice:
            return (f"notice.{notice}", f"tell.{part}")
        case t.Choose(part):
            name = f"tell.{part}"
        case t.AskConsent():
            name = "tell.consent"
        case t.Write(part, told):
            name = f"tell.contact_{told.reach}" if part is Part.CONTACT else f"tell.{part}"
        case t.Record():
            name = "tell.speech"
        case t.ReadBack(failed=failed):
            name = "tell.failed" if failed else "tell.read_back"
        case t.Correct():
            name = "tell.correct"
        case t.SendingWords() | t.SendingVerdict():
            return ("saving",)
        case t.ShowReceipt(receipt, read_out=asked):
            return read_out(receipt.number) if asked else ("receipt",)
        case t.Told():
            name = "told"
        case t.LookUp():
            name = "look"
        case t.LookingUp():
            return ("look.looking",)
        case t.ShowStanding(look=look):
            return (_standing(look),)
    return (name, f"{name}.keys") if by_keys and name in WITH_KEYS else (name,)


#: Screens whose keys are always the same, so that they can be named.
WITH_KEYS = frozenset(
    {
        *("tell.kind", "tell.about", "tell.dossier", "tell.manner", "tell.reach"),
        *("tell.speech", "tell.consent", "tell.read_back", "told", "look"),
    }
)


def read_out(number: str) -> tuple[str, ...]:
    """A receipt's number, in groups of four."""
    said = ["receipt.number"]
    for at, group in enumerate(grouped(number).split(), start=1):
        said += [f"receipt.group_{at}", *(f"digit.{digit}" for digit in group)]
    return tuple(said)


def _standing(look: t.Look) -> str:
    if look.standing is None:
        return "look.own" if look.own else "look.not_yet"
    return f"look.{look.standing.state}"


def _marked(answers: list[str]) -> dict[str, w.Event]:
    return {str(at): Marked(str(answer)) for at, answer in enumerate(answers[:MOST_KEYS], start=1)}
