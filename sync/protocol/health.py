"""A kiosk's report of its peripherals in each batch, and how each fact is judged. Pure.

One row of ``FACTS`` is one fact. The kiosk keeps it in ``box_state`` under this name and sends it in a batch's health;
``kiosk doctor`` prints the sentence; the district's page shows ``health.<fact>.<word>`` of its texts, with the values.
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
    """One fact judged. ``word`` names the district's text; ``finding`` and ``next_step`` are the doctor's words."""

    level: Level
    word: str
    finding: str
    next_step: str = ""
    values: Mapping[str, int | str] = field(default_factory=dict)


def judged_health(health: Mapping[str, object]) -> dict[str, Judged]:
    """What can be said of a kiosk's health, fact by fact. What it did not say, or not as this release writes it, is
    left out: a kiosk's word is shown, never trusted."""
    found = {name: judge(health.get(name)) for name, judge in FACTS.items()}
    return {name: judged for name, judged in found.items() if judged is not None}


def _scanner(value: object) -> Judged | None:
    if value == "present":
        return Judged(Level.OK, "present", "the scanner is there")
    return Judged(Level.FAILED, "absent", "no scanner", "plug it in") if value == "absent" else None


_PRINTER = {
    "present": Level.OK,
    "paper_low": Level.WARNING,
    **dict.fromkeys(("paper_out", "cover_open", "unplugged", "no_answer", "fault", "stuck", "absent"), Level.FAILED),
}


def _printer(value: object) -> Judged | None:
    level = _PRINTER.get(value) if isinstance(value, str) else None
    return None if level is None else Judged(level, str(value), str(value).replace("_", " "))


def _disk(value: object) -> Judged | None:
    """Whether the disk takes anything more; on one that does not, nobody can rate."""
    if value == "roomy":
        return Judged(Level.OK, "roomy", "there is room on the disk")
    if value == "low":
        return Judged(Level.WARNING, "low", "the disk is nearly full", "make room: journalctl --vacuum-size=50M")
    if value == "full":
        return Judged(Level.FAILED, "full", "the disk is full", "make room: journalctl --vacuum-size=50M")
    if value != "read_only":
        return None
    return Judged(
        Level.FAILED, "read_only", "the disk is read-only", "replace it: a card that turns read-only is dying"
    )


def _card(value: object) -> Judged | None:
    """The disk: tests of writing and reading back, and the card's own estimate of its wear."""
    if not isinstance(value, dict):
        return None
    tests, errors, forgot = (count(value.get(name)) or 0 for name in ("tests", "errors", "forgot"))
    if not tests:
        return Judged(Level.WARNING, "untested", "not tested yet", "is kiosk-sync running? It tests every hour")
    slow, worn = count(value.get("fsync_p99_ms")) or 0, count(value.get("wear_percent"))
    last_error = text(value.get("last_error"))
    wear = f", {worn} % worn by its own word" if worn is not None else ""
    finding = f"{tests} tests, {errors} errors, forgot {forgot}, a slow write {slow} ms{wear}"
    if forgot or errors:
        finding += f" ({last_error})" if last_error else ""
        step = "replace the disk now: kiosk backup FILE, then see docs/operations.md"
        return Judged(Level.FAILED, "failing", finding, step, {"errors": errors, "forgot": forgot})
    if slow > SLOW_MS:
        return Judged(
            Level.WARNING, "slow", finding, "replace the disk at the next visit", {"seconds": round(slow / 1000)}
        )
    if (worn or 0) >= WORN_PERCENT:
        return Judged(Level.WARNING, "worn", finding, "replace the disk at the next visit", {"percent": worn or 0})
    return Judged(Level.OK, "fine", finding)


def _clock(value: object) -> Judged | None:
    """How far the district's clock is ahead of the kiosk's, in milliseconds."""
    if type(value) is not int or abs(value) >= MAX_COUNT:
        return None
    seconds = abs(value) // 1000
    finding = f"{seconds} s off the district's"
    if abs(value) <= CLOCK_MS:
        return Judged(Level.OK, "right", finding)
    step = "set the time: timedatectl set-ntp true"
    way = "fast" if value < 0 else "slow"
    if seconds >= 2 * DAY_S:
        return Judged(Level.WARNING, f"{way}_days", finding, step, {"days": seconds // DAY_S})
    return Judged(Level.WARNING, way, finding, step, {"minutes": seconds // 60})


def _picture(value: object) -> Judged | None:
    """Whether the picture covers the panel."""
    if value == "covers":
        return Judged(Level.OK, "covers", "the picture covers the panel")
    if value != "partial":
        return None
    step = "sudo systemctl restart lang-nghe-display lang-nghe-kiosk, or look for a second monitor"
    return Judged(Level.FAILED, "partial", "the picture does not cover the panel", step)


def _screen(value: object) -> Judged | None:
    """Whether the screen draws, and how often it was started again since the machine was."""
    if not isinstance(value, dict):
        return None
    restarts, state = count(value.get("restarts")) or 0, value.get("state")
    if state == "draws":
        if restarts < OFTEN:
            return Judged(Level.OK, "draws", "the screen draws")
        step = "journalctl -u lang-nghe-kiosk -p warning"
        finding = f"the screen draws, after {restarts} restarts"
        return Judged(Level.WARNING, "restarted", finding, step, {"n": restarts})
    dark = _DARK.get(state) if isinstance(state, str) else None
    step = "sudo systemctl restart lang-nghe-display lang-nghe-kiosk"
    return Judged(Level.FAILED, str(state), dark, step) if dark else None


_DARK = {
    "frozen": "the screen does not draw any more",
    "gone": "no screen runs",
    "gave_up": "the screen gave up after too many starts, a still picture stands",
}


def _touch(value: object) -> Judged | None:
    """Whether a touch panel answers; what is touched, and when, is told by nobody."""
    if value == "there":
        return Judged(Level.OK, "there", "a touch panel is there")
    if value != "absent":
        return None
    return Judged(Level.FAILED, "absent", "no touch panel is there", "plug in the cable of the panel's touch")


def _renderer(value: object) -> Judged | None:
    words = {"hardware": "the graphics card draws", "software": "the processor draws, there is no graphics card"}
    finding = words.get(value) if isinstance(value, str) else None
    return Judged(Level.OK, str(value), finding) if finding else None


def _software(value: object) -> Judged | None:
    version = text(value)
    return Judged(Level.OK, "version", version, values={"version": version}) if version else None


FACTS: Mapping[str, Callable[[object], Judged | None]] = {
    "screen": _screen,
    "touch": _touch,
    "renderer": _renderer,
    "disk": _disk,
    "card": _card,
    "scanner": _scanner,
    "printer": _printer,
    "picture": _picture,
    "clock_offset_ms": _clock,
    "software": _software,
}


def count(value: object) -> int | None:
    """A count a kiosk sent, if it is one."""
    return value if type(value) is int and 0 <= value < MAX_COUNT else None


def text(value: object) -> str:
    """The beginning of a text that a kiosk sent, empty when it is none that can be shown."""
    return value[:MAX_TEXT] if isinstance(value, str) and value.isprintable() else ""
