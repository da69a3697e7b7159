"""A góp ý or phản ánh by ear, touch by touch: everything that can be done so, and nothing the hall learns by it."""

import pytest
from msgspec.structs import replace

from kiosk.domain.complaint import About, ComplaintStatus, ReplyBy
from kiosk.domain.rating import Score
from kiosk.flow.input.non_visual import items_of
from kiosk.flow.input.prompts import prompt
from kiosk.flow.state import complaint as t
from kiosk.flow.state import screens as w
from kiosk.flow.state.complaint_draft import ComplaintDraft, ComplaintPart
from kiosk.flow.state.lobby import Lobby, OnDuty, Rules
from kiosk.flow.state.preferences import PLAIN, CornerHeld, Preferences, Pressed
from kiosk.flow.state.text_input import Kind, beginning
from tests.support.fakes import INTAKE, RECEIPT
from tests.support.listener import EITHER, HEADSET, IDLE, RULES, TOLD, Listener, at, digits_of, spot
from tests.ui.complaint_states import ANSWERED, SUBJECT

# ---- the whole way


def test_from_idle_to_the_receipt_over_a_loudspeaker():
    citizen = Listener(replace(IDLE, preferences=PLAIN)).happens(CornerHeld(), w.Confirmed())
    citizen.chooses("5", "complaint").marks_and_ends("conduct").chooses(".skip").marks_and_ends("q3")
    citizen.chooses("picked").marks_and_ends("waited-long", "absent").dials("0912345123").touches("choose")
    citizen.chooses("call").chooses(".agree").touches("choose")
    assert isinstance(citizen.state.place, t.ReadBack)

    citizen.chooses(".send")

    (save,) = citizen.effects
    told = save.filled.draft
    assert (told.about, told.counter.counter_id, told.sentences) == (About.CONDUCT, "q3", ("waited-long", "absent"))
    contact = told.contact_given()
    assert (contact.name, contact.phone, contact.reply_by) == ("", "0912345123", ReplyBy.CALL)

    citizen.happens(t.ComplaintSaved(RECEIPT)).since()
    citizen.chooses(".read_out")
    assert digits_of(citizen.since()) == RECEIPT.number
    citizen.touches("choose")
    assert digits_of(citizen.since()) == RECEIPT.number
    citizen.chooses(".noted").touches("choose")
    assert citizen.state.place == w.Idle()


def test_a_comment_is_left_without_a_name_in_few_touches():
    citizen = Listener(IDLE, HEADSET).chooses("5", "comment", "facilities", ".skip", "picked", "few-seats", "toilet")
    citizen.chooses(".done", ".send")

    (save,) = citizen.effects
    assert (save.filled.draft.sentences, save.filled.draft.contact_given()) == (("few-seats", "toilet"), None)


def test_after_the_thank_you_it_is_about_what_was_rated():
    thanks = w.Thanks(SUBJECT, Score.DISSATISFIED, until=60, entry_id="0000-0001")
    citizen = Listener(at(thanks)).chooses(".tell", "comment").marks_and_ends("conduct")

    assert spot(citizen.state) is ComplaintPart.MANNER
    assert (citizen.state.place.draft.subject, citizen.state.place.draft.entry_id) == (SUBJECT, "0000-0001")


def test_who_listens_at_the_thank_you_is_not_cut_short():
    citizen = Listener(at(w.Thanks(SUBJECT, Score.NEUTRAL, until=12), touched_at=5.0)).touches("next")

    assert isinstance(citizen.happens(w.Tick(), after=6).state.place, w.Thanks)
    assert isinstance(citizen.happens(w.Tick(), after=20).state.place, w.Idle)


def test_in_the_middle_the_thank_you_and_the_end_are_left():
    assert Listener(at(w.Thanks(SUBJECT, Score.NEUTRAL, until=60))).touches("choose").state.place == w.Idle()
    assert Listener(at(t.ComplaintSent(60, RECEIPT))).touches("choose").state.place == w.Idle()
    again = Listener(at(t.ComplaintSent(60, RECEIPT, answered=True))).touches("previous", "choose").state.place
    assert again == t.ShowReceipt(RECEIPT, answered=True, last=True)


def test_without_intake_nothing_of_it_is_offered():
    nowhere = replace(IDLE, lobby=Lobby())

    assert "5" not in items_of(nowhere, RULES)
    assert items_of(replace(nowhere, place=w.Thanks(SUBJECT, Score.NEUTRAL, 9)), RULES) == {}


# ---- what the hall hears

LISTS = {
    "about": t.Choose(ComplaintPart.ABOUT, replace(TOLD, about=None)),
    "counter": t.Choose(ComplaintPart.COUNTER, TOLD),
    "sentences": t.Choose(ComplaintPart.SENTENCES, replace(TOLD, sentences=())),
    "verdict": t.ShowStatus(RECEIPT.number, t.ComplaintFound(ANSWERED)),
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_sounds_the_same_whatever_is_marked_in_it(name: str):
    answers = [each for each in items_of(at(LISTS[name]), RULES) if not each.startswith(".")]
    heard = set()
    for meant in answers:
        citizen = Listener(at(LISTS[name])).marks_and_ends(meant)
        assert type(citizen.state.place) is not type(LISTS[name]) or spot(citizen.state) != spot(at(LISTS[name]))
        place = citizen.state.place
        assert meant == (place.opinion if name == "verdict" else marked_in(place.draft, name))
        heard.add(tuple(citizen.heard[: len(answers) + 3]))

    assert len(answers) > 2
    assert len(heard) == 1


def marked_in(told: ComplaintDraft, name: str) -> str | None:
    if name == "counter":
        return told.counter and told.counter.counter_id
    return told.about if name == "about" else "".join(told.sentences)


def test_nothing_marked_in_a_list_is_said_and_the_list_begins_again():
    for name in ("about", "sentences", "verdict"):
        citizen = Listener(at(LISTS[name])).marks_and_ends()

        assert citizen.state.place == at(LISTS[name]).place
        assert citizen.heard[-1] == "ear.none"
        first = next(iter(items_of(citizen.state, RULES)))
        assert citizen.touches("next").state.pointed_at == first
    assert spot(Listener(at(LISTS["counter"])).marks_and_ends().state) is ComplaintPart.MANNER


def test_sentences_marked_by_mistake_are_taken_back_all_at_once():
    citizen = Listener(at(LISTS["sentences"]))
    citizen.touches("next", "choose", "choose").chooses(".clear")

    assert citizen.state.place.draft.sentences == ()
    assert citizen.heard[-1] == "ear.cleared"


def test_a_sentence_marked_twice_stays_marked():
    citizen = Listener(at(LISTS["sentences"])).touches("next", "choose").chooses("waited-long")

    assert citizen.state.place.draft.sentences == ("waited-long",)


def test_into_a_headset_a_sentence_is_said_to_be_chosen_and_not():
    citizen = Listener(at(LISTS["sentences"], HEADSET), HEADSET).touches("next", "choose", "choose")

    assert citizen.heard == ["sentence.waited-long", "marked", "unmarked"]


def test_the_tremble_of_a_finger_marks_nothing_more():
    citizen = Listener(at(LISTS["about"])).touches("next", "choose").touches("choose", gap=0.2)

    assert (citizen.state.meant, citizen.state.pointed_at) == ("conduct", "rule")


def test_what_is_read_back_aloud_betrays_nothing_and_into_a_headset_everything():
    aloud, in_the_ear = (prompt(at(t.ReadBack(TOLD), rules), rules) for rules in (RULES, HEADSET))

    assert aloud == ("ear.read_back", "ear.items")
    assert {"ear.about_conduct", "sentence.not-polite", "ear.reply_by_call"} <= set(in_the_ear)
    assert digits_of(in_the_ear) == TOLD.contact


def test_no_repr_tells_what_was_marked():
    citizen = Listener(at(LISTS["sentences"])).touches("next", "choose")

    assert "waited-long" in citizen.state.place.draft.sentences
    assert "waited-long" not in repr(citizen.state.place)
    assert not {"pointed_at", "meant"} & {word.partition("=")[0] for word in repr(citizen.state).split()}


# ---- numbers

DIAL = t.Write(ComplaintPart.CONTACT, replace(TOLD, contact=""), beginning(Kind.PHONE))


def test_a_number_is_dialled_and_a_loudspeaker_says_how_long_it_is():
    citizen = Listener(at(DIAL)).dials("0912")

    assert citizen.state.place.writing.text == "0912"
    assert [clip for clip in citizen.heard if clip != "ear.tick"] == ["digit.1", "digit.2", "digit.3", "digit.4"]
    assert citizen.heard.count("ear.tick") == 0 + 9 + 1 + 2
    citizen.touches("previous", "previous", "choose")
    assert citizen.state.place.writing.text == "091"
    assert citizen.heard[-4:] == ["erased", "ear.dialled", "digit.3", "ear.digits"]


def test_a_headset_says_each_digit():
    citizen = Listener(at(DIAL, HEADSET), HEADSET).dials("03")

    assert citizen.heard == ["digit.0", "digit.1", "digit.2", "digit.3", "digit.3"]


def test_number_keys_beside_the_screen_type_the_number_and_say_no_digit():
    citizen = Listener(at(DIAL)).happens(*(Pressed(key) for key in "0912345123"), Pressed("enter"))

    assert spot(citizen.state) is ComplaintPart.REPLY_BY
    assert citizen.heard[:10] == [*(f"digit.{count}" for count in range(1, 10)), "ear.full"]


def test_a_complete_number_ends_by_itself_and_can_still_be_mended():
    citizen = Listener(at(DIAL)).dials("0912345123")
    assert (citizen.state.pointed_at, citizen.heard[-1]) == (".done", "ear.full")

    citizen.touches("previous", "choose")

    assert citizen.state.place.writing.text == "091234512"
    assert citizen.dials("4").touches("choose").state.place.draft.contact == "0912345124"


def test_a_number_that_is_too_short_is_refused_as_often_as_it_is_sent():
    citizen = Listener(at(DIAL)).dials("09").touches("previous", "choose")
    once = citizen.since()
    citizen.touches("previous", "choose")

    assert isinstance(citizen.state.place, t.Write)
    assert "ear.refused" in once
    assert "ear.refused" in citizen.heard


def test_a_trembling_middle_adds_no_nought():
    citizen = Listener(at(DIAL)).touches("next", "choose").touches("choose", gap=0.2)

    assert citizen.state.place.writing.text == "1"


def test_a_receipt_is_looked_up_by_its_digits_judged_and_thanked():
    citizen = Listener(IDLE).chooses("5", "look_up").dials(RECEIPT.number)
    assert citizen.since()[-1] == "ear.full"
    citizen.touches("choose")
    assert citizen.effects == [t.FindStatus(RECEIPT.number)]
    citizen.happens(t.LookedUp(t.ComplaintFound(ANSWERED, "2026-11-20")))
    heard = citizen.since()
    assert "ear.standing_answered" in heard
    assert "ear.unconfirmed" in heard  # before anything is chosen: the number alone confirms nothing

    citizen.marks_and_ends("not_satisfied")

    (verdict,) = citizen.effects
    assert (verdict.number, verdict.opinion) == (RECEIPT.number, "not_satisfied")
    assert isinstance(citizen.happens(t.VerdictSaved()).state.place, t.ComplaintSent)


@pytest.mark.parametrize(
    ("place", "says"),
    [
        (t.ShowStatus(RECEIPT.number, t.ComplaintFound(ANSWERED), token="ABCD"), False),
        (t.ShowStatus(RECEIPT.number, t.ComplaintFound(None)), False),
        (t.ShowStatus(RECEIPT.number, t.ComplaintFound(ANSWERED)), True),
    ],
)
def test_only_who_did_not_scan_the_receipt_hears_that_the_verdict_is_not_confirmed(place: t.ShowStatus, says: bool):
    citizen = Listener(at(t.LookingUpComplaint(place.number, place.token)))

    citizen.happens(t.LookedUp(place.look))

    assert ("ear.unconfirmed" in citizen.since()) is says


@EITHER
@pytest.mark.parametrize("phone", ["0263 3850 123", ""])
def test_behind_the_law_is_heard_that_somebody_is_on_duty_now_and_where_to_call(rules: Rules, phone: str):
    duty = replace(INTAKE, on_duty=OnDuty("Chuyên viên", phone))
    there, nobody = (
        Listener(replace(at(t.ChooseKind(), rules), lobby=Lobby(intake=intake)), rules).chooses(".law").since()
        for intake in (duty, INTAKE)
    )

    said = [each for each in there if each not in nobody]
    digits = [f"digit.{each}" for each in phone.replace(" ", "")]
    assert said == ["ear.on_duty", *(["ear.on_duty_phone", *digits] if phone else [])]
    seen = replace(at(t.ReadLaw(t.ChooseKind())), preferences=Preferences(spoken=True), lobby=Lobby(intake=duty))
    assert "ear.on_duty" in prompt(seen, rules), "with the drawn screen read aloud, too"


def test_the_day_of_the_reply_is_said():
    status = replace(ANSWERED, state=ComplaintStatus.WITH_OFFICE)
    said = prompt(at(t.ShowStatus(RECEIPT.number, t.ComplaintFound(status))), RULES)

    assert said[:5] == ("ear.standing_with_office", "ear.due", "number.26", "ear.month", "number.11")


def test_the_receipt_is_read_in_five_groups():
    citizen = Listener(at(t.ShowReceipt(RECEIPT, answered=True))).chooses(".read_out")
    groups = [clip for clip in citizen.heard if str(clip).startswith("receipt.group")]

    assert groups == [f"receipt.group_{number}" for number in range(1, 6)]


def test_a_receipt_is_printed_where_there_is_a_printer_and_what_becomes_of_it_is_said():
    citizen = Listener(at(t.ShowReceipt(RECEIPT, answered=True))).chooses(".print")

    assert (citizen.effects[0].receipt, citizen.heard[-1]) == (RECEIPT, "ear.paper_asked")
    assert ".print" not in items_of(at(t.ShowReceipt(RECEIPT, answered=True), printer=False), RULES)


def test_the_day_of_the_reply_is_heard_with_the_choice_and_the_law_behind_it():
    citizen = Listener(IDLE).chooses("5")
    citizen.since()
    citizen.touches("next", "next")
    assert citizen.since()[-5:] == ["ear.kind_complaint", "ear.due", "number.11", "ear.month", "number.12"]

    citizen.chooses(".law")
    assert [*{"tell.law", "law.2026"} - {*citizen.since()}] == []
    citizen.chooses(".back")
    assert isinstance(citizen.state.place, t.ChooseKind)
