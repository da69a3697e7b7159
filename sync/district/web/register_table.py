"""The list of complaints as CSV for a spreadsheet: what stands where and until when, not a word of what was said.
Pure."""

import csv
import io
import re
from collections.abc import Iterable

from sync.district.domain.spreadsheet import guarded
from sync.district.texts import Texts
from sync.district.web.formats import day
from sync.district.web.register import RegisterLine

TABLE_PAGE = 1_000
"""Lines that are read at a time."""

_COLUMNS = ("id", "state", "kind", "about", "office", "owner", "arrived", "due", "left", "answer_left")
BOM = "\ufeff"
_NEGATIVE = re.compile(r"-[0-9]+(\.[0-9]+)?")


def table_of(lines: Iterable[RegisterLine], texts: Texts) -> str:
    """The lines with a heading, in UTF-8 with a mark at the beginning: Excel reads it as Vietnamese."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([texts(f"complaints.column.{name}") for name in _COLUMNS])
    for line in lines:
        writer.writerow([safe(value) for value in _values(line, texts)])
    return BOM + out.getvalue()


def _values(line: RegisterLine, texts: Texts) -> list[str]:
    return [
        line.entry_id,
        texts(f"complaints.state.{line.state}"),
        texts(f"complaints.kind.{line.kind}"),
        texts(f"complaints.about.{line.about}"),
        line.office,
        line.owner or "",
        day(line.arrived),
        day(line.due_on) if line.due_on else "",
        "" if line.left is None else str(line.left),
        "" if line.answer_left is None else str(line.answer_left),
    ]


def safe(value: str) -> str:
    """A value that no spreadsheet takes for a formula (OWASP, CSV injection); a negative number stays one."""
    return value if _NEGATIVE.fullmatch(value) else guarded(value)
