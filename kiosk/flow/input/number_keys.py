"""What a physical number key means on each screen: exactly what a touch there means. Pure.

The same table tells the spoken prompts which keys to name, so that none is promised that does nothing.
"""

from msgspec.structs import replace

from kiosk.domain.questionnaire import Question
from kiosk.domain.rating import Score, Stage
from kiosk.flow.input.complaint_keys import keys_of
from kiosk.flow.state import complaint as t
from kiosk.flow.state import screens as w
from kiosk.flow.state.form import Ask, Marked, PickStage, Private, SentOff, Skipped, StageChosen, WentBack, Why
from kiosk.flow.state.preferences import HeardAgain, PreferencesAsked, PreferencesChosen, Pressed

#: counters that the keys 1 to 8 choose between; 9 goes on to the next ones
COUNTERS_A_PAGE = 8

_EVERYWHERE: dict[str, w.Event] = {"again": HeardAgain(), "home": w.WentHome()}


def hear(state: w.State, pressed: Pressed, rules: w.Rules) -> tuple[w.State, w.Event]:
    """The state that knows keys are in use, and the event the key stands for.

    The first key at the idle screen begins reading aloud: who cannot see the screen finds the keys, not a button.
    """
    by_keys = replace(state.preferences, by_keys=True)
    if isinstance(state.place, w.Idle) and rules.speech and not by_keys.spoken:
        return state, PreferencesChosen(replace(by_keys, spoken=True))
    state = replace(state, preferences=by_keys)
    if pressed.key in ("louder", "softer"):
        return state, PreferencesChosen(by_keys.louder(1 if pressed.key == "louder" else -1))
    if pressed.key in _EVERYWHERE:
        return state, _EVERYWHERE[pressed.key]
    return state, choices(state, rules).get(pressed.key, w.Touched())


def types_digits(state: w.State) -> bool:
    """Whether a digit is a part of a number now, not an answer."""
    return isinstance(state.place, w.TypeCode | w.StaffPin)


def choices(state: w.State, rules: w.Rules) -> dict[str, w.Event]:
    """Key to event on the shown screen, in the order in which they are read out."""
    match state.place:
        case w.Idle():
            found: dict[str, w.Event] = {"1": w.TypeAsked(), "2": w.NoPaper()}
            if len(rules.languages) > 1:
                found["3"] = w.LanguageChosen(_next_language(state.language, rules.languages))
            found["4"] = PreferencesAsked()
            return found | ({"5": t.TellAsked()} if state.board.intake else {})
        case w.TypeCode() | w.StaffPin():
            digits: dict[str, w.Event] = {digit: w.Key(digit) for digit in "0123456789"}
            return digits | {"enter": w.Confirmed(), "erase": w.Erased()}
        case w.PickCounter() as pick:
            shown = counters_by_key(pick)
            more: dict[str, w.Event] = {} if shown else {"1": w.TypeAsked()}
            if len(pick.counters) > len(shown):
                more["9"] = w.PageTurned((pick.page + 1) % _pages(pick))
            return {key: w.CounterChosen(counter) for key, counter in shown.items()} | more | _home()
        case w.Rate():
            return {str(int(score)): w.Chose(score) for score in reversed(Score)} | _home()
        case PickStage():
            return {"1": StageChosen(Stage.HAND_IN), "2": StageChosen(Stage.RETURN)} | _home()
        case Why(question=question) | Ask(question=question) | Private(question=question):
            answers: dict[str, w.Event] = {key: Marked(answer) for key, answer in answers_by_key(question).items()}
            return answers | {"0": Skipped(), "erase": WentBack(), "enter": SentOff()}
        case w.StillThere():
            return {key: w.Confirmed() for key in ("1", "2", "3", "4", "5", "6", "7", "8", "9", "enter")} | _home()
        case w.ChoosePreferences():
            return _preferences(state, rules)
        case w.Thanks():
            more = {"1": t.TellAsked()} if state.board.intake else {}
            return more | {"enter": w.Confirmed()} | _home()
    if isinstance(state.place, t.Place):
        return keys_of(state.place, state.board.intake)
    return _home()


def counters_by_key(pick: w.PickCounter) -> dict[str, w.CounterChoice]:
    """The keys 1 to 8 and the counters they choose. Keys turn pages of eight, however many cards the panel holds."""
    first = (pick.page % _pages(pick)) * COUNTERS_A_PAGE
    return {str(at): counter for at, counter in enumerate(pick.counters[first:][:COUNTERS_A_PAGE], start=1)}


def answers_by_key(question: Question) -> dict[str, str]:
    """The keys 1 to 9 and the answers they mark."""
    return {str(at): option.answer for at, option in enumerate(question.options[:9], start=1)}


def _preferences(state: w.State, rules: w.Rules) -> dict[str, w.Event]:
    now = state.preferences
    found: dict[str, w.Event] = {
        "1": PreferencesChosen(replace(now, text_step=(now.text_step + 1) % 3)),
        "2": PreferencesChosen(replace(now, contrast=not now.contrast)),
    }
    if rules.speech:
        found["3"] = PreferencesChosen(replace(now, spoken=not now.spoken))
    return found | {"enter": w.Confirmed()} | _home()


def _pages(pick: w.PickCounter) -> int:
    return max(1, -(-len(pick.counters) // COUNTERS_A_PAGE))


def _home() -> dict[str, w.Event]:
    return {"0": w.WentHome()}


def _next_language(language: str, languages: tuple[str, ...]) -> str:
    at = languages.index(language) if language in languages else -1
    return languages[(at + 1) % len(languages)]
