"""Guard every request before it reaches a route: allowed hosts, one deadline, HEAD."""

import asyncio
import ipaddress
import socket
from collections.abc import Collection

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sync.district.api.problem import Problem
from sync.district.settings import Settings

READ_SECONDS = 60.0
BEGAN = "lang_nghe.began"
"""Where a request's scope holds the loop's time at its first byte, when the server noted it."""


class TooSlow(HTTPException):
    """A request did not arrive whole in time. An ``HTTPException``, so that no reader of a body hides it."""

    def __init__(self) -> None:
        super().__init__(408, f"the request did not arrive within {READ_SECONDS:.0f} seconds")


class HeadAnswers:
    """HEAD is GET without the body (RFC 9110 section 9.3.2); routes know GET alone."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def without_body(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await self._app({**scope, "method": "GET"}, receive, without_body)


class OnlyOurHosts:
    """Refuses a request for a host that is none of these names, nor loopback, nor, with ``by_address``, the address at
    which it arrived."""

    def __init__(self, app: ASGIApp, hosts: Collection[str], by_address: bool) -> None:
        self._app, self._hosts, self._by_address = app, frozenset(host.lower() for host in hosts), by_address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refused = self._refusal(scope) if scope["type"] == "http" else None
        if refused is None:
            await self._app(scope, receive, send)
        else:
            await refused.response()(scope, receive, send)

    def _refusal(self, scope: Scope) -> Problem | None:
        asked = host_name(Headers(scope=scope).get("host", ""))
        arrived_at = (scope.get("server") or ("",))[0] if self._by_address else ""
        if asked in self._hosts or is_loopback(asked) or _is_address(asked, arrived_at):
            return None
        return Problem(
            403,
            "wrong-host",
            "this district does not answer to that host name; add it to [server] hosts of its settings",
        )


class Deadline:
    """One deadline for a whole request: what has not arrived by then is answered 408, whoever reads it."""

    def __init__(self, app: ASGIApp, seconds: float | None = None) -> None:
        self._app, self._seconds = app, seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = scope.get(BEGAN) or asyncio.get_running_loop().time()
        until, whole = began + (self._seconds or READ_SECONDS), False

        async def in_time() -> Message:
            nonlocal whole
            if whole:
                return await receive()
            try:
                async with asyncio.timeout_at(until):
                    message = await receive()
            except TimeoutError as error:
                raise TooSlow from error
            whole = not message.get("more_body", False)
            return message

        await self._app(scope, in_time, send)


def host_name(header: str) -> str:
    """The name in a ``Host`` header, without its port, in lower case."""
    if header.startswith("["):
        return header[1:].partition("]")[0].lower()
    return header.partition(":")[0].lower()


def own_names(settings: Settings) -> frozenset[str]:
    """The names it answers to, in lower case: those of the settings; when they name none, the machine's own and that of
    ``public_url``."""
    if settings.hosts:
        return frozenset(host.lower() for host in settings.hosts)
    machine = socket.gethostname().lower()
    public = host_name(settings.public_url.partition("://")[2].partition("/")[0])
    return frozenset({settings.host.lower(), machine, machine.partition(".")[0], public} - {"", "0.0.0.0", "::"})  # noqa: S104


def _is_address(host: str, address: str) -> bool:
    """Whether a host is written as this IP address; one that came over IPv6 may still be one of IPv4."""
    try:
        asked, at = ipaddress.ip_address(host), ipaddress.ip_address(address)
    except ValueError:
        return False
    return asked in (at, getattr(at, "ipv4_mapped", None))


def is_loopback(host: str) -> bool:
    """Whether a host is this machine itself, by whatever name."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
