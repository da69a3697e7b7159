"""Errors as problem details (RFC 9457), for every response that is not a success."""

import http
import logging
from collections.abc import Callable, Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from sync.district.store.engine import StoreUnavailable

log = logging.getLogger(__name__)

PREFIX = "urn:lang-nghe:problem:"
MEDIA_TYPE = "application/problem+json"
_SLUGS = {408: "too-slow"}


class Problem(Exception):
    """An answer that is not a success. ``slug`` is stable and for machines, ``detail`` a sentence for a technician.

    401, 403 and 409 tell a box to stop sending and call a person; other 4xx say that these bytes will never be taken.
    """

    def __init__(self, status: int, slug: str, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(slug)
        self.status, self.slug, self.detail, self.headers = status, slug, detail, dict(headers or {})

    def response(self) -> Response:
        content: dict[str, Any] = {
            "type": PREFIX + self.slug,
            "title": self.slug.replace("-", " ").capitalize(),
            "status": self.status,
            "detail": self.detail,
        }
        return JSONResponse(content, self.status, self.headers, MEDIA_TYPE)


ErrorPage = Callable[[Request, int], Response]
"""Makes the page that a person gets for a status."""


def answer_with_problems(app: FastAPI, error_page: ErrorPage | None = None) -> None:
    """Makes every error of the application a problem detail; for a browser that asked for a page, a page."""
    handlers: dict[type[Exception], Callable[[Request, Exception], Response]] = {
        Problem: _problem,
        HTTPException: _http,
        RequestValidationError: _invalid,
        StoreUnavailable: _unavailable,
        Exception: _unexpected,
    }

    def readable(request: Request, problem: Response) -> Response:
        if error_page is None or not wants_page(request):
            return problem
        page = error_page(request, problem.status_code)
        for name in ("Retry-After", "Allow"):
            if name in problem.headers:
                page.headers[name] = problem.headers[name]
        return page

    for kind, handler in handlers.items():
        app.add_exception_handler(
            kind, lambda request, error, made_by=handler: readable(request, made_by(request, error))
        )


def wants_page(request: Request) -> bool:
    """Whether a person's browser asks, and not for the wire of boxes."""
    return "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/v1/")


def _problem(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return error.response()


def _http(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    slug = _SLUGS.get(error.status_code) or http.HTTPStatus(error.status_code).name.lower().replace("_", "-")
    return Problem(error.status_code, slug, str(error.detail), error.headers).response()


def _invalid(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    places = sorted({".".join(str(part) for part in one["loc"]) for one in error.errors()})
    return Problem(422, "invalid", f"not as described in /openapi.json: {', '.join(places)}").response()


def _unavailable(_request: Request, error: Exception) -> Response:
    log.error("the database is not available: %s", error)
    return Problem(
        503, "store-unavailable", "the database is not available; try again", {"Retry-After": "30"}
    ).response()


def _unexpected(request: Request, _error: Exception) -> Response:
    route = getattr(
        request.scope.get("route"), "path", ""
    )  # not the address: a one-time code or a receipt may be in it
    log.error("%s %s failed", request.method, route)
    return Problem(500, "unexpected", "the district made a mistake; it is in its log").response()
