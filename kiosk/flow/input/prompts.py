"""Choose the prompts spoken on each screen: names in the spoken words of a language pack, each a sound file. Pure.

A screen says what it is and what to do next; whoever uses the number keys also hears which key does what, and whoever
does not look at the screen hears what each touch comes to.
What was chosen, and what is asked because of it, is said into a headset only: the hall would hear a loudspeaker.
"""

from datetime import date

from msgspec import Struct

from kiosk.domain.questionnaire import Question
from kiosk.domain.scanner_side import ScannerSide
from kiosk.flow.input import complaint_non_visual, non_visual
from kiosk.flow.input.choice import MAX_KEYS, key_at
from kiosk.flow.input.choices import counters_by_key, next_language
from kiosk.flow.input.number_keys import keys_of
from kiosk.flow.rules import aloud
from kiosk.flow.rules.questions import first_place
from kiosk.flow.rules.screen_table import Holds, holds, screen
from kiosk.flow.state import complaint as t
from kiosk.flow.state import screens as w
from kiosk.flow.state.begin import BeginRating
from kiosk.flow.state.complaint_draft import ComplaintPart
from kiosk.flow.state.form import Ask, Private, Why
from kiosk.flow.state.lobby import CounterChoice, Rules
from kiosk.flow.state.preferences import Zone

#: Prompts of which one must not be told from another by how long or loud it is: the five scores.
ALIKE = tuple(tuple(f"{kind}.{score}" for score in range(1, 6)) for kind in ("face", "score"))


#: What is said instead where there is no scanner.
_WITHOUT_SCANNER = {
    "idle": "idle.no_scanner",
    "ear.idle": "idle.no_scanner",
    "tell.dossier": "tell.dossier_no_scanner",
    "ear.dossier": "ear.dossier_no_scanner",
    "look": "look.no_scanner",
}


class InItsOwn(Struct, frozen=True):
    """A prompt that is said in this language alone, or not at all: in another it would tell nobody anything."""

    language: str
    name: str


class SpecialCase(Struct, frozen=True):
    """A prompt for a special case, as ``Strings.variant`` has it for the screen: a language that says the ``usual`` one
    and not this keeps its own, and no other language is heard in its midst. ``beside``: this one is said after the
    usual one and not in its place."""

    name: str
    usual: str
    beside: bool = False


#: A prompt's name, a counter, of which its field can be said, what belongs to one language, or to a special case.
Clip = str | CounterChoice | InItsOwn | SpecialCase


def utterance(before: w.State | None, after: w.State, rules: Rules) -> tuple[Clip, ...] | None:
    """What a change makes the kiosk say; ``None`` lets it finish what it is saying, ``()`` makes it fall silent."""
    if before is not None and (prompts := _begun_or_ended(before, after, rules)) is not None:
        return prompts
    greeting = _greeted(before, after, rules)
    if not after.preferences.spoken:
        return greeting or (None if _still_greeted(before, after) else ())
    if isinstance(after.place, t.Record) and after.place.until is not None:
        return ()  # the microphone would hear it
    if before is not None and before.unplugged != after.unplugged:
        return ("ear.unplugged", *prompt(after, rules))
    if after.explored and before is not None and before.explored != after.explored:
        return tuple(_explored(after, rules))
    if before is None or _heading(before) != _heading(after) or (_hints(after) and not _hints(before)):
        return (*greeting, *_come_home(before, after), *_first(before, after), *prompt(after, rules))
    if after.pointed_at and before.pointed_at != after.pointed_at and non_visual.offered(after):
        return tuple(_pointed(after, rules))
    if non_visual.offered(after) and isinstance(before.place, t.Place) and isinstance(after.place, t.Place):
        return complaint_non_visual.changed(before.place, after.place, rules)
    if isinstance(after.place, t.ShowReceipt) and isinstance(before.place, t.ShowReceipt):
        return complaint_non_visual.heading(after.place) if before.place.read_out != after.place.read_out else None
    if before.preferences.volume != after.preferences.volume:
        return ("volume",)
    if before.preferences.pace != after.preferences.pace:
        return ("pace",)
    match before.place, after.place:
        case w.TypeDate(refused=False), w.TypeDate(refused=True):
            return ("code.date_refused",)
        case (w.TypeCode(old), w.TypeCode(new)) | (w.TypeDate(old), w.TypeDate(new)) if new != old:
            return (f"digit.{new[-1]}",) if len(new) > len(old) and new[-1].isdigit() else ("erased",)
        case ((Why() | Private()), (Why() | Private() as place)) if before.place != after.place and rules.headset:
            return _marked(before.place.chosen, place)
        case w.ChoosePreferences(), w.ChoosePreferences() if before.preferences != after.preferences:
            return _preference(before, after)
    return None


def _begun_or_ended(before: w.State, after: w.State, rules: Rules) -> tuple[Clip, ...] | None:
    """The question whether to listen is said to who has not begun to listen, too; and so is the end of it."""
    if isinstance(after.place, w.AskToListen):
        return None if before.place == after.place else ("ear.ask",)
    listened, listens = (each.preferences.by_ear for each in (before, after))
    if isinstance(before.place, w.AskToListen) and not listens:
        return ("ear.as_before",)
    if not listened or listens:
        return None
    if after.preferences.spoken:
        return ("ear.shown", *prompt(after, rules))
    return ("ear.left" if isinstance(before.place, w.Idle) else "ear.left_home",)


def _greeted(before: w.State | None, after: w.State, rules: Rules) -> tuple[Clip, ...]:
    """Who touches a language's card hears one greeting in it; outside opening hours the kiosk is silent."""
    touched = before is not None and after.greetings > before.greetings
    silent = not rules.speech or (after.lobby.closed and not after.preferences.spoken)
    return (InItsOwn(after.language, "greeting"),) if touched and not silent else ()


def _still_greeted(before: w.State | None, after: w.State) -> bool:
    """Whether nothing happened that would make the greeting of a card fall silent."""
    if before is None or not after.greetings or before.preferences.spoken:
        return False
    return isinstance(after.place, w.Idle) and after.language == before.language


def _first(before: w.State | None, after: w.State) -> tuple[Clip, ...]:
    """Who begins to listen in the middle hears how the zones are used; the first screen says it anyway."""
    begins = before is not None and isinstance(before.place, w.AskToListen) and non_visual.offered(after)
    return ("ear.how",) if begins and not isinstance(after.place, w.Idle) else ()


def _come_home(before: w.State | None, after: w.State) -> tuple[Clip, ...]:
    """That one has fallen back to the first screen is said before what can be done there."""
    away = before is not None and not isinstance(before.place, w.Idle | w.Starting | w.AskToListen)
    return ("ear.at_home",) if away and isinstance(after.place, w.Idle) and non_visual.offered(after) else ()


def prompt(state: w.State, rules: Rules) -> tuple[Clip, ...]:
    """The whole prompt of a screen. Staff screens say nothing: they are no citizen's."""
    clips = _prompt(state, rules)
    return tuple(_without_scanner(clip) for clip in clips) if rules.scanner is ScannerSide.NONE else clips


def _without_scanner(clip: Clip) -> Clip:
    if isinstance(clip, str) and clip in _WITHOUT_SCANNER:
        return SpecialCase(_WITHOUT_SCANNER[clip], clip)
    return clip


def _prompt(state: w.State, rules: Rules) -> tuple[Clip, ...]:
    clips: list[Clip] = []
    match state.place:
        case w.Idle(notice=notice):
            called = "ear.idle" if non_visual.offered(state) else "idle"
            clips = (
                [f"notice.{notice.value}"]
                if notice
                else [*(["rest"] if state.lobby.closed else []), called, *_side(rules, called)]
            )
        case BeginRating():
            clips = ["ear.idle", *_side(rules, "ear.idle")]
        case w.Rate() if non_visual.offered(state):
            return ("ear.rate_headset" if rules.headset else "ear.rate",)
        case Private() if not rules.headset:
            clips = ["private"]
        case (Why() | Ask()) as asking if non_visual.offered(state) and aloud.cannot_be_asked(asking, rules):
            clips = ["ear.kept"]
        case Ask() as asking if non_visual.offered(state):
            kept = ["ear.kept", "ear.optional"] if first_place(asking) else []
            listed = "ear.list" if first_place(asking) else "ear.list_next"
            return (*kept, _name(asking), "ear.items" if rules.headset else listed)
        case Why() if not rules.headset:
            clips = ["more"]
        case Ask(question=question) if not rules.headset and not question.follows_every_face:
            clips = ["more"]
        case (Why() | Private()) as asking if non_visual.offered(state):
            return (*(["more.kept"] if isinstance(asking, Why) else []), _name(asking), "ear.items")
        case (Why() | Ask() | Private()) as asking:
            return _asked(asking, first=isinstance(asking, Why), keys=rules.headset or state.preferences.by_keys)
        case place if isinstance(place, t.Place) and non_visual.offered(state):
            return complaint_non_visual.prompt(state, rules)
        case w.TypeCode(odd=True):
            clips = ["code.odd"]
        case w.TypeCode(day=date() as day, look_again=again):
            number = complaint_non_visual.spoken_number
            asked = ["code.look_again"] if again else ["code"]
            clips = ["code.on", *number(day.day), "ear.month", *number(day.month), *asked]
        case w.Thanks(score=score) if rules.headset:
            clips = [f"score.{int(score)}", "thanks"]
        case t.ShowReceipt() as place:
            clips = ["receipt", *complaint_non_visual.due(place, state)]
        case t.ReadLaw() as place:
            clips = [*complaint_non_visual.heading(place), *complaint_non_visual.law(state, rules)]
            clips += complaint_non_visual.on_duty(state, rules)
        case place:
            clips = [*complaint_non_visual.heading(place)] if screen(place).prompt else []
    if not clips:
        return ()
    if non_visual.offered(state):
        return (*clips, *_places(state, rules))
    return (*clips, *_keys(state, rules)) if state.preferences.by_keys else tuple(clips)


def _side(rules: Rules, after: str) -> list[Clip]:
    """Where the scanner is, for who does not see it; said ``after`` the prompt that sends to it."""
    known = rules.scanner not in (ScannerSide.UNSAID, ScannerSide.NONE)
    return [SpecialCase(f"scanner.{rules.scanner}", after, beside=True)] if known else []


def _places(state: w.State, rules: Rules) -> list[Clip]:
    """How the five zones are used on this screen; the idle screen explains them all."""
    match state.place:
        case w.Idle(notice=None):
            return ["ear.how", *(["ear.explore"] if state.repeats else [])]
        case w.StillThere():
            return ["ear.still"]
        case w.Thanks() if state.lobby.intake:
            return ["ear.thanks"]
        case w.PickCounter() if not state.repeats:
            return []  # how to go on was said on the screen before, or as listening began
        case w.TypeCode() | w.TypeDate():
            return ["ear.dial", *(["ear.dial_more"] if state.repeats else [])]
        case w.Thanks() | w.Sorry():
            return []
    return ["ear.items"] if len(non_visual.items_of(state, rules)) > 1 else ["ear.one"]


def _pointed(state: w.State, rules: Rules) -> list[Clip]:
    """What the touch has come to."""
    match state.place, state.pointed_at:
        case w.Rate(), ".done":
            return ["ear.rate_end" if state.meant else "ear.rate_none"]
        case w.Rate(), at if at.isdigit():
            return [f"face.{at}"]
        case w.TypeCode() | w.TypeDate(), at if at.isdigit():
            return [f"digit.{at}"]
        case w.PickCounter() as pick, at if at in counters_by_key(pick):
            return [*complaint_non_visual.counter(counters_by_key(pick)[at])]
        case Ask() as place, ".done" if aloud.to_the_end(state.place, rules):
            return [
                "ear.picked",
                *complaint_non_visual.spoken_number(1 if state.meant or place.chosen else 0),
                "ear.end",
            ]
        case Ask() as place, at if aloud.to_the_end(state.place, rules) and not at.startswith("."):
            return [f"{_name(place)}.{at}"]
        case (Why() | Ask() | Private()) as place, at if at in answers_by_key(place.question):
            answer = answers_by_key(place.question)[at]
            return [f"{_name(place)}.{answer}", *(["marked"] if answer in place.chosen else [])]
        case place, at if isinstance(place, t.Place):
            return [*complaint_non_visual.pointed(state, rules)]
        case _, at if at.startswith("."):
            return [f"ear{at}"]
    if isinstance(state.place, w.Idle) and state.pointed_at == "3":
        return [InItsOwn(next_language(state.language, rules.languages), "ear.idle_3")]
    return [f"ear.{screen(state.place).items}_{state.pointed_at}"]


def _explored(state: w.State, rules: Rules) -> list[Clip]:
    """What the zone under the finger is; the middle also says what it would choose."""
    zone = "leave" if state.explored is Zone.HOME and isinstance(state.place, w.Idle) else state.explored
    chosen = _pointed(state, rules) if zone is Zone.CHOOSE and state.pointed_at else []
    return [f"ear.zone_{zone}", *chosen]


def _name(place: Why | Ask | Private) -> str:
    kept = place.form.kept.questionnaire
    return f"{kept.questionnaire_id}-{kept.version}.{place.question.question_id}"


def _keys(state: w.State, rules: Rules) -> list[Clip]:
    """Which key does what: by its place in a list, or as the row of the screen says it."""
    place, keys = state.place, keys_of(state, rules)
    match place:
        case w.Idle():
            offer = InItsOwn(next_language(state.language, rules.languages), "idle.key_3")
            return [offer if key == "3" else f"idle.key_{key}" for key in sorted(keys)]
        case w.PickCounter() as pick:
            prompts: list[Clip] = []
            for key, counter in counters_by_key(pick).items():
                prompts += [f"key.{key}", *complaint_non_visual.counter(counter)]
            prompts += [] if prompts else ["idle.key_1"]
            return [*prompts, *(["counter.more"] if "9" in keys and len(pick.counters) > 8 else []), "keys.home"]
        case t.Choose(part=ComplaintPart.MANNER) if (
            "4" in keys
        ):  # only where there is a microphone the fourth key speaks
            return [*screen(place).key_prompts, "tell.manner.key_4"]
        case t.Choose(part=ComplaintPart.ABOUT) if "5" in keys:
            return [*screen(place).key_prompts, "tell.about.key_5"]
        case t.Choose(notice=notice) if notice:
            return []
    return [*screen(place).key_prompts]


def answers_by_key(question: Question) -> dict[str, str]:
    """The keys 1 to 9 and the answers they mark."""
    return {key_at(at): option.answer for at, option in enumerate(question.options[:MAX_KEYS])}


def _asked(place: Why | Ask | Private, *, first: bool, keys: bool) -> tuple[Clip, ...]:
    """The question and its answers, whatever was answered before; each with its key for who has the keys."""
    name = _name(place)
    prompts: list[Clip] = [*(["more.kept"] if first else []), name]
    for key, answer in answers_by_key(place.question).items():
        prompts += [*([f"key.{key}"] if keys else []), f"{name}.{answer}"]
    return (*prompts, "more.keys") if keys else tuple(prompts)


def _marked(before: tuple[str, ...], place: Why | Private) -> tuple[Clip, ...]:
    name = _name(place)
    on = [f"{name}.{answer}" for answer in place.chosen if answer not in before]
    off = [f"{name}.{answer}" for answer in before if answer not in place.chosen]
    return (*on, "marked") if on else (*off, "unmarked")


def _preference(before: w.State, after: w.State) -> tuple[Clip, ...]:
    now, then = after.preferences, before.preferences
    if now.text_step != then.text_step:
        return (f"preferences.text_{now.text_step}",)
    if now.colours != then.colours:
        return (f"preferences.colours_{now.colours}",)
    return ()


def _hints(state: w.State) -> bool:
    """Whether somebody who touched is told how to begin; when that ends, nothing has to be said again."""
    return isinstance(state.place, w.Idle) and state.place.hint


def _heading(state: w.State) -> tuple[object, ...]:
    """What, when it changes, means that the whole prompt has to be said."""
    page = (state.place.page, state.place.counters) if isinstance(state.place, w.PickCounter) else ()
    notice = state.place.notice if isinstance(state.place, w.Idle) else None
    wants = state.preferences
    by_keys = wants.by_keys and not wants.by_ear and not holds(state.place, Holds.TYPED), wants.by_ear
    question: object = state.place.question if isinstance(state.place, Why | Ask | Private) else None
    if isinstance(state.place, t.Choose | t.Write):
        question = state.place.part, getattr(state.place, "notice", None)
    if isinstance(state.place, w.TypeCode):
        question = state.place.look_again, state.place.odd
    draft = complaint_non_visual.moment(state.place) if non_visual.offered(state) else ()
    screen = type(state.place), page, question, notice, draft
    return *screen, state.language, wants.spoken, by_keys, state.repeats
