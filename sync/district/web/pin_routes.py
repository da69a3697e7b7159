"""Pages around one-time codes for officers' PINs: who has one, the slip, and the page on which an officer uses it."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from sync.district.accounts.kiosk_pins import BadPin
from sync.district.accounts.passwords import TooMany
from sync.district.accounts.pin_codes import (
    BadCode,
    PinCode,
    end_pin_by_hand,
    give_code,
    has_own_way,
    officer_of,
    set_pin_by_code,
    withdraw_code,
)
from sync.district.domain.people import SignedIn
from sync.district.domain.rights import gives_pin_codes
from sync.district.store import officer_pins, rosters
from sync.district.store.complaint_register import person_of
from sync.district.store.complaint_subjects import names_by_officer
from sync.district.store.engine import Connection
from sync.district.store.imports import names_by_id
from sync.district.times import local_day
from sync.district.web.page_route import Shown
from sync.district.web.qr import qr_path
from sync.district.web.rate_limit import RateLimit
from sync.district.web.roster import names_of
from sync.district.web.site import Site


def add_pin_pages(router: APIRouter, site: Site) -> None:
    """Adds the pages to the site."""
    pages = _Pages(site)
    router.add_api_route("/pins", pages.officers, methods=["GET"])
    router.add_api_route("/pins", pages.change, methods=["POST"])
    router.add_api_route("/pin", pages.ask, methods=["GET"])
    router.add_api_route("/pin/{code}", pages.ask, methods=["GET"])
    router.add_api_route("/pin", pages.set_pin, methods=["POST"])


class _Pages:
    """The handlers; what makes a slow hash has threads of its own."""

    def __init__(self, site: Site) -> None:
        self._site, self._guesses = site, RateLimit()

    # ---- for who gives codes

    def officers(self, request: Request, unit: str = "") -> Response:
        """The officers of a unit: who has a PIN, for whom a code waits."""
        who = self._giver(request)
        return self._list(request, who, self._unit(request, who, unit), 200)

    def change(
        self,
        request: Request,
        form_token: Annotated[str, Form()] = "",
        unit: Annotated[str, Form()] = "",
        officer: Annotated[str, Form()] = "",
        action: Annotated[str, Form()] = "",
    ) -> Response:
        """Gives a code, withdraws one, or ends a PIN."""
        who, services = self._giver(request), self._site.services
        self._site.insist_on_form(request, who, form_token)
        chosen = self._unit(request, who, unit)
        args = (services.engine, chosen, officer[:64], services.now(), who.user_name)
        match action:
            case "give":
                try:
                    return self._slip(request, who, chosen, give_code(*args))
                except BadCode as error:
                    return self._list(request, who, chosen, 422, str(error))
            case "withdraw":
                withdraw_code(*args)
            case "end":
                end_pin_by_hand(*args)
            case _:
                raise Shown(self._site.message(request, 404, "not_found"))
        return RedirectResponse(f"/pins?unit={chosen}", 303)

    def _list(self, request: Request, who: SignedIn, unit_id: str, status: int, error: str = "") -> Response:
        now = self._site.services.now()
        today = local_day(now)

        def read(connection: Connection) -> dict[str, Any]:
            officers = [each for each in rosters.officers_of(connection, unit_id) if each.serving.on(today)]
            return {
                "officers": officers,
                "names": names_of(officers, names_by_officer(connection)),
                "with_pins": officer_pins.officers_with_pins(connection),
                "waiting": officer_pins.codes_waiting(connection, now),
                "own_way": {each.officer_number for each in officers if has_own_way(connection, each.officer_number)},
                "units": sorted(self._units(connection, who).items(), key=lambda pair: pair[1]),
            }

        values = self._site.read(request, read)
        values |= {"unit_id": unit_id, "error": error, "signed_in": who}
        return self._site.renderer.page("pins.html", self._site.language(request), status, **values)

    def _slip(self, request: Request, who: SignedIn, unit_id: str, given: PinCode) -> Response:
        address = f"{self._site.address_of(request)}/pin"
        link = f"{address}/{given.code}"
        values = {"given": given, "address": address, "code": qr_path(link), "signed_in": who, "unit_id": unit_id}
        return self._site.renderer.page("pin_slip.html", self._site.language(request), 200, **values)

    # ---- for the officer

    def ask(self, request: Request, code: str = "") -> Response:
        """The form; whose code it is stands there."""
        self._admit(request)
        return self._form(request, 200, code[:40])

    async def set_pin(
        self,
        request: Request,
        code: Annotated[str, Form()] = "",
        pin: Annotated[str, Form()] = "",
        again: Annotated[str, Form()] = "",
    ) -> Response:
        """Sets the PIN, once for each code."""
        self._admit(request)
        code, site = code[:40], self._site
        if not pin:
            return self._form(request, 200, code)
        if pin != again:
            return self._form(request, 422, code, "own_account.pin_differ")
        services = site.services
        try:
            number = await site.turns.take(
                lambda: set_pin_by_code(services.engine, site.passwords, code, pin, services.now())
            )
        except TooMany:
            return site.message(request, 429, "too_many")
        except (BadCode, BadPin) as error:
            return self._form(request, 422, code, str(error))
        return site.renderer.page("pin.html", site.language(request), 200, code="", officer=number, error="", done=True)

    def _form(self, request: Request, status: int, code: str, error: str = "") -> Response:
        site = self._site
        number = officer_of(site.services.engine, code, site.services.now()) if code else None
        if code and number is None:
            status, error = 404, "pin_code.gone"
            self._guesses.missed(site.visitors.address_of(request), site.services.now())
        values = {"code": code, "officer": number or "", "error": error, "done": False}
        return site.renderer.page("pin.html", site.language(request), status, **values)

    # ---- shared steps

    def _admit(self, request: Request) -> None:
        """Counts a stranger's request. Raises ``Shown`` 429 for a network that tried too many codes that are none."""
        self._site.admit_stranger(request)
        if self._guesses.holds(self._site.visitors.address_of(request), self._site.services.now()):
            raise Shown(self._site.message(request, 429, "too_many"))

    def _giver(self, request: Request) -> SignedIn:
        """Who may give codes and has typed their password lately; for others these pages are not there."""
        who = self._site.someone(request)
        if not gives_pin_codes(who.role):
            raise Shown(self._site.message(request, 404, "not_found"))
        if not who.confirmed:
            raise Shown(self._site.confirm(request, who, "/pins"))
        return who

    def _unit(self, request: Request, who: SignedIn, unit: str) -> str:
        """The unit that was asked for, else the own one or the first. Raises ``Shown`` for one that is not theirs."""
        units = self._site.read(request, lambda connection: self._units(connection, who))
        found = unit or (who.unit_id if who.unit_id in units else next(iter(sorted(units)), ""))
        if found not in units:
            raise Shown(self._site.message(request, 404, "not_found"))
        return found

    def _units(self, connection: Connection, who: SignedIn) -> dict[str, str]:
        """The units with officers that somebody may see, by id."""
        person = person_of(connection, who, self._site.today())
        there, names = rosters.units_with_officers(connection), names_by_id(connection, "units")
        mine = there if person.units is None else there & person.units
        return {each: names.get(each, each) for each in mine}
