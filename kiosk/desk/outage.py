"""Remember since when, and why, the kiosk can take no ratings: nothing can be written before it is back."""

from kiosk.box.facts import box_fact
from kiosk.clock import Moment
from kiosk.domain.entry import EntryType, Fact

SERVICE = "service"


class Outage:
    """The present outage, if there is one."""

    def __init__(self) -> None:
        self._began: tuple[str, Moment] | None = None

    def begin(self, reason: str, moment: Moment) -> None:
        """It is out of service; the first reason of an outage stands."""
        self._began = self._began or (reason, moment)

    def end(self, moment: Moment) -> Fact | None:
        """It is back: the fact to append, with the reason and how many seconds it was out (``None``: started anew)."""
        if self._began is None:
            return None
        (reason, since), self._began = self._began, None
        out_s = moment.up_s - since.up_s if moment.boot == since.boot else None
        return box_fact(EntryType.DEVICE_BACK, moment, device=SERVICE, reason=reason, out_s=out_s)
