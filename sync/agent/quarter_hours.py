"""Report deliveries, and tries that failed, as sums of whole quarter hours, so that no press can be seen in them. Pure.

A kiosk sends soon after somebody pressed. Who reads the journal or the box's state, and stood in the hall, must not
learn from it whose entry that was: so only sums of whole quarters of an hour are told, and only once they are over.
"""

from datetime import datetime

from sync.protocol.quarter_hour import QUARTER, quarter_of


class QuarterCount:
    """Counts what happened in the running quarter."""

    def __init__(self) -> None:
        self._quarter: datetime | None = None
        self._count = 0

    def add(self, moment: datetime, count: int) -> None:
        """It happened ``count`` times more; ``over`` has been asked for this moment before."""
        self._quarter = quarter_of(moment)
        self._count += count

    def over(self, moment: datetime) -> int:
        """How often it happened in a quarter that is over now, 0 while it runs; told once."""
        if self._quarter is None or self._quarter <= moment < self._quarter + QUARTER:
            return 0
        total, self._count, self._quarter = self._count, 0, None
        return total
