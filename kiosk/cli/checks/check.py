"""One line of ``kiosk doctor``: a text key with values, rendered in the reader's language."""

from datetime import datetime, timedelta

from msgspec import Struct, field

from kiosk.clock import VIETNAM
from kiosk.languages.letters import printable
from kiosk.texts import Strings
from sync.protocol.health import Level

FIRST_MINUTES = timedelta(minutes=5)
"""So long after enrolment what has not come yet is not late."""


class Check(Struct, frozen=True):
    """``state``: ok | warning | failed. ``next_step`` says what to do, and is empty when all is well."""

    check: str
    state: str
    finding: str
    next_step: str = ""


class Phrase(Struct, frozen=True):
    """A value that is a sentence itself: its key in the same texts, and what it is filled in with."""

    key: str
    values: dict[str, object] = {}


class CheckResult(Struct, frozen=True):
    """What a check found. ``word``: the key of its sentence under the check's name in ``assets/texts/doctor``; the
    remedy stands under ``<word>_step``."""

    check: str
    level: Level
    word: str
    values: dict[str, object] = field(default_factory=dict)


def ok(check: str, word: str, **values: object) -> CheckResult:
    return CheckResult(check, Level.OK, word, values)


def warning(check: str, word: str, **values: object) -> CheckResult:
    return CheckResult(check, Level.WARNING, word, values)


def failed(check: str, word: str, **values: object) -> CheckResult:
    return CheckResult(check, Level.FAILED, word, values)


def rendered(found: CheckResult, strings: Strings) -> Check:
    """The line, on one line whatever an error's own words are."""
    key, values = (
        f"{found.check}.{found.word}",
        {name: _printed(value, strings) for name, value in found.values.items()},
    )
    step = "" if found.level is Level.OK else strings.say(f"{key}_step", **values)
    return Check(found.check, str(found.level), strings.say(key, **values), step)


def local_time(at: datetime | str) -> str:
    """A moment (aware, or RFC 3339) as a clock on the wall in Viet Nam shows it: ``29/11/2026 15:04``."""
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    return f"{moment.astimezone(VIETNAM):%d/%m/%Y %H:%M}"


def _printed(value: object, strings: Strings) -> object:
    if isinstance(value, Phrase):
        value = strings.say(value.key, **{name: _one_line(each) for name, each in value.values.items()})
    return _one_line(value)


def _one_line(value: object) -> object:
    return printable(" ".join(value.split())) if isinstance(value, str) else value
