"""Notice visits that end without a face. Pure."""

from kiosk.domain.rating import InputMethod
from kiosk.domain.visit import Unrated, UnratedVisit
from kiosk.flow.state.begin import BeginRating
from kiosk.flow.state.form import PickStage
from kiosk.flow.state.rating_draft import Subject
from kiosk.flow.state.screens import (
    ChoosePreferences,
    Event,
    Idle,
    LookingUpDossier,
    NotFound,
    PickCounter,
    PickTypedStage,
    Place,
    Rate,
    Resting,
    Scanned,
    State,
    StillThere,
    Tick,
    Touched,
    TypeCode,
    TypeDate,
)


def unrated(before: State, after: State, event: Event) -> UnratedVisit | None:
    """The visit that this event ended without a face, if it did."""
    place, then = _beneath(before.place), _beneath(after.place)
    match place, then, event:
        case LookingUpDossier(draft=None), Idle(), NotFound() if _scanned_just_now(before):
            return UnratedVisit(Unrated.SCAN_LOST)
        case Idle(), Idle(), Touched():
            return UnratedVisit(Unrated.IDLE_TOUCH)
        case ((Rate(subject, invited_until=None) | PickStage(subject)), (Idle() | Resting()), _):
            return UnratedVisit(_left(subject, event), subject.counter_id)
        case ((Rate(subject, invited_until=None) | PickStage(subject)), LookingUpDossier(), Scanned()):
            return UnratedVisit(_left(subject, event), subject.counter_id)
        case _, (Idle() | Resting()), _ if _asks_what_is_rated(place):
            return UnratedVisit(Unrated.TIMED_OUT if isinstance(event, Tick) else Unrated.SCREEN_LEFT)
    return None


def _asks_what_is_rated(place: Place) -> bool:
    match place:
        case BeginRating() | TypeCode(draft=None) | PickCounter(for_staff=False) | PickTypedStage() | TypeDate():
            return True
    return False


def _left(subject: Subject, event: Event) -> Unrated:
    if isinstance(event, Tick):
        return Unrated.TIMED_OUT
    return Unrated.SCAN_LEFT if subject.input is InputMethod.SCAN else Unrated.SCREEN_LEFT


def _beneath(place: Place) -> Place:
    """The screen under a question that lies over it."""
    while isinstance(place, StillThere | ChoosePreferences):
        place = place.resume
    return place


def _scanned_just_now(state: State) -> bool:
    return bool(state.scans) and state.scans[-1] == state.touched_at
