"""Whoever was just served is invited at their counter's kiosk; nobody in the middle of something loses the screen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from kiosk.domain.dossier_code import NoCode
from kiosk.domain.rating import Flag, InputMethod, Score, Stage
from kiosk.flow.input.prompts import utterance
from kiosk.flow.rules.invitation import RatingInvitation, happened
from kiosk.flow.rules.unrated import unrated
from kiosk.flow.state import screens as w
from kiosk.flow.state.effects import Save
from kiosk.flow.state.lobby import Lobby, Rules
from kiosk.flow.state.preferences import Preferences, PreferencesAsked, PreferencesChosen
from kiosk.flow.state.rating_draft import ServiceEnded, Subject
from kiosk.flow.step import step
from tests.flow.test_step import IDLE, KEPT, RULES, SUBJECT, at, play
from tests.ui.states import places

OWN = Subject(InputMethod.COUNTER, Stage.UNKNOWN, counter_id="q1", counter="Quầy 1", flags=(Flag.NO_DOSSIER,))
OWN = replace(OWN, procedure="Đăng ký khai sinh")
ENDED = ServiceEnded(OWN)
SCAN = w.Scanned("H35.13.02-261120-0042")
SERVED_NEXT = ServiceEnded(replace(OWN, procedure="Chứng thực chữ ký"))


def counted(state: w.State, *moments: tuple[float, w.Event], rules: Rules = RULES) -> list[RatingInvitation]:
    """What of an invitation the events are counted as."""
    found = []
    for now, event in moments:
        after, _ = step(state, event, now, rules)
        found.append(happened(state, event, after))
        state = after
    return [each for each in found if each]


@pytest.mark.parametrize("place", [w.Idle(), w.Resting()])
def test_a_free_screen_invites_for_thirty_seconds_and_then_is_free_again(place: w.Place) -> None:
    invited, effects = play(at(place), (100, ENDED))
    assert (invited.place, effects) == (w.Rate(OWN, 100, 130), [])

    still, _ = play(invited, (129.9, w.Tick()))
    over, effects = play(invited, (130, w.Tick()))
    assert still.place == invited.place
    assert (over.place, over.invited, effects) == (w.Idle(), False, [])
    assert counted(at(place), (100, ENDED), (130, w.Tick())) == [RatingInvitation.SHOWN]


def test_a_face_on_an_invitation_is_a_rating_of_the_counter_and_of_no_dossier() -> None:
    state, effects = play(IDLE, (100, ENDED), (112, w.Chose(Score.NEUTRAL)))
    assert [effect.draft.subject for effect in effects if isinstance(effect, Save)] == [OWN]
    assert isinstance(state.place, w.Saving)
    moments = (100, ENDED), (112, w.Chose(Score.NEUTRAL)), (112, w.Saved(KEPT))
    assert counted(IDLE, *moments) == [RatingInvitation.SHOWN, RatingInvitation.ANSWERED]


def test_a_slip_scanned_on_an_invitation_is_rated_as_ever_and_answers_it() -> None:
    state, _ = play(IDLE, (100, ENDED), (105, SCAN), (105, w.Found(SUBJECT)))
    assert state.place == w.Rate(SUBJECT, 105)
    moments = (100, ENDED), (105, SCAN), (105, w.Found(SUBJECT)), (190, w.Chose(Score.SATISFIED)), (190, w.Saved(KEPT))
    assert counted(IDLE, *moments) == [RatingInvitation.SHOWN, RatingInvitation.ANSWERED]


def test_a_rating_is_an_answer_once_and_only_of_the_visit_that_was_invited() -> None:
    later = (300, SCAN), (300, w.Found(SUBJECT)), (310, w.Chose(Score.SATISFIED)), (310, w.Saved(KEPT))
    assert counted(IDLE, (100, ENDED), (130, w.Tick()), *later) == [RatingInvitation.SHOWN]
    assert counted(IDLE, (100, ENDED), (101, w.WentHome()), *later) == [RatingInvitation.SHOWN]
    answered = (100, ENDED), (112, w.Chose(Score.NEUTRAL)), (112, w.Saved(KEPT)), (120, w.WentHome())
    assert counted(IDLE, *answered, *later) == [RatingInvitation.SHOWN, RatingInvitation.ANSWERED]


def _is_free(place: w.Place) -> bool:
    """Whether nobody is in the middle of anything there."""
    return isinstance(place, w.Resting) or (isinstance(place, w.Idle) and place.until is None)


TAKEN = sorted(name for name, place in places(100).items() if not _is_free(place))


@pytest.mark.parametrize("name", TAKEN)
def test_it_takes_the_screen_from_nobody(name: str) -> None:
    place = places(100)[name]
    if isinstance(place, w.Rate) and place.invited_until is not None:
        return
    state = at(place, touched_at=99)

    after, effects = step(state, ENDED, 101, RULES)

    assert (after.place, after.invited, effects) == (place, False, [])
    assert happened(state, ENDED, after) is None


def test_who_has_chosen_a_language_or_larger_text_is_there_already() -> None:
    for state in (
        replace(IDLE, language="en"),
        replace(IDLE, preferences=Preferences(text_step=1)),
        at(w.Idle(NoCode.NO_MATCH, 110)),
        at(w.Idle(hint=True, until=110)),
        at(w.StillThere(w.Idle(), 120)),
    ):
        assert step(state, ENDED, 101, RULES)[0].place == state.place


def test_who_has_just_rated_is_not_asked_again() -> None:
    rated = (10, SCAN), (10, w.Found(SUBJECT)), (20, w.Chose(Score.SATISFIED)), (20, w.Saved(KEPT)), (25, w.WentHome())
    state, _ = play(IDLE, *rated)
    assert step(state, ENDED, 60, RULES)[0].place == w.Idle()
    assert isinstance(step(state, ENDED, 20 + RULES.just_rated_seconds, RULES)[0].place, w.Rate)


def test_the_next_end_takes_an_invitation_that_nobody_touched_and_leaves_one_that_somebody_did() -> None:
    untouched, _ = play(IDLE, (100, ENDED), (120, SERVED_NEXT))
    assert untouched.place == w.Rate(SERVED_NEXT.subject, 120, 150)

    touched, _ = play(IDLE, (100, ENDED), (110, w.Touched()), (120, SERVED_NEXT))
    assert touched.place == w.Rate(OWN, 100, 130)


def test_somebody_who_touches_it_is_given_time() -> None:
    chose = PreferencesChosen(Preferences(text_step=1))
    state, _ = play(IDLE, (100, ENDED), (120, PreferencesAsked()), (121, chose), (122, w.Confirmed()), (140, w.Tick()))
    assert state.place == w.Rate(OWN, 100, 130)
    assert step(state, w.Tick(), 152, RULES)[0].place == w.Idle()

    listens = replace(IDLE, preferences=Preferences(spoken=True))
    rules = replace(RULES, preferences=Preferences(spoken=True))
    touched, _ = step(step(listens, ENDED, 100, rules)[0], w.Touched(), 120, rules)
    assert isinstance(step(touched, w.Tick(), 179, rules)[0].place, w.Rate)
    assert step(touched, w.Tick(), 180, rules)[0].place == w.Idle()


def test_an_invitation_nobody_answers_is_no_visit_without_a_face() -> None:
    state, _ = step(IDLE, ENDED, 100, RULES)
    for event, now in ((w.Tick(), 131), (w.WentHome(), 105), (SCAN, 105)):
        after, _ = step(state, event, now, RULES)
        assert unrated(state, after, event) is None


def test_it_is_read_aloud_where_the_voice_is_on_and_silent_where_it_is_not() -> None:
    for spoken, said in ((True, ("invited",)), (False, ())):
        rules = replace(RULES, preferences=Preferences(spoken=spoken))
        state = at(w.Idle(), preferences=rules.preferences, lobby=Lobby())
        assert utterance(state, step(state, ENDED, 100, rules)[0], rules) == said


@given(st.lists(st.sampled_from([ENDED, SERVED_NEXT, SCAN, w.Touched(), w.WentHome(), w.Tick(), w.Found(SUBJECT),
                                 w.Chose(Score.SATISFIED), w.Saved(KEPT), w.SaveFailed(), w.NoPaper()]),
                max_size=30))  # fmt: skip
def test_there_is_never_more_than_one_answer_to_an_invitation(events: list[w.Event]) -> None:
    found = counted(IDLE, *((100 + 13 * at, event) for at, event in enumerate(events)))
    open_now = 0
    for each in found:
        open_now = 1 if each is RatingInvitation.SHOWN else open_now - 1
        assert open_now >= 0
