"""The whole product as its real processes: district serve, kiosk-sync run, kiosk run, a scanner on a pty, a display.

Used by the demo and by the end-to-end tests. Waiting is always for something that happens (a line of a log, a file, an
answer), never for a time; ``PATIENCE`` only bounds it.
"""

import json
import os
import pty
import queue
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import tty
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

PATIENCE = 60.0
ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "config"

_LATER = """
from datetime import timedelta

from sync.district import times

now = times.utc_now
times.utc_now = lambda: now() + timedelta(days={days})
"""


class Ended(TimeoutError):
    """The process has ended and will say no more."""


class Process:
    """A process of ours with its log lines; it can be killed at any moment and started again."""

    def __init__(self, name: str, command: list[str], environment: dict[str, str], log: Path) -> None:
        self.name, self._command, self._environment, self._log = name, command, environment, log
        self._popen: subprocess.Popen[str] | None = None
        self.lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()

    def start(self) -> None:
        self.lines = queue.SimpleQueue()
        self._popen = subprocess.Popen(
            [sys.executable, *self._command],
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        threading.Thread(target=self._read, args=(self._popen, self.lines), daemon=True).start()

    def kill(self) -> None:
        """SIGKILL: no goodbye, no flush."""
        if self._popen is not None:
            self._popen.send_signal(signal.SIGKILL)
            self._popen.wait()

    def ended(self) -> int:
        """Waits until it has ended by itself or was killed; its exit code."""
        assert self._popen is not None
        return self._popen.wait(PATIENCE)

    def stop(self) -> int:
        """SIGTERM, as systemd stops it; its exit code."""
        if self._popen is None or self._popen.poll() is not None:
            return 0 if self._popen is None else self._popen.returncode
        self._popen.terminate()
        try:
            return self._popen.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.kill()
            return -9

    @property
    def pid(self) -> int:
        assert self._popen is not None
        return self._popen.pid

    def wait_for(self, pattern: str, patience: float = PATIENCE) -> str:
        """The next log line that matches. Raises ``TimeoutError`` with what was said instead, or ``Ended``."""
        deadline, heard = time.monotonic() + patience, []
        while True:
            try:
                line = self.lines.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                said = "\n".join(heard[-20:])
                raise TimeoutError(f"{self.name} never said {pattern!r}; it said:\n{said}") from None
            if line is None:
                self.lines.put(None)
                said = "\n".join(heard[-20:])
                raise Ended(f"{self.name} ended and never said {pattern!r}; it said:\n{said}")
            heard.append(line)
            if re.search(pattern, line):
                return line

    def _read(self, popen: subprocess.Popen[str], lines: "queue.SimpleQueue[str | None]") -> None:
        assert popen.stdout is not None
        with self._log.open("a", encoding="utf-8") as log:
            for line in popen.stdout:
                log.write(line)
                log.flush()
                lines.put(line.rstrip("\n"))
        lines.put(None)


class ScannerLine:
    """A barcode scanner's end of a serial line. The kiosk opens ``port`` with pyserial."""

    def __init__(self, folder: Path) -> None:
        self._scanner, self._kiosk = pty.openpty()
        tty.setraw(self._kiosk)
        self.port = folder / "scanner"
        self.port.unlink(missing_ok=True)
        self.port.symlink_to(os.ttyname(self._kiosk))

    def scan(self, text: str) -> None:
        os.write(self._scanner, text.encode() + b"\r\n")

    def unplug(self) -> None:
        os.close(self._scanner)
        os.close(self._kiosk)


@dataclass
class Rig:
    """All parts in one folder. ``display`` is an X display's name, or empty for SDL's offscreen window."""

    folder: Path
    display: str = ""
    width: int = 1080
    height: int = 1920
    panel_width_mm: int = 268
    idle_seconds: int = 45
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.scanner = ScannerLine(self.folder)
        self.port = free_port()
        district = self.folder / "district.toml"
        district.write_text('[complaints]\npublic_url = "https://lang-nghe.example.vn"\n', "utf-8")
        ours = {name: value for name, value in os.environ.items() if not name.startswith(("KIVY_", "SDL_"))}
        self.environment = {
            **ours,
            "KIOSK_DATA": str(self.folder / "kiosk"),
            "KIOSK_CONFIG": str(self._write_config()),
            "DISTRICT_CONFIG": str(district),
            "DISTRICT_DATA": str(self.folder / "district"),
            "DISTRICT_PORT": str(self.port),
            "PYTHONUNBUFFERED": "1",
            "KIVY_HOME": str(self.folder / "kivy"),
            "LP_NUM_THREADS": "1",
            **({"DISPLAY": self.display} if self.display else {"SDL_VIDEODRIVER": "offscreen"}),
            **self.environment,
        }
        log = self.folder / "log"
        log.mkdir(exist_ok=True)
        self.district = self._process("district", ["-m", "sync.district", "serve"])
        self.sync = self._process("sync", ["-m", "sync", "--verbose", "run"])
        self.kiosk = self._process("kiosk", ["-m", "kiosk", "run", "--verbose"])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def run(self, *command: str, stdin: str = "") -> str:
        """One of our commands to its end; what it printed. Raises with what it said when it fails."""
        done = subprocess.run(
            [sys.executable, *command],
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)} failed: {done.stdout}{done.stderr}")
        return done.stdout

    def district_command(self, *arguments: str, stdin: str = "") -> str:
        return self.run("-m", "sync.district", *arguments, stdin=stdin)

    def set_up_district(self, *commands: tuple[str, ...], stdin: str = "") -> list[str]:
        """District commands in their order, in one process; what each printed."""
        given = json.dumps([(command, stdin) for command in commands])
        said: list[str] = json.loads(self.run("-m", "tests.support.district_commands", stdin=given))
        return said

    def kiosk_command(self, *arguments: str, stdin: str = "") -> str:
        return self.run("-m", "kiosk", *arguments, stdin=stdin)

    def start_district(self) -> None:
        self.district.start()
        self.district.wait_for("listens on")

    def pass_days(self, days: int) -> None:
        """The district goes on with a clock that is so many days ahead of this machine's."""
        (self.folder / "clock").mkdir(exist_ok=True)
        (self.folder / "clock" / "sitecustomize.py").write_text(_LATER.format(days=days), encoding="utf-8")
        self.environment["PYTHONPATH"] = os.pathsep.join((str(self.folder / "clock"), str(ROOT)))
        self.district.stop()
        self.start_district()

    def start_kiosk(self) -> None:
        """Returns when the idle screen is up and the store is open."""
        self.kiosk.start()
        self.kiosk.wait_for("screen Idle")

    def status(self) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self.kiosk_command("status", "--json"))
        return answer

    def until(self, what: Callable[[], Any], patience: float = PATIENCE) -> Any:
        """Asks until the answer is true. Raises ``TimeoutError``."""
        deadline = time.monotonic() + patience
        pause = threading.Event()
        while time.monotonic() < deadline:
            if answer := what():
                return answer
            pause.wait(0.1)
        raise TimeoutError("it did not come true")

    def stop(self) -> None:
        for process in (self.kiosk, self.sync, self.district):
            process.stop()

    def _process(self, name: str, command: list[str]) -> Process:
        return Process(name, command, self.environment, self.folder / "log" / f"{name}.log")

    def _write_config(self) -> Path:
        path = self.folder / "kiosk.toml"
        path.write_text(
            f"""[display]
fullscreen = false
width_px = {self.width}
height_px = {self.height}
panel_width_mm = {self.panel_width_mm}

[scanner]
port = "{self.scanner.port}"

[times]
idle = {self.idle_seconds}

[sync]
snapshot = 5
longest_wait = 30
spread = 0
""",
            encoding="utf-8",
        )
        return path


class DistrictPage:
    """The district's pages as a signed-in person's browser asks for them."""

    def __init__(self, url: str, user: str, password: str) -> None:
        self._url = url
        self._session = requests.Session()
        answer = self._session.post(f"{url}/sign-in", data={"user_name": user, "password": password}, timeout=30)
        answer.raise_for_status()

    def figures(self) -> dict[str, Any]:
        answer = self._session.get(f"{self._url}/figures.json", params={"period": "all"}, timeout=30)
        answer.raise_for_status()
        figures: dict[str, Any] = answer.json()
        return figures


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
