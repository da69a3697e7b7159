"""Apply the passing of time to each screen, and return to the idle screen. Pure."""

from collections.abc import Sequence

from msgspec.structs import replace

from kiosk.flow.rules import questions
from kiosk.flow.rules.screen_table import Holds, Timeout, holds, screen
from kiosk.flow.state import complaint as t
from kiosk.flow.state.effects import Effect, LoadLobby, Probe
from kiosk.flow.state.form import Why
from kiosk.flow.state.lobby import Rules
from kiosk.flow.state.screens import (
    AskToListen,
    ChoosePreferences,
    Idle,
    LeftOff,
    OutOfService,
    Place,
    Rate,
    Resting,
    Sorry,
    State,
    StillThere,
    Thanks,
)
from kiosk.flow.state.staff import StaffPin

Step = tuple[State, Sequence[Effect]]

#: how much more time a citizen has who listens instead of reading
_PATIENCE_WHEN_SPOKEN = 2
_PATIENCE_BY_EAR = 3
#: who has written so much is not asked so soon
_LONG_LETTERS = 50


def time_passed(state: State, now: float, rules: Rules) -> Step:
    pin = state.place
    if isinstance(pin, StaffPin) and pin.locked_until is not None and now >= pin.locked_until:
        state = at(state, replace(pin, locked_until=None, for_everybody=False, refused=False))
    if (
        state.last_scan_at is not None
        and isinstance(state.place, Idle)
        and now - state.last_scan_at >= rules.same_scan_seconds
    ):
        state = replace(state, last_scan="", last_scan_at=None)
    quiet = (now - state.touched_at) / patience(state)
    if isinstance(state.place, ChoosePreferences) and quiet >= rules.idle_seconds:
        state = at(state, state.place.resume)
    match state.place:
        case Idle(until=until) as idle if until is not None and now >= until:
            return at(state, replace(idle, notice=None, until=None, hint=False)), []
        case Rate(invited_until=until) as place if until is not None and now >= _stands_until(
            place, until, state, rules
        ):
            return home(state, rules), []
        case Idle() if is_somebodys(state, rules) and quiet >= rules.plain_seconds:
            return home(state, rules), []
        case Idle() | Resting() if _lobby_is_old(state, now, rules):
            return replace(state, lobby_read_at=now), [LoadLobby()]
        case Idle(until=None) if state.lobby.closed and quiet >= rules.rest_seconds:
            return at(home(state, rules), Resting(state.lobby.opens)), []
        case AskToListen(resume, until) if now >= until:
            return at(state, resume), []
        case t.ShowReceipt(hidden=False) as shown if rules.number_seconds <= quiet < rules.receipt_seconds:
            return at(state, replace(shown, hidden=True)), []
        case StillThere(t.ShowReceipt(paper=t.Paper()), until) if now >= until:
            return home(state, rules), [t.DropPaper()]
        case Thanks() | t.ComplaintSent() if quiet < rules.thanks_seconds:
            return state, []  # somebody is listening to what else can be done
        case StillThere(place, until, scanned=False) if now >= until:
            return _given_up(state, place, now, rules), []
        case Thanks(until=until) | StillThere(until=until) | LeftOff(until=until) | t.ComplaintSent(until=until) if (
            now >= until
        ):
            return home(state, rules), []
        case Sorry(until) if now >= until:
            return at(state, OutOfService("cannot_save", now)), []
        case OutOfService(reason, probe_at) if now >= probe_at:
            return at(state, OutOfService(reason, now + rules.probe_seconds)), [Probe()]
        case Why() as place if quiet >= _unhurried(state, rules) and not questions.given(place):
            return home(state, rules), []  # whoever tapped a face and left has nothing to lose
    return _left_alone(state, quiet, now, rules)


def _left_alone(state: State, quiet: float, now: float, rules: Rules) -> Step:
    """What the screen's row says of a screen that nobody has touched for so long."""
    match screen(state.place).timeout:
        case Timeout.STAFF if quiet >= rules.staff_seconds:
            return home(state, rules), []
        case Timeout.ASK if quiet >= _unhurried(state, rules):
            return _asked(state, now, rules), []
        case Timeout.ASK_LATER if quiet >= rules.receipt_seconds:
            return _asked(state, now, rules), []
    return state, []


def _asked(state: State, now: float, rules: Rules) -> State:
    return at(state, StillThere(state.place, now + still_there_seconds(state.place, rules) * patience(state)))


def still_there_seconds(place: Place, rules: Rules) -> float:
    """For how long somebody is asked whether they still need time."""
    if not _is_telling(place):
        return rules.still_there_seconds
    return rules.telling_still_there_seconds * _haste(place)


def _unhurried(state: State, rules: Rules) -> float:
    """After so many seconds somebody who does nothing is asked whether they still need time."""
    large = rules.telling_seconds if state.preferences.text_step else rules.idle_seconds
    if not _is_telling(state.place):
        return max(large, rules.idle_seconds)
    return max(rules.telling_seconds, rules.idle_seconds) * _haste(state.place)


def _is_telling(place: Place) -> bool:
    """Whether somebody is telling something, and may have to think. Before the first question there is little to read,
    and whoever comes next would find the draft of the one who left."""
    return holds(place, Holds.UNSENT) and not isinstance(place, t.ChooseKind | t.ReadLaw)


def _haste(place: Place) -> int:
    """How many times as long somebody is left alone who has written so much."""
    return 2 if _letters(place) >= _LONG_LETTERS else 1


def _letters(place: Place) -> int:
    """How many letters were written that would be lost."""
    draft = t.draft_of(place)
    written = len(draft.text) if draft else len(place.text) if isinstance(place, t.ShowStatus) else 0
    return max(written, len(place.writing.text)) if isinstance(place, t.Write | t.WriteSupplement) else written


def _given_up(state: State, place: Place, now: float, rules: Rules) -> State:
    """Home, after a while in which what was begun in words can be taken up again."""
    begun = isinstance(place, t.Place) and holds(place, Holds.UNSENT) and _begun_in_words(place)
    return at(state, LeftOff(place, now + rules.resume_seconds)) if begun else home(state, rules)


def _begun_in_words(place: Place) -> bool:
    """A recording is none: its sound was in memory, and is gone. A supplement is none either: it goes to a matter that
    the office has, and whoever came next could read what was asked there and answer it."""
    draft, written = t.draft_of(place), isinstance(place, t.Write) and bool(place.writing.text.strip())
    if draft is None or draft.spoken_ms:
        return False
    return written or draft.says_something or bool(draft.name or draft.contact)


def lobby_changed(state: State, rules: Rules) -> State:
    match state.place:
        case Idle() as idle:
            return at(state, replace(idle, cards=state.lobby.invitation_cards))
        case Resting():
            return at(state, Resting(state.lobby.opens)) if state.lobby.closed else home(state, rules)
    return state


def _lobby_is_old(state: State, now: float, rules: Rules) -> bool:
    return state.lobby_read_at is None or now - state.lobby_read_at >= rules.lobby_seconds


def home(state: State, rules: Rules, *, keep_language: bool = False, keep_preferences: bool = False) -> State:
    """Back to the beginning. Who starts over is still the same person; who was thanked, or left, is not."""
    return replace(
        state,
        place=Idle(cards=state.lobby.invitation_cards),
        language=state.language if keep_language else rules.default_language,
        preferences=state.preferences if keep_preferences else rules.preferences,
        invited=False,
        greetings=state.greetings if keep_language else 0,
    )


def is_somebodys(state: State, rules: Rules) -> bool:
    """Whether somebody has chosen a language or preferences, and may still be there."""
    return state.language != rules.default_language or state.preferences != rules.preferences


def _stands_until(place: Rate, until: float, state: State, rules: Rules) -> float:
    """Until when an invitation stands; longer for somebody who has touched something on it."""
    touched = state.touched_at > place.opened_at
    return state.touched_at + rules.invitation_seconds * patience(state) if touched else until


def patience(state: State) -> int:
    if state.preferences.by_ear or state.preferences.by_switch:
        return _PATIENCE_BY_EAR
    return _PATIENCE_WHEN_SPOKEN if state.preferences.spoken else 1


def at(state: State, place: Place) -> State:
    return replace(state, place=place)
