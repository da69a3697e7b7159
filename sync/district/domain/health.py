"""Reduce a kiosk's report of its own state to what is stored."""

import json
import re
from typing import Any

from msgspec import Struct

MAX_HEALTH_BYTES = 16_384


class ClockReading(Struct, frozen=True):
    """The box's clocks as it sent a batch: seconds since the start named ``boot``, and its wall clock since 1970."""

    boot: str
    up_s: int
    at_s: int


def clock_reading(health: dict[str, Any]) -> ClockReading | None:
    """The reading in a batch's health, or ``None`` when there is none that can be one."""
    clock = health.get("clock")
    if not isinstance(clock, dict):
        return None
    boot, up_s, at_s = clock.get("boot"), clock.get("up_s"), clock.get("at_s")
    if not isinstance(boot, str) or not re.fullmatch(r"[0-9a-f]{1,16}", boot):
        return None
    if type(up_s) is not int or type(at_s) is not int or not (0 <= up_s < 2**53 and 0 <= at_s < 2**53):
        return None
    return ClockReading(boot, up_s, at_s)


def kept_health(health: dict[str, Any]) -> dict[str, Any]:
    """The health as sent, or only a note when it is too large or not plain JSON (NaN, endless nesting)."""
    kept: dict[str, Any] = json.loads(kept_health_json(health))
    return kept


def kept_health_json(health: dict[str, Any]) -> str:
    """``kept_health`` as JSON."""
    try:
        text = json.dumps(health, allow_nan=False)
    except (ValueError, RecursionError):
        return '{"unreadable": true}'
    return text if len(text) <= MAX_HEALTH_BYTES else '{"too_large": true}'
