"""Keeping the usual batch the short way: whether it is usual is asked, and all of it written, in one transaction on the
driver's own connection. Each question costs more than its answer.

Whatever is not plainly usual is declined, and nothing was written; ``ingest.accept`` then takes its long way.
"""

import logging

from sync.district.store.engine import Engine, StoreUnavailable
from sync.district.store.fast_path import postgresql, sqlite
from sync.district.store.fast_path.in_order_batch import Next

log = logging.getLogger(__name__)


def keep_next(engine: Engine, following: Next) -> bool:
    """Keeps the batch if it is the next of its device's newest epoch, in which nothing was found, and the device is
    active and has this key and token; returns whether it did. An error of the database declines it too: the long way
    meets the same error and tells of it."""
    keep = postgresql.keep if engine.dialect.name == "postgresql" else sqlite.keep
    try:
        return keep(engine, following)
    except StoreUnavailable as error:
        log.warning("the short way failed, the long way is tried: %s", error)
        return False
