"""Go over to the district's newer settings: the screen starts anew with them when nobody stands before it.

Looked for once in each quarter of an hour, so that the moment of the start says nothing of when somebody left. A set
with which the screen does not come up is left out from the third start on, and said to have failed; one with which it
has drawn for ten minutes is proven, and no later failure is put down to it.
"""

import logging
from collections.abc import Callable

from msgspec.structs import replace

from kiosk.clock import Moment
from kiosk.domain.declared_settings import BadSettings
from kiosk.settings import Settings, load, sent_settings
from kiosk.store.engine import CannotWrite
from sync.agent.district_settings import keep_sent

log = logging.getLogger(__name__)

QUARTER_S = 900
FUTILE = 3
"""From the so-manieth start that came to nothing in a row, settings that are not proven are left out."""


def without_failed(settings: Settings, futile: int) -> Settings:
    """The settings to start with: without those of the district when the screen did not come up with them before."""
    if futile < FUTILE or settings.from_district.word != "used" or settings.from_district.proven:
        return settings
    log.error(
        "the screen did not come up with settings %d of the district; it goes without", settings.from_district.number
    )
    _mark(settings, failed=True)
    own = _again(settings, with_district=False)
    return replace(own, from_district=replace(settings.from_district, used={}, word="failed"))


class Renewal:
    """Of the screen that runs with ``settings``. ``came``: is told what came of settings that change nothing."""

    def __init__(self, settings: Settings, came: Callable[[Settings], None]) -> None:
        self._running, self._came = settings, came
        self._quarter: int | None = None

    def proven(self) -> None:
        """The screen has drawn with its settings for a while."""
        if self._running.from_district.word == "used" and not self._running.from_district.proven:
            _mark(self._running, proven=True)
            self._tell(replace(self._running, from_district=replace(self._running.from_district, proven=True)))

    def is_due(self, now: Moment, *, at_rest: bool) -> bool:
        """Whether to start anew now: other settings have come, and nobody stands before the screen."""
        quarter = now.up_s // QUARTER_S
        if quarter == self._quarter:
            return False
        self._quarter = quarter
        try:
            fresh = _again(self._running)
        except BadSettings as error:
            log.warning("the settings were not looked at again: %s", error)
            return False
        if fresh.from_district.used != self._running.from_district.used:
            return at_rest
        if fresh.from_district != self._running.from_district:
            self._tell(replace(self._running, from_district=fresh.from_district))
        return False

    def _tell(self, settings: Settings) -> None:
        self._running = settings
        self._came(settings)


def _again(settings: Settings, *, with_district: bool = True) -> Settings:
    """The settings as they would be read now. Raises ``BadSettings``."""
    return load(str(settings.source), {"KIOSK_DATA": str(settings.data)}, with_district=with_district)


def _mark(settings: Settings, *, failed: bool = False, proven: bool = False) -> None:
    sent = sent_settings(settings.keys)
    if sent is None or sent.number != settings.from_district.number:
        return
    try:
        keep_sent(settings.keys, replace(sent, failed=failed, proven=proven))
    except CannotWrite as error:
        log.error("what came of the district's settings cannot be kept: %s", error)
