"""The page on which heads write where their units receive citizens, and say that it is still right."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from sync.district.domain.audit import Audited, AuditEntry
from sync.district.domain.contact_place import MAX_LENGTHS, ContactPlace, WrongPlace, contact_place
from sync.district.domain.people import SignedIn
from sync.district.domain.rights import edits_contact_places
from sync.district.store import audit
from sync.district.store import receptions as store
from sync.district.store.complaint_register import person_of
from sync.district.store.engine import Connection, writing
from sync.district.store.imports import Origin, names_by_id
from sync.district.web.page_route import Shown
from sync.district.web.site import Site


def add_contact_pages(router: APIRouter, site: Site) -> None:
    """Adds the page to the site."""
    pages = _Pages(site)
    router.add_api_route("/contact-places", pages.places, methods=["GET"])
    router.add_api_route("/contact-places", pages.save, methods=["POST"])


class _Pages:
    """The handlers. Plain functions, so that the server runs them in threads."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def places(self, request: Request, unit: str = "", done: str = "") -> Response:
        """Every unit somebody may write for, one of them open."""
        who = self._editor(request)
        units = self._site.read(request, lambda connection: self._units(connection, who))
        return self._page(request, who, unit or next(iter(units), ""), 200, done=done in units)

    def save(
        self,
        request: Request,
        form_token: Annotated[str, Form()] = "",
        unit: Annotated[str, Form()] = "",
        name: Annotated[str, Form()] = "",
        address: Annotated[str, Form()] = "",
        phone: Annotated[str, Form()] = "",
        hours: Annotated[str, Form()] = "",
    ) -> Response:
        """Writes one place; saving it as it is says that it is right."""
        who, services = self._editor(request), self._site.services
        self._site.insist_on_form(request, who, form_token)
        if unit not in self._site.read(request, lambda connection: self._units(connection, who)):
            raise Shown(self._site.message(request, 404, "not_found"))
        try:
            place = contact_place(name, address, phone, hours)
        except WrongPlace as error:
            typed = ContactPlace(name[:300], address[:300], phone[:300], hours[:300])
            return self._page(request, who, unit, 422, wrong=str(error), typed=typed)
        now = services.now()
        with writing(services.engine) as connection:
            changed = store.write_place(connection, unit, place, Origin("", now, who.user_name))
            detail = {"unit": unit, "did": "written" if changed else "checked"}
            audit.note(connection, AuditEntry(now, who.user_name, Audited.CONTACT, detail))
        return RedirectResponse(f"/contact-places?unit={unit}&done={unit}", 303)

    def _page(
        self,
        request: Request,
        who: SignedIn,
        unit: str,
        status: int,
        *,
        done: bool = False,
        wrong: str = "",
        typed: ContactPlace | None = None,
    ) -> Response:
        def read(connection: Connection) -> dict[str, Any]:
            return {
                "units": self._units(connection, who),
                "places": store.places(connection),
                "checks": store.checks(connection),
            }

        values = self._site.read(request, read)
        if unit and unit not in values["units"]:
            raise Shown(self._site.message(request, 404, "not_found"))
        values |= {"unit": unit, "done": done, "wrong": wrong, "typed": typed, "longest": MAX_LENGTHS, "signed_in": who}
        return self._site.renderer.page("contact_places.html", self._site.language(request), status, **values)

    def _editor(self, request: Request) -> SignedIn:
        """Who may write places; for others this page is not there."""
        who = self._site.someone(request)
        if not edits_contact_places(who.role):
            raise Shown(self._site.message(request, 404, "not_found"))
        return who

    def _units(self, connection: Connection, who: SignedIn) -> dict[str, str]:
        """The units somebody may write for, by id: the own one first, the others by name."""
        person = person_of(connection, who, self._site.today())
        names = names_by_id(connection, "units")
        mine = {each: name for each, name in names.items() if person.units is None or each in person.units}
        return dict(sorted(mine.items(), key=lambda pair: (pair[0] != who.unit_id, pair[1])))
