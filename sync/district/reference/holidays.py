"""Read a year's holidays from their TOML file into the JSON that is stored and sent to the kiosks. Pure."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

from kiosk.domain.calendar import BY_LAW, Holidays, holidays_from, substitutes
from sync.district.reference.files.table import Unreadable
from sync.district.reference.problems import RowProblem
from sync.district.reference.toml_file import read_toml
from sync.district.reference.toml_forms import HolidaysFile, refuse_strange


def read_holidays(data: bytes) -> tuple[int, dict[str, Any]]:
    """The year and the file's content with dates as text. Raises ``Unreadable``, also for a list that says of one day
    that it is off and that it is worked."""
    return checked_holidays(read_toml(data))


def checked_holidays(content: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """The year and a list with dates as text, when that can be used. Raises ``Unreadable``."""
    year = content.get("year")
    if not isinstance(year, int) or not 2000 <= year <= 2100:
        raise Unreadable("import.holidays.year")
    refuse_strange(content, HolidaysFile, "import.holidays.wrong")
    try:
        holidays = holidays_from([content])
    except (ValueError, AttributeError) as error:
        raise Unreadable("import.holidays.wrong", error=error) from error
    strays = sorted(day for day in holidays.off | set(holidays.exchanged) if day.year != year)
    if strays:
        raise Unreadable("import.holidays.stray", day=_shown(strays[0]), year=year)
    _refuse_contradictions(content, holidays, year)
    return year, content


def without_substitute(content: Mapping[str, Any]) -> tuple[RowProblem, ...]:
    """A warning for each holiday of law at a weekend for which a list that was read has no other day off."""
    holidays = holidays_from([content])
    return tuple(
        RowProblem("import.holidays.no_substitute", values={"day": _shown(day), "instead": _shown(instead)})
        for day, instead in substitutes(content["year"]).items()
        if not holidays.is_off(instead)
    )


def days_gone(before: Mapping[str, Any], after: Mapping[str, Any]) -> int:
    """How many days off and days worked in exchange the new list of a year no longer has."""
    return sum(
        len({str(row["day"]) for row in before.get(part, [])} - {str(row["day"]) for row in after.get(part, [])})
        for part in ("off", "worked")
    )


def _refuse_contradictions(content: Mapping[str, Any], holidays: Holidays, year: int) -> None:
    for day in sorted(holidays.exchanged):
        if day in holidays.off:
            raise Unreadable("import.holidays.both", day=_shown(day))
        if (day.month, day.day) in BY_LAW:
            raise Unreadable("import.holidays.by_law", day=_shown(day))
    worked = Counter(str(row["day"]) for row in content.get("worked", []))
    twice = sorted(day for day, times in worked.items() if times > 1)
    if twice:
        raise Unreadable("import.holidays.twice", day=_shown(date.fromisoformat(twice[0])))
    for day, instead in sorted(holidays.exchanged.items()):
        if instead.year == year and not holidays.is_off(instead):
            raise Unreadable("import.holidays.not_off", day=_shown(day), instead=_shown(instead))


def _shown(day: date) -> str:
    return f"{day:%d/%m/%Y}"
