"""List the choices of a screen once, for touch, number keys and the non-visual mode. Pure.

mypy reports a screen that has no list.
"""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from kiosk.domain.rating import Score, Stage
from kiosk.flow.input import complaint_choices
from kiosk.flow.input.choice import HOME, Choice, Stands, digits, key_at
from kiosk.flow.rules import aloud, complaint_steps
from kiosk.flow.rules.questions import Asking, first_place, following, given
from kiosk.flow.state import complaint as t
from kiosk.flow.state import screens as w
from kiosk.flow.state.begin import BeginRating
from kiosk.flow.state.form import (
    AnswerMarked,
    Ask,
    PickStage,
    Private,
    SavingAnswers,
    SentOff,
    Skipped,
    StageChosen,
    WentBack,
    Why,
)
from kiosk.flow.state.lobby import CounterChoice, Rules
from kiosk.flow.state.preferences import Colours, Preferences, PreferencesAsked, PreferencesChosen
from kiosk.flow.state.staff import StaffCard, StaffPart, StaffPartChosen, StaffPin, StaffView

#: counters that the keys 1 to 8 choose between; 9 goes on to the next ones
COUNTERS_A_PAGE = 8


def choices(state: w.State, rules: Rules) -> list[Choice]:
    """The choices of the shown screen, in the order in which they are read out."""
    match state.place:
        case w.Idle() as place:
            return _idle(place, state, rules)
        case BeginRating():
            return [*_ways(card=True), HOME]
        case w.TypeCode() | w.TypeDate():
            return [*digits(), Choice(w.Confirmed(), "enter", "enter"), Choice(w.Erased(), "erase", "erase")]
        case StaffCard() | StaffPin():
            return [*digits(items=False), Choice(w.Confirmed(), "enter"), Choice(w.Erased(), "erase")]
        case w.PickCounter() as pick:
            return _counters(pick)
        case w.Rate():
            return _faces(rules)
        case w.AskToListen():
            return [Choice(w.Confirmed(), "enter"), HOME]
        case PickStage() | w.PickTypedStage():
            stages = (Stage.HAND_IN, Stage.RETURN)
            return [*(Choice(StageChosen(s), str(at), str(at), str(s)) for at, s in enumerate(stages, start=1)), HOME]
        case Why() | Ask() | Private() as asked:
            return _questions(asked, state, rules)
        case w.StillThere():
            return [*(Choice(w.Confirmed(), key) for key in (*"123456789", "enter")), HOME]
        case w.LeftOff():
            go_on = Choice(t.ContinueAsked(), "1", ".write_on", button="tell.continue", stands=Stands.MAIN)
            return [go_on, HOME]
        case w.ChoosePreferences():
            return _preferences(state, rules)
        case w.Thanks() as place:
            return _thanks(place, state)
        case (
            w.Starting()
            | w.Resting()
            | w.LookingUpDossier()
            | w.Saving()
            | SavingAnswers()
            | w.Sorry()
            | w.OutOfService()
        ):
            return [HOME]
        case StaffView() as place:
            return [*_staff_view(place), HOME]
        case place:
            return complaint_choices.choices(place, state, rules)


def _staff_view(shown: StaffView) -> list[Choice]:
    parts = [Choice(StaffPartChosen(part), str(key)) for key, part in enumerate(StaffPart, start=1)]
    return [*parts, Choice(w.PageTurned(shown.page + 1), "9")] if shown.part is StaffPart.WORDS else parts


def counters_by_key(pick: w.PickCounter) -> dict[str, CounterChoice]:
    """The keys 1 to 8 and the counters they choose. Keys turn pages of eight, however many cards the panel holds."""
    first = (pick.page % _pages(pick)) * COUNTERS_A_PAGE
    return {str(at): counter for at, counter in enumerate(pick.counters[first:][:COUNTERS_A_PAGE], start=1)}


def _faces(rules: Rules) -> list[Choice]:
    """Over a loudspeaker the five are read to their end, and only then is the one that was meant chosen."""
    faces = [str(int(score)) for score in reversed(Score)]
    end = [] if rules.headset else [Choice(w.Touched(), item=".done")]
    return [*(Choice(w.Chose(Score(int(face))), face, face, face) for face in faces), *end, HOME]


def _idle(place: w.Idle, state: w.State, rules: Rules) -> list[Choice]:
    found = _ways()
    if len(rules.languages) > 1:
        found.append(Choice(w.LanguageChosen(next_language(state.language, rules.languages)), "3", "3"))
    found.append(Choice(PreferencesAsked(), "4", "4"))
    if complaint_steps.offers_complaint(place, state.lobby.intake):
        found.append(Choice(t.ComplaintAsked(), "5", "5", button="tell.button"))
    return found


def _ways(*, card: bool = False) -> list[Choice]:
    """How to begin without a scan; on the screen that asks for it each has a ``card``."""
    typed, without = ("type", "no_paper") if card else ("", "")
    return [Choice(w.NoPaper(), "2", "2", without), Choice(w.TypeAsked(), "1", "1", typed)]


def _counters(pick: w.PickCounter) -> list[Choice]:
    """The keys reach one page of eight; cards are laid out by the screen, which knows how many fit."""
    first, shown = (pick.page % _pages(pick)) * COUNTERS_A_PAGE, counters_by_key(pick)
    keys = {first + int(key) - 1: key for key in shown}
    found = [
        Choice(w.CounterChosen(counter), keys.get(at, ""), keys.get(at, ""), counter.counter_id)
        for at, counter in enumerate(pick.counters)
    ]
    if not shown:
        found.append(Choice(w.TypeAsked(), "1", "1"))
    if len(pick.counters) > len(shown):
        found.append(Choice(w.PageTurned((pick.page + 1) % _pages(pick)), "9", "9"))
    return [*found, HOME]


def _thanks(place: w.Thanks, state: w.State) -> list[Choice]:
    if not complaint_steps.offers_complaint(place, state.lobby.intake):
        return [Choice(w.Confirmed(), "enter"), HOME]
    return [
        Choice(t.ComplaintAsked(), "1", ".tell", button="tell.button"),
        Choice(w.Confirmed(), "enter", ".finish"),
        HOME,
    ]


def _preferences(state: w.State, rules: Rules) -> list[Choice]:
    """Keys step through what is drawn; who listens needs volume, pace, and a way out."""
    now, usual = state.preferences, rules.preferences
    found = [
        Choice(PreferencesChosen(replace(now, text_step=(now.text_step + 1) % 3)), "1"),
        Choice(PreferencesChosen(replace(now, colours=_next_colours(now.colours))), "2"),
    ]
    if rules.speech:
        found.append(Choice(PreferencesChosen(replace(now, spoken=not now.spoken)), "3"))
    return [
        *found,
        Choice(PreferencesChosen(now.louder(1)), item="louder"),
        Choice(PreferencesChosen(now.louder(-1)), item="softer"),
        *_paces(now, rules),
        Choice(PreferencesChosen(replace(now, volume=usual.volume, pace=usual.pace)), item="reset"),
        Choice(w.Confirmed(), "enter", "done"),
        Choice(PreferencesChosen(replace(now, by_ear=False)), item=".show"),
        Choice(PreferencesChosen(replace(now, spoken=False, by_ear=False)), item="silent"),
        HOME,
    ]


def _paces(now: Preferences, rules: Rules) -> list[Choice]:
    if not rules.paces:
        return []
    return [
        Choice(PreferencesChosen(now.faster(-1)), item="slower"),
        Choice(PreferencesChosen(now.faster(1)), item="faster"),
    ]


# ---- the questions after the face


class _Items(Struct, frozen=True):
    """How the choices of a question are named in the non-visual mode; empty: not offered."""

    answers: Sequence[str] = ()
    skip: str = ""
    back: str = ""
    end: str = ""


def _questions(place: Asking, state: w.State, rules: Rules) -> list[Choice]:
    """The answers, the next question, a step back and the end; each is drawn only where it leads somewhere."""
    items = _items_of(place, rules)
    named = dict(zip((option.answer for option in place.question.options), items.answers, strict=False))
    answers = [
        Choice(AnswerMarked(option.answer), key_at(at), named.get(option.answer, ""), option.answer)
        for at, option in enumerate(place.question.options)
    ]
    skip, back = _buttons_of(place)
    end = Choice(SentOff(), "enter", items.end, button="more.send" if given(place) else "more.done", stands=Stands.MAIN)
    before = Choice(WentBack(), "erase", items.back, button=back, stands=Stands.FIRST)
    found = [*answers, Choice(Skipped(), "0", items.skip, button=skip)]
    found += [before, end] if rules.headset else [end, before]
    tell = complaint_steps.offers_complaint(place, state.lobby.intake)
    return [*found, *([Choice(t.ComplaintAsked(), button="tell.button")] if tell else [])]


def _items_of(place: Asking, rules: Rules) -> _Items:
    """Into a headset everything can be said; a loudspeaker must tell the hall nothing about the face."""
    if not isinstance(place, Private) and aloud.cannot_be_asked(place, rules):
        return _Items(skip=".on", end=".stop")
    first = not isinstance(place, Private) and first_place(place)
    if rules.headset:
        keys = [key_at(at) for at in range(len(place.question.options))]
        return _Items(keys, "" if isinstance(place, Private) else "0", "" if first else "erase", "enter")
    if isinstance(place, Private):
        return _Items(end=".stop")
    return _Items([option.answer for option in place.question.options], ".done", "" if first else ".back", ".stop")


def _buttons_of(place: Asking) -> tuple[str, str]:
    """The words on the button that skips, and on the one that goes back."""
    match place:
        case Why():
            return "more.more" if following(place) else "", ""
        case Ask():
            return "more.skip" if following(place) else "", "" if first_place(place) else "more.back"
        case Private():
            return "", "private.back"


# ---- small things


def _pages(pick: w.PickCounter) -> int:
    return max(1, -(-len(pick.counters) // COUNTERS_A_PAGE))


def _next_colours(colours: Colours) -> Colours:
    every = tuple(Colours)
    return every[(every.index(colours) + 1) % len(every)]


def next_language(language: str, languages: tuple[str, ...]) -> str:
    """The one after this in the order of the settings; after the last the first."""
    at = languages.index(language) if language in languages else -1
    return languages[(at + 1) % len(languages)]
