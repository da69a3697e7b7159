"""Round times to the quarter of an hour: a kiosk keeps no time of a delivery more exactly. Pure.

A kiosk sends soon after somebody pressed. Who reads its disk and stood in the hall must not learn from a moment whose
entry that was.
"""

from datetime import datetime, timedelta

QUARTER = timedelta(minutes=15)


def quarter_of(moment: datetime) -> datetime:
    """The beginning of the quarter of an hour in which a moment lies."""
    return moment.replace(minute=moment.minute // 15 * 15, second=0, microsecond=0)
