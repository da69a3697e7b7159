"""Everything a citizen can do is done without looking, with five places to touch; and nothing said tells the hall."""

import pytest
from msgspec.structs import replace

from kiosk.desk.shipped import shipped
from kiosk.domain.rating import Score
from kiosk.flow.input.non_visual import FACES, PLACES, TREMBLE_SECONDS, items_of, suited
from kiosk.flow.input.number_keys import keys_of
from kiosk.flow.input.prompts import prompt, utterance
from kiosk.flow.rules.aloud import left_out, to_the_end
from kiosk.flow.rules.screen_table import Holds, holds
from kiosk.flow.state import complaint
from kiosk.flow.state import screens as w
from kiosk.flow.state.form import Ask, Private, SavingAnswers, Why
from kiosk.flow.state.lobby import Lobby, Rules
from kiosk.flow.state.preferences import PLAIN, CornerHeld, PlaceTouched, Preferences, RepeatAsked
from kiosk.flow.state.rating_draft import RatingDraft, SavedRating
from kiosk.flow.step import step
from kiosk.paths import shared
from tests.ui.states import places

RULES = Rules(code_prefill="H15.50.05.13-261008-", languages=("vi", "en"))
HEADSET = replace(RULES, headset=True)
BY_EAR = Preferences(spoken=True, by_ear=True)
WHERE = {
    name: place
    for name, place in places(0).items()
    if holds(place, Holds.NON_VISUAL) and not isinstance(place, complaint.Place)
}
EVERYWHERE = pytest.mark.parametrize("name", WHERE)
LANGUAGES = pytest.mark.parametrize("language", ["vi", "en"])
EITHER = pytest.mark.parametrize("rules", [RULES, HEADSET], ids=["loudspeaker", "headset"])


def at(name: str, preferences: Preferences = BY_EAR) -> w.State:
    return w.State(WHERE[name], "vi", preferences=preferences)


def touch(state: w.State, *touched: str, rules: Rules = RULES, gap: float = 1.0) -> w.State:
    now = state.touched_at
    for place in touched:
        now += gap
        state = step(state, PlaceTouched(place), now, rules)[0]
    return state


@EVERYWHERE
def test_holding_the_corner_begins_on_every_screen_of_a_citizen(name: str):
    begun = step(at(name, PLAIN), CornerHeld(), 5, RULES)[0]

    assert begun.preferences == BY_EAR
    assert begun == suited(replace(begun, place=WHERE[name]), RULES)
    assert utterance(at(name, PLAIN), begun, RULES) == prompt(begun, RULES) != ()


@pytest.mark.parametrize("name", ["staff-pin", "staff-tallies", "pick-counter-staff", "sending"])
def test_elsewhere_it_does_nothing(name: str):
    state = w.State(places(0)[name], "vi")

    after = step(state, CornerHeld(), 5, RULES)[0]

    assert (after.preferences, after.place) == (PLAIN, state.place)


def test_where_nothing_is_read_aloud_it_does_nothing():
    assert step(at("idle", PLAIN), CornerHeld(), 5, replace(RULES, speech=False))[0].preferences == PLAIN


def test_a_dark_screen_wakes_at_the_touch():
    assert step(w.State(w.Resting(), "vi"), CornerHeld(), 5, RULES)[0].place == w.Idle()


@EVERYWHERE
@EITHER
def test_going_on_comes_to_every_item_and_round_again(name: str, rules: Rules):
    items = [*items_of(at(name), rules)]
    state, come_to = at(name), []
    for _ in items:
        state = touch(state, "next", rules=rules)
        come_to.append(state.pointed_at)

    assert come_to == items
    if items:
        assert touch(state, "next", rules=rules).pointed_at == items[0]
        assert touch(at(name), "previous", rules=rules).pointed_at == items[-1]


@EVERYWHERE
@EITHER
def test_choosing_is_what_the_number_key_does(name: str, rules: Rules):
    if isinstance(WHERE[name], w.ChoosePreferences) or to_the_end(WHERE[name], rules):
        return  # there one turns the volume; here nothing is chosen before the end
    for item, event in items_of(at(name), rules).items():
        pointed = replace(at(name), pointed_at=item)

        by_ear, asked = step(pointed, PlaceTouched("choose"), 5, rules)
        by_key, asked_too = step(pointed, event, 5, rules)

        assert item.startswith(".") or keys_of(at(name), rules)[item] == event
        assert (by_ear.place, by_ear.preferences, asked) == (by_key.place, by_key.preferences, asked_too)


@EVERYWHERE
@EITHER
@LANGUAGES
def test_all_that_is_said_is_recorded(name: str, rules: Rules, language: str):
    sounds = shared("assets") / "sounds" / "kiosk" / language
    said = list(prompt(at(name), rules))
    for item in items_of(at(name), rules):
        said += utterance(at(name), replace(at(name), pointed_at=item), rules) or ()

    assert said
    assert [clip for clip in said if isinstance(clip, str) and not (sounds / f"{clip}.ogg").is_file()] == []


@pytest.mark.parametrize("place", PLACES)
def test_a_face_is_chosen_by_touching_its_place_twice(place: str):
    once = touch(at("rate"), place)
    twice = touch(once, place)

    assert isinstance(once.place, w.Rate)
    assert isinstance(twice.place, w.Saving)
    assert twice.place.draft.score is FACES[place]


def test_another_place_is_another_face_and_a_tremble_is_none():
    changed = touch(at("rate"), "home", "next")
    trembled = touch(at("rate"), "home", "home", gap=TREMBLE_SECONDS / 2)

    assert isinstance(changed.place, w.Rate)
    assert touch(changed, "next").place.draft.score is Score.VERY_DISSATISFIED
    assert isinstance(trembled.place, w.Rate)


def test_a_loudspeaker_says_the_same_of_every_face_and_a_headset_its_name():
    heard = {utterance(at("rate"), touch(at("rate"), place), RULES) for place in PLACES}
    in_the_ear = [utterance(at("rate"), touch(at("rate"), place), HEADSET)[0] for place in PLACES]

    assert heard == {("ear.face_again",)}
    assert in_the_ear == ["face.5", "face.4", "face.3", "face.2", "face.1"]


@pytest.mark.parametrize("name", [name for name, place in WHERE.items() if isinstance(place, Why | Private)])
def test_a_loudspeaker_never_says_what_is_asked_because_of_the_face(name: str):
    state, said = at(name), list(prompt(at(name), RULES))
    for _ in range(12):
        after = touch(state, "next")
        said += utterance(state, after, RULES) or ()
        state = after

    assert not [clip for clip in said if "mot-cua" in str(clip)]


def listened(state: w.State, *touched: str, rules: Rules = RULES) -> tuple[w.State, list[object]]:
    """The state after the touches, and all that was said meanwhile."""
    said: list[object] = []
    for place in touched:
        after = touch(state, place, rules=rules)
        said += utterance(state, after, rules) or ()
        state = after
    return state, said


ASKED = [name for name, place in WHERE.items() if isinstance(place, Ask) and not place.chosen]


@pytest.mark.parametrize("name", ASKED)
def test_a_question_of_every_face_is_read_to_its_end_and_sounds_alike_whatever_is_answered(name: str):
    question = WHERE[name].question
    answers = [option.answer for option in question.options]
    heard = {}
    for meant in answers:
        way = ["choose" if answer == meant else "next" for answer in answers]
        state, said = listened(at(name), "next", *way)
        assert state.pointed_at == ".done"
        state, after_it = listened(state, "choose")
        heard[meant] = (said, [] if name == "ask-stage" else after_it)  # what one came for is seen by all
        kept = getattr(state.place, "form", None) or state.place.filled.form
        assert dict(kept.answers)[question.question_id] == (meant,)

    assert len({repr(each) for each in heard.values()}) == 1


def test_the_last_answer_marked_is_the_one_that_is_meant_and_none_is_an_answer_too():
    changed, _ = listened(at("ask-time"), "next", "choose", "choose", "next", "next", "choose")
    skipped, _ = listened(at("ask-time"), "previous", "previous", "previous", "choose")

    assert dict(changed.place.form.answers)["time"] == ("on_time",)
    assert "time" not in dict(skipped.place.form.answers if hasattr(skipped.place, "form") else ())


@pytest.mark.parametrize("score", Score)
def test_after_every_face_a_loudspeaker_asks_the_same(score: Score):
    saving = replace(at("rate"), place=w.Saving(RatingDraft(WHERE["rate"].subject, score, "vi", None, 900)))
    asked, _ = step(saving, w.Saved(SavedRating("0000-0001", shipped())), 5, RULES)

    assert (type(asked.place), asked.place.question.question_id) == (Ask, "time")
    assert prompt(asked, RULES) == ("ear.kept", "ear.optional", "mot-cua-2.time", "ear.list")


def test_into_a_headset_the_reasons_come_first():
    saving = replace(at("rate"), place=w.Saving(RatingDraft(WHERE["rate"].subject, Score.NEUTRAL, "vi", None, 900)))

    assert isinstance(step(saving, w.Saved(SavedRating("0000-0001", shipped())), 5, HEADSET)[0].place, Why)


def test_a_question_without_a_sound_is_not_asked_by_ear():
    names = frozenset({"mot-cua-2.time", *(f"mot-cua-2.time.{each}" for each in ("early", "on_time", "late"))})
    whole = names | {"mot-cua-2.time.not_yet"}

    assert "time" in left_out(shipped(), replace(RULES, sounds=names))
    assert {"time", "bad"} & set(left_out(shipped(), replace(RULES, sounds=whole))) == {"bad"}


def test_who_begins_to_listen_at_the_reasons_goes_on_to_what_can_be_said():
    state = step(at("why-low", PLAIN), CornerHeld(), 5, RULES)[0]
    assert prompt(state, RULES) == ("ear.kept", "ear.items")

    state, said = listened(state, "next", "choose")

    assert isinstance(state.place, Ask)
    assert said == ["ear.on", "mot-cua-2.time", "ear.list_next"]


def test_into_a_headset_an_answer_is_marked_and_sent():
    heard: list[object] = []
    state = w.State(WHERE["why-low"], "vi", preferences=BY_EAR)
    for place in ("next", "choose", "previous", "choose"):
        after = touch(state, place, rules=HEADSET)
        heard += utterance(state, after, HEADSET) or ()
        state = after

    assert heard[:3] == ["mot-cua-2.bad.waiting", "mot-cua-2.bad.waiting", "marked"]
    assert "ear.more_enter" in heard
    assert isinstance(state.place, SavingAnswers)


def test_home_leads_home_and_from_there_out_of_it():
    home = touch(at("type-code"), "home")

    assert (home.place, home.preferences) == (w.Idle(), BY_EAR)
    assert touch(home, "home").preferences == PLAIN


def test_hearing_again_changes_nothing_but_says_it_all():
    state = at("pick-counter")
    again = touch(state, "again")

    assert again.place == state.place
    assert utterance(state, again, RULES) == prompt(state, RULES)
    assert utterance(state, step(state, RepeatAsked(), 5, RULES)[0], RULES) == prompt(state, RULES)


def test_what_was_come_to_is_forgotten_on_the_next_screen():
    state = touch(at("idle"), "next", "choose")

    assert isinstance(state.place, w.PickTypedStage)
    assert state.pointed_at == ""


def test_more_time_is_a_touch_in_the_middle():
    assert touch(at("still-there-rate"), "choose").place == WHERE["still-there-rate"].resume
    assert touch(at("still-there-rate"), "home").place == w.Idle()


def test_it_is_for_one_citizen():
    quiet = step(at("idle"), w.Tick(), 5 + 3 * RULES.idle_seconds, RULES)[0]

    assert quiet.preferences == PLAIN


def test_outside_opening_hours_it_says_so_first():
    closed = replace(at("idle"), lobby=Lobby(closed=True))

    assert prompt(closed, RULES)[:2] == ("rest", "idle")


def test_a_question_that_is_drawn_but_cannot_be_said_is_gone_past():
    silent = replace(RULES, sounds=frozenset())

    assert prompt(at("ask-time"), silent) == ("ear.kept", "ear.items")
    assert [*items_of(at("ask-time"), silent)] == [".on", ".stop"]
    assert isinstance(listened(at("ask-time"), "next", "next", "choose", rules=silent)[0].place, w.Thanks)
