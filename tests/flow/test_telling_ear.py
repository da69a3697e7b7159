"""A góp ý or phản ánh by ear, touch by touch: everything that can be done so, and nothing the hall learns by it."""

from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.complaint import About, ReplyBy, State
from kiosk.domain.dossier_code import NoCode
from kiosk.domain.rating import Score
from kiosk.flow import telling as t
from kiosk.flow import words as w
from kiosk.flow.by_ear import PLACES, items_of, offered, suited
from kiosk.flow.form import AnswersSaved, SaveAnswers, SentOff
from kiosk.flow.hall import Board
from kiosk.flow.preferences import PLAIN, CornerHeld, PlaceTouched, Preferences, Pressed
from kiosk.flow.recording import NotRecorded, Recorded, Recording, RecordingFailed, SoundTask
from kiosk.flow.spoken import prompt, utterance
from kiosk.flow.step import step
from kiosk.flow.subject import Kept
from kiosk.flow.telling import Manner, Part, Reach, Telling
from kiosk.flow.writing import Kind, beginning
from kiosk.paths import shared
from kiosk.scheme import shipped
from tests.fakes import INTAKE, RECEIPT
from tests.ui.telling_states import ANSWERED, SUBJECT, telling_places

RULES = w.Rules(languages=("vi", "en"))
HEADSET = replace(RULES, headset=True)
EITHER = pytest.mark.parametrize("rules", [RULES, HEADSET], ids=["loudspeaker", "headset"])
BY_EAR = Preferences(spoken=True, by_ear=True)
IDLE = w.State(w.Idle(), "vi", board=Board(intake=INTAKE), board_read_at=0, preferences=BY_EAR, printer=True)
TOLD = Telling(
    wants_reply=True,
    about=About.CONDUCT,
    subject=SUBJECT,
    manner=Manner.PICKED,
    sentences=("waited-long", "not-polite"),
    reach=Reach.PHONE,
    contact="0912345123",
    reply_by=ReplyBy.CALL,
    consent=INTAKE.consent.version,
    unseen=True,
)


def at(place: w.Place, rules: w.Rules = RULES, **outlives: object) -> w.State:
    return suited(replace(IDLE, place=place, **outlives), rules)


class Listener:
    """Somebody who touches the five places and hears what is said; ``effects`` are those of the last touch."""

    def __init__(self, state: w.State, rules: w.Rules = RULES) -> None:
        self.state, self.rules, self.now = state, rules, 10.0
        self.heard: list[object] = []
        self.effects: list[object] = []

    def happens(self, *events: w.Event, after: float = 1.0) -> "Listener":
        for event in events:
            self.now += after
            before = self.state
            self.state, effects = step(before, event, self.now, self.rules)
            self.effects = list(effects)
            self.heard += utterance(before, self.state, self.rules) or ()
        return self

    def touches(self, *places: str, gap: float = 1.0) -> "Listener":
        return self.happens(*(PlaceTouched(place) for place in places), after=gap)

    def chooses(self, *names: str) -> "Listener":
        """Goes on until this is said, and touches the middle."""
        for name in names:
            for _ in range(40):
                if self.state.pointed_at == name:
                    break
                self.touches("next")
            assert self.state.pointed_at == name, f"{name} is not offered, but {[*items_of(self.state, self.rules)]}"
            self.touches("choose")
        return self

    def dials(self, digits: str) -> "Listener":
        for digit in digits:
            self.touches(*["next"] * int(digit), "choose")
        return self

    def marks_and_ends(self, *meant: str) -> "Listener":
        """Hears a list to its end and marks some of it on the way."""
        answers = [name for name in items_of(self.state, self.rules) if not name.startswith(".")]
        self.touches("next", *("choose" if name in meant else "next" for name in answers))
        assert self.state.pointed_at == ".done"
        return self.touches("choose")

    def since(self) -> list[object]:
        heard, self.heard = self.heard, []
        return heard


def spot(state: w.State) -> object:
    return getattr(state.place, "part", type(state.place).__name__)


def digits_of(said: Iterable[object]) -> str:
    return "".join(str(clip)[-1] for clip in said if str(clip).startswith("digit."))


# ---- the whole way


def test_from_idle_to_the_receipt_over_a_loudspeaker():
    citizen = Listener(replace(IDLE, preferences=PLAIN)).happens(CornerHeld())
    citizen.chooses("5", "complaint").marks_and_ends("conduct").chooses(".skip").marks_and_ends("q3")
    citizen.chooses("picked").marks_and_ends("waited-long", "absent").dials("0912345123").touches("previous", "choose")
    citizen.chooses("call").chooses(".agree").touches("choose")
    assert isinstance(citizen.state.place, t.ReadBack)

    citizen.chooses(".send")

    (save,) = citizen.effects
    told = save.filled.telling
    assert (told.about, told.counter.counter_id, told.sentences) == (About.CONDUCT, "q3", ("waited-long", "absent"))
    contact = told.contact_given()
    assert (contact.name, contact.phone, contact.reply_by) == ("", "0912345123", ReplyBy.CALL)
    assert contact.reachable

    citizen.happens(t.WordsSaved(RECEIPT)).since()
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
    assert (save.filled.telling.sentences, save.filled.telling.contact_given()) == (("few-seats", "toilet"), None)


def test_after_the_thank_you_it_is_about_what_was_rated():
    thanks = w.Thanks(SUBJECT, Score.DISSATISFIED, until=60, entry_id="0000-0001")
    citizen = Listener(at(thanks)).chooses(".tell", "comment").marks_and_ends("conduct")

    assert spot(citizen.state) is Part.MANNER
    assert (citizen.state.place.telling.subject, citizen.state.place.telling.entry_id) == (SUBJECT, "0000-0001")


def test_who_listens_at_the_thank_you_is_not_cut_short():
    citizen = Listener(at(w.Thanks(SUBJECT, Score.NEUTRAL, until=12), touched_at=5.0)).touches("next")

    assert isinstance(citizen.happens(w.Tick(), after=6).state.place, w.Thanks)
    assert isinstance(citizen.happens(w.Tick(), after=20).state.place, w.Idle)


def test_in_the_middle_the_thank_you_and_the_end_are_left():
    assert Listener(at(w.Thanks(SUBJECT, Score.NEUTRAL, until=60))).touches("choose").state.place == w.Idle()
    assert Listener(at(t.Told(60, RECEIPT))).touches("choose").state.place == w.Idle()
    again = Listener(at(t.Told(60, RECEIPT, answered=True))).touches("previous", "choose").state.place
    assert again == t.ShowReceipt(RECEIPT, answered=True, last=True)


def test_without_intake_nothing_of_it_is_offered():
    nowhere = replace(IDLE, board=Board())

    assert "5" not in items_of(nowhere, RULES)
    assert items_of(replace(nowhere, place=w.Thanks(SUBJECT, Score.NEUTRAL, 9)), RULES) == {}


# ---- what the hall hears

LISTS = {
    "about": t.Choose(Part.ABOUT, replace(TOLD, about=None)),
    "counter": t.Choose(Part.COUNTER, TOLD),
    "sentences": t.Choose(Part.SENTENCES, replace(TOLD, sentences=())),
    "verdict": t.ShowStanding(RECEIPT.number, t.Look(ANSWERED)),
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_sounds_the_same_whatever_is_marked_in_it(name: str):
    answers = [each for each in items_of(at(LISTS[name]), RULES) if not each.startswith(".")]
    heard = set()
    for meant in answers:
        citizen = Listener(at(LISTS[name])).marks_and_ends(meant)
        assert type(citizen.state.place) is not type(LISTS[name]) or spot(citizen.state) != spot(at(LISTS[name]))
        place = citizen.state.place
        assert meant == (place.opinion if name == "verdict" else marked_in(place.telling, name))
        heard.add(tuple(citizen.heard[: len(answers) + 3]))

    assert len(answers) > 2
    assert len(heard) == 1


def marked_in(told: t.Telling, name: str) -> str | None:
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
    assert spot(Listener(at(LISTS["counter"])).marks_and_ends().state) is Part.MANNER


def test_sentences_marked_by_mistake_are_taken_back_all_at_once():
    citizen = Listener(at(LISTS["sentences"]))
    citizen.touches("next", "choose", "choose").chooses(".clear")

    assert citizen.state.place.telling.sentences == ()
    assert citizen.heard[-1] == "ear.cleared"


def test_a_sentence_marked_twice_stays_marked():
    citizen = Listener(at(LISTS["sentences"])).touches("next", "choose").chooses("waited-long")

    assert citizen.state.place.telling.sentences == ("waited-long",)


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

    assert "waited-long" in citizen.state.place.telling.sentences
    assert "waited-long" not in repr(citizen.state.place)
    assert not {"pointed_at", "meant"} & {word.partition("=")[0] for word in repr(citizen.state).split()}


# ---- numbers

DIAL = t.Write(Part.CONTACT, replace(TOLD, contact=""), beginning(Kind.PHONE))


def test_a_number_is_dialled_and_a_loudspeaker_says_how_long_it_is():
    citizen = Listener(at(DIAL)).dials("0912")

    assert citizen.state.place.writing.text == "0912"
    assert [clip for clip in citizen.heard if clip != "ear.tick"][-3:] == ["ear.dialled", "digit.4", "ear.digits"]
    assert citizen.heard.count("ear.tick") == 0 + 9 + 1 + 2
    citizen.touches("previous", "previous", "choose")
    assert citizen.state.place.writing.text == "091"
    assert citizen.heard[-4:] == ["erased", "ear.dialled", "digit.3", "ear.digits"]


def test_a_headset_says_each_digit():
    citizen = Listener(at(DIAL, HEADSET), HEADSET).dials("03")

    assert citizen.heard == ["digit.0", "digit.1", "digit.2", "digit.3", "digit.3"]


def test_number_keys_beside_the_screen_type_the_number_and_say_no_digit():
    citizen = Listener(at(DIAL)).happens(*(Pressed(key) for key in "0912345123"), Pressed("enter"))

    assert spot(citizen.state) is Part.REPLY_BY
    assert [clip for clip in citizen.heard if clip == "ear.dialled"] == ["ear.dialled"] * 10
    assert citizen.heard[-4:-2] == ["number.10", "ear.digits"]


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
    assert citizen.since().count("ear.dialled") == 16
    citizen.touches("previous", "choose")
    assert citizen.effects == [t.FindStanding(RECEIPT.number)]
    citizen.happens(t.LookedUp(t.Look(ANSWERED, "2026-11-20")))
    assert "ear.standing_answered" in citizen.since()

    citizen.marks_and_ends("not_satisfied")

    (verdict,) = citizen.effects
    assert (verdict.number, verdict.opinion) == (RECEIPT.number, "not_satisfied")
    assert isinstance(citizen.happens(t.VerdictSaved()).state.place, t.Told)


def test_the_day_of_the_reply_is_said():
    standing = replace(ANSWERED, state=State.WITH_OFFICE)
    said = prompt(at(t.ShowStanding(RECEIPT.number, t.Look(standing))), RULES)

    assert said[:5] == ("ear.standing_with_office", "ear.due", "number.26", "ear.month", "number.11")


def test_the_receipt_is_read_in_four_groups():
    citizen = Listener(at(t.ShowReceipt(RECEIPT, answered=True))).chooses(".read_out")
    groups = [clip for clip in citizen.heard if str(clip).startswith("receipt.group")]

    assert groups == ["receipt.group_1", "receipt.group_2", "receipt.group_3", "receipt.group_4"]


def test_a_receipt_is_printed_where_there_is_a_printer_and_what_becomes_of_it_is_said():
    citizen = Listener(at(t.ShowReceipt(RECEIPT, answered=True))).chooses(".print")

    assert (citizen.effects[0].receipt, citizen.heard[-1]) == (RECEIPT, "ear.paper_asked")
    assert ".print" not in items_of(at(t.ShowReceipt(RECEIPT, answered=True), printer=False), RULES)


# ---- speaking


def test_who_speaks_touches_anywhere_when_they_have_finished_and_hears_it_before_sending():
    citizen = Listener(at(t.Record(replace(TOLD, manner=Manner.SPOKEN, sentences=()))))
    citizen.chooses(".speak")
    assert citizen.effects == [SoundTask.START]
    citizen.since()
    citizen.touches("previous")
    assert (citizen.effects, citizen.since()) == ([SoundTask.STOP], [])
    citizen.happens(Recorded(Recording(bytearray(b"OggS"), 9_000)))
    assert citizen.since()[0] == "ear.recorded"
    citizen.chooses(".play")
    assert citizen.effects == [SoundTask.PLAY]

    assert isinstance(citizen.chooses(".go_on").state.place, t.ReadBack | t.Write)


def test_a_microphone_that_hears_nothing_is_admitted():
    citizen = Listener(at(t.Record(TOLD, until=100))).happens(RecordingFailed(NotRecorded.NO_SOUND))

    assert citizen.heard[0] == "ear.speech_failed"


# ---- what cannot be done by ear, and who helps


def test_no_name_and_no_other_address_is_asked_of_who_cannot_write_them():
    citizen = Listener(IDLE, HEADSET).chooses("5", "complaint", "rule", ".skip", "picked", "hard-forms", ".done")

    assert isinstance(citizen.state.place, t.Write)
    assert (citizen.state.place.part, citizen.state.place.telling.reach) == (Part.CONTACT, Reach.PHONE)


def test_a_helper_gets_the_drawn_screen_and_then_everything_is_asked():
    citizen = Listener(at(t.Choose(Part.MANNER, replace(TOLD, contact="")))).chooses(".show")

    assert not offered(citizen.state)
    assert citizen.state.preferences.spoken
    assert not citizen.state.place.telling.unseen
    citizen.happens(CornerHeld())
    assert citizen.state.place.telling.unseen


def test_a_consent_that_nobody_recorded_cannot_be_agreed_to_by_ear():
    silent = replace(RULES, sounds=frozenset())
    asked = at(t.AskConsent(replace(TOLD, consent="")))

    assert [*items_of(asked, silent)] == [".show", ".no", ".back"]
    assert prompt(asked, silent)[0] == "ear.unread"
    assert prompt(asked, RULES)[:2] == ("ear.consent", f"consent.{INTAKE.consent.version}")


def test_agreeing_takes_two_touches_and_can_be_taken_back():
    citizen = Listener(at(t.AskConsent(replace(TOLD, consent="")))).chooses(".agree")
    assert (citizen.state.place.ticked, citizen.heard[-1]) == (True, "ear.agreed")
    citizen.chooses(".untick")
    assert not citizen.state.place.ticked

    declined = citizen.chooses(".no").state.place

    assert isinstance(declined, t.ReadBack)
    assert (declined.telling.wants_reply, declined.telling.contact) == (False, "")


def test_a_sentence_without_a_sound_is_not_offered():
    some = replace(RULES, sounds=frozenset({"sentence.absent"}))
    none = replace(RULES, sounds=frozenset())

    assert [name for name in items_of(at(LISTS["sentences"]), some) if name[0] != "."] == ["absent"]
    assert [*items_of(at(t.Choose(Part.MANNER, TOLD)), none)] == ["spoken", ".show", ".back"]


def test_one_wrong_touch_of_the_corner_loses_nothing():
    citizen = Listener(at(t.ReadBack(TOLD))).touches("home")
    assert (citizen.state.place, citizen.heard) == (t.ReadBack(TOLD), ["ear.home"])

    stayed = Listener(citizen.state).touches("next", "home").state.place
    left = citizen.touches("home").state.place

    assert (stayed, left) == (t.ReadBack(TOLD), w.Idle())


def test_one_part_is_told_anew():
    citizen = Listener(at(t.ReadBack(TOLD))).chooses(".correct", "contact")

    assert isinstance(citizen.state.place, t.Write)
    citizen.touches("previous", "choose")
    assert citizen.state.place == t.ReadBack(TOLD)


# ---- every screen

TELLING = {name: place for name, place in telling_places(0).items() if isinstance(place, t.Place)}
HEARD = [name for name, place in TELLING.items() if offered(at(place))]
WRITTEN = {"tell-text", "tell-text-written", "tell-text-refused", "tell-name", "tell-address", "tell-email"}


def test_what_is_written_with_letters_is_left_to_the_drawn_screen():
    busy = {"tell-sending", "looking-up", "standing-verdict"}

    assert {*TELLING} - {*HEARD} == WRITTEN | busy | {"tell-officer", "tell-reach"}


@pytest.mark.parametrize("name", HEARD)
@EITHER
@pytest.mark.parametrize("language", ["vi", "en"])
def test_all_that_is_said_is_recorded_and_every_item_does_something(name: str, rules: w.Rules, language: str):
    sounds = shared("assets") / "sounds" / "kiosk" / language
    state = at(TELLING[name], rules)
    said = list(prompt(state, rules))
    for item in items_of(state, rules):
        beside = replace(state, pointed_at="another")
        said += utterance(beside, replace(state, pointed_at=item), rules) or ()
        done, effects = step(replace(state, pointed_at=item), PlaceTouched("choose"), 5, rules)
        assert effects or replace(done, touched_at=0, touches=(), pointed_at=item) != state, item

    assert said or name == "tell-record-speaking"
    assert [clip for clip in said if isinstance(clip, str) and not (sounds / f"{clip}.ogg").is_file()] == []


def test_what_happens_on_every_screen_is_recorded_too():
    sounds = {path.stem for path in (shared("assets") / "sounds" / "kiosk" / "vi").glob("*.ogg")}
    made = {f"number.{count}" for count in range(10, 32)} | {f"ear.paper_{each}" for each in t.Paper}
    made |= {
        *("ear.none", "ear.cleared", "ear.home", "ear.picked", "ear.end", "ear.agreed", "ear.refused", "ear.digits")
    }
    made |= {*("ear.unread", "ear.own_words", "ear.phone", "ear.tick", "ear.optional", "tell.manner.key_4")}

    assert made - sounds == set()


def test_the_first_key_that_is_pressed_does_not_interrupt_who_listens():
    citizen = Listener(at(t.ReadBack(TOLD))).happens(Pressed("5"))

    assert citizen.heard == []


def test_by_keys_the_way_of_speaking_is_named_only_where_there_is_a_microphone():
    by_keys = Preferences(spoken=True, by_keys=True)
    manner = replace(IDLE, place=t.Choose(Part.MANNER, TOLD), preferences=by_keys)
    deaf = replace(manner, board=Board(intake=replace(INTAKE, speech_seconds=0)))

    assert prompt(manner, RULES) == ("tell.manner", "tell.manner.keys", "tell.manner.key_4")
    assert prompt(deaf, RULES) == ("tell.manner", "tell.manner.keys")


def test_sending_by_ear_is_what_a_touch_sends():
    by_ear = Listener(at(t.ReadBack(TOLD))).chooses(".send")
    by_touch, effects = step(at(t.ReadBack(TOLD)), SentOff(), 20, RULES)

    assert (by_ear.state.place, by_ear.effects) == (by_touch.place, list(effects))


def answered(effect: w.Effect) -> w.Event | None:
    """What the box says to an effect, when all goes well."""
    match effect:
        case w.LoadCounters():
            return w.CountersLoaded(INTAKE.counters)
        case w.FindCounter():
            return w.Found(SUBJECT)
        case w.Find():
            return w.NotFound(NoCode.NO_MATCH)
        case w.Save():
            return w.Saved(Kept("0000-0001", shipped()))
        case SaveAnswers():
            return AnswersSaved()
        case t.SaveWords():
            return t.WordsSaved(RECEIPT)
        case t.FindStanding():
            return t.LookedUp(t.Look(ANSWERED))
        case t.SaveVerdict():
            return t.VerdictSaved()
        case SoundTask.STOP:
            return Recorded(Recording(bytearray(b"OggS"), 9_000))
    return None


@given(st.lists(st.sampled_from([*PLACES, *["next"] * 4, *["choose"] * 4]), max_size=120))
def test_wherever_the_finger_goes_all_is_said_nothing_is_betrayed_and_nobody_is_stuck(places: list[str]):
    sounds = {path.stem for path in (shared("assets") / "sounds" / "kiosk" / "vi").glob("*.ogg")}
    citizen = Listener(IDLE)
    for place in places:
        citizen.touches(place)
        for effect in list(citizen.effects):
            said = answered(effect)
            citizen.happens(*([said] if said else []))
        if not citizen.state.preferences.by_ear:
            return  # ended it, or asked for the drawn screen
        assert offered(citizen.state)
        assert items_of(citizen.state, RULES) or isinstance(citizen.state.place, w.Rate)

    said = {clip for clip in citizen.heard if isinstance(clip, str)}
    assert said - sounds == set()
    assert not {clip for clip in said if clip.startswith(("face.", "score.", "marked", "unmarked", "mot-cua-2.bad"))}
