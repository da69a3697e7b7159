"""By ear on every screen of a góp ý or phản ánh: speaking, who helps, and wherever the finger goes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from kiosk.desk.shipped import shipped
from kiosk.domain.dossier_code import NoCode
from kiosk.flow.input.non_visual import items_of, offered
from kiosk.flow.input.prompts import prompt, utterance
from kiosk.flow.state import complaint as t
from kiosk.flow.state import screens as w
from kiosk.flow.state.complaint_draft import ComplaintPart, Manner, Reach
from kiosk.flow.state.effects import Effect, FindCounter, FindDossier, LoadCounters, Save
from kiosk.flow.state.form import AnswersSaved, SaveAnswers, SentOff
from kiosk.flow.state.lobby import Lobby, Rules
from kiosk.flow.state.preferences import CornerHeld, Preferences, Pressed, Zone, ZoneTouched
from kiosk.flow.state.rating_draft import SavedRating
from kiosk.flow.state.recording import NotRecorded, Recorded, Recording, RecordingFailed, SoundTask
from kiosk.flow.step import step
from kiosk.paths import shared
from tests.support.fakes import INTAKE, RECEIPT
from tests.support.listener import EITHER, HEADSET, IDLE, RULES, TOLD, Listener, at
from tests.ui.complaint_states import ANSWERED, INTAKES, SUBJECT, telling_places

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
    assert (citizen.state.place.part, citizen.state.place.draft.reach) == (ComplaintPart.CONTACT, Reach.PHONE)


def test_a_helper_gets_the_drawn_screen_and_then_everything_is_asked():
    citizen = Listener(at(t.Choose(ComplaintPart.MANNER, replace(TOLD, contact="")))).chooses(".show")

    assert not offered(citizen.state)
    assert citizen.state.preferences.spoken
    assert not citizen.state.place.draft.unseen
    citizen.happens(CornerHeld(), w.Confirmed())
    assert citizen.state.place.draft.unseen


def test_a_consent_that_nobody_recorded_cannot_be_agreed_to_by_ear():
    silent = replace(RULES, sounds=frozenset())
    asked = at(t.AskConsent(replace(TOLD, consent="")))

    assert [*items_of(asked, silent)] == [".show", ".no", ".back", ".voice"]
    assert prompt(asked, silent)[0] == "ear.unread"
    assert prompt(asked, RULES)[:2] == ("ear.consent", f"consent.{INTAKE.consent.version}")


def test_agreeing_takes_two_touches_and_can_be_taken_back():
    citizen = Listener(at(t.AskConsent(replace(TOLD, consent="")))).chooses(".agree")
    assert (citizen.state.place.ticked, citizen.heard[-1]) == (True, "ear.agreed")
    citizen.chooses(".untick")
    assert not citizen.state.place.ticked

    declined = citizen.chooses(".no").state.place

    assert isinstance(declined, t.ReadBack)
    assert (declined.draft.wants_reply, declined.draft.contact) == (False, "")


def test_a_sentence_without_a_sound_is_not_offered():
    some = replace(RULES, sounds=frozenset({"sentence.absent"}))
    none = replace(RULES, sounds=frozenset())

    assert [name for name in items_of(at(t.Choose(ComplaintPart.SENTENCES, TOLD)), some) if name[0] != "."] == [
        "absent"
    ]
    assert [*items_of(at(t.Choose(ComplaintPart.MANNER, TOLD)), none)] == ["spoken", ".show", ".back", ".voice"]


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
WRITTEN |= {"standing-more", "standing-more-written", "standing-more-refused", "standing-more-failed"}


def test_what_is_written_with_letters_is_left_to_the_drawn_screen():
    busy = {"tell-sending", "looking-up", "standing-verdict", "standing-more-sending", "withdrawal-sending"}
    offices = {name for name in INTAKES if name.startswith("tell-officer")}

    assert {*TELLING} - {*HEARD} == WRITTEN | busy | {"tell-officer", *offices, "tell-reach"}


@pytest.mark.parametrize("name", HEARD)
@EITHER
@pytest.mark.parametrize("language", ["vi", "en"])
def test_all_that_is_said_is_recorded_and_every_item_does_something(name: str, rules: Rules, language: str):
    sounds = shared("assets") / "languages" / language / "sounds"
    state = at(TELLING[name], rules)
    said = list(prompt(state, rules))
    for item in items_of(state, rules):
        beside = replace(state, pointed_at="another")
        said += utterance(beside, replace(state, pointed_at=item), rules) or ()
        done, effects = step(replace(state, pointed_at=item), ZoneTouched(Zone.CHOOSE), 5, rules)
        assert effects or replace(done, touched_at=0, touches=(), pointed_at=item) != state, item

    assert said or name == "tell-record-speaking"
    assert [clip for clip in said if isinstance(clip, str) and not (sounds / f"{clip}.ogg").is_file()] == []


def test_what_happens_on_every_screen_is_recorded_too():
    sounds = {path.stem for path in (shared("assets") / "languages" / "vi" / "sounds").glob("*.ogg")}
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
    manner = replace(IDLE, place=t.Choose(ComplaintPart.MANNER, TOLD), preferences=by_keys)
    deaf = replace(manner, lobby=Lobby(intake=replace(INTAKE, speech_seconds=0)))

    assert prompt(manner, RULES) == ("tell.manner", "tell.manner.keys", "tell.manner.key_4")
    assert prompt(deaf, RULES) == ("tell.manner", "tell.manner.keys")


def test_sending_by_ear_is_what_a_touch_sends():
    by_ear = Listener(at(t.ReadBack(TOLD))).chooses(".send")
    by_touch, effects = step(at(t.ReadBack(TOLD)), SentOff(), 20, RULES)

    assert (by_ear.state.place, by_ear.effects) == (by_touch.place, list(effects))


def answered(effect: Effect) -> w.Event | None:
    """What the box says to an effect, when all goes well."""
    match effect:
        case LoadCounters():
            return w.CountersLoaded(INTAKE.counters)
        case FindCounter():
            return w.Found(SUBJECT)
        case FindDossier():
            return w.NotFound(NoCode.NO_MATCH)
        case Save():
            return w.Saved(SavedRating("0000-0001", shipped()))
        case SaveAnswers():
            return AnswersSaved()
        case t.SaveComplaint():
            return t.ComplaintSaved(RECEIPT)
        case t.FindStatus():
            return t.LookedUp(t.ComplaintFound(ANSWERED))
        case t.SaveVerdict():
            return t.VerdictSaved()
        case t.SaveSupplement():
            return t.SupplementSaved()
        case t.SaveWithdrawal():
            return t.WithdrawalSaved()
        case SoundTask.STOP:
            return Recorded(Recording(bytearray(b"OggS"), 9_000))
    return None


@given(st.lists(st.sampled_from([*Zone, *[Zone.NEXT] * 4, *[Zone.CHOOSE] * 4]), max_size=120))
def test_wherever_the_finger_goes_all_is_said_nothing_is_betrayed_and_nobody_is_stuck(places: list[str]):
    sounds = {path.stem for path in (shared("assets") / "languages" / "vi" / "sounds").glob("*.ogg")}
    citizen = Listener(IDLE)
    for place in places:
        citizen.touches(place)
        for effect in list(citizen.effects):
            said = answered(effect)
            citizen.happens(*([said] if said else []))
        if not citizen.state.preferences.by_ear:
            return  # ended it, or asked for the drawn screen
        assert offered(citizen.state)
        assert items_of(citizen.state, RULES)

    said = {clip for clip in citizen.heard if isinstance(clip, str)}
    assert said - sounds == set()
    assert not {clip for clip in said if clip.startswith(("score.", "marked", "unmarked", "mot-cua-3.bad"))}
