"""How a face was given is remembered beside it, and nothing of it beyond the next citizen."""

import pytest
from msgspec.structs import replace

from kiosk.domain.dossier_code import NoCode
from kiosk.domain.rating import Given, InputMethod, Score
from kiosk.flow.state import screens as w
from kiosk.flow.state.effects import Save
from kiosk.flow.state.lobby import CounterChoice
from kiosk.flow.state.preferences import Preferences, Pressed, Zone, ZoneTouched
from kiosk.flow.state.rating_draft import Circumstances, RatingDraft
from tests.flow.test_step import IDLE, KEPT, SUBJECT, at, play

CODE = "H35.13.02-261120-0042"
FACE = w.Chose(Score.SATISFIED)


def rated(state: w.State, *moments: tuple[float, w.Event]) -> RatingDraft:
    """The draft that the last of these events saves."""
    _, (effect,) = play(state, *moments)
    assert isinstance(effect, Save)
    return effect.draft


@pytest.mark.parametrize(
    ("events", "given"),
    [
        ([FACE], Given.TOUCH),
        ([w.Chose(Score.SATISFIED, Given.BUTTONS)], Given.BUTTONS),
        ([Pressed("4")], Given.KEYS),
    ],
)
def test_it_is_known_with_what_a_face_was_chosen(events: list[w.Event], given: Given):
    draft = rated(at(w.Rate(SUBJECT, 0)), *((9.0 + n, event) for n, event in enumerate(events)))

    assert (draft.score, draft.how.given) == (Score.SATISFIED, given)


def test_a_face_chosen_without_looking_is_given_by_ear():
    by_ear = at(w.Rate(SUBJECT, 0), preferences=Preferences(spoken=True, by_ear=True))

    way = ["next", "next", "choose", "next", "next", "next", "choose"]

    draft = rated(by_ear, *((5.0 + n, ZoneTouched(Zone(zone))) for n, zone in enumerate(way)))

    assert (draft.score, draft.how.given, draft.how.presses) == (Score.SATISFIED, Given.EAR, len(way))


def test_the_time_since_the_scan_and_since_the_idle_screen_came_up_are_apart():
    draft = rated(
        at(w.Thanks(SUBJECT, Score.NEUTRAL, until=12)),
        (12, w.Tick()),
        (30, w.Scanned(CODE)),
        (30.2, w.Found(SUBJECT)),
        (33.5, FACE),
    )

    assert draft.how == Circumstances(Given.TOUCH, presses=1, scans=1, scan_ms=3500, home_ms=21_500)
    assert draft.spent_ms == 3300


def test_without_a_scan_there_is_no_time_since_one():
    chosen = CounterChoice("q1", "1")
    picked = (w.NoPaper(), w.CountersLoaded((chosen,)), w.CounterChosen(chosen), w.Found(SUBJECT), FACE)

    draft = rated(IDLE, *((10.0 + n, event) for n, event in enumerate(picked)))

    assert (draft.how.scan_ms, draft.how.scans, draft.how.presses) == (None, 0, 3)


def test_a_scan_that_told_nothing_still_stood_before_the_face_of_the_same_citizen():
    typed = replace(SUBJECT, input=InputMethod.TYPED)
    begun, _ = play(IDLE, (0, w.Scanned("?")), (0.1, w.NotFound(NoCode.NO_MATCH)))
    assert isinstance(begun.place, w.Idle)

    draft = rated(replace(begun, place=w.LookingUpDossier()), (5, w.Found(typed)), (8, FACE))

    assert draft.how.scan_ms == 8000


def test_nothing_of_a_scan_is_left_for_the_next_citizen():
    gone, _ = play(
        IDLE, (0, w.Scanned(CODE)), (0.1, w.Found(SUBJECT)), (2, FACE), (2.1, w.Saved(KEPT)), (4, w.WentHome())
    )

    draft = rated(replace(gone, place=w.Rate(SUBJECT, 70)), (72, FACE))

    assert (gone.scanned_at, gone.home_at) == (None, 4)
    assert (draft.how.scan_ms, draft.how.home_ms, draft.since_ms) == (None, 68_000, 70_000)
    assert (draft.how.presses, draft.how.scans) == (1, 0)


def test_presses_and_scans_of_the_last_minute_are_counted_apart():
    touched = [(float(second), w.Touched()) for second in range(0, 90, 10)]
    state, _ = play(IDLE, *touched, (90, w.Scanned(CODE)), (90.1, w.Found(SUBJECT)))

    draft = rated(state, (91, FACE))

    assert (draft.how.presses, draft.how.scans) == (6, 1)
