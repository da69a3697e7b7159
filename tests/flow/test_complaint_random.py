"""Whatever happens while something is told: always a way home, and nothing kept of what was not sent."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from kiosk.domain.complaint import About, ComplaintStatus, PublicStatus
from kiosk.domain.dossier_code import NoCode
from kiosk.flow.input.complaint_choices import answers_of
from kiosk.flow.input.number_keys import keys_of
from kiosk.flow.rules.complaint_steps import officers_for, parts_of
from kiosk.flow.state import complaint as t
from kiosk.flow.state import form as f
from kiosk.flow.state import screens as w
from kiosk.flow.state.complaint_draft import ComplaintDraft, ComplaintPart, Manner, Reach
from kiosk.flow.state.effects import Probe
from kiosk.flow.state.form import AnswerMarked, SentOff, Skipped, WentBack
from kiosk.flow.state.text_input import Kind, Typed, beginning
from kiosk.flow.step import begin, step
from tests.support.complaint_play import IDLE, PLANTED, RULES, at, play
from tests.support.fakes import INTAKE, RECEIPT
from tests.ui.complaint_states import ANSWER, COMMENT, SUBJECT, TOLD, telling_places

EVENTS = st.one_of(
    st.sampled_from(
        [
            *(
                t.ComplaintAsked(),
                t.ReceiptLookupAsked(),
                t.TextAsked(),
                t.CorrectAsked(),
                t.NumberNoted(),
                t.NumberAsked(),
            ),
            *(t.ReadOutAsked(), SentOff(), Skipped(), WentBack(), w.WentHome(), w.Touched(), w.Tick(), w.Confirmed()),
            *(
                w.TypeAsked(),
                w.NoPaper(),
                w.PadKeyPressed("9"),
                w.Erased(),
                w.Scanned("H-1"),
                w.Scanned(RECEIPT.number),
            ),
            *(
                w.Found(SUBJECT),
                w.NotFound(NoCode.EMPTY),
                t.ComplaintSaved(RECEIPT),
                t.ComplaintLost(),
                t.VerdictSaved(),
                t.SupplementSaved(),
                t.WithdrawalAsked(),
                t.WithdrawalSaved(),
            ),
            *(t.LookedUp(t.ComplaintFound(None)), t.LookedUp(t.ComplaintFound(PublicStatus(ComplaintStatus.ANSWERED)))),
            t.LookedUp(t.ComplaintFound(PublicStatus(ComplaintStatus.NEEDS_MORE, answer="?"), may_answer=True)),
            t.LookedUp(t.ComplaintFound(PublicStatus(ComplaintStatus.ANSWERED), may_withdraw=True)),
            *(Typed("a"), Typed("0"), Typed("@"), Typed(".")),
        ]
    ),
    st.sampled_from(
        [
            *("comment", "complaint", "look_up", "conduct", "rule", "q1", "TP-021", "written", "picked", "helper"),
            *("waited-long", "phone", "email", "address", "sms", "counter", "agreed", "satisfied", "name", "reach"),
            *("write_more", "bring", "withdraw", "keep"),
        ]
    ).map(AnswerMarked),
)


@given(st.lists(st.tuples(st.floats(0, 30), EVENTS), max_size=80))
def test_no_receipt_without_a_save_no_reply_without_consent_and_always_a_way_home(moments):
    state, now, asked, saved = IDLE, 0.0, 0, 0
    for wait, event in moments:
        now += wait
        before = state
        state, effects = step(state, event, now, RULES)
        for effect in effects:
            if isinstance(effect, t.SaveComplaint):
                asked += 1
                told = effect.filled.draft
                assert told.says_something
                assert told.about is not None
                assert bool(told.contact_given()) is told.wants_reply
        if isinstance(state.place, t.ShowReceipt) and isinstance(before.place, t.SavingComplaint):
            assert isinstance(event, t.ComplaintSaved)
            saved += 1
    assert saved <= asked
    for _ in range(400):
        now += 1
        state, effects = step(state, w.Tick(), now, RULES)
        if any(isinstance(effect, Probe) for effect in effects):
            state, _ = step(state, w.Ready(), now, RULES)
    busy = (w.Saving, w.LookingUpDossier, f.SavingAnswers, t.SavingComplaint, t.LookingUpComplaint, t.SavingVerdict)
    busy = (*busy, t.SavingSupplement, t.SavingWithdrawal)
    assert isinstance(state.place, (w.Idle, *busy)), "left alone, it goes home, unless it waits for the disk"


@given(st.lists(EVENTS, max_size=30))
def test_nothing_that_was_told_outlives_the_way_home(moments):
    state = at(t.Write(ComplaintPart.TEXT, TOLD, beginning(Kind.WORDS, PLANTED)))
    for event in moments:
        state, _ = step(state, event, 5, RULES)
    state, _ = step(state, w.WentHome(), 5, RULES)
    state, _ = step(state, w.WentHome(), 5, RULES)
    if isinstance(state.place, w.Idle):
        whole = pickle.dumps(state)
        for secret in (PLANTED, TOLD.text, TOLD.name, TOLD.contact, RECEIPT.number, RECEIPT.token):
            assert secret.encode() not in whole


@pytest.mark.parametrize("name", telling_places(0))
def test_no_log_can_hold_what_stands_in_a_state(name: str):
    shown = repr(at(telling_places(0)[name]))

    for secret in (TOLD.text[:20], TOLD.name, TOLD.contact, COMMENT.text, RECEIPT.number, RECEIPT.token, ANSWER[:40]):
        assert secret not in shown


def test_no_log_can_hold_what_stands_in_an_event_or_effect():
    filled = t.FilledComplaint(TOLD, "vi")
    for thing in (t.SaveComplaint(filled), t.ComplaintSaved(RECEIPT), t.FindStatus(RECEIPT.number), Typed("ữ")):
        assert all(secret not in repr(thing) for secret in (TOLD.text[:20], TOLD.contact, RECEIPT.number, "ữ"))


@given(
    st.builds(
        ComplaintDraft,
        wants_reply=st.booleans(),
        about=st.sampled_from(About),
        subject=st.sampled_from([None, SUBJECT]),
        known=st.just(False),
        manner=st.sampled_from(Manner),
        reach=st.sampled_from(Reach),
    ).filter(lambda told: told.wants_reply or told.about is not About.QUESTION)  # without a reply there is no question
)
def test_every_asked_part_has_cards_or_is_written_and_every_card_leads_somewhere(told: ComplaintDraft):
    written = (
        ComplaintPart.TEXT,
        ComplaintPart.SPEECH,
        ComplaintPart.NAME,
        ComplaintPart.CONTACT,
        ComplaintPart.CONSENT,
        ComplaintPart.DOSSIER,
    )
    for part in parts_of(told, INTAKE):
        answers = answers_of(part, told, INTAKE)
        assert answers or part in written
        for answer in answers:
            state = at(t.Choose(part, told))
            assert play(state, AnswerMarked(answer))[0].place != state.place


def test_officers_are_those_of_the_counter_or_of_the_whole_office():
    at_counter = replace(COMMENT, subject=SUBJECT)

    assert {each.counter_id for each in officers_for(at_counter, INTAKE)} == {"q1"}
    assert officers_for(COMMENT, INTAKE) == INTAKE.officers


@pytest.mark.parametrize("name", telling_places(0))
def test_every_named_key_does_something(name: str):
    place = telling_places(0)[name]
    if not isinstance(place, t.Place):
        return
    for event in keys_of(at(place), RULES).values():
        ready = at(place)
        waits = isinstance(place, t.Choose | t.AskConsent) or getattr(place, "refused", False)
        if isinstance(event, SentOff) and waits:
            continue  # until something is marked or mended
        ready = replace(ready, printer=True)
        if isinstance(event, t.PrintAsked) and place.paper:
            continue  # asked for already
        if isinstance(event, w.Erased | w.PadKeyPressed):
            continue  # a full or an empty field stays as it is
        if isinstance(place, t.SavingComplaint | t.LookingUpComplaint | t.SavingVerdict):
            continue
        if isinstance(place, t.SavingSupplement | t.SavingWithdrawal):
            continue
        after, effects = play(ready, event)
        assert effects or replace(after, touched_at=0, touches=()) != ready, event


def test_the_first_state_knows_no_intake():
    assert begin(RULES).lobby.intake is None
