"""Speaking instead of writing, moment by moment: who speaks is not interrupted, no sound outlives its telling."""

import pytest
from msgspec.structs import replace

from kiosk.domain.complaint import About
from kiosk.flow.input.prompts import utterance
from kiosk.flow.state import complaint as t
from kiosk.flow.state import screens as w
from kiosk.flow.state.complaint_draft import ComplaintDraft, ComplaintPart, Manner
from kiosk.flow.state.form import AnswerMarked, SentOff, Skipped, WentBack
from kiosk.flow.state.lobby import Lobby
from kiosk.flow.state.preferences import PreferencesAsked
from kiosk.flow.state.recording import (
    NotRecorded,
    PlayAsked,
    Recorded,
    Recording,
    RecordingFailed,
    SoundLevel,
    SoundTask,
    SpeakAsked,
    SpokenOut,
)
from tests.support.complaint_play import IDLE, RULES, at, play
from tests.support.fakes import INTAKE, RECEIPT
from tests.ui.complaint_states import SPOKEN

TOLD = ComplaintDraft(wants_reply=False, about=About.RULE, manner=Manner.SPOKEN)
SPEAKING = at(t.Record(TOLD, until=121), touched_at=1)


def heard(ms: int = 80_000) -> Recorded:
    return Recorded(Recording(bytearray(b"OggS"), ms))


def test_a_comment_is_spoken_heard_again_and_sent_in_five_screens():
    way = (t.ComplaintAsked(), AnswerMarked("comment"), AnswerMarked("rule"), Skipped(), AnswerMarked("spoken"))
    state, _ = play(IDLE, *way)
    assert isinstance(state.place, t.Record)

    state, begun = play(state, SpeakAsked())
    state, _ = play(state, SoundLevel(40))
    assert (begun, state.place.until, state.place.percent) == ([SoundTask.START], 121, 40)
    state, stopped = play(state, SpokenOut())
    state, _ = play(state, heard())
    assert (stopped, state.place.until, state.place.draft.spoken_ms) == ([SoundTask.STOP], None, 80_000)
    state, played = play(state, PlayAsked())
    assert played == [SoundTask.PLAY]
    state, _ = play(state, SentOff())
    assert isinstance(state.place, t.ReadBack)
    state, (save, hushed) = play(state, SentOff())
    assert (save.filled.draft.spoken_ms, hushed) == (80_000, SoundTask.HUSH)

    state, erased = play(state, t.ComplaintSaved(RECEIPT))

    assert isinstance(state.place, t.ShowReceipt)
    assert erased == [SoundTask.FORGET]


def test_without_a_microphone_speaking_is_not_offered():
    silent = replace(IDLE, lobby=Lobby(intake=replace(INTAKE, speech_seconds=0)))
    choosing = replace(silent, place=t.Choose(ComplaintPart.MANNER, TOLD))

    assert play(choosing, AnswerMarked("spoken"))[0].place == choosing.place


def test_words_that_could_not_be_kept_keep_their_sound():
    state, effects = play(at(t.SavingComplaint(t.FilledComplaint(SPOKEN, "vi"))), t.ComplaintLost())

    assert (state.place, effects) == (t.ReadBack(SPOKEN, failed=True), [])


@pytest.mark.parametrize("event", [w.WentHome(), WentBack(), w.Unavailable("cannot_save")], ids=type)
def test_whoever_leaves_while_speaking_takes_the_sound_along(event: w.Event):
    state, effects = play(SPEAKING, event)

    assert not isinstance(state.place, t.Record)
    assert SoundTask.FORGET in effects


@pytest.mark.parametrize("place", [t.Record(SPOKEN), t.ReadBack(SPOKEN), t.Correct(SPOKEN)], ids=type)
def test_going_home_erases_what_was_spoken(place: t.Place):
    assert SoundTask.FORGET in play(at(place), w.WentHome())[1]


def test_another_way_of_telling_erases_what_was_spoken():
    state, effects = play(at(t.Choose(ComplaintPart.MANNER, SPOKEN)), AnswerMarked("written"))

    assert (spoken_ms(state), effects) == (0, [SoundTask.FORGET])


def spoken_ms(state: w.State) -> int:
    return state.place.draft.spoken_ms


def test_who_speaks_for_two_minutes_is_not_asked_whether_they_are_there():
    state = SPEAKING
    for now in range(2, 121):
        state, _ = play(state, SoundLevel(50), w.Tick(), now=now)
    state, _ = play(state, w.Touched(), now=10)
    state, _ = play(state, w.Tick(), now=120)

    assert isinstance(state.place, t.Record)


def test_what_was_spoken_and_left_alone_is_erased():
    state, _ = play(SPEAKING, heard(), now=121)
    state, asked = play(state, w.Tick(), now=121 + RULES.telling_seconds)
    assert (type(state.place), SoundTask.FORGET in asked) == (w.StillThere, False)

    state, effects = play(state, w.Tick(), now=122 + RULES.telling_seconds + RULES.telling_still_there_seconds)

    assert (type(state.place), effects) == (w.Idle, [SoundTask.FORGET])


def test_hearing_it_again_is_no_absence():
    state, _ = play(at(t.ReadBack(SPOKEN), touched_at=1), PlayAsked(), now=2)

    assert isinstance(play(state, w.Tick(), now=80)[0].place, t.ReadBack)


def test_a_microphone_that_hears_nothing_is_admitted_and_can_be_tried_again():
    state, _ = play(SPEAKING, RecordingFailed(NotRecorded.NO_SOUND))
    assert state.place.failed

    assert play(state, SpeakAsked())[1] == [SoundTask.START]


def test_speaking_anew_forgets_how_long_it_was_before():
    assert spoken_ms(play(at(t.Record(SPOKEN)), SpeakAsked())[0]) == 0


def test_a_recording_that_comes_when_it_was_erased_is_not_taken():
    erased = heard()
    erased.recording.erase()

    assert play(SPEAKING, erased)[0].place == SPEAKING.place


def test_nothing_without_words_goes_on():
    assert isinstance(play(at(t.Record(TOLD)), SentOff())[0].place, t.Record)


def test_while_somebody_speaks_nothing_hides_the_time_and_the_kiosk_is_silent():
    spoken = replace(SPEAKING, preferences=replace(SPEAKING.preferences, spoken=True))

    assert play(SPEAKING, PreferencesAsked())[0].place == SPEAKING.place
    assert utterance(at(t.Record(TOLD)), spoken, RULES) == ()


def test_no_state_shows_the_sound():
    state, _ = play(SPEAKING, Recorded(Recording(bytearray(b"planted"), 1000)))

    assert "planted" not in repr(state) + repr(Recorded(Recording(bytearray(b"planted"), 1000)))
