"""Read a request at the edge: authenticate the sender, and bound the size of the body."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import ClientDisconnect

from sync.district.api.problem import Problem
from sync.district.keys.files import token_hash
from sync.district.services import Services
from sync.district.store.devices import REVOKED, Device, device_of_token
from sync.district.store.engine import reading
from sync.protocol.message import content_digest

_BEARER = HTTPBearer(auto_error=False, scheme_name="device", description="The token from the box's enrolment.")

Authenticate = Callable[[HTTPAuthorizationCredentials | None], Device]
Credentials = Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)]

MAX_REMEMBERED = 50_000


class Remembered:
    """Devices by the hash of their token, so that a batch costs no query before the one that locks its device. What is
    remembered may be old: ``accept`` looks at the token and the device's state again, under the lock."""

    def __init__(self, authenticate: Authenticate) -> None:
        self._authenticate = authenticate
        self._devices: dict[bytes, Device] = {}

    def get(self, credentials: HTTPAuthorizationCredentials | None) -> Device | None:
        """The device, if its token was seen before."""
        return self._devices.get(token_hash(credentials.credentials)) if credentials else None

    def look_up(self, credentials: HTTPAuthorizationCredentials | None) -> Device:
        """The device from the database, remembered from now on. Raises ``Problem`` 401 or 403."""
        device = self._authenticate(credentials)
        if credentials is not None:
            if len(self._devices) >= MAX_REMEMBERED:
                self._devices.clear()
            self._devices[token_hash(credentials.credentials)] = device
        return device

    def forget(self, hashed: bytes) -> None:
        """The token is no longer its device's."""
        self._devices.pop(hashed, None)


def authentication(services: Services) -> Authenticate:
    """The dependency that turns a bearer token into a device that may send, or answers 401 or 403."""

    def authenticate(credentials: Credentials) -> Device:
        if credentials is None:
            raise Problem(401, "no-token", "send the device's token", {"WWW-Authenticate": "Bearer"})
        with reading(services.engine) as connection:
            device = device_of_token(connection, token_hash(credentials.credentials))
        if device is None:
            raise unknown_token()
        if device.state == REVOKED:
            raise revoked()
        return device

    return authenticate


def unknown_token() -> Problem:
    """The answer to a token that is nobody's, or no longer."""
    detail = "this token belongs to no device; enrol the box again"
    return Problem(401, "unknown-token", detail, {"WWW-Authenticate": 'Bearer error="invalid_token"'})


def revoked() -> Problem:
    """The answer to a device that may no longer send."""
    return Problem(403, "device-revoked", "this device was revoked at the district; it keeps what it has collected")


async def read_body(
    request: Request, most: int, encoding: str = "", grew: Callable[[int], None] = lambda _: None
) -> bytes:
    """The body, at most ``most`` bytes; more is refused before it is read. ``encoding`` is the coding wanted; ``grew``
    hears of each piece that came."""
    _check_headers(request, most, encoding)
    chunks, size = [], 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size > most:
                raise _too_large(most)
            grew(len(chunk))
            chunks.append(chunk)
    except ClientDisconnect as error:
        raise Problem(408, "cut-short", "the connection ended before the body did") from error
    body = b"".join(chunks)
    _check_digest(request, body)
    return body


def _check_digest(request: Request, body: bytes) -> None:
    """A sender that gives a SHA-256 digest (RFC 9530) learns whether its bytes came whole; others say nothing."""
    given = request.headers.get("content-digest", "")
    if given.strip().startswith("sha-256=:") and given.strip() != content_digest(body):
        raise Problem(400, "digest-mismatch", "the body was changed or cut on the way; send it again")


def _check_headers(request: Request, most: int, encoding: str) -> None:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Problem(415, "not-json", "send Content-Type: application/json", {"Accept": "application/json"})
    if request.headers.get("content-encoding", "").strip().lower() != encoding:
        wanted = encoding or "identity"
        raise Problem(415, "wrong-encoding", f"send Content-Encoding: {wanted}", {"Accept-Encoding": wanted})
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length[:20]) > most:
        raise _too_large(most)


def _too_large(most: int) -> Problem:
    return Problem(413, "too-large", f"the body may have {most} bytes; send fewer entries", {"Connection": "close"})
