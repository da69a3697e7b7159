"""Cues: a scan, a press and a rating are answered by ear, and nothing that is heard tells what was chosen."""

from datetime import datetime

import pytest
from msgspec.structs import replace

from kiosk.desk.shipped import shipped
from kiosk.domain.dossier_code import NoCode
from kiosk.domain.rating import Given, Score
from kiosk.flow.rules.cues import cue
from kiosk.flow.state import complaint as t
from kiosk.flow.state import screens as w
from kiosk.flow.state.complaint_draft import ComplaintDraft, ComplaintPart
from kiosk.flow.state.cue import Cue
from kiosk.flow.state.form import AnswerMarked, AnswersLost, AnswersSaved, SavingAnswers, SentOff, Skipped, Why
from kiosk.flow.state.lobby import Lobby
from kiosk.flow.state.preferences import CornerHeld, Preferences, PreferencesAsked, Pressed, Zone, ZoneTouched
from kiosk.flow.step import step
from tests.flow.test_step import IDLE, KEPT, RULES, SUBJECT, at
from tests.support.fakes import INTAKE, RECEIPT

ASKS_AFTER_LOW_FACES = replace(
    KEPT,
    questionnaire=replace(
        shipped(), questions=tuple(each for each in shipped().questions if each.question_id in ("overall", "bad"))
    ),
)
CODE = "H35.13.02-261120-0042"
SCAN = w.Scanned(CODE)


def cues(state: w.State, *events: w.Event) -> list[Cue | None]:
    """The cue of each event, in order; a second lies between them."""
    found = []
    for number, event in enumerate(events):
        after, _ = step(state, event, 100 + number, RULES)
        found.append(cue(state, event, after))
        state = after
    return found


def after(state: w.State, *events: w.Event) -> w.State:
    for number, event in enumerate(events):
        state, _ = step(state, event, 100 + number, RULES)
    return state


@pytest.mark.parametrize(
    ("events", "sounds"),
    [
        ([SCAN, w.Found(SUBJECT)], [None, Cue.READ]),
        ([SCAN, w.NotFound(NoCode.NO_MATCH)], [None, Cue.REFUSED]),
        ([SCAN, w.Found(SUBJECT), SCAN], [None, Cue.READ, Cue.READ]),
        ([w.TypeAsked(), w.WentHome()], [Cue.PRESSED, Cue.PRESSED]),
        ([w.NoPaper(), w.CountersLoaded(())], [Cue.PRESSED, None]),
        ([w.LanguageChosen("en")], [Cue.PRESSED]),
        ([w.Touched(), w.Touched()], [Cue.PRESSED, None]),
        ([w.Chose(Score.NEUTRAL, Given.BUTTONS)], [Cue.PRESSED]),
        ([w.Tick(), w.LobbyLoaded(Lobby())], [None, None]),
    ],
)
def test_each_cue_at_its_moment(events: list[w.Event], sounds: list[Cue | None]) -> None:
    assert cues(IDLE, *events) == sounds


def marking(place: w.Place, marks: int) -> list[w.Event]:
    assert isinstance(place, Why)
    return [AnswerMarked(option.answer) for option in place.question.options[:marks]]


@pytest.mark.parametrize("score", Score)
@pytest.mark.parametrize("marks", [0, 1, 3])
def test_every_score_and_every_number_of_marks_sounds_the_same(score: Score, marks: int) -> None:
    """From the scan to the thanks: read, and taken when the face is on the disk. What comes after has no cue, also
    where the questionnaire asks only after a low face."""
    for kept in (KEPT, ASKS_AFTER_LOW_FACES):
        events: list[w.Event] = [SCAN, w.Found(SUBJECT), w.Chose(score), w.Saved(kept)]
        if isinstance(after(IDLE, *events).place, Why):
            events += marking(after(IDLE, *events).place, marks)
        while not isinstance(after(IDLE, *events).place, w.Thanks):
            saving = isinstance(after(IDLE, *events).place, SavingAnswers)
            events.append(AnswersSaved() if saving else SentOff())

        assert [each for each in cues(IDLE, *events) if each] == [Cue.READ, Cue.TAKEN]


@pytest.mark.parametrize("away", [(PreferencesAsked(), w.Confirmed()), (CornerHeld(), w.Touched())])
def test_who_comes_back_to_the_thanks_hears_no_second_one(away: tuple[w.Event, ...]) -> None:
    thanks = after(IDLE, SCAN, w.Found(SUBJECT), w.Chose(Score.NEUTRAL), w.Saved(KEPT), SentOff())
    assert isinstance(thanks.place, w.Thanks)

    assert Cue.TAKEN not in cues(thanks, *away)
    assert isinstance(after(thanks, *away).place, w.Thanks)


@pytest.mark.parametrize("late", [w.SaveFailed(), AnswersLost(), t.ComplaintLost()])
def test_what_was_lost_of_somebody_else_is_not_heard_by_the_next(late: w.Event) -> None:
    assert cues(IDLE, late) == [None]
    assert cues(at(w.TypeCode("H35.")), late) == [None]


@pytest.mark.parametrize("late", [w.Saved(KEPT), t.ComplaintSaved(RECEIPT), t.VerdictSaved()])
def test_what_was_kept_of_somebody_else_is_not_heard_by_the_next(late: w.Event) -> None:
    assert cues(IDLE, late) == [None]
    assert cues(at(w.TypeCode("H35.")), late) == [None]


@pytest.mark.parametrize("score", Score)
def test_answers_that_were_lost_are_as_silent_as_answers_that_were_kept(score: Score) -> None:
    """A sound at the loss would tell the hall that answers were being given."""
    for kept in (KEPT, ASKS_AFTER_LOW_FACES):
        state = after(IDLE, SCAN, w.Found(SUBJECT), w.Chose(score), w.Saved(kept))
        if not isinstance(state.place, Why):
            continue
        state = after(state, *marking(state.place, 1))
        while not isinstance(state.place, SavingAnswers):
            state = after(state, SentOff())

        assert cues(state, AnswersLost()) == [None]
        assert isinstance(after(state, AnswersLost()).place, w.Sorry), "it is seen"


def test_what_could_not_be_kept_sounds_otherwise_than_what_was() -> None:
    saving = after(IDLE, SCAN, w.Found(SUBJECT), w.Chose(Score.NEUTRAL))

    assert cues(saving, w.SaveFailed()) == [Cue.REFUSED]
    assert cues(saving, w.Saved(KEPT)) == [Cue.TAKEN]


def test_outside_opening_hours_the_kiosk_is_silent() -> None:
    closed = replace(IDLE, lobby=Lobby(closed=True, opens=datetime.fromisoformat("2026-11-23T07:30")))
    resting = replace(closed, place=w.Resting())

    journey = [SCAN, w.Found(SUBJECT), w.Chose(Score.SATISFIED), w.Saved(KEPT), Skipped()]
    assert cues(resting, w.Touched(), *journey) == [None] * 6
    assert cues(closed, w.TypeAsked(), w.WentHome(), w.Touched()) == [None] * 3


def test_who_is_read_to_hears_no_press_beside_the_voice() -> None:
    spoken = replace(IDLE, preferences=Preferences(spoken=True))
    by_ear = replace(IDLE, preferences=Preferences(spoken=True, by_ear=True))

    assert cues(spoken, Pressed("1"), SCAN, w.Found(SUBJECT)) == [None, None, Cue.READ]
    assert cues(by_ear, ZoneTouched(Zone.NEXT), ZoneTouched(Zone.NEXT)) == [None, None]


def test_what_is_told_is_typed_without_a_sound() -> None:
    draft = ComplaintDraft(wants_reply=False)
    pad = at(w.TypeCode("H35.", draft=draft))

    assert cues(pad, w.PadKeyPressed("1"), w.Erased()) == [None, None]
    assert cues(at(w.TypeCode("H35.")), w.PadKeyPressed("1"), w.Erased()) == [Cue.PRESSED, Cue.PRESSED]
    over_a_complaint = at(w.ChoosePreferences(t.Choose(ComplaintPart.ABOUT, draft)))
    assert cues(over_a_complaint, w.Confirmed()) == [None]


def test_somebody_elses_scan_is_answered() -> None:
    receipt = at(t.ShowReceipt(RECEIPT, answered=True), lobby=Lobby(intake=INTAKE))

    assert cues(receipt, SCAN) == [Cue.REFUSED]
