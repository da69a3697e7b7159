"""The base of every page: security headers, small forms only, and error pages instead of problem details."""

import gzip
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import HTTPException, Request, Response
from fastapi.routing import APIRoute

from sync.district.store.engine import StoreUnavailable

MAX_FORM_BYTES = 8_192
MAX_LONG_FORM_BYTES = 262_144
"""Two texts of 8,000 Vietnamese letters, each nine bytes once written for a form."""

MAX_SHORT_TEXT_BYTES = 65_536
"""A text of 4,000 Vietnamese letters, each up to fifteen bytes where its marks are written apart."""

_FORM = "application/x-www-form-urlencoded"

HEADERS = {
    # No script at all, nothing from elsewhere, no frame around it (CSP Level 3; OWASP Secure Headers).
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; media-src 'self'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}

PRIVATE = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
"""Besides, for a page whose address holds a secret: it goes to no other page, cache or index."""


class Shown(Exception):
    """Stops a request with a finished answer."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


class PageRoute(APIRoute):
    """A route whose answers carry the headers, private unless the handler says otherwise. ``unavailable`` makes the
    page for a database that is not available."""

    max_bytes = MAX_FORM_BYTES
    unavailable: Callable[[Request], Response]

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            try:
                _refuse(request, self.max_bytes)
                await _refuse_unkeepable(request)
                response = await handler(request)
            except Shown as shown:
                response = shown.response
            except StoreUnavailable:
                response = self.unavailable(request)
            return with_headers(request, response)

        return guarded


class PublicRoute(PageRoute):
    """A route whose pages are for everybody and hold nothing of whoever asks, so that they may be packed: a packed page
    with a secret and a stranger's words in it would tell the secret by its length (BREACH, 2013)."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()

        async def public(request: Request) -> Response:
            return packed(request, await handler(request))

        return public


class LongFormRoute(PageRoute):
    """A route for forms into which people write whole answers."""

    max_bytes = MAX_LONG_FORM_BYTES


class ShortTextRoute(PageRoute):
    """A route for the form into which a citizen writes one text."""

    max_bytes = MAX_SHORT_TEXT_BYTES


def with_headers(request: Request, response: Response) -> Response:
    """The answer with the headers of every page, private unless it says otherwise."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "no-store")
    if request.url.scheme == "https":
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response


def packed(request: Request, response: Response) -> Response:
    """The answer with gzip, for a browser that takes it, where that makes it shorter."""
    response.headers.append("Vary", "Accept-Encoding")
    body = getattr(response, "body", b"")  # a file has none
    if response.status_code != 200 or "gzip" not in request.headers.get("accept-encoding", "") or not body:
        return response
    shorter = gzip.compress(body, compresslevel=6, mtime=0)
    if len(shorter) < len(body):
        response.body = shorter
        response.headers["Content-Encoding"] = "gzip"
        response.headers["Content-Length"] = str(len(shorter))
    return response


def _refuse(request: Request, max_bytes: int) -> None:
    """Raises ``HTTPException`` for a request that no page takes."""
    if "\0" in request.scope["path"] or b"%00" in request.scope["query_string"]:
        raise HTTPException(400)  # no database can be asked for it
    if request.method != "POST":
        return
    length = request.headers.get("content-length", "")
    if not (length.isascii() and length.isdigit()):
        raise HTTPException(411)
    if len(length) > 9 or int(length) > max_bytes:
        raise HTTPException(413)
    if not from_our_pages(request):
        raise HTTPException(403)


async def _refuse_unkeepable(request: Request) -> None:
    """Refuses a form with NUL in it, once for every field of every page: no database keeps it. The form is decoded so
    that half a character cannot stand in it. Raises ``HTTPException``."""
    if request.method != "POST":
        return
    if request.headers.get("content-type", _FORM).partition(";")[0].strip().lower() != _FORM:
        raise HTTPException(415)
    fields = (await request.form()).multi_items()
    if any("\0" in name or "\0" in str(value) for name, value in fields):
        raise HTTPException(400)


def from_our_pages(request: Request) -> bool:
    """Whether a form was sent by a page of this site (Fetch Metadata, else Origin) or by no browser at all."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin is None or origin.partition("://")[2] == request.headers.get("host")


def number_in(text: str, digits: int = 9) -> int:
    """The number that a part of an address or form is, of at most so many digits; 0 for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else 0
