"""The page on which a technician makes a code that enrols a kiosk, and the slip to take along."""

from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from msgspec import Struct

from sync.district.domain.people import SignedIn
from sync.district.domain.rights import enrols_kiosks
from sync.district.fleet.enrolment import UnknownPlace, draw_code, end_code, issue_code
from sync.district.measures.kiosks import full_hour
from sync.district.store.devices import EnrolmentCode, codes_waiting
from sync.district.store.district_addresses import newest_address
from sync.district.store.engine import Connection, StoreUnavailable, writing
from sync.district.store.imports import names_by_id
from sync.district.store.organisation import organisation
from sync.district.times import local_day
from sync.district.web.page_route import PRIVATE, Shown
from sync.district.web.qr import qr_path
from sync.district.web.site import Site

PAGE = "/kiosks/enrol"
HOURS = (24, 72, 168)
MAX_CODE = 64
END_DIGITS = 8


class WaitingCode(Struct, frozen=True):
    """A code that nobody has used yet: ``end`` is what the form that ends it sends; moments are full hours."""

    end: str
    unit_name: str
    counter_name: str
    person: str
    expires_at: datetime
    replaces: str


def add_enrolment_pages(router: APIRouter, site: Site) -> None:
    """Adds the pages to the site, before those of one kiosk."""
    pages = _Pages(site)
    router.add_api_route(PAGE, pages.ask, methods=["GET"])
    router.add_api_route(PAGE, pages.act, methods=["POST"])


class _Pages:
    """The handlers. Plain functions, so that the server runs them in threads."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def ask(self, request: Request, unit: str = "") -> Response:
        """Which unit, then which counter; and the codes that wait."""
        return self._page(request, self._maker(request), unit[:MAX_CODE], 200)

    def act(
        self,
        request: Request,
        unit: Annotated[str, Form()] = "",
        counter: Annotated[str, Form()] = "",
        hours: Annotated[str, Form()] = "",
        end: Annotated[str, Form()] = "",
        form_token: Annotated[str, Form()] = "",
    ) -> Response:
        """Makes a code, and shows it this once; or ends one that nobody used."""
        who = self._maker(request)
        self._site.insist_on_form(request, who, form_token)
        try:
            if end:
                return self._end(request, who, end)
            return self._make(request, who, unit[:MAX_CODE], counter[:MAX_CODE], hours)
        except StoreUnavailable as error:
            raise self._site.unavailable(request) from error

    def _make(self, request: Request, who: SignedIn, unit: str, counter: str, hours: str) -> Response:
        units = self._site.read(request, lambda connection: self._units(connection, who))
        if unit not in units or hours not in map(str, HOURS):
            return self._page(request, who, "", 422, "kiosk_enrol.no_place")
        code, now = draw_code(), self._site.services.now()
        valid = timedelta(hours=int(hours))
        try:
            issue_code(self._site.services.engine, code, unit, counter or None, valid, now, who.user_name)
        except UnknownPlace:
            return self._page(request, who, unit, 422, "kiosk_enrol.no_place")
        counters = self._site.read(request, lambda connection: names_by_id(connection, "counters"))
        address = self._site.read(request, lambda connection: self._address(request, connection))
        command = f"kiosk enrol {address}"
        values: dict[str, Any] = {"signed_in": who, "code": code, "command": command}
        values |= {"qr": qr_path(f"{command} {code}")}
        values |= {"unit_name": units[unit], "counter_name": counters.get(counter, counter)}
        values |= {"until": full_hour(now + valid)}
        answer = self._site.renderer.page("kiosk_slip.html", self._site.language(request), 200, **values)
        answer.headers.update(PRIVATE)
        return answer

    def _end(self, request: Request, who: SignedIn, end: str) -> Response:
        now = self._site.services.now()
        with writing(self._site.services.engine) as connection:
            mine = {_end_of(code): code for code in self._waiting(connection, who)}
            if end not in mine:
                raise Shown(self._site.message(request, 404, "not_found"))
            end_code(connection, mine[end], who.user_name, now)
        return RedirectResponse(f"{PAGE}#waiting", 303)

    def _page(self, request: Request, who: SignedIn, unit: str, status: int, error: str = "") -> Response:
        def read(connection: Connection) -> dict[str, Any]:
            units, counters = self._units(connection, who), names_by_id(connection, "counters")
            there = organisation(connection).counters_on(self._site.today())
            own = sorted((counters.get(each, each), each) for of, each in there if of == unit and unit in units)
            waiting = [_line(code, units, counters) for code in self._waiting(connection, who)]
            return {"units": sorted(units.items(), key=lambda each: each[1]), "counters": own, "waiting": waiting}

        values = self._site.read(request, read)
        values |= {"unit": unit if unit in dict(values["units"]) else "", "hours": HOURS}
        values |= {"signed_in": who, "error": error}
        return self._site.renderer.page("kiosk_enrol.html", self._site.language(request), status, **values)

    # ---- shared steps

    def _maker(self, request: Request) -> SignedIn:
        """Who may make codes; for others these pages are not there."""
        who = self._site.someone(request)
        if not enrols_kiosks(who.role):
            raise Shown(self._site.message(request, 404, "not_found"))
        return who

    def _units(self, connection: Connection, who: SignedIn) -> dict[str, str]:
        """The units whose kiosks somebody may enrol, by id."""
        names = names_by_id(connection, "units")
        if who.unit_id is None:
            return names
        ids = organisation(connection).below(who.unit_id, local_day(self._site.services.now()))
        return {key: name for key, name in names.items() if key in ids}

    def _waiting(self, connection: Connection, who: SignedIn) -> list[EnrolmentCode]:
        units = self._units(connection, who)
        return [code for code in codes_waiting(connection, self._site.services.now()) if code.unit_id in units]

    def _address(self, request: Request, connection: Connection) -> str:
        """Where kiosks find this district: as it was announced, else this site's own address."""
        announced = newest_address(connection)
        return announced.url if announced else self._site.address_of(request)


def _end_of(code: EnrolmentCode) -> str:
    """By what a form names a code: too little of its hash to find the code by trying."""
    return code.code_hash.hex()[:END_DIGITS]


def _line(code: EnrolmentCode, units: dict[str, str], counters: dict[str, str]) -> WaitingCode:
    counter = code.counter_id or ""
    return WaitingCode(
        _end_of(code),
        units.get(code.unit_id, code.unit_id),
        counters.get(counter, counter),
        code.person or "",
        full_hour(code.expires_at),
        code.replaces or "",
    )
