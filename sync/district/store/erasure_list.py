"""The list of what was erased, beside the database: a backup that is restored does not know of what was erased since it
was made, so that it is erased again from this list. It holds ids alone.
"""

import os
from collections.abc import Iterable
from pathlib import Path

from sync.district.domain.erasure import ErasureScope, Why

NAME = "erased.txt"


class ErasureList:
    """The file in the data folder; a line is a scope, why, and the id of a complaint."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME

    def add(self, entry_ids: Iterable[str], scope: ErasureScope, why: Why) -> None:
        """Adds lines before the transaction ends that erases: a line too many erases nothing that is not asked for
        again. Raises ``OSError``."""
        lines = "".join(f"{scope} {why} {entry_id}\n" for entry_id in entry_ids)
        if not lines:
            return
        with os.fdopen(os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a") as file:
            file.write(lines)
            file.flush()
            os.fsync(file.fileno())

    def read(self) -> list[tuple[str, ErasureScope, Why]]:
        """Every complaint on the list with what was erased of it and why; a broken line is left out. Raises
        ``OSError``."""
        try:
            lines = self._path.read_text(encoding="ascii").splitlines()
        except FileNotFoundError:
            return []
        parts = [line.split(" ") for line in lines]
        whole = [each for each in parts if len(each) == 3 and each[0] in set(ErasureScope) and each[1] in set(Why)]
        return [(entry_id, ErasureScope(scope), Why(why)) for scope, why, entry_id in whole]
