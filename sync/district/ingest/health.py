"""What a box says about its own state, cut to what can be kept."""

import json
from typing import Any

LARGEST_HEALTH_BYTES = 16_384


def kept_health(health: dict[str, Any]) -> dict[str, Any]:
    """The health as sent, or only a note when it is too large or not plain JSON (NaN, endless nesting)."""
    try:
        size = len(json.dumps(health, allow_nan=False))
    except (ValueError, RecursionError):
        return {"unreadable": True}
    return health if size <= LARGEST_HEALTH_BYTES else {"too_large": True}
