"""``python -m tests.vvsg``: the kiosk against VVSG 2.0, chapters 5 to 8, line by line: pass, fail, or needs people.

Each line is measured: on the laid out screens of every panel, on the shipped sounds and colours, on the flow's own
rules. What only people can say is named so; docs/usability-test.md has the protocol and the forms for them.
``--panel NAME`` measures one panel alone.
"""

import argparse
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import pairwise, product
from pathlib import Path
from typing import Any

from msgspec import Struct

from kiosk.domain.rating import Score
from kiosk.flow.input.non_visual import offered
from kiosk.flow.input.prompts import ALIKE
from kiosk.flow.rules.screen_table import Holds, Timeout, holds, screen
from kiosk.flow.state import screens as w
from kiosk.flow.state.lobby import Rules
from kiosk.flow.state.preferences import (
    PACES,
    PLAIN,
    VOLUME_DB,
    Colours,
    CornerHeld,
    Preferences,
    PreferencesChosen,
    Zone,
    ZoneExplored,
)
from kiosk.flow.step import step
from kiosk.hardware.printer.typeset import TextBlock
from kiosk.hardware.sound.loudness import loudness, read
from kiosk.paths import shared
from kiosk.ui import palette
from kiosk.ui.metrics import CAPITAL_PER_EM, MIN_CAPITAL_MM, Panel
from tests.support.driver import open_window
from tests.support.fakes import HandClock
from tests.ui.layout_faults import near_targets, outside, said, small_targets, texts_of
from tests.ui.states import BY_EAR, lobby_at, places

MIN_CONTRAST, STRONG_CONTRAST, SOFT_CONTRAST = 10.0, 20.0, (4.5, 8.0)
LARGEST_CAPITAL_MM, PRINTED_CAPITAL_MM = 8.5, 3.5
DOTS_A_MM = 8.0  # 203 dots an inch, as receipt printers have
MAX_STEP_DB = 10.0
INACTIVE_SECONDS, ANSWER_SECONDS = 120.0, 20.0
TARGET_MM = 12.7
TIMES = HandClock()
#: asked aloud before the glass goes dark; woken by any touch
BY_WHICH_ONE_LISTENS = (w.AskToListen, w.Resting)


class Verdict(StrEnum):
    PASS = "pass"
    FAIL = "fail"
    PEOPLE = "needs people"


class Line(Struct, frozen=True):
    """One demand, what was found, and what it was found by."""

    demand: str
    words: str
    verdict: Verdict
    found: str


class Screens(Struct, frozen=True):
    """What was measured on laid out screens: faults by kind, and the smallest capital, in mm, by panel."""

    outside: Sequence[str]
    targets: Sequence[str]
    gaps: Sequence[str]
    keys: Sequence[str]
    usual_mm: dict[str, tuple[float, str]]
    largest_mm: dict[str, tuple[float, str]]
    shown_without_looking: Sequence[str]


def judged(demand: str, words: str, faults: Iterable[str], found: str) -> Line:
    """A line that passes when there is no fault; the first ones are named."""
    named = list(faults)
    told = f"{len(named)}: " + "; ".join(named[:4]) if named else found
    return Line(demand, words, Verdict.FAIL if named else Verdict.PASS, told)


def people(demand: str, words: str, found: str) -> Line:
    return Line(demand, words, Verdict.PEOPLE, found)


# ---- screens


def measured(panels: dict[str, Panel]) -> Screens:
    """Lays out every citizen's screen on each panel, in the usual and in the largest text."""
    faults: dict[str, list[str]] = {kind: [] for kind in ("outside", "targets", "gaps", "keys", "without looking")}
    usual, largest = dict[str, tuple[float, str]](), dict[str, tuple[float, str]]()
    for name, panel in panels.items():
        for place, page in drawn(panel, PLAIN):
            where = f"{name}, {place}: "
            faults["outside"] += [where + each for each in outside(page)]
            faults["targets"] += [where + each for each in small_targets(page, panel, TARGET_MM)]
            faults["gaps"] += [where + each for each in near_targets(page, panel)]
            faults["keys"] += [where + each for each in smallest_key(page, panel)]
            keep_smallest(usual, name, place, page, panel)
        for place, page in drawn(panel, Preferences(text_step=2)):
            keep_smallest(largest, name, place, page, panel)
        for place, page in drawn(panel, Preferences(spoken=True, by_ear=True), BY_EAR):
            faults["without looking"] += [f"{name}, {place}: {said(each)}" for each in page.walk() if pressable(each)]
    kinds = (faults[kind] for kind in ("outside", "targets", "gaps", "keys"))
    return Screens(*kinds, usual, largest, faults["without looking"])


def keep_smallest(found: dict[str, tuple[float, str]], panel_name: str, place: str, page: Any, panel: Panel) -> None:
    for text in texts_of(page):
        capital = text.font_size * CAPITAL_PER_EM / panel.px_per_mm
        if capital < found.get(panel_name, (float("inf"), ""))[0]:
            found[panel_name] = round(capital, 2), f"{place}, {said(text)}"


def smallest_key(page: Any, panel: Panel) -> list[str]:
    """The smallest key of the on-screen keyboard, where one is shown and it is smaller than a target."""
    from kiosk.ui.writing.key import OnScreenKey

    sides = [min(each.size) / panel.px_per_mm for each in page.walk() if isinstance(each, OnScreenKey)]
    return [f"{min(sides):.1f} mm"] if sides and min(sides) < TARGET_MM else []


def pressable(widget: Any) -> bool:
    from kiosk.ui.widgets import Touchable

    return isinstance(widget, Touchable) and not widget.disabled


def drawn(panel: Panel, wishes: Preferences, names: Sequence[str] = ()) -> Iterator[tuple[str, Any]]:
    """Each citizen's screen as it is laid out on a panel."""
    from kivy.clock import Clock

    from kiosk.languages.packs import load_packs
    from kiosk.ui.root_view import RootView

    every = places(TIMES())
    languages = load_packs().strings()
    view = RootView(texts=languages, happened=lambda _: None, clock=TIMES, rules=Rules(), office="UBND xã Ea Kao")
    view.size = panel.width, panel.height
    view.measure(panel)
    for name in names or [name for name in every if not name.startswith("staff")]:
        view.draw(w.State(every[name], "vi", preferences=wishes, lobby=lobby_at(name), printer=True))
        view.page.pass_time(TIMES())
        for _ in range(3):
            Clock.tick()
            Clock.tick_draw()
        yield name, view.page
    view.draw(w.State(w.Starting(), "vi"))
    view.clear_widgets()


# ---- the lines


def of_screens(found: Screens) -> list[Line]:
    usual = [f"{name}: {mm} mm ({where})" for name, (mm, where) in found.usual_mm.items() if mm < MIN_CAPITAL_MM - 0.02]
    largest = [f"{name}: {mm} mm" for name, (mm, _) in found.largest_mm.items() if mm < LARGEST_CAPITAL_MM]
    smallest = min(found.usual_mm.values())[0]
    return [
        judged("7.1-G", "capital of at least 4.8 mm by default", usual, f"smallest {smallest} mm"),
        judged("7.1-G", "capital of at least 8.5 mm at the largest step", largest, "on every panel"),
        judged("7.2-D", "no page has to be scrolled", found.outside, "every screen lies wholly on its panel"),
        judged("7.2-I", "targets of at least 12.7 mm", found.targets, "all but the keys of the on-screen keyboard"),
        judged("7.2-I", "gaps of at least 2.54 mm", found.gaps, "all but the keys of the on-screen keyboard"),
        judged("7.2-I", "the keys of the on-screen keyboard, too", found.keys, "on every panel"),
        judged("6.1-D", "the screen can be switched off while listening", found.shown_without_looking, "nothing drawn"),
    ]


def of_colours() -> list[Line]:
    def pairs(colours: Colours) -> dict[str, float]:
        worn = palette.SETS[colours]
        return {f"{a} on {b}": palette.contrast(worn[a], worn[b]) for a, b in palette.TEXT_PAIRS}

    def least(colours: Colours) -> float:
        return min(pairs(colours).values())

    usual = [f"{name} {ratio:.1f}" for name, ratio in pairs(Colours.USUAL).items() if ratio < MIN_CONTRAST]
    worn = {each: palette.SETS[each] for each in (Colours.DARK, Colours.LIGHT)}
    ink = {each: palette.contrast(worn[each][palette.INK], worn[each][palette.PAPER]) for each in worn}
    strong = [f"{each} {ratio:.1f}" for each, ratio in ink.items() if ratio < STRONG_CONTRAST]
    low, high = SOFT_CONTRAST
    soft = [f"{name} {ratio:.1f}" for name, ratio in pairs(Colours.SOFT).items() if not low <= ratio <= high]
    return [
        judged("7.1-C", "contrast of at least 10:1 by default", usual, f"least {least(Colours.USUAL):.1f}"),
        judged("7.1-D", "a dark and a light set of 20:1", strong, "ink on its ground 21:1 in both"),
        judged("7.1-D", "a set of 4.5 to 8:1", soft, f"least {least(Colours.SOFT):.1f}"),
        judged("7.1-F", "colour never alone", faces_of_one_shape(), "the five faces differ without colour, too"),
    ]


def faces_of_one_shape() -> list[str]:
    """Pairs of faces whose drawings look alike once the colour is taken away."""
    from PIL import Image, ImageChops

    files = [shared("assets") / "images" / f"face-{int(score)}.png" for score in Score]
    grey = [Image.open(each).convert("RGBA").getchannel("A").resize((64, 64)) for each in files]
    ink = [Image.open(each).convert("LA").resize((64, 64)).getchannel("L") for each in files]

    def differ(one: int, other: int) -> bool:
        changed = [ImageChops.difference(layer[one], layer[other]) for layer in (grey, ink)]
        return any(sum(value > 96 for value in image.get_flattened_data()) >= 40 for image in changed)

    return [f"faces {one + 1} and {other + 1}" for one, other in pairwise(range(5)) if not differ(one, other)]


def of_sounds() -> list[Line]:
    steps = [f"{a} to {b} dB" for a, b in pairwise(VOLUME_DB.values()) if not 0 < b - a <= MAX_STEP_DB]
    pace = [] if min(PACES) <= 75 and max(PACES) >= 200 and PLAIN.pace == 100 else [f"{PACES}"]
    return [
        judged("7.1-K", "volume in steps of at most 10 dB, with a reset", steps, f"{len(VOLUME_DB)} steps"),
        people("7.1-K", "35 to 80 or 100 dB SPL at the ear", "measured at the headset that is bought"),
        judged("7.1-L", "pace of 75 to 200 % at the same pitch", pace, f"{PACES} %"),
        people("7.1-M", "speech is understood with a hearing loss of up to 25 dB", "a synthesiser; docs/voices.md"),
        judged("5.2", "no bias: the five scores sound equally long and loud", unlike_scores(), "within 0.1 % and 1 dB"),
        judged("5.2-C", "what is written is said, and the other way round", unspoken(), "each screen's prompt"),
    ]


def unlike_scores() -> list[str]:
    found = []
    for language, group in product(("vi", "en"), ALIKE):
        clips = [read(sounds(language) / f"{name}.ogg") for name in group]
        lengths, levels = [clip.seconds for clip in clips], [loudness(clip) for clip in clips]
        if max(lengths) > 1.001 * min(lengths) or max(levels) - min(levels) >= 1:
            found.append(f"{language}: {group[0].partition('.')[0]}")
    return found


def unspoken() -> list[str]:
    prompts = {screen(place).prompt for name, place in places(0).items() if not name.startswith("staff")}
    return [
        f"{language}: {prompt}"
        for language in ("vi", "en")
        for prompt in sorted(prompts - {""})
        if not (sounds(language) / f"{prompt}.ogg").is_file()
    ]


def sounds(language: str) -> Path:
    return shared("assets") / "languages" / language / "sounds"


def of_the_flow() -> list[Line]:
    rules, every = Rules(), places(0)
    wishes = Preferences(text_step=2, colours=Colours.DARK)
    rate = w.State(every["rate"], "vi", preferences=wishes)
    left, _ = step(w.State(w.Idle(), "en", preferences=wishes), w.Tick(), 16, rules)
    reset, _ = step(rate, PreferencesChosen(PLAIN), 1, rules)
    explored, _ = step(by_ear(rate), ZoneExplored(Zone.CHOOSE), 1, rules)
    held, _ = step(w.State(every["rate"], "vi"), CornerHeld(), 1, rules)
    return [
        judged("7.1-A", "settings are forgotten for the next citizen", of(left.preferences != PLAIN, "kept"), "15 s"),
        judged("7.1-B", "reset while what was entered is kept", of(reset.place != rate.place, "lost"), "same screen"),
        judged("7.2-H", "exploring activates nothing", of(explored.place != rate.place, "it did"), "a resting finger"),
        judged("7.2-H", "where hands lean nothing happens unasked", of(not asks(held), "it does"), "the corner asks"),
        judged("5.1-A", "every mode can do what every other can", only_seen(), "all screens"),
        *of_time(rules, every),
    ]


def by_ear(state: w.State) -> w.State:
    return w.State(state.place, state.language, preferences=Preferences(spoken=True, by_ear=True))


def asks(state: w.State) -> bool:
    return isinstance(state.place, w.AskToListen)


def of(wrong: bool, words: str) -> list[str]:
    return [words] if wrong else []


def only_seen() -> list[str]:
    """Citizens' screens that only a seeing person can use; but for the two by which one comes to listen."""
    shown = places(0).items()
    named = {
        type(place).__name__ + (f" {place.part}" if hasattr(place, "part") else "")
        for name, place in shown
        if not name.startswith("staff") and not getattr(place, "for_staff", False)
        if not isinstance(place, BY_WHICH_ONE_LISTENS) and not busy(place)
        if not offered(by_ear(w.State(place, "vi")))
    }
    return sorted(named)


def busy(place: w.Place) -> bool:
    return holds(place, Holds.BUSY)


def of_time(rules: Rules, every: dict[str, w.Place]) -> list[Line]:
    asked = {name: place for name, place in every.items() if screen(place).timeout is Timeout.ASK}
    telling = {name for name, place in asked.items() if holds(place, Holds.UNSENT)}
    soon = [f"{rules.idle_seconds:.0f} s where nothing is at stake"] if rules.idle_seconds < INACTIVE_SECONDS else []
    warned = f"{rules.telling_seconds:.0f} s and {rules.telling_still_there_seconds:.0f} s on {len(telling)} screens"
    quick = of(rules.telling_seconds < INACTIVE_SECONDS or rules.still_there_seconds < ANSWER_SECONDS, warned)
    return [
        judged("time", "asked after 2 to 5 minutes, 20 to 45 s to answer, by touch", soon, "everywhere"),
        judged("time", "the same where something is told, and for who asked for large text", quick, warned),
    ]


def of_paper() -> list[Line]:
    capital = round(TextBlock("").size * CAPITAL_PER_EM / DOTS_A_MM, 1)
    small = of(capital < PRINTED_CAPITAL_MM, f"{capital} mm at 203 dots an inch")
    return [judged("7.1-I", "printed capital of at least 3.5 mm", small, f"{capital} mm")]


def of_people() -> list[Line]:
    return [
        people("5.1-A", "each mode is used by who needs it", "protocol: docs/usability-test.md"),
        people("6.1-C", "headphones leak at most 30 to 40 dB at 1.2 m; the screen is not seen", "on site"),
        people("7.2-J", "no fine motor control, one hand, at most 22 N", "nothing has to be held; the panel is bought"),
        people("7.2-P", "floor space, reach, room for a helper", "docs/accessibility.md, Placement, with a tape"),
        people("7.2-R", "labels are read seated and standing", "on site"),
        people("7.3-E", "one knows what is selected", "a tick and an edge; by ear in a headset only"),
        people("7.3-K", "warnings say what happened and what to do", "read: docs/words.md; understood: with people"),
        people("8.1-A", "130 cd/m², 150:1, 85 ppi, antiglare, 10:1 at 500 lx", "sheet in docs/usability-test.md"),
        people("8.1-H", "headphones can be cleaned", "parts list of docs/accessibility.md"),
        people("8.3-A", "30 + 8 + 8 + 8 people finish unaided", "nobody yet; protocol and forms are ready"),
        people("9.1.1-A", "an undetected fault changes no result unseen", "chain and signed heads; by an auditor"),
    ]


def report(panels: dict[str, Panel]) -> list[Line]:
    parts: tuple[Callable[[], list[Line]], ...] = (of_colours, of_sounds, of_the_flow, of_paper, of_people)
    found = of_screens(measured(panels))
    return sorted([*found, *(line for part in parts for line in part())], key=lambda line: line.demand)


def main(arguments: Sequence[str] | None = None) -> int:
    from tests.ui.test_layout import PANELS

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--panel", action="append", choices=[*PANELS], help="only this panel (may be repeated)")
    chosen = parser.parse_args(arguments)
    open_window(600, 1024)
    lines = report({name: PANELS[name] for name in chosen.panel or PANELS})
    for line in lines:
        print(f"{line.verdict:12} {line.demand:8} {line.words}\n{'':22}{line.found}")
    counted = ", ".join(f"{sum(line.verdict is each for line in lines)} {each}" for each in Verdict)
    print(f"{len(lines)} lines: {counted}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
