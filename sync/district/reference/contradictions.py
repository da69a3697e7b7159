"""Find dates of a dossier that its own code contradicts. The code holds the day of receipt, yymmdd (Thông tư
01/2018/TT-VPCP, Điều 19 khoản 1), so a column with month and day exchanged shows itself. Pure.
"""

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from sync.district.reference.problems import RowProblem, Value

_CODED = re.compile(r"-(\d{2})(\d{2})(\d{2})-\d{4,7}$")
_FAR = 31
_DATES = ("received_on", "due_on", "returned_on")


def against_the_code(number: int, values: Mapping[str, Value], labels: Mapping[str, str]) -> list[RowProblem]:
    """Dates that fit the code only when month and day change places."""
    coded = _day_of(str(values.get("dossier_code", "")))
    problems = []
    for name in _DATES if coded else ():
        written = values.get(name)
        if not isinstance(written, date) or not _exchanged(name, written, coded):
            continue
        shown = {"value": f"{written:%d/%m/%Y}", "coded": f"{coded:%d/%m/%Y}"}
        problems.append(RowProblem("import.dates.exchanged", number, labels.get(name, ""), shown))
    return problems


def far_from_the_code(number: int, values: Mapping[str, Value], labels: Mapping[str, str]) -> list[RowProblem]:
    """A day of receipt more than a month away from the code's."""
    coded, written = _day_of(str(values.get("dossier_code", ""))), values.get("received_on")
    if coded is None or not isinstance(written, date) or abs((written - coded).days) <= _FAR:
        return []
    shown = {"value": f"{written:%d/%m/%Y}", "coded": f"{coded:%d/%m/%Y}"}
    return [RowProblem("import.dates.far", number, labels.get("received_on", ""), shown)]


def _exchanged(name: str, written: date, coded: date | None) -> bool:
    try:
        other = written.replace(day=written.month, month=written.day)
    except ValueError:
        return False
    if coded is None or other == written:
        return False
    if name == "received_on":
        return written != coded == other
    return written < coded <= other


@lru_cache(maxsize=1)  # both questions are asked of a row, one after the other
def _day_of(code: str) -> date | None:
    match = _CODED.search(code)
    try:
        return date(2000 + int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:
        return None
