"""The wall display of a back office: what each counter has to return, for a screen that hangs there all day. It names
nobody, shows no rating, and asks for itself again without a script. Whoever has its address sees it.
"""

import hashlib

from fastapi import APIRouter, Request
from fastapi.responses import Response
from msgspec import Struct

from sync.district.api.networks import Allowances, networks_of
from sync.district.store import wall_displays
from sync.district.store.engine import Connection
from sync.district.store.organisation import organisation
from sync.district.times import local_day
from sync.district.web.one_stop import DueAt, DueOverview, due_overview
from sync.district.web.one_stop_routes import due_facts
from sync.district.web.page_route import PRIVATE, Shown
from sync.district.web.site import Site

PER_PAGE = 8
"""So many counters can be read from four metres; more take turns."""
AGAIN_S, TURN_S = 120, 20
"""Seconds until the page asks for itself again: when it is alone, and when pages take turns."""
MAX_SECRET = 64
DISPLAY_MINUTE = 30
"""So many requests a minute of one display from one network; the displays of a building share it with everybody
else there."""


class DisplayPage(Struct, frozen=True):
    """One page of a display. ``due`` is of the whole unit, ``lines`` of this page."""

    name: str
    due: DueOverview
    lines: tuple[DueAt, ...]
    number: int
    pages: int


def add_wall_display(router: APIRouter, site: Site) -> None:
    """Adds the page to the site."""
    router.add_api_route("/display/{secret}", _Pages(site).display, methods=["GET"])


class _Pages:
    """The handler. A plain function, so that the server runs it in a thread."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._opened: set[bytes] = set()
        self._allowances = Allowances(DISPLAY_MINUTE)

    def display(self, request: Request, secret: str, page: str = "1") -> Response:
        """The display that an address opens. Every answer asks for itself again, also that of a database that is not
        available: nobody stands by with a keyboard."""
        number = int(page) if page.isascii() and page.isdigit() and len(page) < 4 else 1
        try:
            self._admit(request, secret)
            shown = self._site.read(request, lambda connection: self._read(request, connection, secret, number))
        except Shown as other:
            other.response.headers.update({"Refresh": str(AGAIN_S), **PRIVATE})
            raise
        now = self._site.services.now()
        response = self._site.renderer.page("wall_display.html", self._site.language(request), 200, page=shown, now=now)
        following = shown.number % shown.pages + 1
        turns = f"{TURN_S}; url=/display/{secret}?page={following}"
        response.headers.update({"Refresh": str(AGAIN_S) if shown.pages == 1 else turns, **PRIVATE})
        return response

    def _admit(self, request: Request, secret: str) -> None:
        """Counts a request: of a display that was found since the server started for itself, of any other for its
        network. Raises ``Shown`` 429."""
        known = _name_of(secret)
        if known not in self._opened:
            self._site.admit_stranger(request)
            return
        for network, times in networks_of(self._site.visitors.address_of(request)):
            if seconds := self._allowances.wait(f"{known.hex()} {network}", times):
                response = self._site.message(request, 429, "too_many")
                response.headers["Retry-After"] = str(seconds)
                raise Shown(response)

    def _read(self, request: Request, connection: Connection, secret: str, number: int) -> DisplayPage:
        now = self._site.services.now()
        found = wall_displays.opened_by(connection, secret[:MAX_SECRET], now)
        if found is None:
            self._opened.discard(_name_of(secret))
            raise Shown(self._site.message(request, 404, "no_display"))
        self._opened.add(_name_of(secret))
        today, tree = local_day(now), organisation(connection)
        below = tree.below(found.unit_id, today)
        names = {each.counter_id: each.name for each in tree.newest_counters()}
        counters = [each for unit_id, each in sorted(tree.counters_on(today)) if unit_id in below]
        due = due_overview([(each, names.get(each, each)) for each in counters], due_facts(connection, counters, today))
        unit = next((each.name for each in tree.newest_units() if each.unit_id == found.unit_id), found.unit_id)
        return display_page(unit, due, number)


def _name_of(secret: str) -> bytes:
    return hashlib.sha256(secret[:MAX_SECRET].encode()).digest()


def display_page(name: str, due: DueOverview, number: int) -> DisplayPage:
    """One page; the last when there are not so many."""
    pages = max(1, -(-len(due.lines) // PER_PAGE))
    number = min(max(1, number), pages)
    return DisplayPage(name, due, due.lines[(number - 1) * PER_PAGE : number * PER_PAGE], number, pages)
