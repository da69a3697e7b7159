"""An earlier góp ý or phản ánh is looked up by its receipt number, and an answer judged."""

import pytest
from msgspec.structs import replace

from kiosk.domain.complaint import ComplaintStatus, PublicStatus, Verdict
from kiosk.domain.rating import InputMethod
from kiosk.flow.state import complaint as t
from kiosk.flow.state import screens as w
from kiosk.flow.state.effects import FindDossier
from kiosk.flow.state.form import AnswerMarked, SentOff
from tests.support.complaint_play import IDLE, at, play, type_in
from tests.support.fakes import RECEIPT
from tests.ui.complaint_states import ANSWERED


def test_a_typed_number_is_looked_up_when_its_check_digits_hold():
    state, _ = play(IDLE, t.ComplaintAsked(), AnswerMarked("look_up"))

    wrong, effects = play(type_in(state, "1000012345678934"), SentOff())
    assert (wrong.place.refused, effects) == (True, [])
    _, effects = play(type_in(state, RECEIPT.number), SentOff())

    assert effects == [t.FindStatus(RECEIPT.number)]


@pytest.mark.parametrize("text", [RECEIPT.number, f"https://mot-cua.example/bn/{RECEIPT.token}#{RECEIPT.number}"])
def test_a_scanned_receipt_is_looked_up_from_the_first_screen(text: str):
    state, effects = play(IDLE, w.Scanned(text))

    assert effects == [t.FindStatus(RECEIPT.number)]
    assert isinstance(play(state, t.LookedUp(t.ComplaintFound(None)))[0].place, t.ShowStatus)


def test_a_dossier_is_still_a_dossier():
    _, effects = play(IDLE, w.Scanned("H15.50.05.13-261008-0975"))

    assert effects == [FindDossier("H15.50.05.13-261008-0975", InputMethod.SCAN)]


def test_an_answer_can_be_judged_and_only_an_answer():
    open_look, answered = (
        t.ComplaintFound(PublicStatus(ComplaintStatus.WITH_OFFICE)),
        t.ComplaintFound(PublicStatus(ComplaintStatus.ANSWERED, answer="Đã xong.")),
    )

    unasked = play(at(t.ShowStatus(RECEIPT.number, open_look)), AnswerMarked("satisfied"))
    state, effects = play(at(t.ShowStatus(RECEIPT.number, answered)), AnswerMarked("go_on"))

    assert unasked[1] == []
    assert effects == [t.SaveVerdict(RECEIPT.number, Verdict.GO_ON)]
    assert isinstance(play(state, t.VerdictSaved())[0].place, t.ComplaintSent)
    assert isinstance(play(state, t.ComplaintLost())[0].place, w.Sorry)


ANSWER = t.ShowStatus(RECEIPT.number, t.ComplaintFound(ANSWERED))


def test_a_reply_is_printed_once_where_there_is_a_printer():
    assert play(at(ANSWER), t.PrintAsked())[1] == []

    asked, effects = play(at(ANSWER, printer=True), t.PrintAsked())
    assert effects == [t.PrintAnswer(RECEIPT.number, ANSWERED, "vi")]
    assert play(asked, t.PrintAsked())[1] == []


@pytest.mark.parametrize("away", [w.WentHome(), t.ReceiptLookupAsked()])
def test_a_reply_that_waits_for_paper_never_comes_out_for_the_next_citizen(away: w.Event):
    waits = at(replace(ANSWER, paper=t.Paper.WAITS), printer=True)

    assert t.DropPaper() in play(waits, away)[1]
    assert t.DropPaper() not in play(at(replace(ANSWER, paper=t.Paper.PRINTED)), away)[1]
