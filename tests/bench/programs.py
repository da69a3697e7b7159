"""The two programs in front of a citizen: our kiosk and a page in Chromium, each on a display of its own."""

import contextlib
import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import perf_counter
from typing import Protocol

from msgspec.structs import asdict

from tests.bench.processes import family
from tests.demo import on_the_box
from tests.support.rig import Rig

WIDTH, HEIGHT, PANEL_MM = 1080, 1920, 268
ROOT = Path(__file__).parent.parent.parent
FLAGS = (
    "--kiosk",
    "--no-sandbox",
    "--no-first-run",
    "--noerrdialogs",
    "--disable-infobars",
    "--window-position=0,0",
    "--disable-features=Translate",
    f"--window-size={WIDTH},{HEIGHT}",
)


class Program(Protocol):
    """``touches``: where a citizen touches idle, counters, faces and why, one after the other."""

    name: str
    touches: list[tuple[float, float]]

    def start(self) -> float:
        """Starts it; returns the moment (``perf_counter``) just before."""

    def stop(self) -> None: ...

    @property
    def pid(self) -> int: ...


class Kiosk:
    name = "kiosk"

    def __init__(self, folder: Path, display: str) -> None:
        cores = {"LP_NUM_THREADS": str(os.cpu_count())}  # the rig keeps drawing to one; here it may use them all
        self.rig = Rig(folder, display=display, width=WIDTH, height=HEIGHT, panel_width_mm=PANEL_MM, environment=cores)
        counters = json.dumps([asdict(counter) for counter in on_the_box(self.rig)[0]])
        self.touches = [(x, y) for x, y in json.loads(self.rig.run("-m", "tests.bench.places", stdin=counters))]

    def start(self) -> float:
        begun = perf_counter()
        self.rig.kiosk.start()
        return begun

    def stop(self) -> None:
        self.rig.kiosk.stop()

    @property
    def pid(self) -> int:
        return self.rig.kiosk.pid


class Chromium:
    """The places were read off page/index.html by Chromium itself."""

    name = "Chromium"

    def __init__(self, folder: Path, display: str, url: str) -> None:
        self.touches = TOUCHES
        self._command = [_chromium(), *FLAGS, f"--user-data-dir={folder}", url]
        self._environment = {**os.environ, "DISPLAY": display}
        self._popen: subprocess.Popen[bytes] | None = None

    def start(self) -> float:
        begun = perf_counter()
        self._popen = subprocess.Popen(
            self._command, env=self._environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        return begun

    def stop(self) -> None:
        if self._popen is None or self._popen.poll() is not None:
            return
        processes = family(self._popen.pid)
        self._popen.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._popen.wait(timeout=10)
        for process in processes:
            with contextlib.suppress(Exception):
                process.kill()
        self._popen.wait()

    @property
    def pid(self) -> int:
        assert self._popen is not None
        return self._popen.pid


@contextmanager
def page() -> Iterator[str]:
    """The address of the page, served on loopback from the sources."""

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(ROOT)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/tests/bench/page/index.html"
    finally:
        server.shutdown()
        server.server_close()


def _chromium() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        raise RuntimeError("there is no chromium to measure beside; run .ci/setup test")
    return found


TOUCHES = [
    (WIDTH / 4, 1_510.0),
    (WIDTH * 3 / 4, 1_320.0),
    (WIDTH / 4, 770.0),
    (WIDTH / 2, 770.0),
    (WIDTH / 2, 1_690.0),
]
