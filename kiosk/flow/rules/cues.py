"""Which cue answers an event. Pure.

A face, a complaint: all of them sound alike, or the hall would hear what was chosen. From the faces on, a press that
only marks something has no cue: who counts them would know how much somebody found wrong. What follows a face has none
either, whether its answers were kept or lost: a questionnaire that asks only after a low face would be heard.
"""

from kiosk.flow.rules.recording_steps import is_recording
from kiosk.flow.state import complaint as t
from kiosk.flow.state import screens as w
from kiosk.flow.state.begin import BeginRating
from kiosk.flow.state.cue import Cue
from kiosk.flow.state.form import PickStage

_SAVING = w.Saving | t.SavingComplaint | t.SavingVerdict | t.SavingSupplement | t.SavingWithdrawal
#: what is pressed on these says nothing about an opinion
_OPEN = (
    w.Idle | BeginRating | w.TypeCode | w.PickTypedStage | w.TypeDate | w.PickCounter | PickStage | w.ChoosePreferences
)


def cue(before: w.State, event: w.Event, after: w.State) -> Cue | None:
    """What sounds when this event led from one state to the other; ``None``: nothing. Outside opening hours the kiosk
    is silent."""
    if before.lobby.closed or after.lobby.closed or is_recording(before.place):
        return None
    match event:
        case w.Saved() | t.ComplaintSaved() | t.VerdictSaved() | t.SupplementSaved() | t.WithdrawalSaved():
            return Cue.TAKEN if isinstance(before.place, _SAVING) else None  # or whoever it concerned has left
        case w.SaveFailed() | t.ComplaintLost():
            return Cue.REFUSED if isinstance(before.place, _SAVING) else None
        case w.NotFound():
            return Cue.REFUSED
        case w.Found() | t.LookedUp():
            return Cue.REFUSED if isinstance(after.place, w.TypeCode) else Cue.READ
        case w.Scanned():
            return _scanned(before, after)
        case _ if _pressed(before, after):
            return Cue.PRESSED
    return None


def _scanned(before: w.State, after: w.State) -> Cue | None:
    """What is being looked up sounds when it is found; scanned once more, as it did before."""
    if after.scans_again > before.scans_again:
        return Cue.REFUSED if isinstance(after.place, w.Idle) else Cue.READ
    return Cue.REFUSED if isinstance(after.place, w.StillThere) else None


def _pressed(before: w.State, after: w.State) -> bool:
    """Whether somebody touched something, and it changed what is seen. The voice is an answer already."""
    if after.touches == before.touches or before.preferences.spoken:
        return False
    return isinstance(before.place, _OPEN) and not _about_a_complaint(before.place) and _seen(before) != _seen(after)


def _about_a_complaint(place: w.Place) -> bool:
    resume = place.resume if isinstance(place, w.ChoosePreferences) else place
    return not isinstance(resume, _OPEN) or getattr(resume, "draft", None) is not None


def _seen(state: w.State) -> tuple[object, ...]:
    return state.place, state.language, state.preferences
