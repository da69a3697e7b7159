"""Find and check the dossier code (mã số hồ sơ) in whatever a scanner sends.

Sources: Điều 19 Thông tư 01/2018/TT-VPCP (unit code, date of receipt, daily number; the province may print it as a
barcode or QR); Quyết định 20/2020/QĐ-TTg (unit codes read from the level-1 code). The patterns are data
(config/schemes/code-formats.toml): a new code is announced, so nothing here knows what a code looks like.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum

from msgspec import Struct

from kiosk.domain.reference import in_force
from kiosk.domain.scanned_text import cleaned, readings

MAX_SCAN = 4_096
MAX_CODE = 64
_PREFILL_DAY = re.compile(r"-(\d{6})-$", re.ASCII)
_CLOCKS_DIFFER = timedelta(days=1)


class NoCode(StrEnum):
    """Why a text holds no dossier code. The value is the word used in logs and by ``kiosk scan``."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    NO_MATCH = "no_match"
    IMPOSSIBLE_DATE = "impossible_date"
    SEVERAL_CODES = "several_codes"


class DossierCode(Struct, frozen=True):
    """One dossier's code. ``verified`` is false for a code typed by hand that no pattern knows, and for one whose date
    lies ahead of the box's or outside the time in which its pattern holds: either may be wrong, the code or we."""

    text: str
    verified: bool = True

    @property
    def unit(self) -> str:
        """The unit code before the first hyphen; it names the receiving unit, which need not be the kiosk's."""
        return self.text.split("-", 1)[0]


class DossierCodePattern:
    """How codes of dossiers look that were received from ``valid_from`` up to and including ``valid_to``.

    The regular expression has the named groups ``unit``, ``ymd`` (yymmdd) and ``seq``, or one group ``code``, with
    ``ymd`` inside if it tells the day of receipt. A code without a day counts as received today.

    Raises ``ValueError`` when the pattern is no regular expression or lacks a group.
    """

    def __init__(self, pattern: str, valid_from: date | None = None, valid_to: date | None = None) -> None:
        try:
            self.regex = re.compile(pattern, re.ASCII)
        except re.error as error:
            raise ValueError(f"the pattern of a code is not a regular expression: {error}") from error
        if self.regex.search(""):
            raise ValueError("the pattern of a code matches a text without any letter")
        groups = self.regex.groupindex.keys()
        missing = {"unit", "ymd", "seq"} - groups
        if missing and "code" not in groups:
            raise ValueError(
                "the pattern of a code needs the named groups unit, ymd and seq, or the group code; "
                f"missing: {sorted(missing)}"
            )
        if valid_from and valid_to and valid_to < valid_from:
            raise ValueError(f"the pattern of a code holds from {valid_from} and ends before, on {valid_to}")
        self._valid_from, self._valid_to = valid_from, valid_to

    def code_in(self, match: re.Match[str], today: date) -> DossierCode | None:
        """The code that was matched; ``None`` when its day is none."""
        day = self.day_in(match) if "ymd" in self.regex.groupindex else today
        if day is None:
            return None
        whole = "code" in self.regex.groupindex
        text = match["code"] if whole else f"{match['unit']}-{match['ymd']}-{match['seq']}"
        return DossierCode(text, day <= today + _CLOCKS_DIFFER and in_force(self._valid_from, self._valid_to, day))

    def day_in(self, match: re.Match[str]) -> date | None:
        """The day of receipt, ``None`` when there is none or it does not exist."""
        return _date_of(match["ymd"]) if "ymd" in self.regex.groupindex else None


def patterns_from(rows: Sequence[Mapping[str, object]]) -> tuple[DossierCodePattern, ...]:
    """Reads dated patterns from parsed TOML (config/schemes/code-formats.toml). Raises ``ValueError`` naming the one
    that cannot be used."""
    found = []
    for number, row in enumerate(rows, 1):
        first, last = row.get("valid_from"), row.get("valid_to")
        known = row.keys() <= {"name", "pattern", "valid_from", "valid_to"}
        days = all(day is None or type(day) is date for day in (first, last))
        if not (known and days and isinstance(row.get("pattern"), str)):
            raise ValueError(f"format {number} of a code needs a pattern, and valid_from and valid_to as 2027-01-31")
        found.append(DossierCodePattern(str(row["pattern"]), first, last))  # type: ignore[arg-type]
    return tuple(found)


class DossierCodePatterns:
    """All patterns that hold or held; several may hold at once, and a dossier keeps the code it was received under."""

    def __init__(self, patterns: Sequence[DossierCodePattern]) -> None:
        self._patterns = tuple(patterns)

    def find(self, scanned: str, today: date) -> DossierCode | NoCode:
        """The one dossier code inside what a scanner sent (plain text or a URL), or why there is none.

        Everything but the code is discarded: a URL on a receipt may hold a secret key. ``today`` is the local date
        of the office; a code dated more than one day ahead is unverified, because the box's clock may be slow.
        """
        if len(scanned) > MAX_SCAN:
            return NoCode.TOO_LONG
        found: DossierCode | NoCode = NoCode.EMPTY
        for text in readings(scanned):
            found = self._only_code(text, today)
            if found is not NoCode.NO_MATCH:
                break
        return found

    def received_on(self, code: DossierCode) -> date | None:
        """The date of receipt that a code carries; ``None`` for an unverified one."""
        matches = ((pattern, pattern.regex.fullmatch(code.text)) for pattern in self._patterns if code.verified)
        return next((pattern.day_in(match) for pattern, match in matches if match), None)

    def typed(self, text: str, today: date) -> DossierCode | None:
        """The code a citizen typed. What no pattern knows is kept, marked unverified; ``None`` if it is empty.

        A citizen must never be stopped by our idea of what a code looks like.
        """
        found = self.find(text, today)
        if isinstance(found, DossierCode):
            return found
        kept = re.sub(r"[^0-9A-Z.-]", "", cleaned(text[:MAX_SCAN]))[:MAX_CODE].strip(".-")
        return DossierCode(kept, verified=False) if kept else None

    def _only_code(self, text: str, today: date) -> DossierCode | NoCode:
        codes = list(self._codes_in(text, today))
        found = {code.text: code for code in codes if code}
        if len(found) > 1:
            return NoCode.SEVERAL_CODES
        if found:
            return found.popitem()[1]
        return NoCode.IMPOSSIBLE_DATE if codes else NoCode.NO_MATCH

    def _codes_in(self, text: str, today: date) -> Iterator[DossierCode | None]:
        """Every code, ``None`` for one whose day does not exist. What follows a code is read anew, as two quick scans
        come glued together."""
        while (first := self._first(text)) is not None:
            pattern, match = first
            if shorter := self._cut_from_the_next(pattern, text, match):
                yield pattern.code_in(shorter, today)
                text = text[match.start() + shorter.end() :]
            else:
                yield pattern.code_in(match, today)
                text = text[max(match.end(), 1) :].lstrip(".")

    def _first(self, text: str) -> tuple[DossierCodePattern, re.Match[str]] | None:
        """The match that begins first; of several, the longest."""
        matches = [(pattern, match) for pattern in self._patterns if (match := pattern.regex.search(text))]
        return min(matches, key=lambda each: (each[1].start(), -each[1].end()), default=None)

    def _cut_from_the_next(self, pattern: DossierCodePattern, text: str, match: re.Match[str]) -> re.Match[str] | None:
        """The match without the digits at its end that begin another code, ``None`` when there are none."""
        for end in range(match.start() + 1, match.end()):
            shorter = pattern.regex.fullmatch(text[match.start() : end])
            if shorter and any(each.regex.match(text[end:]) for each in self._patterns):
                return shorter
        return None


def prefill_day(prefill: str) -> date | None:
    """The day in an office's prefix; ``None`` when its codes carry none.

    >>> prefill_day("H15.50.05.13-261008-")
    datetime.date(2026, 10, 8)
    """
    found = _PREFILL_DAY.search(prefill)
    return _date_of(found[1]) if found else None


def prefill_on(prefill: str, day: date) -> str:
    """The office's prefix with another day.

    >>> prefill_on("H15.50.05.13-261008-", date(2026, 9, 2))
    'H15.50.05.13-260902-'
    """
    return _PREFILL_DAY.sub(f"-{day:%y%m%d}-", prefill)


def newest_day(digits: str, today: date) -> date | None:
    """The newest day up to ``today`` that is written with these four digits, day and month; ``None`` when no year of
    the last four has it.

    >>> newest_day("0211", date(2026, 10, 8))
    datetime.date(2025, 11, 2)
    >>> newest_day("3102", date(2026, 10, 8))
    """
    days = (_date_of(f"{(today.year - back) % 100:02}{digits[2:4]}{digits[:2]}") for back in range(4))
    return next((day for day in days if day and day <= today), None)


def _date_of(ymd: str) -> date | None:
    try:
        return date(2000 + int(ymd[:2]), int(ymd[2:4]), int(ymd[4:6]))
    except ValueError:
        return None
