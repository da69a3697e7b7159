"""Everything a citizen can do is done without looking, with five zones to touch; and nothing said tells the hall."""

import pytest
from msgspec.structs import replace

from kiosk.desk.shipped import shipped
from kiosk.domain.rating import Score
from kiosk.flow.input.complaint_non_visual import DIALLED
from kiosk.flow.input.non_visual import TREMBLE_SECONDS, items_of, suited, zone_at
from kiosk.flow.input.number_keys import keys_of
from kiosk.flow.input.prompts import prompt, utterance
from kiosk.flow.rules.aloud import left_out, to_the_end
from kiosk.flow.rules.screen_table import Holds, holds
from kiosk.flow.state import complaint
from kiosk.flow.state import screens as w
from kiosk.flow.state.form import Ask, Private, SavingAnswers, Why
from kiosk.flow.state.lobby import Lobby, Rules
from kiosk.flow.state.preferences import (
    PLAIN,
    CornerHeld,
    HeadsetPlugged,
    Preferences,
    RepeatAsked,
    Zone,
    ZoneExplored,
    ZoneTouched,
)
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
        state = step(state, ZoneTouched(Zone(place)), now, rules)[0]
    return state


def asked(name: str) -> w.State:
    """The question whether to listen, over a screen that somebody looks at."""
    return step(at(name, PLAIN), CornerHeld(), 5, RULES)[0]


@EVERYWHERE
def test_holding_the_corner_asks_aloud_and_a_touch_of_the_middle_begins(name: str):
    begun = step(asked(name), w.Confirmed(), 6, RULES)[0]

    assert asked(name).place == w.AskToListen(WHERE[name], 5 + RULES.ask_to_listen_seconds)
    assert utterance(at(name, PLAIN), asked(name), RULES) == ("ear.ask",)
    assert begun.preferences == BY_EAR
    assert begun == suited(replace(begun, place=WHERE[name]), RULES)
    how = () if isinstance(WHERE[name], w.Idle) else ("ear.how",)
    assert utterance(asked(name), begun, RULES) == (*how, *prompt(begun, RULES)) != how


@EVERYWHERE
@pytest.mark.parametrize("event", [w.Touched(), w.WentHome(), w.Tick()], ids=["elsewhere", "home", "nothing"])
def test_a_corner_held_too_long_leaves_all_as_it_was(name: str, event: w.Event):
    left = step(asked(name), event, 5 + RULES.ask_to_listen_seconds, RULES)[0]

    assert (left.place, left.preferences) == (WHERE[name], PLAIN)
    assert utterance(asked(name), left, RULES) == ("ear.as_before",)


def test_a_slip_that_is_scanned_meanwhile_is_read():
    assert isinstance(step(asked("idle"), w.Scanned("H15.50.05.13-261008-0001"), 6, RULES)[0].place, w.LookingUpDossier)


@pytest.mark.parametrize("name", ["staff-card", "staff-pin", "staff-view-good-due", "pick-counter-staff", "sending"])
def test_elsewhere_it_does_nothing(name: str):
    state = w.State(places(0)[name], "vi")

    after = step(state, CornerHeld(), 5, RULES)[0]

    assert (after.preferences, after.place) == (PLAIN, state.place)


def test_where_nothing_is_read_aloud_it_does_nothing():
    assert step(at("idle", PLAIN), CornerHeld(), 5, replace(RULES, speech=False))[0].place == w.Idle()


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

    if isinstance(WHERE[name], DIALLED):
        items = [*items[1:], items[0]]  # a dial stands on nought
        assert touch(at(name), "previous", rules=rules).pointed_at == items[-2]
        assert come_to == items
        return
    assert come_to == items
    if items:
        assert touch(state, "next", rules=rules).pointed_at == items[0]
        assert touch(at(name), "previous", rules=rules).pointed_at == items[-1]


@EVERYWHERE
@EITHER
def test_choosing_is_what_the_number_key_does(name: str, rules: Rules):
    if isinstance(WHERE[name], w.ChoosePreferences | w.Rate) or to_the_end(WHERE[name], rules):
        return  # there one turns the volume, or what it was given with is kept; here nothing is chosen before the end
    for item, event in items_of(at(name), rules).items():
        pointed = replace(at(name), pointed_at=item)

        by_ear, asked = step(pointed, ZoneTouched(Zone.CHOOSE), 5, rules)
        by_key, asked_too = step(pointed, event, 5, rules)

        assert item.startswith(".") or keys_of(at(name), rules)[item] == event
        assert (by_ear.place, by_ear.preferences, asked) == (by_key.place, by_key.preferences, asked_too)


@EVERYWHERE
@EITHER
@LANGUAGES
def test_all_that_is_said_is_recorded(name: str, rules: Rules, language: str):
    sounds = shared("assets") / "languages" / language / "sounds"
    said = list(prompt(at(name), rules))
    for item in items_of(at(name), rules):
        said += utterance(at(name), replace(at(name), pointed_at=item), rules) or ()

    assert said
    assert [clip for clip in said if isinstance(clip, str) and not (sounds / f"{clip}.ogg").is_file()] == []


@pytest.mark.parametrize("score", Score)
def test_aloud_the_five_faces_are_read_to_their_end_and_then_the_one_that_was_meant_is_sent(score: Score):
    way = ["choose" if each is score else "next" for each in reversed(Score)]
    read, said = listened(at("rate"), "next", *way)
    sent, _ = listened(read, "choose")

    assert said == ["face.5", "face.4", "face.3", "face.2", "face.1", "ear.rate_end"]
    assert isinstance(read.place, w.Rate)
    assert isinstance(sent.place, w.Saving)
    assert sent.place.draft.score is score


@pytest.mark.parametrize("score", Score)
def test_into_a_headset_the_face_that_was_said_is_chosen_at_once(score: Score):
    state, said = listened(at("rate"), *["next"] * (6 - score), rules=HEADSET)
    sent, _ = listened(state, "choose", rules=HEADSET)

    assert said[-1] == f"face.{score}"
    assert sent.place.draft.score is score


@EITHER
def test_the_middle_alone_never_chooses_a_face(rules: Rules):
    state, said = listened(at("rate"), *["choose"] * 6, rules=rules)

    assert isinstance(state.place, w.Rate)
    assert (state.meant, set(said)) == ("", {*prompt(at("rate"), rules)})


def test_who_marks_no_face_sends_none_and_who_changes_their_mind_sends_the_last():
    none, said = listened(at("rate"), "previous", "previous", "choose")
    changed, _ = listened(at("rate"), "next", "choose", "choose", "next", "next", "next", "choose")

    assert isinstance(none.place, w.Rate)
    assert said == ["ear.voice", "ear.rate_none", "ear.none"]
    assert changed.place.draft.score is Score.SATISFIED


def test_the_tremble_of_a_finger_marks_no_other_face():
    marked = touch(touch(at("rate"), "next", "choose"), "choose", gap=TREMBLE_SECONDS / 2)

    assert (marked.meant, marked.pointed_at) == ("5", "4")


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
    assert prompt(asked, RULES) == ("ear.kept", "ear.optional", "mot-cua-3.time", "ear.list")


def test_into_a_headset_the_reasons_come_first():
    saving = replace(at("rate"), place=w.Saving(RatingDraft(WHERE["rate"].subject, Score.NEUTRAL, "vi", None, 900)))

    assert isinstance(step(saving, w.Saved(SavedRating("0000-0001", shipped())), 5, HEADSET)[0].place, Why)


def test_a_question_without_a_sound_is_not_asked_by_ear():
    names = frozenset({"mot-cua-3.time", *(f"mot-cua-3.time.{each}" for each in ("early", "on_time", "late"))})
    whole = names | {"mot-cua-3.time.not_yet"}

    assert "time" in left_out(shipped(), replace(RULES, sounds=names))
    assert {"time", "bad"} & set(left_out(shipped(), replace(RULES, sounds=whole))) == {"bad"}


def test_who_begins_to_listen_at_the_reasons_goes_on_to_what_can_be_said():
    state = step(asked("why-low"), w.Confirmed(), 5, RULES)[0]
    assert prompt(state, RULES) == ("ear.kept", "ear.items")

    state, said = listened(state, "next", "choose")

    assert isinstance(state.place, Ask)
    assert said == ["ear.on", "mot-cua-3.time", "ear.list_next"]


def test_into_a_headset_an_answer_is_marked_and_sent():
    heard: list[object] = []
    state = w.State(WHERE["why-low"], "vi", preferences=BY_EAR)
    for place in ("next", "choose", "previous", "previous", "choose"):
        after = touch(state, place, rules=HEADSET)
        heard += utterance(state, after, HEADSET) or ()
        state = after

    assert heard[:3] == ["mot-cua-3.bad.waiting", "mot-cua-3.bad.waiting", "marked"]
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
    assert utterance(state, again, RULES) == prompt(again, RULES) == (*prompt(state, RULES), "ear.items")
    assert utterance(state, step(state, RepeatAsked(), 5, RULES)[0], RULES) == prompt(again, RULES)


def test_what_was_come_to_is_forgotten_on_the_next_screen():
    state = touch(at("idle"), "next", "next", "choose")

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

    assert prompt(closed, RULES)[:2] == ("rest", "ear.idle")


def test_a_question_that_is_drawn_but_cannot_be_said_is_gone_past():
    silent = replace(RULES, sounds=frozenset())

    assert prompt(at("ask-time"), silent) == ("ear.kept", "ear.items")
    assert [*items_of(at("ask-time"), silent)] == [".on", ".stop", ".voice"]
    assert isinstance(listened(at("ask-time"), "next", "next", "choose", rules=silent)[0].place, w.Thanks)


# ---- leaving, and exploring


def test_leaving_and_falling_back_are_said_aloud():
    gone = step(at("rate"), w.Tick(), 5 + 3 * RULES.idle_seconds, RULES)[0]
    dropped = step(gone, w.Tick(), gone.place.until + 1, RULES)[0]

    assert utterance(at("rate"), gone, RULES)[0] == "still"
    assert (dropped.place, dropped.preferences) == (w.Idle(), PLAIN)
    assert utterance(gone, dropped, RULES) == ("ear.left_home",)
    assert listened(at("rate"), "home")[1][:2] == ["ear.at_home", "ear.idle"]
    assert listened(at("idle"), "home")[1] == ["ear.left"]


def test_the_drawn_screen_that_was_asked_for_is_announced():
    silent = step(at("preferences"), items_of(at("preferences"), RULES)["silent"], 5, RULES)[0]

    assert utterance(at("preferences"), silent, RULES) == ("ear.left_home",)


@EVERYWHERE
@EITHER
@pytest.mark.parametrize("zone", Zone)
def test_a_finger_that_explores_hears_the_zone_and_changes_nothing(name: str, rules: Rules, zone: str):
    if isinstance(WHERE[name], w.StillThere):
        return  # there any finger says that somebody is there
    before = suited(at(name), rules)
    explored = step(before, ZoneExplored(zone), 5, rules)[0]
    lifted = step(explored, ZoneExplored(None), 6, rules)[0]
    said = utterance(before, explored, rules)

    assert said[0] == ("ear.zone_leave" if (name[:4], zone) == ("idle", "home") else f"ear.zone_{zone}")
    assert replace(lifted, touched_at=0) == before
    assert utterance(explored, lifted, rules) is None
    assert utterance(lifted, step(lifted, ZoneExplored(zone), 7, rules)[0], rules) == said


@EITHER
def test_exploring_the_middle_hears_what_it_would_choose(rules: Rules):
    state = touch(at("idle"), "next", rules=rules)

    explored = step(state, ZoneExplored(Zone.CHOOSE), 5, rules)[0]

    assert utterance(state, explored, rules) == ("ear.zone_choose", "ear.idle_2")
    assert isinstance(touch(explored, "choose", rules=rules).place, w.PickCounter)


@pytest.mark.parametrize(
    ("across", "up", "zone"),
    [
        *((x, y, zone) for x, y, zone in ((0, 1, "home"), (1, 1, "again"), (0, 0, "previous"), (1, 0, "next"))),
        *((x, y, "choose") for x in (0, 0.5, 1) for y in (0.34, 0.5, 0.66)),
        *((0.49, 0.67, "home"), (0.51, 0.67, "again"), (0.49, 0.33, "previous"), (0.51, 0.33, "next")),
    ],
)
def test_the_zones_are_thirds_of_the_glass(across: float, up: float, zone: str):
    assert zone_at(across, up) == zone


# ---- a headset in the jack


@EVERYWHERE
def test_a_headset_begins_on_every_screen_and_wakes_a_dark_one(name: str):
    begun = step(at(name, PLAIN), HeadsetPlugged(plugged=True), 5, HEADSET)[0]

    assert begun.preferences == BY_EAR
    assert step(asked(name), HeadsetPlugged(plugged=True), 6, HEADSET)[0].preferences == BY_EAR
    woken = step(w.State(w.Resting(), "vi"), HeadsetPlugged(plugged=True), 6, HEADSET)[0]
    assert (type(woken.place), woken.preferences) == (w.Idle, BY_EAR)


def test_a_headset_that_is_pulled_out_is_said_before_anything_else_and_ends_it_on_the_first_screen():
    pulled = step(at("rate"), HeadsetPlugged(plugged=False), 5, RULES)[0]
    ended = step(at("idle"), HeadsetPlugged(plugged=False), 5, RULES)[0]

    assert (pulled.place, pulled.preferences) == (WHERE["rate"], BY_EAR)
    assert utterance(at("rate"), pulled, RULES) == ("ear.unplugged", "ear.rate")
    assert ended.preferences == PLAIN
    assert utterance(at("idle"), ended, RULES) == ("ear.left",)


def test_staff_and_out_of_service_are_not_touched_by_a_headset():
    for name in ("staff-pin", "out-of-service-cannot_save".replace("_", "-")):
        state = w.State(places(0)[name], "vi")
        assert step(state, HeadsetPlugged(plugged=True), 5, HEADSET)[0].preferences == PLAIN
