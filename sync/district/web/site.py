"""What every router of pages shares: the signed-in user, the language, and the error page."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from kiosk.paths import shared
from sync.district.accounts.passwords import Passwords, Turns
from sync.district.accounts.sign_in import same_form, who
from sync.district.api.networks import Allowances, Visitors, networks_of
from sync.district.api.problem import Problem
from sync.district.domain.comparing_rights import own_figures
from sync.district.domain.people import SignedIn
from sync.district.domain.rights import answers_citizens
from sync.district.measures.disclosure import Rules
from sync.district.services import Services
from sync.district.store.complaint_register import person_of
from sync.district.store.engine import Connection, StoreUnavailable, reading
from sync.district.texts import DEFAULT_LANGUAGE, Texts, languages, load_texts
from sync.district.times import local_day
from sync.district.web.page_route import PageRoute, Shown
from sync.district.web.render import Renderer

LANGUAGE_COOKIE = "language"
STATIC_TYPES = {".css": "text/css; charset=utf-8", ".svg": "image/svg+xml", ".woff2": "font/woff2"}

Answer = TypeVar("Answer")


class Site:
    """Texts, static files, the renderer and the threads for passwords, made once; and the steps every page takes."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.texts = {language: load_texts(language) for language in languages()}
        self.files, version = _static_files()
        self.renderer = Renderer(version, public_index=services.settings.public_index)
        self.passwords, self.turns = Passwords(), Turns()
        self.visitors = Visitors(services.settings.proxies)
        self._strangers = Allowances(services.settings.limits.strangers_minute)

    def router(self, base: type[PageRoute] = PageRoute) -> APIRouter:
        """A router for pages of this site, which say so where the database is not available."""

        def unavailable(request: Request) -> Response:
            return self.unavailable(request).response

        route = type(base.__name__, (base,), {"unavailable": staticmethod(unavailable)})
        return APIRouter(route_class=route, include_in_schema=False)

    def who(self, request: Request) -> SignedIn | None:
        """Who is looking. Raises ``Shown`` when the database is not available."""
        try:
            return who(self.services.engine, request.cookies.get(cookie(request)), self.services.now())
        except StoreUnavailable as error:
            raise self.unavailable(request) from error

    def someone(self, request: Request) -> SignedIn:
        """Who is looking. Raises ``Shown`` with the way to the sign-in page for nobody."""
        found = self.who(request)
        if found is None:
            raise Shown(RedirectResponse("/sign-in", 303))
        return found

    def handler(self, request: Request) -> SignedIn:
        """Somebody who answers complaints. Raises ``Shown`` 404 for others: for them these pages are not there."""
        found = self.someone(request)
        if not answers_citizens(found.role):
            raise self.missing(request)
        return found

    def missing(self, request: Request) -> Shown:
        """The page for what is not there, or not for this person; which of the two is not said."""
        return Shown(self.message(request, 404, "not_found"))

    def insist_on_form(self, request: Request, who: SignedIn, form_token: str) -> None:
        """Raises ``Shown`` 403 for a form that no page of this session made."""
        if not same_form(who, form_token):
            raise Shown(self.message(request, 403, "wrong_form"))

    def today(self) -> date:
        """The local day."""
        return local_day(self.services.now())

    def rules(self) -> Rules:
        """From how many ratings on something is told, by the office's settings."""
        return Rules(self.services.settings.minimum_n, self.services.settings.group_floor)

    def read(self, request: Request, what: Callable[[Connection], Answer]) -> Answer:
        """Reads one unchanging state of the database. Raises ``Shown`` when it is not available."""
        try:
            with reading(self.services.engine) as connection:
                return what(connection)
        except StoreUnavailable as error:
            raise self.unavailable(request) from error

    def own_figures(self, request: Request, who: SignedIn) -> frozenset[str] | None:
        """At which counters alone somebody is told how citizens rated; ``None`` for who reads whole units."""
        return own_figures(self.read(request, lambda connection: person_of(connection, who, self.today())))

    def insist_on_whole_units(self, request: Request, who: SignedIn) -> None:
        """Raises ``Shown`` 403 with the way to their own figures for who reads those of their own counter alone."""
        if self.own_figures(request, who) is not None:
            raise Shown(self.message(request, 403, "whole_unit"))

    def language(self, request: Request) -> Texts:
        """The texts in the language of the person's choice."""
        return self.texts.get(request.cookies.get(LANGUAGE_COOKIE, ""), self.texts[DEFAULT_LANGUAGE])

    def network_of(self, request: Request) -> str:
        """The network a request comes from; empty where no address is known."""
        return next((network for network, _ in networks_of(self.visitors.address_of(request))), "")

    def admit_stranger(self, request: Request) -> None:
        """Counts a request for a page that costs much and asks for no account. Raises ``Shown`` 429 when the network
        asks too often."""
        try:
            self._strangers.admit(self.visitors.address_of(request))
        except Problem as problem:
            response = self.message(request, 429, "too_many")
            response.headers["Retry-After"] = problem.headers["Retry-After"]
            raise Shown(response) from problem

    def confirm(self, request: Request, who: SignedIn, back: str, status: int = 200, error: str = "") -> Response:
        """The page on which somebody types their password once more, and goes on at ``back``. Who does not want to
        leaves for the first page where ``back`` asks for the password itself."""
        texts, leave = self.language(request), "/" if back.startswith(("/people", "/pins")) else back
        return self.renderer.page("confirm.html", texts, status, signed_in=who, back=back, leave=leave, error=error)

    def public_page(self, request: Request, template: str, lang: str, status: int = 200, **values: Any) -> Response:
        """A page for everybody, in the language of its address (``lang``) or of the reader's choice. ``spoken`` carries
        a language of the address on to other pages."""
        texts = self.texts.get(lang) or self.language(request)
        spoken = f"lang={texts.language}" if lang in self.texts else ""
        return self.renderer.page(template, texts, status, spoken=spoken, **values)

    def address_of(self, request: Request) -> str:
        """The address of this site without a path: the one in the settings, else the one that was asked."""
        return (self.services.settings.public_url or str(request.base_url)).rstrip("/")

    def message(self, request: Request, status: int, key: str) -> Response:
        """A page with one sentence and the way back."""
        return self.renderer.message(self.language(request), status, key)

    def unavailable(self, request: Request) -> Shown:
        """The page for a database that is not available."""
        return Shown(self.message(request, 503, "unavailable"))


def cookie(request: Request) -> str:
    """The session cookie's name."""
    # A __Host- cookie cannot be set by another host or over plain http (RFC 6265bis section 4.1.3.2).
    return "__Host-session" if request.url.scheme == "https" else "session"


@cache
def _static_files() -> tuple[Mapping[str, Path], str]:
    """The files by name, and what stands for the content of all of them."""
    paths = [path for path in sorted((shared("assets") / "web").iterdir()) if path.suffix in STATIC_TYPES]
    version = hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()[:12]
    return MappingProxyType({path.name: path for path in paths}), version
