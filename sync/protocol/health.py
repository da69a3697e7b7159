"""A kiosk's report of its peripherals in each batch, and how each fact is judged. Pure.

One row of ``FACTS`` is one fact. The kiosk keeps it in ``box_state`` under this name and sends it in a batch's health;
the district's page shows ``health.<fact>.<word>`` of its texts, with the values. ``kiosk doctor`` has its own checks.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum

from msgspec import Struct, field

CLOCK_MS = 120_000
DAY_S = 86_400
SLOW_MS, WORN_PERCENT = 1_000, 80
OFTEN = 3
"""From so many restarts of the screen since the machine was started on, somebody should look why."""
MAX_COUNT = 10**12
MAX_TEXT = 80


class Level(StrEnum):
    """How a fact is to be taken. ``FAILED``: somebody has to act; ``WARNING``: soon."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


class Judged(Struct, frozen=True):
    """One fact judged. ``word`` names the text that says it, ``values`` fill it in."""

    level: Level
    word: str
    values: Mapping[str, int | str] = field(default_factory=dict)


def judged_health(health: Mapping[str, object]) -> dict[str, Judged]:
    """What can be said of a kiosk's health, fact by fact. What it did not say, or not as this release writes it, is
    left out: a kiosk's word is shown, never trusted."""
    found = {name: judge(health.get(name)) for name, judge in FACTS.items()}
    return {name: judged for name, judged in found.items() if judged is not None}


def _one_of(levels: Mapping[str, Level]) -> Callable[[object], Judged | None]:
    """Judges a fact that is one of these words."""

    def judge(value: object) -> Judged | None:
        level = levels.get(value) if isinstance(value, str) else None
        return None if level is None else Judged(level, str(value))

    return judge


_PRINTER = {
    "present": Level.OK,
    "paper_low": Level.WARNING,
    **dict.fromkeys(("paper_out", "cover_open", "unplugged", "no_answer", "fault", "stuck", "absent"), Level.FAILED),
}
_DISK = {"roomy": Level.OK, "low": Level.WARNING, "full": Level.FAILED, "read_only": Level.FAILED}
"""Whether the disk takes anything more; on one that does not, nobody can rate."""


def _card(value: object) -> Judged | None:
    """The disk: tests of writing and reading back, and the card's own estimate of its wear."""
    if not isinstance(value, dict):
        return None
    tests, errors, forgot = (count(value.get(name)) or 0 for name in ("tests", "errors", "forgot"))
    if not tests:
        return Judged(Level.WARNING, "untested")
    slow, worn = count(value.get("fsync_p99_ms")) or 0, count(value.get("wear_percent")) or 0
    if forgot or errors:
        return Judged(Level.FAILED, "failing", {"errors": errors, "forgot": forgot})
    if slow > SLOW_MS:
        return Judged(Level.WARNING, "slow", {"seconds": round(slow / 1000)})
    if worn >= WORN_PERCENT:
        return Judged(Level.WARNING, "worn", {"percent": worn})
    return Judged(Level.OK, "fine")


def _clock(value: object) -> Judged | None:
    """How far the district's clock is ahead of the kiosk's, in milliseconds."""
    if type(value) is not int or abs(value) >= MAX_COUNT:
        return None
    if abs(value) <= CLOCK_MS:
        return Judged(Level.OK, "right")
    seconds, way = abs(value) // 1000, "fast" if value < 0 else "slow"
    if seconds >= 2 * DAY_S:
        return Judged(Level.WARNING, f"{way}_days", {"days": seconds // DAY_S})
    return Judged(Level.WARNING, way, {"minutes": seconds // 60})


def _screen(value: object) -> Judged | None:
    """Whether the screen draws, and how often it was started again since the machine was."""
    if not isinstance(value, dict):
        return None
    restarts, state = count(value.get("restarts")) or 0, value.get("state")
    if state == "draws":
        often = restarts >= OFTEN
        return Judged(Level.WARNING, "restarted", {"n": restarts}) if often else Judged(Level.OK, "draws")
    return Judged(Level.FAILED, str(state)) if state in ("frozen", "gone", "gave_up") else None


def _settings(value: object) -> Judged | None:
    """Which of the district's settings the screen runs with: nothing from a kiosk that was never sent any."""
    if not isinstance(value, dict) or (number := count(value.get("number"))) is None:
        return None
    levels = {"used": Level.OK, "refused": Level.WARNING, "failed": Level.WARNING}
    word = value.get("word")
    return Judged(levels[word], str(word), {"number": number}) if isinstance(word, str) and word in levels else None


_UPDATE = {
    **dict.fromkeys(("fetching", "waiting", "installing", "kept"), Level.OK),
    **dict.fromkeys(("off", "gone_back", "refused"), Level.WARNING),
}


def _update(value: object) -> Judged | None:
    """What became of another release of the software: nothing from a kiosk that was never offered any."""
    if not isinstance(value, dict):
        return None
    word, version = value.get("word"), text(value.get("version"))
    level = _UPDATE.get(word) if isinstance(word, str) else None
    return Judged(level, str(word), {"version": version}) if level and version else None


def _software(value: object) -> Judged | None:
    version = text(value)
    return Judged(Level.OK, "version", {"version": version}) if version else None


FACTS: Mapping[str, Callable[[object], Judged | None]] = {
    "screen": _screen,
    "touch": _one_of({"there": Level.OK, "absent": Level.FAILED}),
    "renderer": _one_of({"hardware": Level.OK, "software": Level.OK}),
    "disk": _one_of(_DISK),
    "card": _card,
    "scanner": _one_of({"present": Level.OK, "absent": Level.FAILED}),
    "printer": _one_of(_PRINTER),
    "picture": _one_of({"covers": Level.OK, "partial": Level.FAILED}),
    "clock_offset_ms": _clock,
    "queue": _one_of({"speaks": Level.OK, "silent": Level.WARNING, "not_running": Level.FAILED}),
    "settings": _settings,
    "update": _update,
    "software": _software,
}


def count(value: object) -> int | None:
    """A count a kiosk sent, if it is one."""
    return value if type(value) is int and 0 <= value < MAX_COUNT else None


def text(value: object) -> str:
    """The beginning of a text that a kiosk sent, empty when it is none that can be shown."""
    return value[:MAX_TEXT] if isinstance(value, str) and value.isprintable() else ""
