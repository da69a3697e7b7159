"""The pages: sign-in, the first page, its figures for scripts, and the files they are made of."""

import hashlib
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import FileResponse, JSONResponse, RedirectResponse, Response

from kiosk.paths import shared
from sync.district.accounts.passwords import Passwords
from sync.district.accounts.sign_in import SESSION, Locked, Refused, Role, SignedIn, same_form, sign_in, sign_out, who
from sync.district.measures.period import PeriodName, period
from sync.district.moment import local_day
from sync.district.services import Services
from sync.district.store.engine import StoreUnavailable
from sync.district.texts import DEFAULT_LANGUAGE, Texts, languages, load_texts
from sync.district.web.figures import figures
from sync.district.web.overview import Overview, Rules, gather, overview
from sync.district.web.page_route import PageRoute, Shown
from sync.district.web.render import Renderer
from sync.district.web.words import clock

LANGUAGE_COOKIE = "language"
STATIC_TYPES = {".css": "text/css; charset=utf-8", ".ttf": "font/ttf", ".svg": "image/svg+xml"}


def web_router(services: Services) -> APIRouter:
    """Every page of the district, for ``create_app(services, pages=[web_router(services)])``."""
    router = APIRouter(route_class=PageRoute, include_in_schema=False)
    pages = _Pages(services)
    router.add_api_route("/", pages.first_page, methods=["GET"])
    router.add_api_route("/figures.json", pages.figures, methods=["GET"])
    router.add_api_route("/sign-in", pages.sign_in_form, methods=["GET"])
    router.add_api_route("/sign-in", pages.sign_in, methods=["POST"])
    router.add_api_route("/sign-out", pages.sign_out, methods=["POST"])
    router.add_api_route("/language/{language}", pages.language, methods=["GET"])
    router.add_api_route("/static/{name}", pages.static, methods=["GET"])
    return router


class _Pages:
    """The handlers. Plain functions, so that the server runs them in threads and a slow one holds up nobody."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._passwords = Passwords()
        self._texts = {language: load_texts(language) for language in languages()}
        self._files = _static_files()
        version = hashlib.sha256(b"".join(path.read_bytes() for path in self._files.values())).hexdigest()[:12]
        self._renderer = Renderer(version)

    # ---- what everyone may see

    def sign_in_form(self, request: Request) -> Response:
        if self._who(request):
            return RedirectResponse("/", 303)
        return self._sign_in_page(request, 200, "")

    def sign_in(
        self, request: Request, user_name: Annotated[str, Form()] = "", password: Annotated[str, Form()] = ""
    ) -> Response:
        texts = self._language(request)
        try:
            token = sign_in(self._services.engine, self._passwords, user_name, password, self._services.now())
        except Refused:
            return self._sign_in_page(request, 403, texts("sign_in.refused"), user_name)
        except Locked as locked:
            response = self._sign_in_page(request, 429, texts("sign_in.locked", time=clock(locked.until)), user_name)
            wait = (locked.until - self._services.now()).total_seconds()
            response.headers["Retry-After"] = str(max(1, int(wait)))
            return response
        except StoreUnavailable:
            return self._message(request, 503, "unavailable")
        response = RedirectResponse("/", 303)
        response.set_cookie(
            _cookie(request),
            token,
            max_age=int(SESSION.total_seconds()),
            path="/",
            secure=request.url.scheme == "https",
            httponly=True,
            samesite="strict",
        )
        return response

    def language(self, request: Request, language: str) -> Response:
        response = RedirectResponse("/", 303)
        if language in self._texts:
            response.set_cookie(LANGUAGE_COOKIE, language, max_age=31_536_000, path="/", httponly=True, samesite="lax")
        return response

    def static(self, request: Request, name: str) -> Response:
        path = self._files.get(name)
        if path is None:
            return self._message(request, 404, "not_found")
        headers = {"Cache-Control": "public, max-age=86400"}
        return FileResponse(path, media_type=STATIC_TYPES[path.suffix], headers=headers)

    # ---- what needs a sign-in

    def first_page(self, request: Request, period: str = PeriodName.MONTH, unit: str | None = None) -> Response:
        signed_in = self._who(request)
        if signed_in is None:
            return RedirectResponse("/sign-in", 303)
        page = self._overview(request, signed_in, period, unit)
        return self._renderer.first_page(self._language(request), signed_in, page)

    def figures(self, request: Request, period: str = PeriodName.MONTH, unit: str | None = None) -> Response:
        signed_in = self._who(request)
        if signed_in is None:
            return JSONResponse({"error": "sign in at /sign-in first"}, 401)
        return JSONResponse(figures(self._overview(request, signed_in, period, unit)))

    def sign_out(self, request: Request, form_token: Annotated[str, Form()] = "") -> Response:
        signed_in = self._who(request)
        if signed_in is not None:
            if not same_form(signed_in, form_token):
                return self._message(request, 403, "wrong_form")
            sign_out(self._services.engine, request.cookies[_cookie(request)])
        response = RedirectResponse("/sign-in", 303)
        response.delete_cookie(_cookie(request), path="/", secure=request.url.scheme == "https", httponly=True)
        return response

    # ---- shared steps

    def _overview(self, request: Request, signed_in: SignedIn, name: str, unit: str | None) -> Overview:
        now = self._services.now()
        settings = self._services.settings
        try:
            chosen = period(PeriodName(name), local_day(now))
            gathered = gather(self._services.engine, chosen, leader=signed_in.role is Role.LEADER)
        except ValueError as error:
            raise Shown(self._message(request, 404, "not_found")) from error
        except StoreUnavailable as error:
            raise Shown(self._message(request, 503, "unavailable")) from error
        rules = Rules(settings.minimum_n, settings.group_floor)
        page = overview(gathered, signed_in.unit_id, unit or None, rules, chosen, now)
        if page is None:
            raise Shown(self._message(request, 404, "not_found"))
        return page

    def _who(self, request: Request) -> SignedIn | None:
        try:
            return who(self._services.engine, request.cookies.get(_cookie(request)), self._services.now())
        except StoreUnavailable as error:
            raise Shown(self._message(request, 503, "unavailable")) from error

    def _language(self, request: Request) -> Texts:
        return self._texts.get(request.cookies.get(LANGUAGE_COOKIE, ""), self._texts[DEFAULT_LANGUAGE])

    def _sign_in_page(self, request: Request, status: int, error: str, user_name: str = "") -> Response:
        return self._renderer.sign_in(self._language(request), status, error, user_name[:64])

    def _message(self, request: Request, status: int, key: str) -> Response:
        return self._renderer.message(self._language(request), status, key)


def _cookie(request: Request) -> str:
    # A __Host- cookie cannot be set by another host or over plain http (RFC 6265bis section 4.1.3.2).
    return "__Host-session" if request.url.scheme == "https" else "session"


def _static_files() -> dict[str, Path]:
    folders = (shared("assets") / "web", shared("assets") / "fonts")
    return {path.name: path for folder in folders for path in sorted(folder.iterdir()) if path.suffix in STATIC_TYPES}
