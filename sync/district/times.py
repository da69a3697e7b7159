"""Times and local days. The district counts in UTC and shows the calendar of Việt Nam (UTC+7, no summer time)."""

from datetime import UTC, date, datetime, timedelta, timezone

VIETNAM = timezone(timedelta(hours=7), "+07")


def utc_now() -> datetime:
    """The clock, as an aware UTC moment. Only composition roots call it."""
    return datetime.now(UTC)


def rfc3339(moment: datetime) -> str:
    """RFC 3339 in UTC, to the millisecond.

    >>> rfc3339(datetime(2026, 11, 21, 4, 0, tzinfo=UTC))
    '2026-11-21T04:00:00.000Z'
    """
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def local_day(moment: datetime) -> date:
    """The calendar day in Việt Nam at an aware moment."""
    return moment.astimezone(VIETNAM).date()


def end_of(day: date) -> datetime:
    """The last second of a calendar day in Việt Nam."""
    return start_of(day) + timedelta(hours=24, seconds=-1)


def start_of(day: date) -> datetime:
    """The moment at which a calendar day begins in Việt Nam."""
    return datetime(day.year, day.month, day.day, tzinfo=VIETNAM)
