"""The notice cards on the idle screen, and the dark screen outside opening hours. Time is an argument."""

from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.rating import Given, InputMethod, Score
from kiosk.domain.reference import Notice
from kiosk.flow.state import screens as w
from kiosk.flow.state.effects import Effect, FindDossier, LoadLobby, Save
from kiosk.flow.state.lobby import Lobby
from kiosk.flow.state.rating_draft import Circumstances, RatingDraft
from kiosk.flow.step import step
from tests.flow.test_step import RULES, SUBJECT

CARD = Notice("A", "H35", "general", "Thông báo")
MONDAY, TUESDAY = map(datetime.fromisoformat, ("2026-11-23T07:30", "2026-11-24T07:30"))
OPEN, CLOSED = Lobby((CARD,)), Lobby((CARD,), closed=True, opens=MONDAY)


def play(state: w.State, *moments: tuple[float, w.Event]) -> tuple[w.State, list[Effect]]:
    effects: list[Effect] = []
    for now, event in moments:
        state, asked = step(state, event, now, RULES)
        effects = list(asked)
    return state, effects


def idle(lobby: Lobby, touched_at: float = 0) -> w.State:
    return w.State(w.Idle(cards=lobby.notices), "vi", touched_at, lobby=lobby, lobby_read_at=0)


def resting() -> w.State:
    return w.State(w.Resting(MONDAY), "vi", lobby=CLOSED, lobby_read_at=0)


def test_the_board_is_read_at_the_start_and_once_a_minute_while_nobody_is_there():
    state, effects = play(w.State(w.Starting(), "vi"), (0, w.Ready()))
    assert effects == [LoadLobby()]

    state, _ = play(state, (0.1, w.LobbyLoaded(OPEN)))
    assert state.place == w.Idle(cards=(CARD,))

    assert play(state, (59, w.Tick()))[1] == []
    state, effects = play(state, (60, w.Tick()))
    assert effects == [LoadLobby()]
    assert play(state, (61, w.Tick()))[1] == []


def test_the_board_is_not_read_while_somebody_is_rating():
    state = w.State(w.Rate(SUBJECT, 0), "vi", lobby_read_at=-100)

    assert play(state, (1, w.Tick()))[1] == []


def test_a_board_that_arrives_during_a_rating_waits_for_the_way_home():
    state, _ = play(w.State(w.Rate(SUBJECT, 0), "vi"), (1, w.LobbyLoaded(CLOSED)))
    assert state.place == w.Rate(SUBJECT, 0)

    state, _ = play(state, (2, w.WentHome()))
    assert state.place == w.Idle(cards=(CARD,))


def test_outside_hours_the_screen_rests_after_a_minute_of_quiet():
    state, _ = play(idle(CLOSED, touched_at=5), (59, w.Tick()))
    assert isinstance(state.place, w.Idle)

    state, _ = play(state, (60, w.Tick()), (65, w.Tick()))
    assert state.place == w.Resting(MONDAY)


def test_inside_hours_it_never_rests():
    state, _ = play(idle(OPEN), *((second, w.Tick()) for second in range(0, 7200, 30)))

    assert isinstance(state.place, w.Idle)


def test_a_touch_wakes_it_and_does_nothing_else():
    state, effects = play(resting(), (50, w.Touched()))

    assert (state.place, effects) == (w.Idle(cards=(CARD,)), [])
    assert isinstance(play(state, (59, w.Tick()))[0].place, w.Idle)


def test_a_scan_wakes_it_and_is_heard():
    state, effects = play(resting(), (50, w.Scanned("H35.13.02-261120-0042")))

    assert effects == [FindDossier("H35.13.02-261120-0042", InputMethod.SCAN)]
    assert isinstance(state.place, w.LookingUpDossier)


def test_a_rating_outside_hours_goes_all_the_way():
    state, _ = play(resting(), (50, w.Scanned("A")), (50, w.Found(SUBJECT)))
    state, effects = play(state, (53, w.Chose(Score.SATISFIED)))

    how = Circumstances(Given.TOUCH, presses=1, scans=1, scan_ms=3000)
    assert effects == [Save(RatingDraft(SUBJECT, Score.SATISFIED, "vi", None, 3000, how))]


def test_it_wakes_by_itself_when_the_office_opens():
    state, _ = play(resting(), (61, w.Tick()), (61, w.LobbyLoaded(OPEN)))

    assert state.place == w.Idle(cards=(CARD,))


def test_it_says_the_new_time_when_that_has_changed():
    state, _ = play(resting(), (61, w.LobbyLoaded(Lobby(closed=True, opens=TUESDAY))))

    assert state.place == w.Resting(TUESDAY)


def test_a_failing_disk_is_said_even_at_night():
    state, _ = play(resting(), (50, w.Unavailable("cannot_save")))

    assert isinstance(state.place, w.OutOfService)


@given(st.lists(st.sampled_from([w.Tick(), w.Touched(), w.WentHome(), w.LobbyLoaded(OPEN), w.LobbyLoaded(CLOSED)])))
def test_whatever_happens_it_is_awake_or_resting_and_rests_only_when_closed(events: list[w.Event]):
    state = idle(OPEN)
    for second, event in enumerate(events):
        state, _ = step(state, event, second * 40.0, RULES)

        assert isinstance(state.place, w.Idle | w.Resting)
        assert state.lobby.closed or isinstance(state.place, w.Idle)
