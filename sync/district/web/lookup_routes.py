"""Public routes: a complaint's status by its receipt's number or QR code."""

import re
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from msgspec.structs import replace

from kiosk.domain.complaint import MAX_TEXT, Verdict
from kiosk.domain.receipt import NotAReceipt
from kiosk.domain.receipt import read as read_receipt
from sync.district.api.networks import Visitors
from sync.district.complaints import actions
from sync.district.domain.complaint_body import hash_of_token
from sync.district.domain.deadlines import Deadlines, load_schemes
from sync.district.domain.personal_rules import load_personal_rules
from sync.district.domain.typed import clean
from sync.district.store import complaint_register as store
from sync.district.store import complaints, conclusions
from sync.district.store.complaint_statuses import unit_names
from sync.district.store.engine import Connection, StoreUnavailable
from sync.district.web.lookup import PublicMatter, matter
from sync.district.web.own_data import OTHER_KINDS, OWN_NOTICES, own_data
from sync.district.web.page_route import PRIVATE, ShortTextRoute
from sync.district.web.rate_limit import WITHIN, RateLimit
from sync.district.web.site import Site

TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")

Find = Callable[[Connection], str | None]


def add_lookup_pages(router: APIRouter, site: Site) -> None:
    """Adds the pages to the site."""
    pages = _Pages(site)
    router.add_api_route("/tra-cuu", pages.form, methods=["GET"])
    router.add_api_route("/tra-cuu", pages.by_number, methods=["POST"])
    router.add_api_route("/tra-cuu/danh-gia", pages.verdict, methods=["POST"])
    router.add_api_route("/tra-cuu/{token}", pages.by_token, methods=["GET"])
    texts = site.router(ShortTextRoute)
    texts.add_api_route("/tra-cuu/bo-sung", pages.add_more, methods=["POST"])
    router.include_router(texts)


class _Pages:
    """The handlers. The number is only ever in the body of a form, the token only in the address of its own page."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._schemes = load_schemes(site.services.settings.deadlines)
        self._rules = load_personal_rules(site.services.settings.personal.rules)
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

    def by_token(self, request: Request, token: str, lang: str = "", own: str = "") -> Response:
        found = None
        if TOKEN.fullmatch(token):
            find: Find = lambda connection: store.id_by_token(connection, hash_of_token(token))  # noqa: E731 - a question
            found = self._matter(request, find, by_token=True)
        if found is None:
            return self._form(request, 404, "bad_link", lang)
        return self._show(request, found, token=token, lang=lang, own=own if own in OWN_NOTICES else "")

    def verdict(
        self,
        request: Request,
        opinion: Annotated[str, Form()] = "",
        number: Annotated[str, Form()] = "",
        token: Annotated[str, Form()] = "",
    ) -> Response:
        if opinion not in set(Verdict):
            return self._form(request, 422, "wrong")
        find = _by_either(number, token)
        entry_id, services = self._found(request, find), self._site.services
        if isinstance(entry_id, Response):
            return entry_id
        given = (entry_id, Verdict(opinion), services.now())
        try:
            counted = actions.give_verdict(services.engine, self._schemes, *given, confirmed=bool(token))
        except StoreUnavailable as error:
            raise self._site.unavailable(request) from error
        return self._again(request, find, number, token, "" if counted else "verdict_late", 200)

    def add_more(
        self,
        request: Request,
        text: Annotated[str, Form()] = "",
        will_bring: Annotated[str, Form()] = "",
        number: Annotated[str, Form()] = "",
        token: Annotated[str, Form()] = "",
    ) -> Response:
        """What a citizen adds who was asked for more. What cannot be taken stays in its field."""
        find = _by_either(number, token)
        entry_id, services = self._found(request, find), self._site.services
        if isinstance(entry_id, Response):
            return entry_id
        supplement = actions.Supplement(clean(text), bool(will_bring))
        if not (supplement.text or supplement.will_bring) or len(supplement.text) > MAX_TEXT:
            notice = "more_too_long" if supplement.text else "more_empty"
            return self._again(request, find, number, token, notice, 422, typed=supplement)
        given = (services.engine, self._schemes, entry_id, supplement, services.now())
        try:
            kept = actions.add_more(*given, confirmed=bool(token))
        except actions.NotAllowed:
            return self._again(request, find, number, token, "more_not_asked", 409, typed=supplement)
        except StoreUnavailable as error:
            raise self._site.unavailable(request) from error
        if not kept:
            return self._again(request, find, number, token, "more_too_often", 429, typed=supplement)
        return self._again(request, find, number, token, "more_kept" if token else "more_unconfirmed", 200)

    # ---- shared steps

    def _found(self, request: Request, find: Find) -> str | Response:
        """The complaint a form is about, or the page that says why there is none."""
        if self._braked(request):
            return self._form(request, 429, "too_many")
        entry_id = self._site.read(request, find)
        if entry_id is None:
            self._missed(request)
            return self._form(request, 404, "bad_link")
        return entry_id

    def _again(
        self,
        request: Request,
        find: Find,
        number: str,
        token: str,
        notice: str,
        status: int,
        typed: actions.Supplement | None = None,
    ) -> Response:
        """The page of a complaint after a form was sent; ``typed`` is what was not taken."""
        found = self._matter(request, find, by_token=bool(token))
        assert found is not None, "it was there a moment ago, and complaints are never removed"
        return self._show(request, found, number=number, token=token, notice=notice, status=status, typed=typed)

    def _matter(self, request: Request, find: Find, *, by_token: bool) -> PublicMatter | None:
        def read(connection: Connection) -> PublicMatter | None:
            entry_id = find(connection)
            found = store.whole(connection, entry_id) if entry_id else None
            if found is None:
                return None
            case = actions.stands(connection, found, self._site.services.now())
            office = unit_names(connection).get(case.unit_id, case.unit_id)
            deadlines = Deadlines(self._schemes, complaints.country_holidays(connection))
            today = self._site.today()
            made = case.conclusion
            officers_informed_on = (
                conclusions.officers_informed_on(connection, case.merged_into or found.line.entry_id, made.action_id)
                if made
                else None
            )
            received = found.line.received_at
            own = own_data(connection, found, self._rules) if by_token else None
            public = matter(
                case, received, office, deadlines, today, by_token=by_token, officers_informed_on=officers_informed_on
            )
            return replace(public, own_data=own)

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
        status: int = 200,
        typed: actions.Supplement | None = None,
        own: str = "",
    ) -> Response:
        values = {
            "own": own,
            "kinds": OTHER_KINDS,
            "matter": found,
            "number_asked": number,
            "token": token,
            "notice": notice,
            "typed": typed,
        }
        return self._render(request, "matter.html", status, lang, max_text=MAX_TEXT, **values)

    def _render(self, request: Request, template: str, status: int, lang: str, **values: Any) -> Response:
        response = self._site.public_page(request, template, lang, status, opinions=list(Verdict), **values)
        response.headers.update(PRIVATE)
        return response


def _by_either(number: str, token: str) -> Find:
    """By the token of the receipt's code, else by its number."""
    if token:
        return lambda connection: store.id_by_token(connection, hash_of_token(token))
    return lambda connection: store.id_by_number(connection, number)
