"""The dossier code (mã số hồ sơ) a citizen holds in their hand: found in whatever a scanner sends, and checked.

Sources: Điều 19 Thông tư 01/2018/TT-VPCP (unit code, date of receipt, daily number; the province may print it as a
barcode or QR); Quyết định 20/2020/QĐ-TTg (unit codes read from the level-1 code). The pattern itself is
configuration: a new code is announced, so nothing here knows what a code looks like.
"""

import re
from datetime import date, timedelta
from enum import StrEnum

from msgspec import Struct

LONGEST_SCAN = 4_096
LONGEST_CODE = 64


class NoCode(StrEnum):
    """Why a text holds no dossier code. The value is the word used in logs and by ``kiosk scan``."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    NO_MATCH = "no_match"
    IMPOSSIBLE_DATE = "impossible_date"
    FUTURE_DATE = "future_date"
    SEVERAL_CODES = "several_codes"


class DossierCode(Struct, frozen=True):
    """One dossier's code. ``verified`` is false for a code typed by hand that the pattern rejects."""

    text: str
    verified: bool = True

    @property
    def unit(self) -> str:
        """The unit code before the first hyphen; it names the receiving unit, which need not be the kiosk's."""
        return self.text.split("-", 1)[0]


class DossierCodePattern:
    """A pattern from configuration. It must have the named groups ``unit``, ``ymd`` (yymmdd) and ``seq``.

    Raises ``ValueError`` when the pattern is no regular expression or lacks a group.
    """

    def __init__(self, pattern: str) -> None:
        try:
            self._regex = re.compile(pattern)
        except re.error as error:
            raise ValueError(f"dossier_code.pattern is not a regular expression: {error}") from error
        missing = {"unit", "ymd", "seq"} - self._regex.groupindex.keys()
        if missing:
            raise ValueError(
                f"dossier_code.pattern needs the named groups unit, ymd and seq; missing: {sorted(missing)}"
            )

    def find(self, scanned: str, today: date) -> DossierCode | NoCode:
        """The one dossier code inside what a scanner sent (plain text or a URL), or why there is none.

        Everything but the code is discarded: a URL on a receipt may hold a secret key. ``today`` is the local date
        of the office; a code dated up to one day ahead is accepted, because clocks differ.
        """
        if len(scanned) > LONGEST_SCAN:
            return NoCode.TOO_LONG
        text = " ".join(scanned.split()).upper()
        if not text:
            return NoCode.EMPTY
        around_hyphens = re.sub(r" ?- ?", "-", text)
        found = self._only_code(around_hyphens, today)
        return self._only_code(text.replace(" ", ""), today) if found is NoCode.NO_MATCH else found

    def _only_code(self, text: str, today: date) -> DossierCode | NoCode:
        found: set[str] = set()
        reason = NoCode.NO_MATCH
        for match in self._regex.finditer(text):
            day = _date_of(match["ymd"])
            if day is None:
                reason = NoCode.IMPOSSIBLE_DATE
            elif day > today + timedelta(days=1):
                reason = NoCode.FUTURE_DATE
            else:
                found.add(f"{match['unit']}-{match['ymd']}-{match['seq']}")
        if len(found) > 1:
            return NoCode.SEVERAL_CODES
        return DossierCode(found.pop()) if found else reason

    def received_on(self, code: DossierCode) -> date | None:
        """The date of receipt that a code carries; ``None`` for one the pattern rejects."""
        match = self._regex.search(code.text) if code.verified else None
        return _date_of(match["ymd"]) if match else None

    def typed(self, text: str, today: date) -> DossierCode | None:
        """The code a citizen typed. What the pattern rejects is kept, marked unverified; ``None`` if it is empty.

        A citizen must never be stopped by our idea of what a code looks like.
        """
        found = self.find(text, today)
        if isinstance(found, DossierCode):
            return found
        kept = re.sub(r"[^0-9A-Z.-]", "", text.upper())[:LONGEST_CODE].strip(".-")
        return DossierCode(kept, verified=False) if kept else None


def _date_of(ymd: str) -> date | None:
    try:
        return date(2000 + int(ymd[:2]), int(ymd[2:4]), int(ymd[4:6]))
    except ValueError:
        return None
