"""A year's holidays from their TOML file, as the JSON values that are stored and sent to the boxes. Pure."""

from typing import Any

from kiosk.domain.calendar import holidays_from
from sync.district.reference.questionnaire import read_toml
from sync.district.reference.table import Unreadable


def read_holidays(data: bytes) -> tuple[int, dict[str, Any]]:
    """The year and the file's content with dates as text. Raises ``Unreadable``."""
    content = read_toml(data)
    year = content.get("year")
    if not isinstance(year, int) or not 2000 <= year <= 2100:
        raise Unreadable("import.holidays.year")
    try:
        holidays = holidays_from([content])
    except ValueError as error:
        raise Unreadable("import.holidays.wrong", error=error) from error
    strays = sorted(day for day in holidays.off | set(holidays.exchanged) if day.year != year)
    if strays:
        raise Unreadable("import.holidays.stray", day=f"{strays[0]:%d/%m/%Y}", year=year)
    return year, content
