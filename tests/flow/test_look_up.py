"""An earlier góp ý or phản ánh is looked up by its receipt number, and an answer judged."""

import pytest
from msgspec.structs import replace

from kiosk.domain.complaint import ComplaintStatus, PublicStatus, Verdict
from kiosk.domain.rating import InputMethod
from kiosk.flow.input.choices import choices
from kiosk.flow.rules.screen_table import Holds, holds
from kiosk.flow.state import complaint as t
from kiosk.flow.state import screens as w
from kiosk.flow.state.effects import FindDossier
from kiosk.flow.state.form import AnswerMarked, SentOff, WentBack
from kiosk.flow.state.text_input import Kind, beginning
from tests.support.complaint_play import IDLE, RULES, at, play, type_in
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
    assert effects == [t.SaveVerdict(RECEIPT.number, Verdict.GO_ON, token="")]
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


# ---- consent is withdrawn

MAY = t.ShowStatus(RECEIPT.number, t.ComplaintFound(ANSWERED, may_withdraw=True), token=RECEIPT.token)


def test_who_scanned_the_receipt_withdraws_in_two_touches_and_is_thanked():
    asked, nothing = play(at(MAY), t.WithdrawalAsked())
    saving, effects = play(asked, AnswerMarked("withdraw"))

    assert (asked.place, nothing) == (t.AskWithdrawal(MAY), [])
    assert effects == [t.SaveWithdrawal(RECEIPT.number, RECEIPT.token)]
    assert isinstance(play(saving, t.WithdrawalSaved())[0].place, t.ComplaintSent)
    assert play(saving, t.ComplaintLost())[0].place == t.AskWithdrawal(MAY, failed=True)


@pytest.mark.parametrize("event", [AnswerMarked("keep"), WentBack()])
def test_who_thinks_better_of_it_reads_on(event: w.Event):
    asked, _ = play(at(MAY), t.WithdrawalAsked())

    state, effects = play(asked, event)

    assert (state.place, effects) == (MAY, [])


@pytest.mark.parametrize(
    "place",
    [
        replace(MAY, token=""),
        replace(MAY, look=t.ComplaintFound(ANSWERED)),
        replace(MAY, look=t.ComplaintFound(None, may_withdraw=True)),
    ],
    ids=["by the number alone", "an older district", "not heard of"],
)
def test_consent_is_withdrawn_only_with_the_code_and_where_the_district_reads_it(place: t.ShowStatus):
    assert play(at(place), t.WithdrawalAsked())[0].place == place


# ---- the office has asked for more

QUESTION = PublicStatus(ComplaintStatus.NEEDS_MORE, answer="Xin cho biết ngày nộp hồ sơ.")
ASKS = t.ShowStatus(RECEIPT.number, t.ComplaintFound(QUESTION, may_answer=True), token=RECEIPT.token)
SAID = "Tôi nộp ngày 12/10."
IN_TOUCH = f"https://mot-cua.example/bn/{RECEIPT.token}#{RECEIPT.number}"


@pytest.mark.parametrize(("text", "token"), [(RECEIPT.number, ""), (IN_TOUCH, RECEIPT.token)])
@pytest.mark.parametrize("start", [IDLE, at(t.EnterReceiptNumber(beginning(Kind.RECEIPT_NUMBER))), at(ASKS)])
def test_the_code_of_the_receipt_goes_with_the_answer_and_the_number_alone_without(start, text: str, token: str):
    state, _ = play(start, w.Scanned(text), t.LookedUp(ASKS.look), AnswerMarked("write_more"))
    state, effects = play(type_in(state, SAID), SentOff())

    assert effects == [t.SaveSupplement(t.Supplement(RECEIPT.number, token, SAID, will_bring=False))]
    assert isinstance(play(state, t.SupplementSaved())[0].place, t.ComplaintSent)


@pytest.mark.parametrize(("text", "token"), [(RECEIPT.number, ""), (IN_TOUCH, RECEIPT.token)])
def test_the_code_of_the_receipt_goes_with_the_verdict_and_the_number_alone_without(text: str, token: str):
    answered = t.LookedUp(t.ComplaintFound(ANSWERED))

    _, effects = play(IDLE, w.Scanned(text), answered, AnswerMarked(Verdict.SATISFIED))

    assert effects == [t.SaveVerdict(RECEIPT.number, Verdict.SATISFIED, token)]


def test_who_comes_with_papers_says_so_in_one_touch():
    state, effects = play(at(replace(ASKS, paper=t.Paper.PRINTED)), AnswerMarked("bring"))

    assert effects == [t.SaveSupplement(t.Supplement(RECEIPT.number, RECEIPT.token, "", will_bring=True))]
    assert isinstance(play(state, t.ComplaintLost())[0].place, w.Sorry)


def test_nothing_is_sent_that_says_nothing_and_the_question_can_be_read_again():
    writing, _ = play(at(ASKS), AnswerMarked("write_more"))
    empty, effects = play(writing, SentOff())
    typed = type_in(empty, " a")

    assert (empty.place.refused, effects) == (True, [])
    assert not typed.place.refused
    assert play(empty, WentBack())[0].place == ASKS


def test_what_was_written_to_the_office_is_kept_while_its_question_is_read_again_and_for_nobody_else():
    writing, _ = play(at(ASKS), AnswerMarked("write_more"))
    read, _ = play(type_in(writing, SAID), WentBack())

    again, _ = play(read, AnswerMarked("write_more"))
    same_number, _ = play(at(t.LookingUpComplaint(RECEIPT.number, RECEIPT.token)), t.LookedUp(ASKS.look))

    assert (read.place.look, again.place.writing.text) == (ASKS.look, SAID)
    assert play(same_number, AnswerMarked("write_more"))[0].place.writing.text == ""
    assert holds(read.place, Holds.UNSENT)
    assert not holds(ASKS, Holds.UNSENT)


def test_over_an_answer_that_was_begun_nothing_is_offered_that_would_drop_it():
    begun = replace(ASKS, look=replace(ASKS.look, may_withdraw=True), text=SAID)
    offered = [each.event for each in choices(replace(at(begun), printer=True), RULES)]
    scanned, effects = play(at(begun), w.Scanned(IN_TOUCH))

    for event in (AnswerMarked("bring"), t.ReceiptLookupAsked(), t.WithdrawalAsked()):
        assert event not in offered
        assert play(at(begun), event) == (at(begun, touched_at=1, touches=(1,)), [])
    assert {AnswerMarked("write_more"), t.PrintAsked()} <= {*offered}
    assert (scanned.place.resume, scanned.place.scanned, effects) == (begun, True, [])


def test_what_could_not_be_kept_stands_there_to_be_sent_again():
    writing, _ = play(at(ASKS), AnswerMarked("write_more"))
    lost, _ = play(type_in(writing, SAID), SentOff(), t.ComplaintLost())
    again, effects = play(lost, SentOff())

    assert (lost.place.failed, lost.place.writing.text) == (True, SAID)
    assert [type(each) for each in effects] == [t.SaveSupplement]
    assert isinstance(again.place, t.SavingSupplement)


@pytest.mark.parametrize("answer", ["write_more", "bring"])
@pytest.mark.parametrize(
    "look",
    [
        t.ComplaintFound(QUESTION),
        t.ComplaintFound(replace(QUESTION, state=ComplaintStatus.WITH_OFFICE), may_answer=True),
        t.ComplaintFound(None, may_answer=True),
    ],
)
def test_nothing_is_answered_that_was_not_asked_or_that_the_district_cannot_read(answer: str, look: t.ComplaintFound):
    place = t.ShowStatus(RECEIPT.number, look)
    state, effects = play(at(place), AnswerMarked(answer))

    assert (state.place, effects) == (place, [])


def test_what_was_written_is_in_no_log_and_can_be_taken_up_again():
    state = type_in(play(at(ASKS), AnswerMarked("write_more"))[0], SAID)

    assert SAID not in repr(state)
    assert RECEIPT.token not in repr(state)
    assert SAID not in repr(play(state, SentOff())[1])
