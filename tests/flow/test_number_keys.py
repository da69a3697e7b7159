"""Physical keys mean what touches mean, and reading aloud says which; nothing is said that would betray a choice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from kiosk.desk.complaints import shipped_consent, shipped_laws, shipped_sentences
from kiosk.domain.rating import Given, Score
from kiosk.flow.input.choices import counters_by_key
from kiosk.flow.input.number_keys import keys_of
from kiosk.flow.input.prompts import prompt, utterance
from kiosk.flow.state import screens as w
from kiosk.flow.state.form import Ask, Private, SentOff, Why
from kiosk.flow.state.lobby import CounterChoice, Rules
from kiosk.flow.state.preferences import (
    PLAIN,
    Colours,
    Preferences,
    PreferencesAsked,
    PreferencesChosen,
    Pressed,
    RepeatAsked,
)
from kiosk.flow.step import step
from kiosk.paths import shared
from kiosk.texts import read
from tests.ui.states import places

RULES = Rules(code_prefill="H15.50.05.13-261008-", languages=("vi", "en"))
HEADSET = replace(RULES, headset=True)
LISTENS = Preferences(spoken=True, by_keys=True)
#: Nobody listens there: staff have no need, and a dark screen wakes at the first key.
SILENT = (w.StaffCard, w.StaffPin, w.StaffView, w.Starting, w.Resting)
EVERYWHERE = pytest.mark.parametrize("name", places(0))


def at(place: w.Place, preferences: Preferences = PLAIN) -> w.State:
    return w.State(place, "vi", preferences=preferences)


def press(state: w.State, key: str, rules: Rules = RULES) -> w.State:
    return step(state, Pressed(key), 5, rules)[0]


def is_for_citizens(place: w.Place) -> bool:
    return not isinstance(place, SILENT) and not getattr(place, "for_staff", False)


def test_the_first_key_begins_the_reading_and_does_nothing_else():
    state = press(at(w.Idle()), "1")

    assert state.place == w.Idle()
    assert state.preferences == LISTENS


def test_where_nothing_is_read_aloud_the_first_key_counts_at_once():
    state = press(at(w.Idle()), "2", replace(RULES, speech=False))

    assert isinstance(state.place, w.PickCounter)


@pytest.mark.parametrize("score", Score)
def test_a_number_key_on_the_faces_is_that_face(score: Score):
    rate = places(0)["rate"]

    by_key, asked = step(at(rate), Pressed(str(int(score))), 5, RULES)
    _, asked_too = step(at(rate), w.Chose(score), 5, RULES)

    (saved,), (saved_too,) = asked, asked_too
    assert saved == replace(saved_too, draft=replace(saved_too.draft, how=saved.draft.how))
    assert (saved.draft.how.given, saved_too.draft.how.given) == (Given.KEYS, Given.TOUCH)
    assert by_key.place == w.Saving(saved.draft)


def test_keys_that_mean_nothing_change_nothing_but_the_time():
    before = at(places(0)["rate"], LISTENS)

    assert replace(press(before, "7"), touched_at=0, touches=()) == before


def test_every_counter_can_be_reached_by_keys():
    counters = tuple(CounterChoice(f"q{n}", f"Quầy {n}") for n in range(1, 20))
    state, reached = at(w.PickCounter(counters), LISTENS), set()

    for _ in range(3):
        reached |= {choice.counter_id for choice in counters_by_key(state.place).values()}
        state = press(state, "9")

    assert reached == {counter.counter_id for counter in counters}
    assert state.place.page == 0


def test_preferences_are_for_one_citizen():
    large = Preferences(text_step=2, colours=Colours.DARK)
    chosen = step(at(w.Idle()), PreferencesChosen(large), 5, RULES)[0]

    quiet = step(chosen, w.Tick(), 5 + RULES.idle_seconds, RULES)[0]

    assert chosen.preferences == large
    assert quiet.preferences == PLAIN


def test_starting_over_keeps_them_and_being_thanked_does_not():
    large = Preferences(text_step=2)
    over = step(at(places(0)["rate"], large), w.WentHome(), 5, RULES)[0]
    thanked = step(at(places(0)["thanks"], large), w.Touched(), 5, RULES)[0]

    assert (over.place, over.preferences) == (w.Idle(), large)
    assert (thanked.place, thanked.preferences) == (w.Idle(), PLAIN)


def test_the_screen_of_preferences_leads_back_to_where_it_was_asked_and_is_left_in_time():
    rate = places(0)["rate"]
    asked = step(at(rate), PreferencesAsked(), 5, RULES)[0]

    done = step(asked, w.Confirmed(), 6, RULES)[0]
    left = step(asked, w.Tick(), 5 + RULES.idle_seconds, RULES)[0]

    assert asked.place == w.ChoosePreferences(rate)
    assert done.place == rate
    assert isinstance(left.place, w.StillThere)
    assert left.place.resume == rate


def test_who_listens_has_twice_the_time():
    rate = at(places(0)["rate"], LISTENS)

    assert step(rate, w.Tick(), RULES.idle_seconds * 2 - 1, RULES)[0].place == rate.place
    assert isinstance(step(rate, w.Tick(), RULES.idle_seconds * 2, RULES)[0].place, w.StillThere)


@EVERYWHERE
def test_every_screen_of_a_citizen_says_what_it_is(name: str):
    place = places(0)[name]

    assert bool(prompt(at(place, LISTENS), RULES)) == is_for_citizens(place)


@EVERYWHERE
@pytest.mark.parametrize("rules", [RULES, HEADSET], ids=["loudspeaker", "headset"])
def test_every_prompt_is_written_and_has_its_sound(name: str, rules: Rules):
    clips = [clip for clip in prompt(at(places(0)[name], LISTENS), rules) if isinstance(clip, str)]
    sounds = shared("assets") / "languages" / "vi" / "sounds"

    assert [clip for clip in clips if not (sounds / f"{clip}.ogg").is_file()] == []


def test_each_sound_belongs_to_a_text():
    texts = {name.rstrip(".") for name in read(shared("assets") / "languages" / "vi" / "spoken.toml")}
    sounds = {path.stem for path in (shared("assets") / "languages" / "vi" / "sounds").glob("*.ogg")}

    assert texts - sounds == set()
    of_schemes = {sound for sound in sounds if sound.split(".")[0].rsplit("-", 1)[-1].isdigit()}
    of_schemes |= {f"sentence.{each.sentence_id}" for each in shipped_sentences()}
    of_schemes |= {sound for sound in sounds if sound.startswith("consent.dong-y-")}
    of_schemes |= {f"law.{each.name}" for each in shipped_laws()}
    assert f"consent.{shipped_consent().version}" in of_schemes
    assert sounds - texts - of_schemes == set()


@EVERYWHERE
@given(score=st.sampled_from(Score))
def test_a_loudspeaker_says_the_same_whatever_was_chosen(name: str, score: Score):
    place = places(0)[name]
    if isinstance(place, w.Thanks):
        other: w.Place = replace(place, score=score)
    elif isinstance(place, Why | Ask | Private):
        other = place if isinstance(place, Private) else replace(place, form=replace(place.form, score=score))
        asks_why = not isinstance(place, Ask)
        assert not asks_why or not [clip for clip in prompt(at(place, LISTENS), RULES) if "mot-cua" in str(clip)]
    else:
        other = place

    assert prompt(at(place, LISTENS), RULES) == prompt(at(other, LISTENS), RULES)


@pytest.mark.parametrize("name", [name for name, place in places(0).items() if isinstance(place, Ask)])
def test_what_is_asked_after_every_face_is_read_aloud_to_all_and_its_keys_to_who_has_them(name: str):
    place = places(0)[name]
    question = f"mot-cua-3.{place.question.question_id}"
    marked = replace(place, chosen=(place.question.options[0].answer,))

    by_touch, by_key = (prompt(at(place, wants), RULES) for wants in (Preferences(spoken=True), LISTENS))

    assert by_touch[0] == by_key[0] == question
    assert {*by_key} - {*by_touch} == {f"key.{n}" for n in range(1, len(by_touch))} | {"more.keys"}
    assert prompt(at(marked, LISTENS), RULES) == by_key


def test_a_headset_says_what_was_chosen():
    thanks = replace(places(0)["thanks"], score=Score.NEUTRAL)

    assert prompt(at(thanks, LISTENS), HEADSET)[0] == "score.3"


def test_only_keys_that_do_something_are_promised():
    for name in ("idle", "rate", "still-there-rate", "preferences", "pick-counter", "pick-stage"):
        if name not in places(0):
            continue
        state = at(places(0)[name], LISTENS)
        for key in keys_of(state, RULES):
            assert replace(press(state, key), touched_at=0, touches=()) != state, (name, key)


def test_without_number_keys_none_is_named():
    assert prompt(at(w.Idle(), Preferences(spoken=True)), RULES) == ("idle",)


def test_digits_are_said_as_they_are_typed():
    before, after = at(w.TypeCode("H-1"), LISTENS), at(w.TypeCode("H-17"), LISTENS)

    assert utterance(before, after, RULES) == ("digit.7",)
    assert utterance(after, before, RULES) == ("erased",)
    assert utterance(before, before, RULES) is None


def test_asked_again_the_prompt_is_said_again():
    before = at(w.Idle(), LISTENS)
    after = step(before, RepeatAsked(), 5, RULES)[0]

    assert utterance(before, after, RULES) == prompt(after, RULES)


def test_whoever_does_not_want_to_listen_hears_nothing():
    assert utterance(at(w.Idle(), LISTENS), at(w.Idle()), RULES) == ()


def test_a_form_is_sent_by_keys():
    why = next(place for place in places(0).values() if isinstance(place, Why))

    by_key = step(at(why, LISTENS), Pressed("enter"), 5, RULES)[0]
    by_touch = step(at(why, LISTENS), SentOff(), 5, RULES)[0]

    assert by_key.place == by_touch.place


@pytest.mark.parametrize("event", [w.Touched(), w.Chose(Score.NEUTRAL, Given.BUTTONS)])
def test_with_the_voice_on_a_touch_of_the_idle_screen_is_told_how_to_begin(event: w.Event) -> None:
    idle = at(w.Idle(), Preferences(spoken=True))
    hinted = step(idle, event, 5, RULES)[0]

    assert utterance(idle, hinted, RULES) == prompt(idle, RULES)
    over = step(hinted, w.Tick(), 5 + RULES.notice_seconds, RULES)[0]
    assert (over.place, utterance(hinted, over, RULES)) == (w.Idle(), None)
