"""Take the settings that the district sends: signed, in a snapshot, by network or on a stick.

The screen uses them from its next start on, which it makes itself when nobody stands before it (``kiosk.cli.renewal``).
"""

import logging
from pathlib import Path
from typing import Any

import msgspec

from kiosk.box import keys
from kiosk.box.box import Box
from kiosk.domain.district_settings import SENDABLE, flaw
from kiosk.settings import SENT, SentSettings, sent_settings
from kiosk.store.engine import CannotWrite
from sync.protocol.chain import settings_are_signed
from sync.protocol.snapshot import KioskSettings

log = logging.getLogger(__name__)


def take_settings(box: Box, sent: KioskSettings | None) -> bool:
    """Keeps what was sent, if it is our district's word and newer than what is kept; whether it was kept now. What this
    release cannot use is kept too: the screen goes without, and the district is told that it is refused.

    Raises ``CannotWrite``; it then comes again with the next snapshot.
    """
    known = sent_settings(box.keys.folder)
    if sent is None:
        return False
    usable = {key: value for key, value in sent.values.items() if key in SENDABLE}
    if known is not None and _is_known(sent.number, usable, known):
        return False
    who = box.identity
    if not settings_are_signed(who.device_id, sent.number, sent.values, sent.signature, who.receipt_public_key):
        log.error("settings %d are not signed by our district; the present ones stay", sent.number)
        return False
    if trouble := flaw(usable):
        log.error("settings %d will not be used: %s", sent.number, trouble)
    before = known if known is not None and known.values == usable else SentSettings(0, {})
    kept = SentSettings(sent.number, usable, failed=before.failed, proven=before.proven)
    keep_sent(box.keys.folder, kept)
    log.info("settings %d of the district were kept: %d values", sent.number, len(usable))
    return True


def _is_known(number: int, usable: dict[str, Any], known: SentSettings) -> bool:
    """Whether there is nothing newer in it. The same number may come with other values: a kiosk's unit went elsewhere
    in the tree of units."""
    return number < known.number or (number == known.number and usable == known.values)


def keep_sent(folder: Path, sent: SentSettings) -> None:
    """Keeps it beside the keys, whole or not at all. Raises ``CannotWrite``."""
    try:
        keys.write_secret(folder / SENT, msgspec.json.encode(sent))
    except OSError as error:
        raise CannotWrite(f"the district's settings: {error}") from error
