"""The pages of the kiosks: all of them, and one with what it noted of itself."""

from datetime import timedelta

from fastapi import APIRouter, Request
from fastapi.responses import Response

from sync.district.domain.kiosk_history import OF_THE_MACHINE
from sync.district.domain.people import SignedIn
from sync.district.domain.release import shown_before
from sync.district.domain.rights import maintains
from sync.district.measures.kiosks import Trouble, full_hour, kiosk_lines
from sync.district.store.engine import Connection
from sync.district.store.kiosk_history import facts_of
from sync.district.store.known_kiosks import known_kiosks
from sync.district.store.organisation import organisation
from sync.district.times import local_day
from sync.district.web.fleet import Fleet, FleetSearch, KioskPage, fleet
from sync.district.web.kiosk_notes import note_words
from sync.district.web.page_route import Shown
from sync.district.web.site import Site

DAYS = (7, 30, 90)


def add_fleet_pages(router: APIRouter, site: Site) -> None:
    """Adds the pages to the site."""
    pages = _Pages(site)
    router.add_api_route("/kiosks", pages.fleet, methods=["GET"])
    router.add_api_route("/kiosks/{device_id}", pages.kiosk, methods=["GET"])


class _Pages:
    """The handlers. Plain functions, so that the server runs them in threads."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def fleet(self, request: Request, q: str = "", trouble: str = "", page: int = 1) -> Response:
        """Every kiosk somebody may see."""
        who = self._site.someone(request)
        if trouble and trouble not in set(Trouble):
            raise Shown(self._site.message(request, 404, "not_found"))
        asked, now = FleetSearch(q.strip(), Trouble(trouble) if trouble else None, page), self._site.services.now()

        def read(connection: Connection) -> Fleet:
            known = known_kiosks(connection, local_day(now))
            return fleet(organisation(connection), known, who.unit_id, asked, now)

        values = {"signed_in": who, "page": self._site.read(request, read), "kinds": list(Trouble)}
        values |= {"maintains": maintains(who.role)}
        return self._site.renderer.page("fleet.html", self._site.language(request), 200, **values)

    def kiosk(self, request: Request, device_id: str, days: int = DAYS[1]) -> Response:
        """One kiosk; for whoever keeps kiosks running."""
        who = self._site.someone(request)
        if not maintains(who.role) or days not in DAYS:
            raise Shown(self._site.message(request, 404, "not_found"))
        found = self._site.read(request, lambda connection: self._kiosk(connection, who, device_id, days))
        if found is None:
            raise Shown(self._site.message(request, 404, "not_found"))
        texts = self._site.language(request)
        notes = [(full_hour(fact.happened_at), fact.is_sure, note_words(fact, texts)) for fact in found.notes]
        values = {"signed_in": who, "page": found, "notes": notes, "choices": DAYS}
        return self._site.renderer.page("kiosk.html", texts, 200, **values)

    def _kiosk(self, connection: Connection, who: SignedIn, device_id: str, days: int) -> KioskPage | None:
        known, now = organisation(connection), self._site.services.now()
        ids = None if who.unit_id is None else known.below(who.unit_id, local_day(now))
        lines = kiosk_lines(known, known_kiosks(connection, local_day(now), device_id), ids, now)
        if not lines:
            return None
        facts = facts_of(connection, device_id, now - timedelta(days=days), OF_THE_MACHINE, shown_before(now))
        return KioskPage(lines[0], days, tuple(facts))
