"""The non-visual mode: five large zones to touch, and a voice that says everything. Pure.

The glass is divided into thirds of its height. In the lower third lie the previous item (left) and the next (right),
the middle third chooses the item that was said last, in the upper third lie home (left) and pause or repeat (right).
A zone means the same on every screen; the five faces are items like any other. A finger that slides or rests explores:
it hears what the zone under it is, and lifting it does nothing.

A loudspeaker does not tell an answer by falling silent after it: a list of answers is read to its end, and the middle
marks what is meant without a word. The questions that depend on the face (why, and what hides behind it) are said into
a headset only: hearing them would tell the face. Those that are asked after every face are asked of who listens, too.

EN 301 549 v3.2.1 clause 5.1.3: operation without vision, and no earphones needed to find out how.
VVSG 2.0, 6.1-D and 7.2-H: nothing is activated by exploring, and no control gives an audible clue of what was chosen.
"""

from msgspec.structs import replace

from kiosk.flow.input import complaint_non_visual
from kiosk.flow.input.choice import by_item
from kiosk.flow.input.choices import choices
from kiosk.flow.rules import aloud, complaint_steps
from kiosk.flow.rules.recording_steps import is_recording
from kiosk.flow.rules.screen_table import Holds, holds
from kiosk.flow.state import complaint as t
from kiosk.flow.state import screens as w
from kiosk.flow.state.complaint_draft import ComplaintDraft, ComplaintPart
from kiosk.flow.state.form import AnswerMarked, Ask, SentOff, Skipped, Why
from kiosk.flow.state.lobby import Rules
from kiosk.flow.state.preferences import (
    PreferencesAsked,
    PreferencesChosen,
    RepeatAsked,
    Zone,
    ZoneExplored,
    ZoneTouched,
)
from kiosk.flow.state.recording import PlayAsked

#: a second touch sooner than this is the tremble of the first
TREMBLE_SECONDS = 0.6


def zone_at(across: float, up: float) -> Zone:
    """The zone of a point, given in parts of the glass from its left and lower edges. Every point lies in one.

    >>> [zone_at(*point).value for point in ((0.5, 0.5), (0.0, 1.0), (1.0, 0.0))]
    ['choose', 'home', 'next']
    """
    left = across < 0.5
    if up >= 2 / 3:
        return Zone.HOME if left else Zone.AGAIN
    if up < 1 / 3:
        return Zone.PREVIOUS if left else Zone.NEXT
    return Zone.CHOOSE


def offered(state: w.State) -> bool:
    """Whether this citizen has the five zones instead of the drawn screen."""
    return state.preferences.by_ear and holds(state.place, Holds.NON_VISUAL)


def can_begin(state: w.State, rules: Rules) -> bool:
    """Whether the non-visual mode can begin on this screen, and has not begun."""
    place = state.place
    return rules.speech and holds(place, Holds.NON_VISUAL) and not offered(state) and not is_recording(place)


def begun(state: w.State) -> w.State:
    """From now on this citizen is read to."""
    return replace(state, preferences=replace(state.preferences, spoken=True, by_ear=True))


def hear(state: w.State, event: ZoneTouched | ZoneExplored, rules: Rules) -> tuple[w.State, w.Event]:
    """The state that knows what is pointed at, and the event the touch stands for."""
    if not offered(state):
        return state, w.Touched()
    if isinstance(event, ZoneExplored):
        return replace(state, explored=event.zone), w.Touched()
    state = replace(state, explored=None)
    items = items_of(state, rules)
    if is_recording(state.place):
        return state, items[".spoken"]  # whoever speaks need not find a place to say that they have finished
    match event.zone:
        case Zone.AGAIN:
            return state, RepeatAsked()
        case Zone.HOME:
            return _homeward(state, rules)
        case Zone.CHOOSE:
            return _chosen(state, items, rules)
    if not items:
        return state, RepeatAsked()
    step = 1 if event.zone is Zone.NEXT else -1
    return replace(state, pointed_at=_beside(_item_of(state), [*items], step)), w.Touched()


def _homeward(state: w.State, rules: Rules) -> tuple[w.State, w.Event]:
    if isinstance(state.place, w.Idle):
        return state, PreferencesChosen(rules.preferences)
    if holds(state.place, Holds.UNSENT) and (state.pointed_at != ".home" or _trembled(state)):
        return replace(state, pointed_at=".home"), w.Touched()
    return state, w.WentHome()


def _chosen(state: w.State, items: dict[str, w.Event], rules: Rules) -> tuple[w.State, w.Event]:
    """The middle was touched."""
    at = state.pointed_at or (next(iter(items)) if len(items) == 1 else "")
    dials = isinstance(state.place, complaint_non_visual.DIALLED)
    if _trembled(state) and not (dials and at):
        return state, w.Touched()
    if isinstance(state.place, w.StillThere):
        return state, w.Confirmed()
    if isinstance(state.place, w.Thanks | t.ComplaintSent) and not at:
        return state, w.Confirmed()
    if dials:
        digit = at or "0"
        refused = digit == ".done" and getattr(state.place, "refused", False)
        return replace(state, pointed_at=""), RepeatAsked() if refused else items.get(digit, RepeatAsked())
    if aloud.to_the_end(state.place, rules):
        return _marked_on_the_way(state, at, items)
    event = items.get(at, RepeatAsked())
    if isinstance(state.place, t.Choose) and state.place.part is ComplaintPart.SENTENCES and _is_silent(state, event):
        return replace(state, pointed_at=".none"), w.Touched()
    if isinstance(event, PlayAsked):
        return replace(state, pointed_at=".playing"), event
    return (replace(state, pointed_at=".done") if at == ".agree" else state), event


def _marked_on_the_way(state: w.State, at: str, items: dict[str, w.Event]) -> tuple[w.State, w.Event]:
    """In a list that is read to its end: a mark is not said, the next item is; the end says how many there are."""
    event = items.get(at, RepeatAsked())
    if isinstance(event, AnswerMarked | w.Chose):
        onward = replace(state, pointed_at=_beside(at, [*items], 1))
        if isinstance(state.place, t.Choose) and state.place.part is ComplaintPart.SENTENCES:
            return onward, w.Touched() if at in state.place.draft.sentences else event
        return replace(onward, meant=at), w.Touched()
    if at != ".done":
        return state, event
    if state.meant in items:
        return state, items[state.meant]
    if _is_silent(state, event) or not isinstance(event, Skipped | SentOff) or _must_answer(state.place):
        return replace(state, pointed_at=".none"), w.Touched()
    return state, event


def _is_silent(state: w.State, event: w.Event) -> bool:
    return isinstance(event, SentOff) and isinstance(state.place, t.Choose) and not state.place.draft.says_something


def _must_answer(place: w.Place) -> bool:
    return isinstance(place, t.Choose) and place.part is ComplaintPart.ABOUT


def _item_of(state: w.State) -> str:
    """What one goes on from; a dial stands on nought."""
    dials = isinstance(state.place, complaint_non_visual.DIALLED)
    return "0" if dials and not state.pointed_at else state.pointed_at


def forgotten(before: w.State, after: w.State) -> w.State:
    """What was come to on one screen is nothing on the next; and a number that is complete is gone on from."""
    if offered(after) and _has_completed(before, after):
        return replace(after, pointed_at="enter" if isinstance(after.place, w.TypeDate) else ".done")
    if not (after.pointed_at or after.meant or after.explored) or _page(before) == _page(after):
        return after
    return replace(after, pointed_at="", meant="", explored=None)


def _has_completed(before: w.State, after: w.State) -> bool:
    then, now = before.place, after.place
    return (
        type(then) is type(now) and not complaint_non_visual.is_complete(then) and complaint_non_visual.is_complete(now)
    )


def _page(state: w.State) -> tuple[object, ...]:
    place = state.place
    which = (getattr(place, name, None) for name in ("question", "page", "part"))
    record = complaint_non_visual.moment(place) if isinstance(place, t.Record) else ()
    return type(place), *which, *record


def suited(state: w.State, rules: Rules) -> w.State:
    """What is asked of a citizen who listens is what can be asked so; of others, everything."""
    place, by_ear = state.place, state.preferences.by_ear
    draft = getattr(place, "draft", None)
    if isinstance(draft, ComplaintDraft):
        now = complaint_steps.for_ears(draft, unseen=by_ear)
        return state if now is draft else replace(state, place=replace(place, draft=now))
    if isinstance(place, Why | Ask):
        out = aloud.left_out(place.form.kept.questionnaire, rules) if by_ear else ()
        if place.form.left_out != out:
            return replace(state, place=replace(place, form=replace(place.form, left_out=out)))
    return state


def items_of(state: w.State, rules: Rules) -> dict[str, w.Event]:
    """Name to event of what one can walk through on this screen, in the order in which it is said; at its end, the
    settings of the voice."""
    found = by_item(choices(state, rules))
    settled = isinstance(state.place, (w.Idle, w.Thanks, t.ComplaintSent, w.LeftOff, *complaint_non_visual.DIALLED))
    if len(found) > 1 and offered(state) and holds(state.place, Holds.PREFERENCES) and not settled:
        found[".voice"] = PreferencesAsked()
    return found


def _beside(name: str, names: list[str], step: int) -> str:
    """The next name in a circle, or the one before; the first or the last when none has been come to."""
    if name not in names:
        return names[0 if step > 0 else -1]
    return names[(names.index(name) + step) % len(names)]


def _trembled(state: w.State) -> bool:
    return len(state.touches) > 1 and state.touches[-1] - state.touches[-2] < TREMBLE_SECONDS
