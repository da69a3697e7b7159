"""A visit that ends without a face is noticed, once, in the way it ended; one that ends with a face never is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from kiosk.domain.dossier_code import NoCode
from kiosk.domain.rating import InputMethod, Score
from kiosk.domain.visit import Unrated, UnratedVisit
from kiosk.flow.rules.unrated import unrated
from kiosk.flow.state import screens as w
from kiosk.flow.state.begin import BeginRating
from kiosk.flow.step import step
from tests.flow.test_step import IDLE, KEPT, RULES, SUBJECT, at

SCAN = w.Scanned("H35.13.02-261120-0042")
KNOWN = replace(SUBJECT, counter_id="q1")
TYPED = replace(KNOWN, input=InputMethod.TYPED)


def ended(state: w.State, *events: w.Event, second: float = 1.0) -> list[UnratedVisit]:
    """What the events one after the other, ``second`` apart, are noticed as."""
    found = []
    for number, event in enumerate(events):
        after, _ = step(state, event, 100 + number * second, RULES)
        found.append(unrated(state, after, event))
        state = after
    return [visit for visit in found if visit]


@pytest.mark.parametrize(
    ("events", "visits"),
    [
        ([SCAN, w.Found(KNOWN), w.WentHome()], [UnratedVisit(Unrated.SCAN_LEFT, "q1")]),
        ([SCAN, w.Found(KNOWN), w.Scanned("another")], [UnratedVisit(Unrated.SCAN_LEFT, "q1")]),
        ([SCAN, w.NotFound(NoCode.NO_MATCH)], [UnratedVisit(Unrated.SCAN_LOST)]),
        ([w.TypeAsked(), w.WentHome()], [UnratedVisit(Unrated.SCREEN_LEFT)]),
        ([w.NoPaper(), w.WentHome()], [UnratedVisit(Unrated.SCREEN_LEFT)]),
        ([w.Touched(), w.Touched()], [UnratedVisit(Unrated.IDLE_TOUCH)] * 2),
        ([SCAN, w.Found(KNOWN), w.Chose(Score.NEUTRAL), w.Saved(KEPT), w.WentHome()], []),
        ([SCAN, w.Found(KNOWN), SCAN, SCAN], []),
        ([w.StaffGesture(None), w.WentHome()], []),
    ],
)
def test_each_way_of_ending_is_distinguishable(events: list[w.Event], visits: list[UnratedVisit]):
    assert ended(IDLE, *events) == visits


def test_faces_that_were_reached_without_a_scan_are_a_screen_left():
    assert ended(at(w.Rate(TYPED, 0)), w.WentHome()) == [UnratedVisit(Unrated.SCREEN_LEFT, "q1")]


@pytest.mark.parametrize(
    "place",
    [
        *(w.Rate(KNOWN, 0), w.Rate(TYPED, 0), BeginRating(), w.TypeCode("H"), w.TypeDate(), w.PickTypedStage()),
        w.PickCounter(),
    ],
)
def test_what_nobody_touches_any_more_timed_out_once(place: w.Place):
    visits = ended(at(place, touched_at=99), *[w.Tick()] * 300)

    assert [visit.ended for visit in visits] == [Unrated.TIMED_OUT]


def test_a_code_that_was_typed_in_vain_is_no_lost_scan():
    assert ended(at(w.TypeCode("H35-0042")), w.Confirmed(), w.NotFound(NoCode.EMPTY)) == []


FACES = st.sampled_from(Score).map(w.Chose)
EVENTS = st.lists(
    st.sampled_from([SCAN, w.Scanned("?"), w.Found(KNOWN), w.NotFound(NoCode.NO_MATCH), w.WentHome(), w.Tick()])
    | st.sampled_from([w.Touched(), w.TypeAsked(), w.NoPaper(), w.Saved(KEPT), w.SaveFailed()])
    | FACES,
    max_size=40,
)


def shows_faces(state: w.State) -> bool:
    return isinstance(getattr(state.place, "resume", state.place), w.Rate)


@given(EVENTS, st.sampled_from([0.5, 7.0, 61.0]))
def test_whoever_comes_to_the_faces_gives_one_or_is_counted_once(events: list[w.Event], second: float):
    opened = faces = counted = 0
    state = IDLE
    for number, event in enumerate(events):
        after, _ = step(state, event, 100 + number * second, RULES)
        opened += shows_faces(after) and not shows_faces(state)
        faces += shows_faces(state) and isinstance(after.place, w.Saving)
        visit = unrated(state, after, event)
        counted += visit is not None and visit.counter_id == "q1"
        state = after

    assert opened == faces + counted + shows_faces(state)
