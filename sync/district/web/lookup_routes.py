"""Public routes: a complaint's status by its receipt's number or QR code."""

import re
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from kiosk.domain.complaint import Verdict
from kiosk.domain.receipt import NotAReceipt
from kiosk.domain.receipt import read as read_receipt
from sync.district.api.networks import Visitors
from sync.district.complaints import actions
from sync.district.domain.complaint_body import hash_of_token
from sync.district.domain.deadlines import Deadlines, load_schemes
from sync.district.store import complaint_register as store
from sync.district.store import complaints
from sync.district.store.complaint_statuses import unit_names
from sync.district.store.engine import Connection, StoreUnavailable
from sync.district.times import local_day
from sync.district.web.lookup import PublicMatter, matter
from sync.district.web.rate_limit import WITHIN, RateLimit
from sync.district.web.site import Site

_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")
_PRIVATE = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store", "X-Robots-Tag": "noindex"}

Find = Callable[[Connection], str | None]


def add_lookup_pages(router: APIRouter, site: Site) -> None:
    """Adds the pages to the site."""
    pages = _Pages(site)
    router.add_api_route("/tra-cuu", pages.form, methods=["GET"])
    router.add_api_route("/tra-cuu", pages.by_number, methods=["POST"])
    router.add_api_route("/tra-cuu/danh-gia", pages.verdict, methods=["POST"])
    router.add_api_route("/tra-cuu/{token}", pages.by_token, methods=["GET"])


class _Pages:
    """The handlers. The number is only ever in the body of a form, the token only in the address of its own page."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._schemes = load_schemes(site.services.settings.deadlines)
        self._brake = RateLimit()
        self._visitors = Visitors(site.services.settings.proxies)

    def form(self, request: Request, lang: str = "") -> Response:
        return self._form(request, 200, "", lang)

    def by_number(self, request: Request, number: Annotated[str, Form()] = "") -> Response:
        try:
            digits = read_receipt(number)
        except NotAReceipt:
            return self._form(request, 422, "wrong", number=number)
        if self._braked(request):
            response = self._form(request, 429, "too_many", number=number)
            response.headers["Retry-After"] = str(int(WITHIN.total_seconds()))
            return response
        found = self._matter(request, lambda connection: store.id_by_number(connection, digits), by_token=False)
        if found is None:
            self._missed(request)
            return self._form(request, 404, "unknown", number=number)
        return self._show(request, found, number=digits)

    def by_token(self, request: Request, token: str, lang: str = "") -> Response:
        found = None
        if _TOKEN.fullmatch(token):
            find: Find = lambda connection: store.id_by_token(connection, hash_of_token(token))  # noqa: E731 - a question
            found = self._matter(request, find, by_token=True)
        if found is None:
            return self._form(request, 404, "bad_link", lang)
        return self._show(request, found, token=token, lang=lang)

    def verdict(
        self,
        request: Request,
        opinion: Annotated[str, Form()] = "",
        number: Annotated[str, Form()] = "",
        token: Annotated[str, Form()] = "",
    ) -> Response:
        if opinion not in set(Verdict):
            return self._form(request, 422, "wrong")
        if self._braked(request):
            return self._form(request, 429, "too_many")
        find: Find = lambda connection: (  # noqa: E731 - one of two questions
            store.id_by_token(connection, hash_of_token(token)) if token else store.id_by_number(connection, number)
        )
        entry_id, services = self._site.read(request, find), self._site.services
        if entry_id is None:
            self._missed(request)
            return self._form(request, 404, "bad_link")
        given = (entry_id, Verdict(opinion), services.now())
        try:
            counted = actions.give_verdict(services.engine, self._schemes, *given, confirmed=bool(token))
        except StoreUnavailable as error:
            raise self._site.unavailable(request) from error
        found = self._matter(request, find, by_token=bool(token))
        assert found is not None, "it was there a moment ago, and complaints are never removed"
        return self._show(request, found, number=number, token=token, notice="" if counted else "verdict_late")

    # ---- shared steps

    def _matter(self, request: Request, find: Find, *, by_token: bool) -> PublicMatter | None:
        def read(connection: Connection) -> PublicMatter | None:
            entry_id = find(connection)
            found = store.whole(connection, entry_id) if entry_id else None
            if found is None:
                return None
            case = actions.stands(connection, found, self._site.services.now())
            office = unit_names(connection).get(case.unit_id, case.unit_id)
            deadlines = Deadlines(self._schemes, complaints.country_holidays(connection))
            today = local_day(self._site.services.now())
            return matter(case, found.line.received_at, office, deadlines, today, by_token=by_token)

        return self._site.read(request, read)

    def _braked(self, request: Request) -> bool:
        return self._brake.holds(self._visitors.address_of(request), self._site.services.now())

    def _missed(self, request: Request) -> None:
        self._brake.missed(self._visitors.address_of(request), self._site.services.now())

    def _form(self, request: Request, status: int, error: str, lang: str = "", number: str = "") -> Response:
        return self._render(request, "lookup.html", status, lang, error=error, number_asked=number[:40])

    def _show(
        self,
        request: Request,
        found: PublicMatter,
        *,
        number: str = "",
        token: str = "",
        notice: str = "",
        lang: str = "",
    ) -> Response:
        values = {"matter": found, "number_asked": number, "token": token, "notice": notice}
        return self._render(request, "matter.html", 200, lang, **values)

    def _render(self, request: Request, template: str, status: int, lang: str, **values: Any) -> Response:
        response = self._site.public_page(request, template, lang, status, opinions=list(Verdict), **values)
        response.headers.update(_PRIVATE)
        return response
