"""``python -m tests.gallery OUT``: every place of every screen, in every language, on three panels, as PNG files."""

import argparse
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from msgspec.structs import replace
from PIL import Image

from kiosk.flow.state.lobby import Rules
from kiosk.flow.state.preferences import PLAIN, Colours, Preferences
from kiosk.flow.state.screens import State
from tests.support.driver import Driver, open_window
from tests.support.fakes import FakeDesk, HandClock
from tests.support.papers import drawn
from tests.ui.states import BY_EAR, lobby_at, places

PANELS = {"1080x1920": (1080, 1920, 268.0), "1920x1080": (1920, 1080, 476.0), "1280x800": (1280, 800, 217.0)}
LANGUAGES = ("vi", "en")
README = Path(__file__).parents[1] / "assets" / "images" / "readme"
STRIPS = {
    "kiosk.png": ("idle", "rate", "tell-text-written", "receipt"),
    "everybody.png": ("why-low-chosen", "by-ear-rate", "preferences", "staff-view-good-rated"),
}
"""Pictures of the README: these places beside each other, in Vietnamese, on the first panel."""
RUNBOOK = README.parent / "runbook"
RUNBOOK_STRIPS = {
    "screens.png": ("idle-hint", "resting", "out-of-service-not-enrolled", "out-of-service-cannot-save"),
}
"""The same for the runbook (docs/runbook-kiosk.vi.md): what a technician knows a kiosk's state by."""

CARD_TURNS = 13.0  # seconds after which a small panel shows its first card instead of the invitation


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path, help="the folder for the pictures and index.html")
    parser.add_argument("--panel", action="append", choices=[*PANELS], help="only this panel (may be repeated)")
    parser.add_argument("--only", default="", help="only places whose name begins with this")
    parser.add_argument("--text-step", type=int, choices=(0, 1, 2), default=0, help="larger text")
    parser.add_argument("--colours", choices=[*Colours], default=Colours.USUAL, help="another set of colours")
    parser.add_argument("--size", help="another panel: WIDTHxHEIGHT:MILLIMETRES")
    parser.add_argument("--readme", action="store_true", help="make the README's and the runbook's strips anew instead")
    chosen = parser.parse_args(arguments)
    if chosen.readme:
        return strips(
            chosen.out,
            {README / name: places for name, places in STRIPS.items()}
            | {RUNBOOK / name: places for name, places in RUNBOOK_STRIPS.items()},
        )
    panels = {name: PANELS[name] for name in chosen.panel or PANELS}
    if chosen.size:
        size, _, millimetres = chosen.size.partition(":")
        width, height = (int(part) for part in size.split("x"))
        panels = {size: (width, height, float(millimetres))}
    if len(panels) > 1:  # a window cannot grow offscreen, so every panel has a process of its own
        for name in panels:
            again = [sys.executable, "-m", "tests.gallery", str(chosen.out), "--panel", name, "--only", chosen.only]
            again += ["--text-step", str(chosen.text_step), "--colours", chosen.colours]
            subprocess.run(again, check=True)
    else:
        for name, panel in panels.items():
            render(chosen.out, name, panel, chosen.only, Preferences(chosen.text_step, Colours(chosen.colours)))
    chosen.out.mkdir(parents=True, exist_ok=True)
    for name, paper in drawn():
        if name.startswith(chosen.only):
            paper.save(chosen.out / f"{name}.png")
    pictures = sorted(chosen.out.glob("*.png"))
    (chosen.out / "index.html").write_text(contact_sheet(chosen.out, pictures), "utf-8")
    print(f"{len(pictures)} pictures, see {chosen.out / 'index.html'}")
    return 0 if pictures else 1


def render(
    out: Path,
    name: str,
    panel: tuple[int, int, float],
    only: str | tuple[str, ...] = "",
    preferences: Preferences = PLAIN,
) -> None:
    """Draws every place on one panel whose name begins so, as a citizen with these preferences sees it."""
    width, height, millimetres = panel
    open_window(width, height)
    from kiosk.ui.app import Appearance

    clock = HandClock()
    look = Appearance(width_mm=millimetres, office="Bộ phận Một cửa · UBND xã Ea Kao")
    driver = Driver(Rules(), look, lambda: FakeDesk(unit=look.office), clock)
    driver.start()
    suited = f"-{preferences.colours}{preferences.text_step}" if preferences != PLAIN else ""
    for language in LANGUAGES:
        for place_name, place in places(clock()).items():
            if place_name.startswith(only):
                hall = {"lobby": lobby_at(place_name), "printer": True}
                driver.app.stage.draw(State(place, language, preferences=preferences, **hall))
                turned = CARD_TURNS if "-card-" in place_name else 0
                clock.advance(turned)
                driver.app.stage.pass_time()
                driver.shot(out / f"{name}-{language}-{place_name}{suited}.png")
                clock.advance(-turned)
        for place_name in (name for name in BY_EAR if f"by-ear-{name}".startswith(only)):
            place = places(clock())[place_name]
            driver.app.stage.draw(State(place, language, preferences=replace(preferences, spoken=True, by_ear=True)))
            driver.shot(out / f"{name}-{language}-by-ear-{place_name}{suited}.png")
    driver.stop()


def strips(out: Path, wanted: Mapping[Path, tuple[str, ...]]) -> int:
    """Makes each picture of the places it shows beside each other."""
    panel, gap = next(iter(PANELS)), 18
    render(out, panel, PANELS[panel], tuple(name for names in wanted.values() for name in names))
    for file, names in wanted.items():
        screens = [Image.open(out / f"{panel}-vi-{name}.png").convert("RGB").resize((360, 640)) for name in names]
        strip = Image.new("RGB", (gap + (360 + gap) * len(screens), 640 + 2 * gap), "#d6cec2")
        for number, screen in enumerate(screens):
            strip.paste(screen, (gap + number * (360 + gap), gap))
        strip.quantize(256, kmeans=2).save(file, optimize=True)
    return 0


def contact_sheet(out: Path, pictures: list[Path]) -> str:
    figures = "\n".join(
        f'<figure><a href="{p.name}"><img src="{p.name}" loading="lazy"></a><figcaption>{p.stem}</figcaption></figure>'
        for p in pictures
    )
    return f"""<!doctype html><meta charset="utf-8"><title>Lắng Nghe: every screen</title>
<style>body{{font:16px sans-serif;background:#ddd;display:flex;flex-wrap:wrap;gap:16px;align-items:flex-end}}
figure{{margin:0}}img{{height:360px;background:#fff;box-shadow:0 1px 6px #0003}}</style>
{figures}
"""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
