"""Remember how a citizen came to a face, for the facts beside a rating. Pure."""

from msgspec.structs import replace

from kiosk.domain.rating import Given
from kiosk.flow.state.preferences import HeadsetPlugged, Pressed, ZoneExplored, ZoneTouched
from kiosk.flow.state.rating_draft import Circumstances, RatingDraft
from kiosk.flow.state.screens import Chose, Event, Idle, Rate, Scanned, State

_MINUTE = 60.0


def touched(state: State, event: Event, now: float) -> State:
    """The state with what somebody just did: a touch, a key, a scan. Who explores, or plugs a headset in, has not
    touched anything yet."""
    if isinstance(event, ZoneExplored | HeadsetPlugged):
        return replace(state, touched_at=now)
    touches, scans = _of_the_last_minute(state.touches, now), _of_the_last_minute(state.scans, now)
    scans = (*scans, now) if isinstance(event, Scanned) else scans
    return replace(state, touched_at=now, touches=(*touches, now), scans=scans)


def begun_anew(before: State, after: State, now: float) -> State:
    """Where the idle screen comes up and says nothing about a scan, the next citizen begins."""
    if _waits_for_somebody(before) or not _waits_for_somebody(after):
        return after
    return replace(after, home_at=now, scanned_at=None)


def named(chosen: Event, by: Event) -> Event:
    """The face that an event stands for, with what it was chosen with."""
    if not isinstance(chosen, Chose):
        return chosen
    match by:
        case Pressed():
            return replace(chosen, given=Given.KEYS)
        case ZoneTouched():
            return replace(chosen, given=Given.EAR)
    return chosen


def rated(state: State, place: Rate, chosen: Chose, now: float) -> RatingDraft:
    """The draft of the rating that a chosen face is."""
    since = None if state.last_press_at is None else milliseconds(now - state.last_press_at)
    how = Circumstances(
        chosen.given,
        presses=len(state.touches) - len(state.scans),
        scans=len(state.scans),
        scan_ms=None if state.scanned_at is None else milliseconds(now - state.scanned_at),
        home_ms=None if state.home_at is None else milliseconds(now - state.home_at),
    )
    return RatingDraft(place.subject, chosen.score, state.language, since, milliseconds(now - place.opened_at), how)


def milliseconds(seconds: float) -> int:
    return max(0, round(seconds * 1000))


def _waits_for_somebody(state: State) -> bool:
    return isinstance(state.place, Idle) and state.place.notice is None


def _of_the_last_minute(times: tuple[float, ...], now: float) -> tuple[float, ...]:
    return tuple(time for time in times if time > now - _MINUTE)
