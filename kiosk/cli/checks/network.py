"""Check the connection to the district step by step; the first step that fails is named with its remedy."""

import socket
import ssl
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from kiosk.cli.checks.check import CheckResult, failed, ok, warning
from kiosk.settings import Settings
from kiosk.store import box_state
from kiosk.store.engine import CannotRead, Store
from kiosk.store.identity import Identity
from sync.agent.addresses import LOOPBACK, announced_authorities, next_address
from sync.agent.policy import Misunderstood, Refused, Unreachable
from sync.agent.transport import MALFORMED_CERTIFICATE, TRUSTED, Transport
from sync.protocol.message import VERSION

SECONDS = 5.0
INTERFACES = Path("/sys/class/net")
ROUTES = (Path("/proc/net/route"), Path("/proc/net/ipv6_route"))


def district(who: Identity | None, settings: Settings, store: Store) -> CheckResult:
    if who is None:
        return warning("district", "no_address")
    address = urlsplit(who.district_url)
    host, port = address.hostname or "", address.port or (443 if address.scheme == "https" else 80)
    trusted = announced_authorities(settings.keys) or settings.ca_file
    if blocked := _blocked(host, port, secure=address.scheme == "https", ca_file=trusted):
        return blocked
    return _spoken_to(who.district_url, trusted, store)


def next_district(store: Store) -> list[CheckResult]:
    """The address that the district announced, as long as this kiosk does not use it."""
    with store.read() as tx:
        coming = next_address(tx)
    if coming is None:
        return []
    if not coming.trouble:
        return [ok("address", "soon", url=coming.url)]
    return [warning("address", "not_there", url=coming.url, error=coming.trouble)]


def _blocked(host: str, port: int, *, secure: bool, ca_file: str) -> CheckResult | None:
    if host not in LOOPBACK:
        if not has_link():
            return failed("district", "no_link")
        if not has_route():
            return failed("district", "no_route")
    try:
        place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][4]
    except OSError as error:
        return failed("district", "no_name", host=host, error=error)
    return _no_line(str(place[0]), host, port, secure=secure, ca_file=ca_file)


def _no_line(place: str, host: str, port: int, *, secure: bool, ca_file: str) -> CheckResult | None:
    where: dict[str, object] = {"host": host, "place": place, "port": port}
    try:
        with socket.create_connection((place, port), SECONDS) as line:
            if secure:
                context = ssl.create_default_context(cafile=ca_file or TRUSTED)
                context.wrap_socket(line, server_hostname=host).close()
    except ssl.SSLCertVerificationError as error:
        return failed("district", _about_certificate(error.verify_code), **where, error=error.verify_message)
    except ssl.SSLError as error:
        return failed("district", "no_tls", **where, error=error.reason or error)
    except OSError as error:
        return failed("district", "no_tcp", **where, error=error.strerror or error)
    return None


def _about_certificate(code: int) -> str:
    if code in MALFORMED_CERTIFICATE:
        return "malformed_ca"
    return {9: "too_early", 10: "expired", 62: "other_host", 64: "other_host"}.get(code, "unknown_ca")


def _spoken_to(url: str, trusted: str, store: Store) -> CheckResult:
    try:
        speaks = Transport(url, ca_file=trusted).greet().get("v")
    except Unreachable as error:
        word = "portal" if "sign-in page" in str(error) or "not JSON" in str(error) else "no_answer"
        return failed("district", word, url=url, error=error)
    except (Refused, Misunderstood) as error:
        return failed("district", "no_answer", url=url, error=error)
    if refusal := _refusal(store):
        return failed("district", "refused", url=url, error=refusal)
    if speaks != VERSION:
        return failed("district", "version", theirs=speaks, ours=VERSION)
    return ok("district", "answers", url=url)


def _refusal(store: Store) -> str:
    """Why the district would not have this kiosk when the agent last asked; empty when it did."""
    try:
        with store.read() as tx:
            sync = box_state.get(tx, "sync") or {}
    except CannotRead:
        return ""
    return str(sync.get("reason", "")) if sync.get("state") == "refused" else ""


def has_link(folder: Path = INTERFACES) -> bool:
    """Whether a cable or a radio is connected (``carrier`` of any interface but loopback)."""
    return any(_read(path) == "1" for path in folder.glob("*/carrier") if path.parent.name != "lo")


def has_route(routes: tuple[Path, ...] = ROUTES, default: Callable[[list[str]], bool] | None = None) -> bool:
    """Whether there is an address and a way out: a default route, as the kernel lists them."""
    is_default = default or (lambda row: row[1:2] == ["00000000"] or row[:2] == ["0" * 32, "00"])
    rows = [line.split() for path in routes for line in _read(path).splitlines()]
    return any(is_default(row) and row[-1] != "lo" for row in rows)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""
