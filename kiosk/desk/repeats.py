"""Remember which dossiers were rated since the program started, so that a second rating of a stage is flagged.

Kept in memory only, as keyed hashes under a key that dies with the program: a set on the disk could be searched by
whoever holds the disk (docs/decisions.md). It is bounded; the district knows exactly.
"""

import hashlib
import secrets

from kiosk.domain.rating import Stage

MAX_RATINGS = 50_000


class RecentlyRated:
    """Remembers the newest ``max_ratings`` ratings of a dossier and stage."""

    def __init__(self, max_ratings: int = MAX_RATINGS) -> None:
        self._max_ratings, self._key = max_ratings, secrets.token_bytes(32)
        self._seen: dict[int, None] = {}

    def add(self, code: str, stage: Stage) -> None:
        self._seen[self._hash(code, stage)] = None
        if len(self._seen) > self._max_ratings:
            del self._seen[next(iter(self._seen))]

    def stages(self, code: str) -> set[Stage]:
        """The stages at which this dossier was rated."""
        return {stage for stage in Stage if self._hash(code, stage) in self._seen}

    def _hash(self, code: str, stage: Stage) -> int:
        digest = hashlib.blake2b(f"{stage} {code}".encode(), digest_size=8, key=self._key)
        return int.from_bytes(digest.digest(), "big")
