"""Ten thousand citizens one after the other: does the kiosk's memory grow?

The real screens in a real window, the real desk on the real file; time is moved by hand, so nobody waits. Most citizens
scan and tap, some have no paper, ask for large letters on black, or want the other language. In a process of its own,
``python -m tests.bench.soak FOLDER JOURNEYS``, so that nothing else is measured.
"""

import gc
import itertools
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.bench.options import Options
from tests.bench.prepared import dossier_codes, prepare
from tests.bench.table import Figure, Row, Target

WIDTH, HEIGHT = 400, 680
WARM = 500  # by then every kind of citizen has been there many times
MAX_GROWTH = 1.05


def measure(options: Options) -> Iterator[Row]:
    prepare(options.folder / "rig")
    box = options.folder / "soaked"
    shutil.copytree(options.folder / "rig/kiosk", box)
    command = [sys.executable, "-m", "tests.bench.soak", str(box), str(options.soak)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    memory = {int(number): float(mb) for number, mb in json.loads(done.stdout.splitlines()[-1]).items()}
    last = Figure(1, memory[max(memory)])
    what = f"memory after {max(memory):,} journeys, nobody waiting"
    first = Figure(1, memory[min(memory)])
    yield Row("soak", what, "MB private", last, f"after {min(memory)}", first, Target("ratio", "≤", MAX_GROWTH))


def main(folder: str, journeys: str) -> None:
    from kiosk.hardware.memory import give_back_early

    give_back_early()
    crowd, memory = Crowd(Path(folder)), {}
    for number in range(1, int(journeys) + 1):
        crowd.citizen(number)
        if number == WARM or number % 1_000 == 0:
            gc.collect()
            memory[number] = own_mb()
            print(f"{number} journeys: {memory[number]:.1f} MB", file=sys.stderr)
    print(json.dumps(memory))


def own_mb() -> float:
    """What this process alone has written to, in MB. (The proportional size also moves when others come and go who
    use the same libraries.)"""
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Anonymous:")) / 1024


class Crowd:
    """Citizens at one kiosk."""

    def __init__(self, folder: Path) -> None:
        from tests.bench.box import open_desk
        from tests.support.driver import Driver, open_window
        from tests.support.fakes import HandClock

        open_window(WIDTH, HEIGHT)
        from kiosk.flow.state.lobby import Rules
        from kiosk.ui.app import Appearance

        _, desk = open_desk(folder)
        self._kiosk = Driver(Rules(), Appearance(), lambda: desk, HandClock())
        self._kiosk.start()
        self._known = itertools.cycle(dossier_codes())

    def citizen(self, number: int) -> None:
        """One visit, from the idle screen back to it. Every second receipt is one the box has not heard of."""
        kiosk = self._kiosk
        kiosk.move_time(20, steps=5)
        if number % 50 == 0:
            self._touch("Aa")
            self._touch(kiosk.page.words["preferences.colours_dark"])
            self._touch("Xong")
        if number % 5 == 0:
            self._touch("door-rate")
            self._touch("way-no-paper")
            self._touch(lambda control: "field-" in getattr(control, "picture", ""))
        else:
            self._scan(next(self._known) if number % 2 else f"H35.88.01-261120-{number:05}")
        if number % 20 == 0:
            self._touch("globe")
        self._touch(lambda control: getattr(control, "score", 0) == number % 5 + 1)
        if number % 3 == 0 and kiosk.place == "Why":
            self._touch(lambda control: bool(getattr(control, "answer", "")))
        self._touch("home")
        assert kiosk.place == "Idle", f"citizen {number} is left at {kiosk.place}"

    def _touch(self, what: Any) -> None:
        from kivy.graphics.opengl import glFinish

        self._kiosk.press(what)
        glFinish()  # the renderer keeps up, as it does when a person looks at each screen

    def _scan(self, code: str) -> None:
        from kiosk.flow.state.screens import Scanned

        self._kiosk.app.dispatch_event(Scanned(code))
        self._kiosk.frames(1)
        self._kiosk.clock.advance(2)


if __name__ == "__main__":
    main(*sys.argv[1:])
