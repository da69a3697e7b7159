"""``step(state, event, now, rules) -> (state, effects)``: the whole journey, one small function a moment.

What no rule names changes nothing: a second tap, a late answer, a child hammering the screen.
"""

from collections.abc import Sequence
from dataclasses import replace

from kiosk.domain.rating import Flag, InputMethod, Stage
from kiosk.flow import asking, by_ear
from kiosk.flow.by_key import hear
from kiosk.flow.form import (
    AnswersLost,
    AnswersSaved,
    Ask,
    Marked,
    PickStage,
    Private,
    SaveAnswers,
    Sending,
    SentOff,
    Skipped,
    StageChosen,
    WentBack,
    Why,
)
from kiosk.flow.preferences import CornerHeld, HeardAgain, PlaceTouched, PreferencesAsked, PreferencesChosen, Pressed
from kiosk.flow.subject import FilledForm, Form
from kiosk.flow.words import (
    BoardLoaded,
    CheckPin,
    ChoosePreferences,
    Chose,
    Cleared,
    Confirmed,
    CounterChosen,
    CountersLoaded,
    Draft,
    Effect,
    Erased,
    Event,
    Find,
    FindCounter,
    Finding,
    Found,
    Idle,
    Key,
    LanguageChosen,
    LettersToggled,
    LoadBoard,
    LoadCounters,
    NoPaper,
    NotFound,
    Opened,
    OutOfService,
    PageTurned,
    PickCounter,
    PinAccepted,
    PinRefused,
    Place,
    Probe,
    Rate,
    Resting,
    Rules,
    Save,
    Saved,
    SaveFailed,
    Saving,
    Scanned,
    Sorry,
    StaffGesture,
    StaffPin,
    StaffTallies,
    Starting,
    State,
    StillThere,
    Subject,
    Thanks,
    Tick,
    Touched,
    TypeAsked,
    TypeCode,
    Unavailable,
    WentHome,
)

Step = tuple[State, Sequence[Effect]]

_SAID_BY_THE_SHELL = (
    *(Opened, Unavailable, CountersLoaded, BoardLoaded, Found, NotFound, Saved, SaveFailed),
    *(AnswersSaved, AnswersLost, PinAccepted, PinRefused),
)
_SCAN_IS_HEARD = (
    *(Idle, Resting, TypeCode, PickCounter, PickStage, Rate, Why, Ask, Private, Thanks),
    *(StillThere, ChoosePreferences),
)
_SAME_CITIZEN = (PickStage, Rate, Why, Ask, Private)
_MINUTE = 60.0
_PREFERENCES_ARE_OFFERED = (Idle, TypeCode, PickCounter, PickStage, Rate, Why, Ask, Private, Thanks, Sorry)
#: how much more time a citizen has who listens instead of reading
_PATIENCE_WHEN_SPOKEN = 2


def begin(rules: Rules) -> State:
    """The state before the store is open."""
    return State(Starting(), rules.default_language, preferences=rules.preferences)


def step(state: State, event: Event, now: float, rules: Rules) -> Step:
    """What is shown next, and what is to be done. ``now`` is seconds of a monotonic clock."""
    after, effects = _step(state, event, now, rules)
    if after.pointed_at and _page(after) != _page(state):
        after = replace(after, pointed_at="")
    return after, effects


def _page(state: State) -> tuple[object, ...]:
    place = state.place
    return type(place), getattr(place, "question", None), getattr(place, "page", None)


def _step(state: State, event: Event, now: float, rules: Rules) -> Step:
    if isinstance(event, Tick):
        return _time_passed(state, now, rules)
    if not isinstance(event, _SAID_BY_THE_SHELL):
        state = replace(state, touched_at=now, touches=(*(t for t in state.touches if t > now - _MINUTE), now))
    if isinstance(event, Pressed):
        state, event = hear(state, event, rules)
    elif isinstance(event, PlaceTouched | CornerHeld):
        state, event = by_ear.hear(state, event, rules)
    match state.place, event:
        case _, Unavailable(reason):
            return _at(state, OutOfService(reason, now + rules.probe_seconds)), []
        case Starting() | OutOfService(), Opened():
            return replace(_home(state, rules), board_read_at=now), [LoadBoard()]
        case _, BoardLoaded(board):
            return _board_changed(replace(state, board=board), rules), []
        case (Starting() | OutOfService() | Saving() | Sending() | Finding(), _) if not isinstance(
            event, _SAID_BY_THE_SHELL
        ):
            return state, []
        case place, Scanned(text) if isinstance(place, _SCAN_IS_HEARD):
            return _scanned(state, text, now, rules)
        case Resting(), _ if not isinstance(event, _SAID_BY_THE_SHELL):
            return _home(state, rules), []
        case place, WentHome():
            return _home(state, rules, keep_preferences=not isinstance(place, Thanks)), []
        case _, HeardAgain():
            return replace(state, heard=state.heard + 1), []
        case _, PreferencesChosen(preferences):
            return replace(state, preferences=preferences), []
        case StillThere(resume), _ if not isinstance(event, _SAID_BY_THE_SHELL):
            return _at(state, resume), []
        case _, LanguageChosen(language):
            return replace(state, language=language), []
        case place, PreferencesAsked() if isinstance(place, _PREFERENCES_ARE_OFFERED):
            return _at(state, ChoosePreferences(place)), []
        case ChoosePreferences(resume), Confirmed():
            return _at(state, resume), []
        case StaffPin() | StaffTallies() | Idle(), StaffGesture() | Key() | Erased() | PinAccepted() | PinRefused():
            return _staff(state, event, now, rules)
        case Thanks(), Touched() | Confirmed():
            return _home(state, rules), []
        case _:
            return _journey(state, event, now, rules)


def _journey(state: State, event: Event, now: float, rules: Rules) -> Step:
    match state.place, event:
        case Idle() | Thanks() | PickCounter(counters=(), for_staff=False), TypeAsked():
            return _at(state, TypeCode(rules.code_prefill)), []
        case Idle() | TypeCode() | Thanks(), NoPaper():
            return _at(state, PickCounter()), [LoadCounters()]
        case PickCounter() as pick, CountersLoaded(counters):
            return _at(state, replace(pick, counters=counters)), []
        case PickCounter() as pick, PageTurned(page):
            return _at(state, replace(pick, page=max(0, page))), []
        case PickCounter(for_staff=True), CounterChosen(counter):
            return _at(state, StaffPin(counter, locked_until=state.pin_locked_until)), []
        case PickCounter(), CounterChosen(counter):
            return _at(state, Finding()), [FindCounter(counter)]
        case TypeCode() as pad, Key() | Erased() | Cleared() | LettersToggled():
            return _at(state, _typed(pad, event, rules)), []
        case TypeCode(text), Confirmed() if text != rules.code_prefill and text.strip(".-"):
            return _at(state, Finding()), [Find(text, InputMethod.TYPED)]
        case Finding(), Found(subject):
            return _at(state, PickStage(subject) if subject.ask_stage else Rate(subject, now)), []
        case PickStage(subject), StageChosen(stage):
            return _at(state, Rate(_staged(subject, stage), now)), []
        case Finding(), NotFound(reason):
            idle = Idle(reason, now + rules.notice_seconds, state.board.notices)
            return _at(_home(state, rules, keep_language=True, keep_preferences=True), idle), []
        case Rate(subject, opened_at), Chose(score):
            since = None if state.last_press_at is None else _ms(now - state.last_press_at)
            draft = Draft(subject, score, state.language, since, _ms(now - opened_at))
            return replace(_at(state, Saving(draft)), last_press_at=now), [Save(draft)]
        case Saving(draft), Saved(kept):
            form = Form(draft.subject, draft.score, kept)
            return _at(state, asking.first_page(form, now) or _thanks(form, now, rules, state)), []
        case (Why() | Ask() | Private()) as place, Marked() | Skipped() | WentBack() | SentOff():
            return _asked(state, asking.asked(place, event, now), now, rules)
        case Sending(filled), AnswersSaved():
            return _at(state, _thanks(filled.form, now, rules, state)), []
        case Sending(), AnswersLost():
            return _at(state, Sorry(now + rules.sorry_seconds, rated=True)), []
        case Saving(), SaveFailed():
            return _at(state, Sorry(now + rules.sorry_seconds)), []
        case _:
            return state, []


def _asked(state: State, then: asking.Asking | Form | None, now: float, rules: Rules) -> Step:
    match then:
        case None:
            return state, []
        case Form(answers=()):
            return _at(state, _thanks(then, now, rules, state)), []
        case Form():
            filled = FilledForm(then, state.language, len(state.touches), state.scans_again)
            return _at(state, Sending(filled)), [SaveAnswers(filled)]
        case _:
            return _at(state, then), []


def _thanks(form: Form, now: float, rules: Rules, state: State) -> Thanks:
    return Thanks(form.subject, form.score, now + rules.thanks_seconds * _patience(state))


def _staged(subject: Subject, stage: Stage) -> Subject:
    """The subject at the stage the citizen named; what was rated before is the hand-in."""
    flags = tuple(flag for flag in subject.flags if flag is not Flag.REPEAT or stage is Stage.HAND_IN)
    return replace(subject, stage=stage, flags=flags, ask_stage=False)


def _scanned(state: State, text: str, now: float, rules: Rules) -> Step:
    again = text == state.last_scan and state.last_scan_at is not None
    if again and (isinstance(state.place, _SAME_CITIZEN) or now - (state.last_scan_at or 0) < rules.same_scan_seconds):
        return replace(state, last_scan_at=now, scans_again=state.scans_again + 1), []
    state = replace(state, last_scan=text, last_scan_at=now, scans_again=0)
    return _at(state, Finding()), [Find(text, InputMethod.SCAN)]


def _typed(pad: TypeCode, event: Event, rules: Rules) -> TypeCode:
    match event:
        case Key(character) if len(pad.text) < rules.longest_code:
            return replace(pad, text=pad.text + character)
        case Erased():
            return replace(pad, text=pad.text[:-1])
        case Cleared():
            return replace(pad, text=rules.code_prefill)
        case LettersToggled():
            return replace(pad, letters=not pad.letters)
    return pad


def _staff(state: State, event: Event, now: float, rules: Rules) -> Step:
    match state.place, event:
        case Idle(), StaffGesture(None):
            return _at(state, PickCounter(for_staff=True)), [LoadCounters()]
        case Idle(), StaffGesture(counter) if counter is not None:
            return _at(state, StaffPin(counter, locked_until=state.pin_locked_until)), []
        case StaffPin() as pin, Key() | Erased() if pin.checking or pin.locked_until is not None:
            return state, []
        case StaffPin() as pin, Key(character) if character.isdigit():
            typed = replace(pin, digits=pin.digits + character, refused=False)
            if len(typed.digits) < rules.pin_length:
                return _at(state, typed), []
            return _at(state, replace(typed, digits="", checking=True)), [CheckPin(pin.counter, typed.digits)]
        case StaffPin() as pin, Erased():
            return _at(state, replace(pin, digits=pin.digits[:-1])), []
        case StaffPin(), PinAccepted(view):
            return replace(_at(state, StaffTallies(view)), pin_failures=0), []
        case StaffPin(counter), PinRefused():
            failures = state.pin_failures + 1
            locked = now + rules.pin_lock_seconds if failures >= rules.pin_tries else None
            state = replace(state, pin_failures=0 if locked else failures, pin_locked_until=locked)
            return _at(state, StaffPin(counter, refused=True, locked_until=locked)), []
        case _:
            return state, []


def _time_passed(state: State, now: float, rules: Rules) -> Step:
    if state.pin_locked_until is not None and now >= state.pin_locked_until:
        state = replace(state, pin_locked_until=None)
        if isinstance(state.place, StaffPin):
            state = _at(state, replace(state.place, locked_until=None, refused=False))
    if (
        state.last_scan_at is not None
        and isinstance(state.place, Idle)
        and now - state.last_scan_at >= rules.same_scan_seconds
    ):
        state = replace(state, last_scan="", last_scan_at=None)
    quiet = (now - state.touched_at) / _patience(state)
    if isinstance(state.place, ChoosePreferences) and quiet >= rules.idle_seconds:
        state = _at(state, state.place.resume)
    match state.place:
        case Idle(until=until) if until is not None and now >= until:
            return _home(state, rules, keep_preferences=quiet < rules.idle_seconds), []
        case Idle() if _is_somebodys(state, rules) and quiet >= rules.idle_seconds:
            return _home(state, rules), []
        case Idle() | Resting() if _board_is_old(state, now, rules):
            return replace(state, board_read_at=now), [LoadBoard()]
        case Idle(until=None) if state.board.closed and quiet >= rules.rest_seconds:
            return _at(_home(state, rules), Resting(state.board.opens)), []
        case Thanks(until=until) | StillThere(until=until) if now >= until:
            return _home(state, rules), []
        case Sorry(until) if now >= until:
            return _at(state, OutOfService("cannot_save", now)), []
        case OutOfService(reason, probe_at) if now >= probe_at:
            return _at(state, OutOfService(reason, now + rules.probe_seconds)), [Probe()]
        case StaffPin() | StaffTallies() | PickCounter(for_staff=True) if quiet >= rules.staff_seconds:
            return _home(state, rules), []
        case Why() as place if quiet >= rules.idle_seconds and not asking.given(place):
            return _home(state, rules), []  # whoever tapped a face and left has nothing to lose
        case (TypeCode() | PickCounter() | PickStage() | Rate() | Why() | Ask() | Private()) as place if (
            quiet >= rules.idle_seconds
        ):
            return _at(state, StillThere(place, now + rules.still_there_seconds * _patience(state))), []
    return state, []


def _board_changed(state: State, rules: Rules) -> State:
    match state.place:
        case Idle() as idle:
            return _at(state, replace(idle, cards=state.board.notices))
        case Resting():
            return _at(state, Resting(state.board.opens)) if state.board.closed else _home(state, rules)
    return state


def _board_is_old(state: State, now: float, rules: Rules) -> bool:
    return state.board_read_at is None or now - state.board_read_at >= rules.board_seconds


def _home(state: State, rules: Rules, *, keep_language: bool = False, keep_preferences: bool = False) -> State:
    """Back to the beginning. Who starts over is still the same person; who was thanked, or left, is not."""
    return replace(
        state,
        place=Idle(cards=state.board.notices),
        language=state.language if keep_language else rules.default_language,
        preferences=state.preferences if keep_preferences else rules.preferences,
    )


def _is_somebodys(state: State, rules: Rules) -> bool:
    return state.language != rules.default_language or state.preferences != rules.preferences


def _patience(state: State) -> int:
    return _PATIENCE_WHEN_SPOKEN if state.preferences.spoken else 1


def _at(state: State, place: Place) -> State:
    return replace(state, place=place)


def _ms(seconds: float) -> int:
    return max(0, round(seconds * 1000))
