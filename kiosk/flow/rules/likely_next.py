"""Predict the next citizen's screens, to be built while nobody is there. Uses nobody's data."""

from collections.abc import Sequence

from kiosk.domain.questionnaire import Questionnaire
from kiosk.domain.rating import InputMethod, Score, Stage
from kiosk.flow.rules.questions import first_page
from kiosk.flow.state.begin import BeginRating
from kiosk.flow.state.lobby import CounterChoice
from kiosk.flow.state.rating_draft import AnswersDraft, SavedRating, Subject
from kiosk.flow.state.screens import PickCounter, Place, Rate, Thanks, TypeCode


def likely(counters: Sequence[CounterChoice], questionnaire: Questionnaire, now: float) -> list[Place]:
    """An example of each, the most likely first; what is asked is asked after both kinds of scores."""
    about = Subject(InputMethod.COUNTER, Stage.UNKNOWN)
    places: list[Place] = [Rate(about, now)]
    for score in (Score.DISSATISFIED, Score.VERY_SATISFIED):
        asked = first_page(AnswersDraft(about, score, SavedRating("0000", questionnaire)), now)
        places += [asked] if asked else []
    return [*places, BeginRating(), PickCounter(tuple(counters)), TypeCode(""), Thanks(about, Score.SATISFIED, now)]
