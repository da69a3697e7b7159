"""Notice a headset in the jack, and mute the loudspeaker as long as it is there.

The kernel reports a jack as an input device with the switch SW_HEADPHONE_INSERT (``linux/input-event-codes.h``); ALSA
drivers make one for each socket that can be felt. Where the machine has none, ``[speech] headset`` says that all sound
goes into a headset.
"""

import fcntl
import logging
import os
import struct
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

log = logging.getLogger(__name__)

EV_SW, SW_HEADPHONE_INSERT = 5, 2
#: ``struct input_event``: a time of two machine words, type, code, value
EVENT = struct.Struct("llHHi")
#: ``EVIOCGSW(8)``: the state of all switches in eight bytes
_EVIOCGSW = 0x8008451B
SWITCHES = Path("/sys/class/input")


def find_jack(folder: Path = SWITCHES) -> Path | None:
    """The device file of the first jack that can be felt; ``None`` when there is none."""
    for device in sorted(folder.glob("event*")):
        try:
            switches = int((device / "device" / "capabilities" / "sw").read_text().split()[-1], 16)
        except (OSError, ValueError, IndexError):
            continue
        if switches >> SW_HEADPHONE_INSERT & 1:
            return Path("/dev/input") / device.name
    return None


class Jack:
    """Reads in a thread of its own; ``changed(plugged)`` is called from it, at the start only when a headset is in.
    The loudspeaker is muted before ``changed`` is called, so that no word meant for the ear is heard by the hall."""

    def __init__(self, device: Path, speaker: str, changed: Callable[[bool], None]) -> None:
        self._device, self._speaker, self._changed = device, speaker, changed

    def start(self) -> None:
        threading.Thread(target=self._watch, name="jack", daemon=True).start()

    def _watch(self) -> None:
        try:
            with self._device.open("rb", buffering=0) as events:
                if is_plugged(events.fileno()):
                    self._tell(plugged=True)
                while event := events.read(EVENT.size):
                    if len(event) == EVENT.size:
                        _, _, kind, code, value = EVENT.unpack(event)
                        if (kind, code) == (EV_SW, SW_HEADPHONE_INSERT):
                            self._tell(plugged=bool(value))
        except OSError as error:
            log.warning("the headset jack cannot be watched: %s", error)

    def _tell(self, *, plugged: bool) -> None:
        if self._speaker:
            mute(self._speaker, muted=plugged)
        self._changed(plugged)


def is_plugged(descriptor: int) -> bool:
    """Whether a headset is in now."""
    state = bytearray(8)
    try:
        fcntl.ioctl(descriptor, _EVIOCGSW, state)
    except OSError:
        return False
    return bool(int.from_bytes(state, "little") >> SW_HEADPHONE_INSERT & 1)


def mute(control: str, *, muted: bool) -> None:
    """Mutes a control of the sound card, by its name in ``amixer scontrols``. A codec that does so by itself has no
    harm from it; one that has no such control keeps as it is, and the log says so."""
    command = ["amixer", "--quiet", "sset", control, "mute" if muted else "unmute"]
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=5, env={**os.environ, "LC_ALL": "C"})  # noqa: S603
    except (OSError, subprocess.SubprocessError) as error:
        log.warning("the loudspeaker cannot be muted: %s", error)
        return
    if done.returncode:
        log.warning("the loudspeaker cannot be muted: amixer knows no control %r", control)
