"""How long to wait after wrong passwords. Pure.

A lock belongs to a name *and* the network it was tried from: whoever guesses locks themselves out, not the person whose
name it is. Guesses from many networks at once leave a name open only to networks it has signed in from before.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct

FREE_TRIES = 5
"""So many wrong passwords in a row cost nothing."""

FIRST_WAIT, MAX_WAIT = timedelta(minutes=1), timedelta(hours=1)
"""The wait after the last free try; each further one doubles it."""

ROW_ENDS = timedelta(hours=24)
"""Failures longer ago are forgiven."""

MAX_OF_NAME, SPREAD = 50, timedelta(hours=1)
"""So many failures of one name within this time, from whatever networks, and only known networks are listened to."""

KNOWN_FOR = timedelta(days=90)
"""How long a network stays known after a success from it."""


class Try(Struct, frozen=True):
    """One try to sign in with a name. ``network`` is empty where no address is known."""

    at: datetime
    succeeded: bool
    network: str


def locked_until(tries: Sequence[Try], network: str, now: datetime, *, known: bool = False) -> datetime | None:
    """Until when a name is locked for a network, given the tries of the name within ``ROW_ENDS``, newest first;
    ``None``: it is open. A success from the network forgives its failures before. ``known``: the name signed in from
    this network within ``KNOWN_FOR``."""
    return _by_network(tries, network, now) or (None if known else _by_name(tries, now))


def _by_network(tries: Sequence[Try], network: str, now: datetime) -> datetime | None:
    failed: list[datetime] = []
    for each in tries:
        if each.network != network or each.at <= now - ROW_ENDS:
            continue
        if each.succeeded:
            break
        failed.append(each.at)
    if len(failed) < FREE_TRIES:
        return None
    doubled = min(len(failed) - FREE_TRIES, 10)
    until = failed[0] + min(FIRST_WAIT * 2**doubled, MAX_WAIT)
    return until if until > now else None


def _by_name(tries: Sequence[Try], now: datetime) -> datetime | None:
    failed = [each.at for each in tries if not each.succeeded and each.at > now - SPREAD]
    return failed[MAX_OF_NAME - 1] + SPREAD if len(failed) >= MAX_OF_NAME else None
