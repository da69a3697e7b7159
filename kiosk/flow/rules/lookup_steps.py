"""Steps through looking an earlier complaint up: the office's reply or question, and what the citizen says to it. Pure.

What was entered on a screen is dropped when the screen is left; only the effects carry it further.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from kiosk.domain.complaint import ComplaintStatus, Verdict
from kiosk.domain.receipt import NotAReceipt, read, scanned, token_in
from kiosk.flow.state import complaint as t
from kiosk.flow.state.form import AnswerMarked, SentOff, WentBack
from kiosk.flow.state.printing import Printed, PrintFailed
from kiosk.flow.state.screens import Cleared, Erased, PadKeyPressed, Scanned
from kiosk.flow.state.text_input import Backspaced, ClearedAll, Kind, Typed, WritingEvent, beginning, written

#: The cards of a matter for which the office has asked for more.
WRITE_MORE, BRING = "write_more", "bring"
#: The cards of who may withdraw consent.
WITHDRAW, KEEP = "withdraw", "keep"

Response = tuple[t.Place, Sequence[t.Effect]]


def respond(place: t.Place, event: object, until: float, language: str) -> Response | None:
    match place, event:
        case t.EnterReceiptNumber(writing), SentOff():
            try:
                number = read(writing.text)
            except NotAReceipt:
                return t.EnterReceiptNumber(writing, refused=True), ()
            return t.LookingUpComplaint(number), (t.FindStatus(number),)
        case ((t.EnterReceiptNumber() | t.ShowStatus()), Scanned(text)) if not held(place):
            on_paper = scanned(text)
            found = t.LookingUpComplaint(on_paper, token_in(text)) if on_paper else None
            return (found, (t.FindStatus(found.number),)) if found else None
        case t.EnterReceiptNumber(writing), _ if isinstance(event, WritingEvent | PadKeyPressed | Erased | Cleared):
            return t.EnterReceiptNumber(written(writing, as_writing(event))), ()
        case t.LookingUpComplaint(number, token), t.LookedUp(look):
            return t.ShowStatus(number, look, token=token), ()
        case t.ShowStatus(number, look, token=token), AnswerMarked(opinion) if opinion in (*Verdict,) and asks_verdict(
            look
        ):
            return t.SavingVerdict(number, Verdict(opinion)), (t.SaveVerdict(number, Verdict(opinion), token),)
        case t.ShowStatus(number, t.ComplaintFound(status), None) as shown, t.PrintAsked() if status and status.answer:
            return replace(shown, paper=t.Paper.ASKED), (t.PrintAnswer(number, status, language),)
        case t.ShowStatus(paper=t.Paper()) as shown, Printed():
            return replace(shown, paper=t.Paper.PRINTED), ()
        case t.ShowStatus(paper=t.Paper()) as shown, PrintFailed():
            return replace(shown, paper=t.Paper.WAITS), ()
        case t.SavingVerdict(), t.VerdictSaved():
            return t.ComplaintSent(until), ()
    return _supplemented(place, event, until) or _withdrawn(place, event, until)


def _withdrawn(place: t.Place, event: object, until: float) -> Response | None:
    """The citizen no longer agrees that their name and contact are kept."""
    match place, event:
        case t.ShowStatus() as asked, t.WithdrawalAsked() if may_withdraw(asked):
            return t.AskWithdrawal(replace(asked, paper=None)), ()
        case t.AskWithdrawal(asked), AnswerMarked(answer) if answer == WITHDRAW:
            return t.SavingWithdrawal(asked), (t.SaveWithdrawal(asked.number, asked.token),)
        case t.AskWithdrawal(asked), AnswerMarked(answer) if answer == KEEP:
            return asked, ()
        case t.AskWithdrawal(asked), WentBack():
            return asked, ()
        case t.SavingWithdrawal(), t.WithdrawalSaved():
            return t.ComplaintSent(until), ()
        case t.SavingWithdrawal(asked), t.ComplaintLost():
            return t.AskWithdrawal(asked, failed=True), ()
    return None


def _supplemented(place: t.Place, event: object, until: float) -> Response | None:
    """The citizen answers what the office asked."""
    match place, event:
        case t.ShowStatus(look=look) as asked, AnswerMarked(answer) if answer == WRITE_MORE and asks_more(look):
            return t.WriteSupplement(replace(asked, paper=None, text=""), beginning(Kind.WORDS, asked.text)), ()
        case t.ShowStatus(look=look) as asked, AnswerMarked(answer) if (
            answer == BRING and asks_more(look) and not held(asked)
        ):
            return _sent(replace(asked, paper=None, text=""), "", will_bring=True)
        case t.WriteSupplement(asked, writing), WentBack():
            return replace(asked, text=writing.text), ()
        case t.WriteSupplement(asked, writing), SentOff() if writing.text.strip():
            return _sent(asked, writing.text, will_bring=False)
        case t.WriteSupplement() as empty, SentOff():
            return replace(empty, refused=True), ()
        case t.WriteSupplement(asked, writing), _ if isinstance(event, WritingEvent | PadKeyPressed | Erased | Cleared):
            return t.WriteSupplement(asked, written(writing, as_writing(event))), ()
        case t.SavingSupplement(), t.SupplementSaved():
            return t.ComplaintSent(until), ()
        case t.SavingSupplement(supplement, asked), t.ComplaintLost() if supplement.text:
            return t.WriteSupplement(asked, beginning(Kind.WORDS, supplement.text), failed=True), ()
    return None


def _sent(asked: t.ShowStatus, text: str, *, will_bring: bool) -> Response:
    supplement = t.Supplement(asked.number, asked.token, text, will_bring)
    return t.SavingSupplement(supplement, asked), (t.SaveSupplement(supplement),)


def held(place: t.Place) -> bool:
    """Whether something was told and not sent yet, on a screen that leads elsewhere: nothing else is begun there."""
    match place:
        case t.ChooseKind(draft=draft):
            return draft is not None
        case t.ShowStatus(text=text):
            return bool(text.strip())
    return False


def may_withdraw(place: t.ShowStatus) -> bool:
    """Whether consent can be withdrawn here: by who scanned the receipt, of a matter that the district has told of,
    where the district reads it; not over an answer that was begun."""
    return not held(place) and bool(place.token) and place.look.may_withdraw and place.look.status is not None


def asks_verdict(look: t.ComplaintFound) -> bool:
    """Only an answer can be judged."""
    return look.status is not None and look.status.state in (ComplaintStatus.ANSWERED, ComplaintStatus.CLOSED)


def asks_more(look: t.ComplaintFound) -> bool:
    """Whether the office has asked for more, and can read an answer given here."""
    return look.may_answer and look.status is not None and look.status.state is ComplaintStatus.NEEDS_MORE


def as_writing(event: WritingEvent | PadKeyPressed | Erased | Cleared) -> WritingEvent:
    """The number keys beside the screen type like those on it."""
    match event:
        case PadKeyPressed(character):
            return Typed(character)
        case Erased():
            return Backspaced()
        case Cleared():
            return ClearedAll()
    return event
