"""Ask the kernel whether a touch panel is there (input.h, /proc/bus/input/devices). What is touched is not read."""

import re
import struct
from pathlib import Path

DEVICES = Path("/proc/bus/input/devices")
#: INPUT_PROP_POINTER: a pad that moves a cursor; INPUT_PROP_DIRECT: what lies on a picture
POINTER, DIRECT = 1 << 0, 1 << 1
LONG = 8 * struct.calcsize("l")
TOUCH_KEY, LEFT_KEY, FINGER_KEY = 0x14A, 0x110, 0x145  # BTN_TOUCH, BTN_LEFT (older panels), BTN_TOOL_FINGER
ACROSS, ACROSS_OF_EACH = 0x00, 0x35  # ABS_X, ABS_MT_POSITION_X


def touch_panels(devices: Path = DEVICES) -> list[str]:
    """The names of the touch panels that answer now; the kernel drops one that is unplugged or has died on its bus."""
    try:
        listed = devices.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return [_name(block) for block in listed.split("\n\n") if _is_panel(block)]


def _is_panel(block: str) -> bool:
    properties, places = _bits(block, "PROP"), _bits(block, "ABS")
    if properties & DIRECT:
        return bool(places)
    keys = _bits(block, "KEY")
    touches = (_has(keys, TOUCH_KEY) or _has(keys, LEFT_KEY)) and not _has(keys, FINGER_KEY)
    return touches and not properties & POINTER and (_has(places, ACROSS) or _has(places, ACROSS_OF_EACH))


def _has(bits: int, number: int) -> bool:
    return bool(bits >> number & 1)


def _bits(block: str, kind: str) -> int:
    """A bitmap as the kernel writes it: words of a ``long``, the highest first."""
    found = re.search(rf"^B: {kind}=([0-9a-f ]+)$", block, re.MULTILINE)
    bits = 0
    for word in found[1].split() if found else ():
        bits = bits << LONG | int(word, 16)
    return bits


def _name(block: str) -> str:
    found = re.search(r'^N: Name="(.*)"$', block, re.MULTILINE)
    return found[1] if found else "?"
