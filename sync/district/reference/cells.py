"""Read a cell as a choice, a number, a link, days of the week or a period of the day. Pure; raises ``BadValue``."""

import re
import unicodedata
from datetime import time

from kiosk.vietnamese.fold import fold
from sync.district.reference.columns import ColumnRule
from sync.district.reference.names import plain_name
from sync.district.reference.values import BadValue, checked

MAX_OF_A_LINK = 300  # a QR code with more is too fine for an old telephone
_NAMED = {"hai": 1, "ba": 2, "tu": 3, "nam": 4, "sau": 5, "bay": 6, "cn": 7, "chu nhat": 7}
_DAY = r"(?:(?:thu|t)?\s*([2-7]|hai|ba|tu|nam|sau|bay)|(cn|chu nhat))"
_DAYS = re.compile(rf"(?:tu\s+)?{_DAY}(?:\s*(?:-|den|toi)\s*{_DAY})?")
_TIME = r"(\d{1,2})\s*(?::|h|gio|g|\.)\s*(\d{2})?\s*(?:phut)?"
_PERIOD = re.compile(rf"(?:tu\s*)?{_TIME}\s*(?:-|den|toi)\s*{_TIME}")
_LINK = re.compile(r"https?://[^\s/]+\.[^\s]+", re.IGNORECASE)
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—−"), "-")


def choice_of(text: str, rule: ColumnRule) -> str:
    """The id of one of the rule's choices, by any of its names."""
    found = rule.choices.get(plain_name(text))
    if found is None:
        raise BadValue("import.value.choice", value=text, choices=", ".join(rule.choice_names))
    return found


def number_of(text: str) -> int:
    """A whole number from 0 to 9999."""
    if not re.fullmatch(r"\d{1,4}", text):
        raise BadValue("import.value.number", value=text)
    return int(text)


def link_of(text: str, rule: ColumnRule) -> str:
    """The address of a page, to be shown as a QR code."""
    if len(text) > MAX_OF_A_LINK or not _LINK.fullmatch(text):
        raise BadValue("import.value.link", value=text, longest=MAX_OF_A_LINK)
    host = re.split(r"[/?#]", text.partition("://")[2])[0]
    if "\\" in text or any(sign in unicodedata.normalize("NFKC", host) for sign in "@/?#\\"):
        raise BadValue("import.value.link_user", value=text)
    return checked(text, rule)


def weekdays_of(text: str) -> str:
    """ISO digits of days such as ``Thứ 2 - Thứ 6``, ``T2, T4, T6`` or ``thứ Bảy; CN``. Monday is ``1``.

    >>> weekdays_of("Thứ Hai đến thứ Sáu")
    '12345'
    """
    days: set[int] = set()
    for part in re.split(r"[,;+]|\bva\b", fold(text.translate(_DASHES))):
        match = _DAYS.fullmatch(part.strip())
        if match is None:
            raise BadValue("import.value.weekdays", value=text)
        first = _iso(match[1] or match[2])
        last = _iso(match[3] or match[4]) if match[3] or match[4] else first
        if last < first:
            raise BadValue("import.value.weekdays", value=text)
        days |= set(range(first, last + 1))
    return "".join(str(day) for day in sorted(days))


def period_of(text: str) -> str:
    """``7h30 – 11h30`` as ``07:30-11:30``, local time."""
    match = _PERIOD.fullmatch(fold(text.translate(_DASHES)).strip())
    if match is None:
        raise BadValue("import.value.period", value=text)
    try:
        first, last = time(int(match[1]), int(match[2] or 0)), time(int(match[3]), int(match[4] or 0))
    except ValueError as error:
        raise BadValue("import.value.period", value=text) from error
    if first >= last:
        raise BadValue("import.value.period", value=text)
    return f"{first:%H:%M}-{last:%H:%M}"


def _iso(day: str) -> int:
    return int(day) - 1 if day.isdigit() else _NAMED[day]
