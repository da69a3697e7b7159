"""The citizens' first page, where offices are found, and the sheet of paper that leads there."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from sync.district.domain.signed_note import verifier_key
from sync.district.store.engine import Connection
from sync.district.store.receptions import Office, offices
from sync.district.web.page_route import PublicRoute
from sync.district.web.published_routes import PublishedPage, published_page
from sync.district.web.qr import qr_path
from sync.district.web.site import Site

MAX_NEWEST = 3


def add_door_pages(router: APIRouter, site: Site) -> None:
    """Adds the pages to the site. The first page itself is ``routes``' to show: it depends on who asks."""
    pages, public = _Pages(site), site.router(PublicRoute)
    public.add_api_route("/nguoi-dan", pages.door, methods=["GET"])
    public.add_api_route("/co-quan", pages.offices, methods=["GET"])
    public.add_api_route("/to-dan", pages.notice, methods=["GET"])
    router.include_router(public)


def door(site: Site, request: Request, lang: str = "") -> Response:
    """The citizens' first page: follow a receipt, read what was answered, find an office, see the index."""

    now = site.services.now()

    def read(connection: Connection) -> tuple[PublishedPage, list[Office]]:
        return published_page(connection, "", "", 1, MAX_NEWEST), offices(connection, now)

    newest, found = site.read(request, read)
    return site.public_page(request, "door.html", lang, newest=newest, offices=found)


class _Pages:
    """The handlers."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._public_key = bytes(site.services.receipt_key.verify_key)

    def door(self, request: Request, lang: str = "") -> Response:
        """The citizens' first page, for whoever is signed in too."""
        return door(self._site, request, lang)

    def offices(self, request: Request, lang: str = "") -> Response:
        """Where each office receives citizens, and who does now."""
        now = self._site.services.now()
        found = self._site.read(request, lambda connection: offices(connection, now))
        return self._site.public_page(request, "offices.html", lang, offices=found)

    def notice(self, request: Request, lang: str = "") -> Response:
        """A sheet of A4 to be hung up: what can be done here, the address in letters and as a QR code."""
        address = self._site.address_of(request)
        name, code = address.partition("://")[2], qr_path(f"{address}/nguoi-dan")
        return self._site.public_page(
            request, "notice.html", lang, address=name, code=code, key=verifier_key(self._public_key)
        )
