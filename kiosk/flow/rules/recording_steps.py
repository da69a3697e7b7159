"""Steps of speaking instead of writing: one recording, discarded with its complaint draft. Pure."""

from collections.abc import Sequence

from msgspec.structs import replace

from kiosk.flow.state import complaint as t
from kiosk.flow.state.recording import (
    PlayAsked,
    Recorded,
    RecordingFailed,
    SoundLevel,
    SoundTask,
    SpeakAsked,
    SpokenOut,
)
from kiosk.flow.state.screens import Place, State


def respond(
    place: t.Record | t.ReadBack, event: object, now: float, longest: int
) -> tuple[t.Place, Sequence[SoundTask]] | None:
    """What an event of the microphone, or a touch, comes to; ``longest`` in seconds."""
    draft = place.draft
    match place, event:
        case t.Record(until=None), SpeakAsked():
            return t.Record(replace(draft, spoken_ms=0), now + longest), (SoundTask.START,)
        case t.Record(until=float() | int()), SpokenOut():
            return place, (SoundTask.STOP,)
        case t.Record(until=float() | int()) as recording, SoundLevel(percent):
            return replace(recording, percent=percent), ()
        case t.Record(until=float() | int()), Recorded(recording) if recording.ms:
            return t.Record(replace(draft, spoken_ms=recording.ms)), ()
        case t.Record(until=float() | int()), RecordingFailed():
            return t.Record(draft, failed=True), ()
        case ((t.Record(until=None) | t.ReadBack()), PlayAsked()) if draft.spoken_ms:
            return place, (SoundTask.PLAY,)
    return None


def is_recording(place: Place) -> bool:
    return isinstance(place, t.Record) and place.until is not None


def kept_awake(state: State, effects: Sequence[object], now: float) -> State:
    """Whoever speaks, or hears what they said, touches nothing and has not gone."""
    place = state.place
    if isinstance(place, t.Record) and place.until is not None:
        return replace(state, touched_at=max(state.touched_at, place.until))
    if isinstance(place, t.Record | t.ReadBack) and SoundTask.PLAY in effects:
        return replace(state, touched_at=now + place.draft.spoken_ms / 1000)
    return state


def left(before: Place, after: Place) -> tuple[SoundTask, ...]:
    """What becomes of the sound when a screen is left: it goes with the telling, however that ends."""
    if _holds(before) and not _holds(after):
        return (SoundTask.FORGET,)
    speaks = isinstance(before, t.Record | t.ReadBack) and type(before) is not type(after)
    return (SoundTask.HUSH,) if speaks and _holds(before) else ()


def _holds(place: object) -> bool:
    place = getattr(place, "resume", place)
    place = getattr(place, "filled", place)
    draft, recording = t.draft_of(place), isinstance(place, t.Record) and place.until is not None
    return recording or (draft is not None and draft.spoken_ms > 0)
