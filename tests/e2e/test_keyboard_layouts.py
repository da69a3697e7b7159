"""A scanner that types into the real window through a real X server, whose keyboard layout is not the scanner's."""

import subprocess
from datetime import date
from pathlib import Path

import pytest

from kiosk import settings
from kiosk.domain.dossier_code import DossierCode
from tests.e2e.test_watchdog import Kiosk, Systemd, systemd
from tests.support.screen import Screen, screen

__all__ = ["systemd"]

CODE = "H35.88.01-261119-0017"
PATTERNS = settings.load(environment={"KIOSK_DATA": "unused"}).code_patterns
#: Where a scanner presses, as the kernel numbers keys and X counts them (evdev + 8).
SHIFT, ENTER, CAPS_LOCK = 50, 36, 66
KEYCODES = {character: 10 + at for at, character in enumerate("1234567890-")} | {".": 60, "H": 43}
LISTENS = """
import sys
from kiosk.ui.environment import WindowSettings, prepare
prepare(WindowSettings(480, 800, offscreen=False))
from kiosk.flow.state.lobby import Rules
from kiosk.hardware.systemd import notify
from kiosk.ui.app import KioskApp, Appearance
from tests.support.fakes import FakeDesk

class Desk(FakeDesk):
    def find(self, text, method):
        notify(STATUS=f"scanned {text}")
        return super().find(text, method)

def boot():
    notify(STATUS="open")
    return Desk()

sys.exit(KioskApp(Rules(), Appearance(), boot).run_kiosk())
"""


def scan(shown: Screen, code: str) -> None:
    """Presses the keys of a code where a US keyboard has them, as fast as the server takes them."""
    for character in code:
        shown.key(KEYCODES[character], held=SHIFT if character.isalpha() else None)
    shown.key(ENTER)


@pytest.mark.parametrize("capitals", [False, True], ids=["", "Caps Lock"])
@pytest.mark.parametrize("layout", ["us", "vn", "fr"])
def test_neither_the_systems_keyboard_layout_nor_caps_lock_change_a_scan(
    tmp_path: Path, systemd: Systemd, layout: str, capitals: bool
):
    with screen(480, 800) as shown:
        subprocess.run(["setxkbmap", "-display", shown.name, layout], check=True, timeout=30)
        kiosk = Kiosk(tmp_path, systemd, shown.name, ("-c", LISTENS))
        try:
            systemd.until("STATUS=open")
            shown.focus()
            if capitals:
                shown.key(CAPS_LOCK)
            scan(shown, CODE)
            heard = systemd.until("STATUS=scanned")[-1]
        finally:
            kiosk.process.kill()
            kiosk.process.wait()

    assert heard == f"STATUS=scanned {CODE.lower() if capitals else CODE}"
    assert PATTERNS.find(heard.removeprefix("STATUS=scanned "), date(2026, 11, 21)) == DossierCode(CODE)
