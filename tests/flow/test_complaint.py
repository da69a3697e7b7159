"""Góp ý and phản ánh, moment by moment: every way through, every way out."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from kiosk.clock import Moment
from kiosk.desk.complaint_facts import words_fact
from kiosk.desk.shipped import shipped
from kiosk.domain.complaint import About, ReplyBy
from kiosk.domain.dossier_code import NoCode
from kiosk.domain.rating import InputMethod, Score
from kiosk.flow.input.choices import choices
from kiosk.flow.rules.complaint_steps import correctable
from kiosk.flow.state import complaint as t
from kiosk.flow.state import form as f
from kiosk.flow.state import screens as w
from kiosk.flow.state.complaint_draft import KINDS, ComplaintDraft, ComplaintPart, Manner, Reach
from kiosk.flow.state.effects import FindDossier
from kiosk.flow.state.form import AnswerMarked, SentOff, Skipped, WentBack
from kiosk.flow.state.lobby import Lobby
from kiosk.flow.state.printing import Printed, PrinterChanged, PrintFailed, Trouble
from kiosk.flow.state.rating_draft import AnswersDraft, SavedRating
from kiosk.flow.state.recording import SoundTask
from kiosk.flow.state.text_input import Kind, MethodChosen, Typed, beginning
from kiosk.flow.step import step
from kiosk.store.identity import Identity
from kiosk.vietnamese import Method
from tests.support.complaint_play import IDLE, PLANTED, RULES, at, play, spot, type_in
from tests.support.fakes import INTAKE, RECEIPT
from tests.ui.complaint_states import SUBJECT, TOLD

HALL = Identity("kiosk-1", "H35.13", None, "http://127.0.0.1:9", b"", b"", "2026-11-01T00:00:00Z")
MOMENT = Moment(datetime(2026, 11, 20, 3, 0, tzinfo=UTC), 1_000, "1f3a")


def test_a_comment_needs_no_name_and_is_written_in_four_screens():
    state, _ = play(
        IDLE,
        t.ComplaintAsked(),
        AnswerMarked("comment"),
        AnswerMarked("facilities"),
        Skipped(),
        AnswerMarked("written"),
    )
    state, _ = play(type_in(state, "Thieeus ghees"), SentOff())
    assert isinstance(state.place, t.ReadBack)

    state, (save,) = play(state, SentOff())

    assert isinstance(save, t.SaveComplaint)
    told = save.filled.draft
    assert (told.text, told.about, told.contact_given()) == ("Thiếu ghế", About.FACILITIES, None)


def test_a_complaint_walks_through_every_part_and_carries_its_contact():
    state, _ = play(IDLE, t.ComplaintAsked(), AnswerMarked("complaint"))
    walked = [spot(state)]
    for does in (
        (AnswerMarked("conduct"),),
        (Skipped(),),
        (AnswerMarked("q1"),),
        (AnswerMarked("TP-034"),),
        (AnswerMarked("helper"), AnswerMarked("picked")),
        (AnswerMarked("waited-long"), AnswerMarked("absent"), AnswerMarked("absent"), SentOff()),
        (*(Typed(letter) for letter in "Anh"), SentOff()),
        (AnswerMarked("phone"),),
        (*(Typed(digit) for digit in "0912345123"), SentOff()),
        (AnswerMarked("sms"),),
        (AnswerMarked("agreed"), SentOff()),
    ):
        state, _ = play(state, *does)
        walked.append(spot(state))

    state, (save,) = play(state, SentOff())

    asked = [
        ComplaintPart.ABOUT,
        ComplaintPart.DOSSIER,
        ComplaintPart.COUNTER,
        ComplaintPart.OFFICER,
        ComplaintPart.MANNER,
        ComplaintPart.SENTENCES,
    ]
    assert walked == [
        *asked,
        ComplaintPart.NAME,
        ComplaintPart.REACH,
        ComplaintPart.CONTACT,
        ComplaintPart.REPLY_BY,
        "AskConsent",
        "ReadBack",
    ]
    told = save.filled.draft
    assert (told.helper, told.sentences, told.officer.officer_number) == (True, ("waited-long",), "TP-034")
    contact = told.contact_given()
    assert (contact.name, contact.phone, contact.reply_by) == ("Anh", "0912345123", ReplyBy.SMS)
    assert told.consent == INTAKE.consent.version


def test_the_receipt_is_shown_only_after_the_commit():
    sending = at(t.SavingComplaint(t.FilledComplaint(TOLD, "vi")))

    waiting, _ = play(sending, w.Touched(), SentOff(), w.WentHome(), w.Tick())
    shown, _ = play(waiting, t.ComplaintSaved(RECEIPT))

    assert isinstance(waiting.place, t.SavingComplaint)
    assert shown.place == t.ShowReceipt(RECEIPT, answered=True)


def test_words_that_could_not_be_kept_are_not_lost_and_can_be_sent_again():
    state, _ = play(at(t.SavingComplaint(t.FilledComplaint(TOLD, "vi"))), t.ComplaintLost())
    assert state.place == t.ReadBack(TOLD, failed=True)

    _, (save,) = play(state, SentOff())

    assert save.filled.draft == TOLD


def test_the_receipt_can_be_seen_once_more_and_then_not_again():
    state, _ = play(at(t.ShowReceipt(RECEIPT, answered=True)), t.NumberNoted(), t.NumberAsked())
    assert state.place == t.ShowReceipt(RECEIPT, answered=True, last=True)

    state, _ = play(state, t.NumberNoted(), t.NumberAsked())

    assert isinstance(state.place, t.ComplaintSent)
    assert state.place.receipt is None


def test_one_wrong_touch_on_home_does_not_lose_the_number():
    state, _ = play(at(t.ShowReceipt(RECEIPT, answered=False)), w.WentHome())

    assert isinstance(state.place, t.ComplaintSent)
    assert state.place.receipt == RECEIPT


def test_who_copies_sixteen_digits_is_not_hurried():
    shown = at(t.ShowReceipt(RECEIPT, answered=True), touched_at=0)

    assert isinstance(play(shown, w.Tick(), now=119)[0].place, t.ShowReceipt)
    assert isinstance(play(shown, w.Tick(), now=120)[0].place, w.StillThere)


def test_a_number_nobody_looks_at_is_covered_and_comes_back_when_it_is_asked_for():
    shown = at(t.ShowReceipt(RECEIPT, answered=True), touched_at=0)

    assert play(shown, w.Tick(), now=19)[0].place == shown.place
    covered, _ = play(shown, w.Tick(), now=20)
    assert covered.place == replace(shown.place, hidden=True)
    assert play(covered, w.Touched(), now=21)[0].place.hidden

    assert play(covered, t.NumberAsked(), w.Tick(), now=30)[0].place == shown.place


TOLD_NOTHING = ComplaintDraft(wants_reply=False, about=About.RULE)
STANDS = {
    "a receipt": t.ShowReceipt(RECEIPT, answered=True),
    "a draft": t.Write(ComplaintPart.TEXT, TOLD, beginning(Kind.WORDS, "Tôi")),
    "what is read back": t.ReadBack(TOLD),
    "an answer that is read": t.ShowStatus(RECEIPT.number, t.ComplaintFound(None)),
    "a consent": t.AskConsent(TOLD),
}


@pytest.mark.parametrize("place", STANDS.values(), ids=[*STANDS])
def test_a_slip_scanned_over_what_is_somebody_elses_is_answered_and_takes_nothing_away(place):
    answered, effects = play(at(place), w.Scanned("H15-1"))
    assert (answered.place.resume, answered.place.scanned, effects) == (place, True, [])

    again, effects = play(answered, w.Scanned("H15-1"), w.Scanned("H15-2"))
    assert (again.place, effects) == (answered.place, [])
    assert play(again, w.Touched())[0].place == place


def test_a_slip_scanned_while_somebody_is_asked_whether_they_are_there_takes_nothing_away():
    asked = at(w.StillThere(t.ReadBack(TOLD), until=50))

    answered, effects = play(asked, w.Scanned("H15-1"))

    assert (answered.place, effects) == (w.StillThere(t.ReadBack(TOLD), 50, scanned=True), [])


def test_the_receipt_is_printed_once_where_there_is_a_printer():
    shown = at(t.ShowReceipt(RECEIPT, answered=True))
    assert play(shown, t.PrintAsked()) == (replace(shown, touched_at=1, touches=(1,)), [])

    state, (printing,) = play(replace(shown, printer=True), t.PrintAsked())
    again, effects = play(state, t.PrintAsked(), t.PaperAsked())

    assert printing == t.PrintReceipt(RECEIPT, True, "vi")
    assert (again.place, effects) == (state.place, [])
    assert play(state, Printed(1))[0].place.paper is t.Paper.PRINTED


def test_a_printer_that_waits_forgets_the_paper_of_who_has_gone():
    state, _ = play(at(t.ShowReceipt(RECEIPT, answered=True, paper=t.Paper.ASKED)), PrintFailed(1, Trouble.PAPER_OUT))

    assert play(state, t.NumberNoted())[1] == [t.DropPaper()]
    left = at(w.StillThere(state.place, until=9))
    assert play(left, w.Tick(), now=10)[1] == [t.DropPaper()]


def test_a_printer_that_comes_and_goes_is_known_before_it_is_needed():
    there, _ = play(IDLE, PrinterChanged(None))

    assert there.printer
    assert not play(there, PrinterChanged(Trouble.COVER_OPEN))[0].printer


def test_a_box_without_an_intake_offers_nothing():
    state, effects = play(replace(IDLE, lobby=Lobby()), t.ComplaintAsked())

    assert (state.place, effects) == (w.Idle(), [])


def kept(score: Score) -> AnswersDraft:
    return AnswersDraft(SUBJECT, score, SavedRating("0190-rating", shipped()))


def test_after_a_low_rating_its_dossier_is_known_and_what_was_marked_is_kept_first():
    question = shipped().question("bad")
    why = at(f.Why(replace(kept(Score.DISSATISFIED), asked=("bad",)), question, ("waiting",), 0))

    state, (save,) = play(why, t.ComplaintAsked())
    assert isinstance(save, f.SaveAnswers)
    state, _ = play(state, f.AnswersSaved(), AnswerMarked("complaint"), AnswerMarked("rule"))

    assert spot(state) is ComplaintPart.MANNER
    assert (state.place.draft.subject, state.place.draft.entry_id) == (SUBJECT, "0190-rating")


@pytest.mark.parametrize("score", Score)
def test_after_every_face_alike_more_can_be_told(score: Score):
    question = shipped().question("good" if score >= Score.SATISFIED else "bad")
    why = at(f.Why(replace(kept(score), asked=(question.question_id,)), question, (), 0))
    thanks = at(w.Thanks(SUBJECT, score, 99, "0190-rating"))

    assert play(why, t.ComplaintAsked())[0].place == t.ChooseKind(SUBJECT, "0190-rating")
    assert play(thanks, t.ComplaintAsked())[0].place == t.ChooseKind(SUBJECT, "0190-rating")


def test_a_scanned_dossier_is_what_it_is_about():
    asked = at(t.Choose(ComplaintPart.DOSSIER, ComplaintDraft(wants_reply=False, about=About.RULE)))

    state, (find,) = play(asked, w.Scanned("H15-1"))
    assert find == FindDossier("H15-1", InputMethod.SCAN)
    state, _ = play(state, w.Found(SUBJECT))

    assert spot(state) is ComplaintPart.MANNER
    assert state.place.draft.subject == SUBJECT


def test_a_scan_that_leads_nowhere_is_said_and_loses_nothing():
    told = ComplaintDraft(wants_reply=True, about=About.RULE)

    state, _ = play(at(t.Choose(ComplaintPart.DOSSIER, told)), w.Scanned("?"), w.NotFound(NoCode.EMPTY))

    assert state.place == t.Choose(ComplaintPart.DOSSIER, told, NoCode.EMPTY)


def test_a_typed_dossier_is_found_too_and_typing_can_be_left():
    told = ComplaintDraft(wants_reply=False, about=About.RULE)
    pad, _ = play(at(t.Choose(ComplaintPart.DOSSIER, told)), w.TypeAsked())

    left, _ = play(pad, w.NoPaper())
    _, (find,) = play(pad, w.PadKeyPressed("7"), w.Confirmed())

    assert left.place == t.Choose(ComplaintPart.DOSSIER, told)
    assert find == FindDossier("7", InputMethod.TYPED)


@pytest.mark.parametrize("place", [t.Write(ComplaintPart.TEXT, TOLD, beginning(Kind.WORDS, PLANTED)), t.ReadBack(TOLD)])
def test_a_scan_never_takes_away_what_was_written(place: w.Place):
    assert play(at(place), w.Scanned("H15.50.05.13-261008-0975"), w.Touched())[0].place == place


def test_without_a_tick_there_is_no_consent():
    asked = at(t.AskConsent(replace(TOLD, consent="")))

    assert play(asked, SentOff())[0].place == asked.place
    ticked_and_unticked, _ = play(asked, AnswerMarked("agreed"), AnswerMarked("agreed"), SentOff())
    assert ticked_and_unticked.place == asked.place


def test_who_does_not_consent_sends_it_without_a_name():
    state, _ = play(at(t.AskConsent(replace(TOLD, consent=""))), Skipped())

    assert isinstance(state.place, t.ReadBack)
    told = state.place.draft
    assert (told.wants_reply, told.name, told.contact, told.consent) == (False, "", "", "")
    assert told.text == TOLD.text


def test_a_question_is_offered_to_who_gets_an_answer_where_the_office_answers_questions():
    elsewhere = replace(IDLE, lobby=Lobby(intake=replace(INTAKE, question_reply=None)))
    offered = {
        (kind, where is IDLE): [
            each.event.answer
            for each in choices(play(where, t.ComplaintAsked(), AnswerMarked(kind))[0], RULES)
            if isinstance(each.event, AnswerMarked)
        ]
        for kind in ("comment", "complaint")
        for where in (IDLE, elsewhere)
    }

    usual = ["conduct", "rule", "facilities", "other"]
    assert offered.pop(("complaint", True)) == [*usual, "question"]
    assert set(map(tuple, offered.values())) == {tuple(usual)}
    asks = at(t.Choose(ComplaintPart.ABOUT, ComplaintDraft(wants_reply=False)))
    assert play(asks, AnswerMarked("question"))[0].place == asks.place


def test_a_question_told_in_the_hall_is_asked_for_its_counter_so_that_whom_it_blames_never_reads_it():
    asking, _ = play(IDLE, t.ComplaintAsked(), AnswerMarked("complaint"), AnswerMarked("question"), Skipped())
    named, _ = play(asking, AnswerMarked("q1"))
    skipped, _ = play(asking, Skipped())
    of_a_dossier, _ = play(
        at(t.Choose(ComplaintPart.MANNER, replace(TOLD, about=About.QUESTION, subject=SUBJECT))), WentBack()
    )
    told_otherwise, _ = play(
        at(t.ReadBack(replace(TOLD, about=About.RULE, subject=None))),
        t.CorrectAsked(),
        AnswerMarked("about"),
        AnswerMarked("question"),
    )

    assert spot(asking) is ComplaintPart.COUNTER
    assert [spot(each) for each in (named, skipped)] == [ComplaintPart.MANNER] * 2, "an officer is not asked for"
    assert [each.place.draft.counter_id for each in (named, skipped)] == ["q1", None]
    assert spot(of_a_dossier) is ComplaintPart.DOSSIER, "its counter is known"
    assert spot(told_otherwise) is ComplaintPart.COUNTER
    filled = t.FilledComplaint(named.place.draft, "vi")
    assert words_fact(filled, RECEIPT, HALL, MOMENT).body["counter_id"] == "q1"


def test_a_question_carries_its_own_promise_from_the_number_to_the_paper_and_back():
    asked = replace(TOLD, about=About.QUESTION)
    state, _ = play(at(t.ReadBack(asked), printer=True), SentOff(), t.ComplaintSaved(RECEIPT))
    _, (printing,) = play(state, t.PrintAsked())
    thanked, _ = play(state, t.NumberNoted())
    again, _ = play(thanked, t.NumberAsked())
    nameless, _ = play(at(t.AskConsent(replace(asked, consent=""))), Skipped(), SentOff(), t.ComplaintSaved(RECEIPT))

    assert printing == t.PrintReceipt(RECEIPT, answered=True, language="vi", question=True)
    assert [each.place.question for each in (state, thanked, again, nameless)] == [True, True, True, False]
    read_back, _ = play(at(t.AskConsent(replace(asked, consent=""))), Skipped())
    assert read_back.place.draft.about is About.RULE, "nobody answers a question without a name"


def test_each_part_can_be_corrected_and_nothing_else_changes():
    for part in correctable(TOLD, INTAKE):
        state, _ = play(at(t.ReadBack(TOLD)), t.CorrectAsked(), AnswerMarked(part))
        assert spot(state) is part
        back, _ = play(state, WentBack())
        assert back.place == t.ReadBack(TOLD)


def test_another_way_to_be_reached_asks_for_it_and_for_the_way_of_the_answer():
    state, _ = play(at(t.ReadBack(TOLD)), t.CorrectAsked(), AnswerMarked("reach"), AnswerMarked("email"))
    assert (spot(state), state.place.writing.kind) == (ComplaintPart.CONTACT, Kind.EMAIL)

    state, _ = play(type_in(state, "anh@gmail.com"), SentOff())
    assert spot(state) is ComplaintPart.REPLY_BY

    state, _ = play(state, AnswerMarked("email"))
    assert isinstance(state.place, t.ReadBack)


def test_a_correction_that_was_left_half_way_is_asked_for_before_sending():
    state, _ = play(at(t.ReadBack(TOLD)), t.CorrectAsked(), AnswerMarked("reach"), AnswerMarked("address"), WentBack())

    state, effects = play(state, SentOff())

    assert (spot(state), effects) == (ComplaintPart.CONTACT, [])


@pytest.mark.parametrize(
    ("part", "reach", "text"),
    [
        (ComplaintPart.TEXT, None, "   "),
        (ComplaintPart.NAME, None, ""),
        (ComplaintPart.CONTACT, Reach.PHONE, "0912"),
        (ComplaintPart.CONTACT, Reach.EMAIL, "anh@gmail"),
        (ComplaintPart.CONTACT, Reach.ADDRESS, " "),
    ],
)
def test_what_cannot_be_used_is_said_and_stays_to_be_mended(part: ComplaintPart, reach: Reach | None, text: str):
    kind = KINDS[reach] if reach else Kind.WORDS
    place = t.Write(part, ComplaintDraft(wants_reply=True, about=About.RULE, reach=reach), beginning(kind, text))

    state, _ = play(at(place), SentOff())

    assert state.place == replace(place, refused=True)


def test_going_back_keeps_what_was_written():
    told = ComplaintDraft(wants_reply=True, about=About.RULE, manner=Manner.WRITTEN)
    state = type_in(at(t.Write(ComplaintPart.TEXT, told, beginning(Kind.WORDS))), "abc")

    state, _ = play(state, WentBack(), AnswerMarked("written"))

    assert state.place.writing.text == "abc"


def test_going_all_the_way_back_keeps_what_was_told_and_a_comment_takes_no_name_along():
    told = replace(TOLD, about=About.RULE, manner=Manner.WRITTEN, sentences=())
    kind, _ = play(at(t.Choose(ComplaintPart.ABOUT, told)), WentBack())
    law, _ = play(kind, t.LawAsked())

    again, _ = play(kind, AnswerMarked("complaint"))
    nameless, _ = play(law, WentBack(), AnswerMarked("comment"))

    assert again.place.draft == told
    assert (nameless.place.draft.text, nameless.place.draft.wants_reply) == (told.text, False)
    assert (nameless.place.draft.name, nameless.place.draft.contact, nameless.place.draft.consent) == ("", "", "")


@pytest.mark.parametrize("on", ["kind", "law"])
def test_what_was_told_before_one_went_back_is_not_for_the_next_person(on: str):
    told = replace(TOLD, text="a" * 60)
    state, _ = play(at(t.Choose(ComplaintPart.ABOUT, told)), WentBack(), *([t.LawAsked()] if on == "law" else []))

    scanned, effects = play(state, w.Scanned("H15.50.05.13-261008-0975"))
    home, _ = play(state, w.WentHome())
    anew, _ = play(home, t.ComplaintAsked(), AnswerMarked("complaint"))

    assert (scanned.place.resume, scanned.place.scanned, effects) == (state.place, True, [])
    assert anew.place.draft.text == ""


def test_over_a_draft_nothing_else_is_begun_until_it_is_given_up():
    over, _ = play(at(t.Choose(ComplaintPart.ABOUT, replace(TOLD, known=True))), WentBack())
    spoken = replace(TOLD, manner=Manner.SPOKEN, spoken_ms=9_000)
    offered = [each.event for each in choices(over, RULES)]

    assert (t.AnewAsked() in offered, AnswerMarked("look_up") in offered) == (True, False)
    assert play(over, AnswerMarked("look_up"))[0].place == over.place
    given_up, _ = play(over, t.AnewAsked())
    assert given_up.place == t.ChooseKind(TOLD.subject, TOLD.entry_id)
    assert play(given_up, AnswerMarked("complaint"))[0].place.draft.text == ""
    assert AnswerMarked("look_up") in [each.event for each in choices(given_up, RULES)]
    assert play(at(t.ChooseKind(draft=spoken)), t.AnewAsked())[1] == [SoundTask.FORGET]


def test_who_told_nothing_yet_goes_back_to_the_choice_as_it_was():
    state, _ = play(IDLE, t.ComplaintAsked(), AnswerMarked("complaint"), WentBack())

    assert state.place == t.ChooseKind()


def test_what_was_corrected_is_kept_on_the_way_back_but_half_a_number_takes_no_whole_ones_place():
    told = replace(TOLD, manner=Manner.WRITTEN, text="abc")
    words = t.Write(ComplaintPart.TEXT, replace(told, correcting=True), beginning(Kind.WORDS, "abcd"))
    number = t.Write(ComplaintPart.CONTACT, replace(told, correcting=True), beginning(Kind.PHONE, "09"))

    mended, _ = play(at(words), WentBack())
    half, _ = play(at(number), WentBack())

    assert mended.place == t.ReadBack(replace(told, text="abcd"))
    assert half.place == t.ReadBack(told)


def test_the_typing_method_is_the_offices_until_the_citizen_chooses_another():
    rules = replace(RULES, typing_method=Method.MARKS)
    told = ComplaintDraft(wants_reply=True, about=About.RULE)
    state = step(at(t.Choose(ComplaintPart.MANNER, told)), AnswerMarked("written"), 1, rules)[0]
    assert state.place.writing.method is Method.MARKS

    for event in (MethodChosen(Method.VNI), Typed("a"), SentOff()):
        state = step(state, event, 1, rules)[0]

    assert (spot(state), state.place.writing.method) == (ComplaintPart.NAME, Method.VNI)


def test_the_law_behind_the_i_closes_where_it_was_opened():
    kind = t.ChooseKind(SUBJECT, "0190-rating")
    reading, _ = play(at(kind), t.LawAsked())

    assert reading.place == t.ReadLaw(kind)
    assert play(reading, WentBack())[0].place == kind
    assert isinstance(play(reading, w.WentHome())[0].place, w.Idle)
    assert play(reading, AnswerMarked("comment"))[0].place == reading.place, "nothing is chosen there"
