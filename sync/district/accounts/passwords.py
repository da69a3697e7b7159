"""Passwords: Argon2id hashes (RFC 9106, by libsodium). Letters are joined (NFC) first: keyboards differ."""

import asyncio
import os
import threading
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import TypeVar

from nacl import pwhash
from nacl.exceptions import InvalidkeyError

from sync.district.domain.weak_password import is_common

MIN_LENGTH, MAX_LENGTH = 10, 200
AT_ONCE = 2
"""A check takes 64 MB and a tenth of a second on purpose: more at once would let strangers exhaust the machine."""


MAX_WAITING = 100
"""So many sign-ins may wait for their turn, about ten seconds' worth; more are sent away."""
_LOWEST = 19

Done = TypeVar("Done")


class TooMany(Exception):
    """More sign-ins wait than can be looked at in some seconds."""


class Turns:
    """Threads for what checks passwords, apart from those that serve boxes and pages, and behind them in the queue for
    the processor: however many strangers sign in at once, nobody else waits for them."""

    def __init__(self) -> None:
        self._waiting = 0
        self._pool = ThreadPoolExecutor(AT_ONCE, "sign-in", initializer=os.nice, initargs=(_LOWEST,))

    async def take(self, work: Callable[[], Done]) -> Done:
        """Does the work when its turn comes. Raises ``TooMany`` at once when too many wait."""
        if self._waiting >= MAX_WAITING:
            raise TooMany
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        finally:
            self._waiting -= 1


class BadPassword(ValueError):
    """The password cannot be used; the value is the key of the text that says why."""


class Passwords:
    """Makes and checks hashes, a few at a time."""

    def __init__(self) -> None:
        self._turns = threading.BoundedSemaphore(AT_ONCE)

    def hash(self, password: str) -> str:
        """A salted hash that holds its own parameters."""
        with self._turns:
            return pwhash.argon2id.str(_bytes(password)).decode("ascii").rstrip("\0")

    @cached_property
    def _nobodys_hash(self) -> str:
        return self.hash("nobody has this password")

    def check(self, password_hash: str | None, password: str) -> bool:
        """Whether the password is right; without a hash it takes as long and is wrong."""
        compared = password_hash or self._nobodys_hash
        with self._turns:
            try:
                matches = pwhash.verify(compared.encode("ascii"), _bytes(password))
            except InvalidkeyError:
                return False
        return matches and bool(password_hash)


def refuse_weak(password: str, user_name: str = "") -> None:
    """Raises ``BadPassword`` for one that is too short, too long, or among the first that are guessed. Length is what
    counts (NIST SP 800-63B 5.1.1)."""
    if len(password) < MIN_LENGTH:
        raise BadPassword("account.password_short")
    if len(password) > MAX_LENGTH:
        raise BadPassword("account.password_long")
    if is_common(password, user_name):
        raise BadPassword("account.password_common")


def _bytes(password: str) -> bytes:
    return unicodedata.normalize("NFC", password[:MAX_LENGTH]).encode("utf-8")
