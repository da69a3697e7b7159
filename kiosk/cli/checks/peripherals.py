"""Check scanner, button box, switches, headset jack, printer, microphone and what plays sounds: usable now or not."""

import os
import shutil
from pathlib import Path

from kiosk.cli import printing
from kiosk.cli.checks.check import CheckResult, failed, ok, warning
from kiosk.domain.scanner_side import ScannerSide
from kiosk.flow.state.printing import Trouble
from kiosk.hardware.serial_line import can_open
from kiosk.hardware.sound.cues import PLAY
from kiosk.hardware.sound.jack import find_jack
from kiosk.hardware.sound.pace import PROGRAMS, can_change_pace
from kiosk.settings import Settings
from kiosk.store import box_state
from kiosk.store.engine import CannotRead, Store


def scanner(settings: Settings) -> CheckResult:
    if not settings.scanner_port:
        return ok("scanner", "keyboard")
    return _serial("scanner", settings.scanner_port, settings.scanner_baud)


def scanner_side(settings: Settings) -> CheckResult:
    """Whether citizens are shown the scanner where it is. None can be seen from here; a port without one can."""
    side = settings.scanner_side
    if side is ScannerSide.NONE and settings.scanner_port:
        return failed("scanner_side", "contradicts", port=settings.scanner_port)
    if side is ScannerSide.UNSAID:
        return ok("scanner_side", "unsaid")
    return ok("scanner_side", side)


def buttons(settings: Settings) -> list[CheckResult]:
    return [_serial("buttons", settings.buttons_port, settings.buttons_baud)] if settings.buttons_port else []


def switches(settings: Settings) -> list[CheckResult]:
    """Two switches, on a serial line or as keys of a keyboard; which keys, nobody can feel from here."""
    if settings.switches_port:
        return [_serial("switches", settings.switches_port, settings.switches_baud)]
    return [ok("switches", "keys", count=len(settings.switch_keys))] if settings.switch_keys else []


def headset(settings: Settings) -> list[CheckResult]:
    """Whether a headset that is plugged in can be felt; nothing where all sound goes into one anyway."""
    if not settings.speech or settings.headset or not settings.jack:
        return []
    device = find_jack() if settings.jack == "auto" else Path(settings.jack)
    if device is None:
        return [ok("jack", "none")]
    if not os.access(device, os.R_OK):
        return [failed("jack", "not_allowed" if device.exists() else "absent", device=device)]
    return [ok("jack", "there", device=device)]


def playing(settings: Settings) -> list[CheckResult]:
    """Whether the programs are installed that change the pace of the voice and sound the cues."""
    found = []
    if settings.speech:
        programs = ", ".join(PROGRAMS)
        found.append(ok("pace", "there") if can_change_pace() else warning("pace", "missing", programs=programs))
    if settings.cues:
        found.append(ok("cues", "there") if shutil.which(PLAY[0]) else warning("cues", "missing"))
    return found


def _serial(check: str, port: str, baud: int) -> CheckResult:
    trouble = can_open(port, baud)
    if not trouble:
        return ok(check, "there", port=port)
    if "exclusively lock" in trouble:
        return ok(check, "in_use", port=port)
    if os.path.exists(port) and not os.access(port, os.R_OK | os.W_OK):
        return failed(check, "not_allowed", port=port)
    return failed(check, "absent" if not os.path.exists(port) else "broken", port=port, error=trouble)


def printer(settings: Settings, store: Store) -> list[CheckResult]:
    if not settings.printer.port:
        return []
    port = settings.printer.port
    if unusable := printing.unusable(settings):
        return [failed("printer", "bad_settings", error=unusable)]
    try:
        trouble, remark = printing.look(settings)
    except printing.InUse:
        return [_printer_in_use(port, store)]
    if trouble:
        return [failed("printer", str(trouble), port=port, remark=f"{trouble}: {remark}")]
    if remark == printing.ANSWERS:
        return [ok("printer", "answers", port=port)]
    return [warning("printer", "paper_low" if remark == printing.PAPER_LOW else "silent", port=port)]


def _printer_in_use(port: str, store: Store) -> CheckResult:
    """What the running kiosk has kept about the printer that it holds."""
    try:
        with store.read() as tx:
            state = str(box_state.get(tx, "printer", "unknown"))
    except CannotRead as error:
        return warning("printer", "in_use_unknown", port=port, error=error)
    if state in list(Trouble):
        return failed("printer", state, port=port, remark=f"{state} (in use by the kiosk)")
    return ok("printer", "in_use", port=port, state=state)


def microphone(settings: Settings) -> list[CheckResult]:
    if not settings.microphone.enabled:
        return []
    from kiosk.hardware.sound.microphone import cannot_record

    device = settings.microphone.device
    if trouble := cannot_record(device):
        return [failed("microphone", "silent", device=device, error=trouble)]
    return [ok("microphone", "records", device=device)]
