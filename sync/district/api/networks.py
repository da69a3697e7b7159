"""Group client addresses into networks and limit what one network may ask.

An address alone is a weak name for whoever asks. An IPv6 household has a /64, so that is counted as one; a provider
gives a customer up to a /48 (RFC 6177), which holds 65,536 of these, so the /48 is counted as well. IPv4 addresses are
single, but whoever rents some rents neighbours: the /24, the smallest block that is routed on its own. The wide network
may do ``WIDER`` times as much as the narrow one: in a /24 sit an office with its kiosks, or a telephone company's
customers, who must not lock each other out.
"""

import ipaddress
import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from time import monotonic

from fastapi import Request

from sync.district.api.edge import host_name, is_loopback
from sync.district.api.problem import Problem

log = logging.getLogger(__name__)

WIDER = 8
MAX_NETWORKS = 50_000
_NARROW, _WIDE = {4: 32, 6: 64}, {4: 24, 6: 48}


class Visitors:
    """Tells whose address a request has. ``proxies``: the addresses whose ``X-Forwarded-For`` the server believes; it
    has replaced the sender's address by what that header says before anybody asks here."""

    def __init__(self, proxies: Sequence[str]) -> None:
        self._proxies = frozenset(proxies)
        self._warned = False

    def address_of(self, request: Request) -> str | None:
        """The sender's address, ``None`` when only the proxy's is known: then nobody is counted by address, because
        everybody would be counted as one. The log says so once."""
        address = request.client.host if request.client else ""
        if address and address not in self._proxies:
            return address
        if not self._warned and not is_loopback(host_name(request.headers.get("host", ""))):
            self._warned = True
            log.warning("the proxy at %s sends no X-Forwarded-For: limits by address are off until it does", address)
        return None


class Allowances:
    """So many requests a minute from one network, more at first. ``clock`` gives seconds that only grow."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = monotonic) -> None:
        self._per_minute, self._clock = per_minute, clock
        self._left: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def wait(self, key: str, times: int = 1) -> int:
        """Takes one request of ``times`` the allowance; the seconds to wait when nothing is left, else 0."""
        most = self._per_minute * times
        if not most:
            return 0
        with self._lock:
            now = self._clock()
            left, at = self._left.get(key, (float(most), now))
            left = min(most, left + (now - at) * most / 60)
            if len(self._left) >= MAX_NETWORKS:
                self._forget(now)
            self._left[key] = (left - 1 if left >= 1 else left, now)
        return 0 if left >= 1 else int((1 - left) * 60 / most) + 1

    def admit(self, address: str | None) -> None:
        """One request of an address, unknown when ``None``. Raises ``Problem`` 429 when its network asks too much."""
        for network, times in networks_of(address):
            seconds = self.wait(network, times)
            if seconds:
                headers = {"Retry-After": str(seconds), "Connection": "close"}
                raise Problem(429, "too-many", "too many requests from this network; try again later", headers)

    def _forget(self, now: float) -> None:
        """What was not seen for a minute has its whole allowance again."""
        self._left = {key: value for key, value in self._left.items() if now - value[1] < 60}


def networks_of(address: str | None) -> Iterator[tuple[str, int]]:
    """The networks an address counts for, each with how many times the allowance of one household it has."""
    if address is None:
        return
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        yield address, 1
        return
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    parsed = mapped or parsed
    yield str(ipaddress.ip_network((parsed, _NARROW[parsed.version]), strict=False)), 1
    yield str(ipaddress.ip_network((parsed, _WIDE[parsed.version]), strict=False)), WIDER
