"""``kiosk scan``: read scans from standard input, one a line; print the dossier code, or ``-`` and the reason.

A code that is taken but not verified is printed all the same, and said on standard error.
"""

import sys
from collections.abc import Iterable, Iterator
from datetime import date

from kiosk.box.district_clock import corrected
from kiosk.clock import read_clock
from kiosk.domain.dossier_code import DossierCode, DossierCodePatterns, NoCode
from kiosk.paths import become_owner
from kiosk.settings import Settings
from kiosk.store.engine import CannotRead, CannotWrite, Store

REASONS = {
    NoCode.EMPTY: "nothing was scanned",
    NoCode.TOO_LONG: "longer than any receipt's barcode",
    NoCode.NO_MATCH: "no dossier code in it (see [dossier_code] in the settings)",
    NoCode.IMPOSSIBLE_DATE: "the date in the code does not exist",
    NoCode.SEVERAL_CODES: "more than one dossier code in it",
}
UNVERIFIED = "taken as unverified: its day is still to come by the kiosk's clock; see the clock in kiosk doctor"


def scan(settings: Settings) -> int:
    """Exit 0 when every line held a code, else 1."""
    sys.stdin.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    failed = False
    for answer, remark in answers(sys.stdin, settings.code_patterns, office_day(settings)):
        failed |= answer.startswith("-")
        print(answer, flush=True)
        if remark:
            print(remark, file=sys.stderr, flush=True)
    return 1 if failed else 0


def office_day(settings: Settings) -> date:
    """Today as the screen has it, corrected by the district's clock; by this machine's where no kiosk can be read, as
    on a technician's own computer."""
    now, store = read_clock(), Store(settings.data)
    if become_owner(settings.data) or not store.file.exists():
        return now.day
    try:
        with store.read() as tx:
            return corrected(tx, now).day
    except (CannotRead, CannotWrite, OSError):
        return now.day
    finally:
        store.close()


def answers(lines: Iterable[str], patterns: DossierCodePatterns, today: date) -> Iterator[tuple[str, str]]:
    """One answer for each scan, and what else a technician should know of it."""
    for line in lines:
        found = patterns.find(line, today)
        if isinstance(found, DossierCode):
            yield found.text, "" if found.verified else UNVERIFIED
        else:
            yield f"- {found}: {REASONS[found]}", ""
