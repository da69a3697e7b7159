"""Format numbers, days and times as people of a language write them. Pure."""

from datetime import date, datetime, timedelta

from sync.district.texts import Texts
from sync.district.times import VIETNAM


def number(n: int, texts: Texts) -> str:
    """A whole number with its thousands apart: 1.234 in Vietnamese."""
    return f"{n:,}".replace(",", texts("number.thousands"))


def percent(share: float, texts: Texts) -> str:
    """A share as a percentage with one decimal: 82,7 % in Vietnamese."""
    return texts("number.percent", number=f"{share * 100:.1f}".replace(".", texts("number.decimal")))


def day(when: date) -> str:
    """20/11/2026, in every language: it is read in Việt Nam."""
    return f"{when:%d/%m}/{when.year}"


def day_of(moment: datetime) -> str:
    """20/11/2026, the local day of an aware moment. What citizens say is told no closer: the minute would tell who
    stood at the kiosk."""
    return day(moment.astimezone(VIETNAM).date())


def clock(moment: datetime) -> str:
    """10:05, the local time of an aware moment."""
    return f"{moment.astimezone(VIETNAM):%H:%M}"


def day_and_clock(moment: datetime) -> str:
    """10:05 20/11/2026, local."""
    return f"{clock(moment)} {day(moment.astimezone(VIETNAM).date())}"


def ago(span: timedelta, texts: Texts) -> str:
    """How long ago, in the one unit that fits."""
    minutes = int(span.total_seconds() // 60)
    if minutes < 1:
        return texts("ago.now")
    if minutes < 60:
        return texts("ago.minutes", n=minutes)
    if minutes < 48 * 60:
        return texts("ago.hours", n=minutes // 60)
    return texts("ago.days", n=minutes // 60 // 24)
