"""Read a cell as a code, a text or a date. Pure; raises ``BadValue``."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache

from kiosk.vietnamese.fold import fold
from sync.district.reference.columns import ColumnRule
from sync.district.reference.files.table import Cell, Faulty, InFont
from sync.district.times import VIETNAM

EARLIEST, LATEST = date(1950, 1, 1), date(2100, 12, 31)
_SERIAL = re.compile(r"\d{5}(?:[.,]\d+)?")
_TIME = r"\d{1,2}\s*(?::|h|gio|g)\s*\d{0,2}(?:\s*(?::|phut)\s*(?:\d{2}(?:\.\d+)?)?)?(?:\s*(?:sa|ch|am|pm))?"
_DAY_FIRST = re.compile(
    rf"(?:{_TIME}[\s,;-]*)?(?:ngay\s*)?(?P<day>\d{{1,2}})\s*[/.-]\s*(?P<month>\d{{1,2}})\s*[/.-]\s*(?P<year>\d{{4}})"
    rf"(?:[\s,;-]*(?:luc\s*)?{_TIME})?"
)
_YEAR_FIRST = re.compile(rf"(?P<year>\d{{4}})[/.-](?P<month>\d{{1,2}})[/.-](?P<day>\d{{1,2}})(?:[\st]+{_TIME})?")
_ZONE = re.compile(
    r"(?P<moment>.*:\d{2}(?:\.\d+)?(?:\s*(?:sa|ch|am|pm))?)\s*"
    r"(?:z|utc|gmt|(?:utc|gmt)?\s*(?P<sign>[+-])(?P<hours>\d{2}):?(?P<minutes>\d{2})?)"
)
_CLOCK = re.compile(
    r"(?P<hour>\d{1,2})\s*(?::|gio|h|g)\s*(?P<minute>\d{2})?(?:\s*(?::|phut)\s*(?:\d{2}(?:\.\d+)?)?)?"
    r"\s*(?P<half>sa|ch|am|pm)?"
)
_EXACT = 1e15  # Excel keeps fifteen digits of a number; the others were lost
_SHORT_YEAR = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2}(?:\s.*)?")
_EXCEL_ERROR = re.compile(r"#(?:N/A|REF!|VALUE!|NAME\?|DIV/0!|NULL!|NUM!)")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—−"), "-")
_CODE = re.compile(r"[0-9A-Z][0-9A-Z.-]*")
_NO_CODE = re.compile(r"[\s\u200b\u200c\u200d\u2060\ufeff]+")


class BadValue(ValueError):
    """``key`` names the text that says what is wrong and what to do; ``values`` fill it in."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


def text_of(cell: Cell) -> str:
    """A cell as a person reads it: NFC, single spaces, no control characters."""
    if isinstance(cell, InFont | Faulty):
        cell = cell.text
    if isinstance(cell, str):
        return " ".join(cell.split()) if cell.isascii() and cell.isprintable() else _tidied(cell)
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else str(cell)


@lru_cache(maxsize=20_000)  # a list repeats its names
def _tidied(text: str) -> str:
    text = unicodedata.normalize("NFC", text).replace("\ufeff", "").replace("\u200b", "")
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def code_of(cell: Cell, rule: ColumnRule) -> str:
    """A code in capitals without spaces. A number Excel made of a code gets its decimals back (1.00119 -> 1.001190)."""
    if type(cell) is str and rule.shape and not rule.decimals and _CODE.fullmatch(cell) and rule.shape.fullmatch(cell):
        return checked(cell, rule)
    if isinstance(cell, int | float) and abs(cell) >= _EXACT:
        raise BadValue("import.value.long_number", value=text_of(cell))
    if isinstance(cell, float) and rule.decimals:
        cell = f"{cell:.{rule.decimals}f}"
    text = _NO_CODE.sub("", text_of(cell).translate(_DASHES)).upper().removeprefix("'")
    if rule.decimals and re.fullmatch(rf"\d[.,]\d{{1,{rule.decimals}}}", text):
        whole, decimals = re.split("[.,]", text)
        text = f"{whole}.{decimals.ljust(rule.decimals, '0')}"
    return checked(text, rule)


def checked(text: str, rule: ColumnRule) -> str:
    """The text, unless it is an Excel error, too long or has the wrong shape."""
    if _EXCEL_ERROR.fullmatch(text):
        raise BadValue("import.value.excel_error", value=text)
    if rule.longest and len(text) > rule.longest:
        raise BadValue("import.value.too_long", longest=rule.longest, length=len(text))
    if rule.shape is not None and not rule.shape.fullmatch(text):
        raise BadValue("import.value.shape", value=text)
    return text


def date_of(cell: Cell, from_1904: bool = False) -> date:
    """A local calendar date from a date cell, an Excel day number, or text with the day first; a time is dropped."""
    return moment_of(cell, from_1904)[0]


def moment_of(cell: Cell, from_1904: bool = False) -> tuple[date, str | None]:
    """The same date, and the local time of day as ``HH:MM`` where the cell tells one. Midnight tells none: that is how
    software writes a date alone."""
    if isinstance(cell, datetime):
        return _plausible(cell.date(), str(cell)), _clock_of(cell.time())
    if isinstance(cell, date):
        return _plausible(cell, str(cell)), None
    if isinstance(cell, time) or cell is None:
        raise BadValue("import.value.date", value=text_of(cell))
    text = text_of(cell).removeprefix("'").strip()
    if isinstance(cell, int | float) or _SERIAL.fullmatch(text):
        return _from_serial(float(text.replace(",", ".")), from_1904, text)
    bare, offset = _without_zone(fold(text))
    day = _day_in(bare, text)
    if offset is not None:
        at = _in_vietnam(day, bare, offset, text)
        return _plausible(at.date(), text), _clock_of(at.time())
    return _plausible(day, text), _clock_of(_time_in(bare))


def _day_in(bare: str, text: str) -> date:
    match = _DAY_FIRST.fullmatch(bare) or _YEAR_FIRST.fullmatch(bare)
    if match is None:
        raise BadValue("import.value.short_year" if _SHORT_YEAR.fullmatch(text) else "import.value.date", value=text)
    try:
        return date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError as error:
        month_first = int(match["month"]) > 12 >= int(match["day"])
        key = "import.value.month_first" if month_first else "import.value.no_such_date"
        raise BadValue(key, value=text) from error


def _time_in(bare: str) -> time | None:
    """The time of day that stands beside a date; ``None`` when there is none, or no such time."""
    clock = _CLOCK.search(bare)
    if clock is None:
        return None
    hour = int(clock["hour"]) % 12 + 12 * (clock["half"] in ("ch", "pm")) if clock["half"] else int(clock["hour"])
    try:
        return time(hour, int(clock["minute"] or 0))
    except ValueError:
        return None


def _clock_of(at: time | None) -> str | None:
    return f"{at:%H:%M}" if at is not None and (at.hour or at.minute) else None


def _without_zone(text: str) -> tuple[str, timedelta | None]:
    """The text without the zone at its end, and how far that zone is ahead of UTC."""
    match = _ZONE.fullmatch(text)
    if match is None:
        return text, None
    offset = timedelta(hours=int(match["hours"] or 0), minutes=int(match["minutes"] or 0))
    return match["moment"], -offset if match["sign"] == "-" else offset


def _in_vietnam(day: date, text: str, offset: timedelta, shown: str) -> datetime:
    """The moment in Việt Nam that is told in another zone: 17:00 UTC is midnight there."""
    at = _time_in(text)
    if at is None or offset > timedelta(hours=14) or offset < timedelta(hours=-12):
        raise BadValue("import.value.date", value=shown)
    try:
        return datetime.combine(day, at, timezone(offset)).astimezone(VIETNAM)
    except (ValueError, OverflowError) as error:
        raise BadValue("import.value.date", value=shown) from error


def _from_serial(number: float, from_1904: bool, text: str) -> tuple[date, str | None]:
    # Excel counts 29 February 1900, which never was; from 1 March 1900 on this origin is right (ECMA-376 18.17.4.1).
    origin = date(1904, 1, 1) if from_1904 else date(1899, 12, 30)
    try:
        day = origin + timedelta(days=int(number))
    except (OverflowError, ValueError) as error:
        raise BadValue("import.value.date", value=text) from error
    minutes = min(round(number % 1 * 24 * 60), 24 * 60 - 1)
    return _plausible(day, text), _clock_of(time(*divmod(minutes, 60)))


def _plausible(day: date, text: str) -> date:
    if not EARLIEST <= day <= LATEST:
        raise BadValue("import.value.implausible_date", value=text)
    return day
