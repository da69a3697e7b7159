"""Format numbers, days and times as people of a language write them. Pure."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from sync.district.measures.period import Period, PeriodName
from sync.district.texts import Texts
from sync.district.times import VIETNAM


def number(n: int, texts: Texts) -> str:
    """A whole number with its thousands apart: 1.234 in Vietnamese."""
    return f"{n:,}".replace(",", texts("number.thousands"))


def percent(share: float, texts: Texts) -> str:
    """A share as a percentage with one decimal: 82,7 % in Vietnamese."""
    return texts("number.percent", number=f"{share * 100:.1f}".replace(".", texts("number.decimal")))


def whole_percent(share: float, texts: Texts) -> str:
    """A share that is told in whole percent: 83 % in Vietnamese."""
    return texts("number.percent", number=f"{share * 100:.0f}")


def points(difference: float, texts: Texts) -> str:
    """A difference of two shares in percentage points, with its sign: +3,1 điểm % in Vietnamese."""
    sign = "+" if round(difference * 100, 1) > 0 else ""
    return texts("number.points", number=sign + points_in_words(difference, texts))


def points_in_words(difference: float, texts: Texts) -> str:
    """The same within a sentence that names the points and says which way: 3,1 in Vietnamese. 0 has no sign."""
    rounded = round(difference * 100, 1) or 0.0
    return f"{rounded:.1f}".replace("-", "\u2212").replace(".", texts("number.decimal"))


def decimal(value: Decimal, texts: Texts) -> str:
    """A number with its digits after the sign of the language: 1,7 in Vietnamese."""
    return str(value).replace(".", texts("number.decimal"))


def quarter(when: date) -> str:
    """The quarter in which a day lies: IV."""
    return ("I", "II", "III", "IV")[(when.month - 1) // 3]


def period_name(period: Period, texts: Texts) -> str:
    """A period as people call it: "Quý IV/2026"."""
    first, ends = period.first, period.ends
    if first is None or period.name is PeriodName.ALL:
        return texts("period.of.all", last=day(period.last))
    if period.name in (PeriodName.RANGE, PeriodName.LAST_7_DAYS):
        return texts("period.of.range", first=day(first), last=day(ends))
    year, week, _ = first.isocalendar()
    if period.name is PeriodName.WEEK:
        return texts("period.of.week", week=week, year=year, first=day(first), last=day(ends))
    if period.name is PeriodName.HALF_YEAR:
        return texts(f"period.of.half_year_{1 if first.month == 1 else 2}", year=first.year)
    values = {"day": day(first), "month": first.month, "quarter": quarter(first), "year": first.year}
    return texts(f"period.of.{period.name}", **values)


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
