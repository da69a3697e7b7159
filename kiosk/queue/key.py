"""The key under which tickets are kept: the same while the machine is on, in memory only.

What a ticket system's files tell is read again when the queue's process begins anew. Under another key the screen would
take every ticket of the day for a new one.
"""

import logging
import os
import secrets
from pathlib import Path

log = logging.getLogger(__name__)

FILE = "queue.key"
KEY_BYTES = 32


def ticket_key(folder: Path) -> bytes:
    """The key in the runtime folder, made where there is none. A folder that cannot be written is logged, and the key
    dies with the program."""
    path = folder / FILE
    try:
        if len(known := path.read_bytes()) == KEY_BYTES:
            return known
    except OSError:
        pass
    key, new = secrets.token_bytes(KEY_BYTES), folder / f"{FILE}.new"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "wb") as file:
            file.write(key)
        new.replace(path)
    except OSError as error:
        log.error("the key of the queue cannot be kept in %s: %s", folder, error)
    return key
