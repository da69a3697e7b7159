"""Invite whoever was just served at this counter to rate, without taking the screen from anybody. Pure."""

from enum import Enum, auto

from msgspec.structs import replace

from kiosk.flow.rules.timeouts import at, is_somebodys
from kiosk.flow.state.lobby import Rules
from kiosk.flow.state.rating_draft import ServiceEnded
from kiosk.flow.state.screens import Event, Idle, Rate, Resting, Saved, State


class RatingInvitation(Enum):
    """What is counted of invitations. ``ANSWERED``: a face was kept of a visit that began with one."""

    SHOWN = auto()
    ANSWERED = auto()


def invited(state: State, event: ServiceEnded, now: float, rules: Rules) -> State:
    """The faces for a while where the screen is free; else all stays as it is."""
    if not _is_free(state, now, rules):
        return state
    return replace(at(state, Rate(event.subject, now, now + rules.invitation_seconds)), invited=True)


def answered(state: State, event: Event) -> State:
    """A visit that began with an invitation is like any other once a face is kept."""
    return replace(state, invited=False) if isinstance(event, Saved) and state.invited else state


def happened(before: State, event: Event, after: State) -> RatingInvitation | None:
    """What this event was, if anything, of an invitation."""
    match event:
        case ServiceEnded() if after.place is not before.place:
            return RatingInvitation.SHOWN
        case Saved() if before.invited and not after.invited:
            return RatingInvitation.ANSWERED
    return None


def _is_free(state: State, now: float, rules: Rules) -> bool:
    """Whether nobody is in the middle of something, and nobody has just rated, who may be the one that was served."""
    if state.last_press_at is not None and now - state.last_press_at < rules.just_rated_seconds:
        return False
    match state.place:
        case Idle(until=None):
            return not is_somebodys(state, rules)
        case Resting():
            return True
        case Rate(invited_until=None):
            return False
        case Rate(opened_at=opened_at):
            return state.touched_at < opened_at  # nobody has come to the invitation before
    return False
