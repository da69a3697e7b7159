"""Without seeing the screen: five large places to touch, and everything is said. Pure.

The whole screen is five places: two above, a band in the middle, two below. Below lie the item before and the next, the
middle chooses what was said last, above lie home and hearing it again. Every item is what a number key means there, so
that nothing can be done by sight or by key that cannot be done by ear. The five faces are the five places themselves:
one touch names a face (aloud only into a headset), a second touch of the same place is the rating. Nothing is said in
between that would tell the hall.

EN 301 549 v3.2.1 clause 5.1.3: operation without vision, and no earphones needed to find out how.
"""

from dataclasses import replace

from kiosk.domain.rating import Score
from kiosk.flow import telling as t
from kiosk.flow import words as w
from kiosk.flow.asking import first_place
from kiosk.flow.by_key import choices
from kiosk.flow.form import Ask, PickStage, Private, SentOff, Skipped, WentBack, Why
from kiosk.flow.preferences import CornerHeld, HeardAgain, PlaceTouched, PreferencesChosen

#: the five places in reading order, and the face each of them is
PLACES = ("home", "again", "choose", "previous", "next")
FACES = dict(zip(PLACES, reversed(Score), strict=True))
#: Home has a place of its own; what is told in words is for eyes and hands, and a loudspeaker would say it to the hall.
_ELSEWHERE = (w.WentHome, t.TellAsked)
#: a second touch sooner than this is the tremble of the first
TREMBLE_SECONDS = 0.6
#: where the five places are offered; elsewhere there is nothing to choose, or it is not for citizens
OFFERED = (
    *(w.Idle, w.TypeCode, w.PickCounter, PickStage, w.Rate, Why, Ask, Private),
    *(w.Thanks, w.Sorry, w.StillThere, w.ChoosePreferences),
)


def offered(state: w.State) -> bool:
    """Whether this citizen has the five places instead of the drawn screen."""
    return (
        state.preferences.by_ear and isinstance(state.place, OFFERED) and not getattr(state.place, "for_staff", False)
    )


def begin(state: w.State, rules: w.Rules) -> tuple[w.State, w.Event]:
    """The corner was held: from now on this citizen is read to."""
    if not rules.speech or not isinstance(state.place, OFFERED) or getattr(state.place, "for_staff", False):
        return state, w.Touched()
    return state, PreferencesChosen(replace(state.preferences, spoken=True, by_ear=True))


def hear(state: w.State, event: PlaceTouched | CornerHeld, rules: w.Rules) -> tuple[w.State, w.Event]:
    """The state that knows what is pointed at, and the event the touch stands for."""
    if isinstance(event, CornerHeld):
        return begin(state, rules)
    place = event.place
    if not offered(state):
        return state, w.Touched()
    if isinstance(state.place, w.Rate):
        return _at_a_face(state, place)
    match place:
        case "again":
            return state, HeardAgain()
        case "home" if isinstance(state.place, w.Idle):
            return state, PreferencesChosen(rules.preferences)
        case "home":
            return state, w.WentHome()
        case "choose" if isinstance(state.place, w.StillThere | w.Thanks):
            return state, w.Confirmed()
    items = items_of(state, rules)
    if place == "choose":
        only = next(iter(items)) if len(items) == 1 else ""
        return state, items.get(state.pointed_at or only, HeardAgain())
    if not items:
        return state, HeardAgain()
    return replace(state, pointed_at=_beside(state.pointed_at, [*items], 1 if place == "next" else -1)), w.Touched()


def forgotten(before: w.State, after: w.State) -> w.State:
    """What was come to on one screen is nothing on the next."""
    if not after.pointed_at or _page(before) == _page(after):
        return after
    return replace(after, pointed_at="")


def _page(state: w.State) -> tuple[object, ...]:
    place = state.place
    return type(place), getattr(place, "question", None), getattr(place, "page", None)


def items_of(state: w.State, rules: w.Rules) -> dict[str, w.Event]:
    """Name to event of what one can walk through on this screen, in the order in which it is said."""
    match state.place:
        case w.ChoosePreferences():
            now = state.preferences
            return {
                "louder": PreferencesChosen(now.louder(1)),
                "softer": PreferencesChosen(now.louder(-1)),
                "done": w.Confirmed(),
                "silent": PreferencesChosen(replace(now, spoken=False, by_ear=False)),
            }
        case w.StillThere() | w.Thanks() | w.Sorry() | w.Rate():
            return {}
        case Why() | Ask() | Private() if not rules.headset:
            return {"enter": SentOff()}  # the answers would be said into the hall
    found: dict[str, w.Event] = {}
    found |= {key: event for key, event in choices(state, rules).items() if not isinstance(event, _ELSEWHERE)}
    match state.place:
        case Private():
            return {key: event for key, event in found.items() if not isinstance(event, Skipped)}
        case Why() | Ask() as place if first_place(place):
            return {key: event for key, event in found.items() if not isinstance(event, WentBack)}
    return found


def _beside(name: str, names: list[str], step: int) -> str:
    """The next name in a circle, or the one before; the first or the last when none has been come to."""
    if name not in names:
        return names[0 if step > 0 else -1]
    return names[(names.index(name) + step) % len(names)]


def _at_a_face(state: w.State, place: str) -> tuple[w.State, w.Event]:
    if state.pointed_at == place and not _trembled(state):
        return state, w.Chose(FACES[place])
    return replace(state, pointed_at=place), w.Touched()


def _trembled(state: w.State) -> bool:
    return len(state.touches) > 1 and state.touches[-1] - state.touches[-2] < TREMBLE_SECONDS
