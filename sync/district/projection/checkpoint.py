"""Let the public log grow by what is not in it yet, and sign how far it reaches: once a day, or when asked."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from secrets import token_bytes

from nacl.signing import SigningKey

from sync.district.domain.merkle_log import Peaks, filled
from sync.district.domain.signed_note import Checkpoint, origin_of, sign_note
from sync.district.store import public_log
from sync.district.store.engine import Connection, Engine, writing
from sync.district.store.locks import Lock, hold
from sync.district.store.log_of_entries import envelopes_grown, erased_grown
from sync.district.store.public_log import KeptCheckpoint
from sync.district.times import local_day

log = logging.getLogger(__name__)

Files = Callable[[Connection], Iterable[tuple[str, bytes]]]
"""The files that are published, each with the path of its address and the SHA-256 of its bytes."""


def make_checkpoint(engine: Engine, key: SigningKey, now: datetime, files: Files) -> KeptCheckpoint:
    """Appends where each kiosk's ledger stood at the end of each day, what stands in clear around its entries, which of
    them were erased, closed periods and published files, and signs the whole with the district's receipt key; of one
    local day there is one checkpoint, that which was made first. Raises ``StoreUnavailable``."""
    today = local_day(now)
    with writing(engine) as connection:
        hold(connection, Lock.PUBLIC_LOG)
        newest = public_log.newest_checkpoint(connection)
        if newest is not None and local_day(newest.made_at) == today:
            return newest
        if newest is not None and local_day(newest.made_at) > today:
            log.warning("the newest checkpoint was made on %s, after today: a clock was wrong", newest.made_at.date())
        peaks = newest.grows_from if newest else Peaks()
        leaves = [
            *public_log.ledgers_grown(connection),
            *envelopes_grown(connection),
            *erased_grown(connection),
            *public_log.closings_made(connection),
            *public_log.files_changed(connection, files(connection)),
        ]
        more = filled(leaves, token_bytes)
        public_log.append(connection, peaks.size, more)
        grown = peaks.grown(leaf.hash for leaf in more)
        stands = Checkpoint(origin_of(bytes(key.verify_key)), grown.size, grown.root, today.isoformat())
        return public_log.keep_checkpoint(connection, grown, now, sign_note(stands.text, key))
