"""From a key to the drawn letter: the writing board on a portrait panel, beside Kivy's own text input standing alone.

In this process, in an offscreen window with the software renderer: no display, no frame rate, only the work itself.
The target is two frames at sixty a second, in processor time: by the clock other work on the machine counts too.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from kiosk.flow.state.text_input import Kind, Typed, beginning
from tests.bench.options import Options
from tests.bench.table import Row, Target, summed
from tests.support.on_screen_keyboard import LONG, PANELS, Bench

PANEL = "21.5-upright"
KEYS = "tooi khoong ddoongf ys vowis vieecj nafy. " * 5
LENGTHS = (100, 3_700)
TWO_FRAMES_MS = 1000 / 30
BESIDE = "Kivy's TextInput alone"


def measure(options: Options) -> Iterator[Row]:
    boards = [
        _board(length) for length in LENGTHS
    ]  # first: Kivy's own rules, which the kiosk leaves out, would cost it
    for length, (ours, our_cpu, again) in zip(LENGTHS, boards, strict=True):
        theirs, their_cpu = _text_input(length)
        what = f"key to drawn letter, after {length:,} others"
        target = Target("median", "≤", TWO_FRAMES_MS)
        yield Row("typing", f"{what}: processor", "ms", summed(our_cpu), BESIDE, summed(their_cpu), target)
        yield Row("typing", f"{what}: by the clock", "ms", summed(ours), BESIDE, summed(theirs))
        yield Row("typing", "the same screen drawn again: processor", "ms", summed(again))


def _board(length: int) -> tuple[list[float], list[float], list[float]]:
    """Milliseconds from a key to its letter, the processor's, and the processor's for the screen as it was."""
    bench = Bench(PANELS[PANEL], beginning(Kind.WORDS, LONG[:length]))
    bench.open()
    try:
        wall, cpu = _times(lambda key: bench.happened(Typed(key)))
        _, again = _times(lambda _: bench.window.canvas.ask_update())
    finally:
        bench.close()
    return wall, cpu, again


def _text_input(length: int) -> tuple[list[float], list[float]]:
    from kivy import kivy_data_dir
    from kivy.core.window import Window
    from kivy.uix.textinput import TextInput

    from kiosk.ui.screens import read_rules

    read_rules(Path(kivy_data_dir) / "style.kv")
    width, height, _ = PANELS[PANEL]
    field: Any = TextInput(text=LONG[:length], font_name="BeMedium", font_size=39, size=(width, height // 2))
    Window.add_widget(field)
    try:
        return _times(field.insert_text)
    finally:
        Window.remove_widget(field)


def _times(press: Callable[[str], None]) -> tuple[list[float], list[float]]:
    from kivy.base import EventLoop
    from kivy.graphics.opengl import glFinish

    wall, cpu = [], []
    for key in KEYS:
        begun, spent = perf_counter(), process_time()
        press(key)
        EventLoop.idle()
        glFinish()
        wall.append((perf_counter() - begun) * 1000)
        cpu.append((process_time() - spent) * 1000)
    return wall[10:], cpu[10:]
