"""The page "Nguyên nhân": from a unit to what may lie behind its figure."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from sync.district.domain.action_plan import PLAN_RIGHTS, PlanAction
from sync.district.domain.people import SignedIn
from sync.district.domain.release import shown_before
from sync.district.domain.rights import answers_citizens
from sync.district.domain.shows import Show
from sync.district.measures.catalogue import Page, versions
from sync.district.measures.causes import MIN_ALIKE
from sync.district.measures.organisation import TreeName
from sync.district.measures.period import NotBegun
from sync.district.store import complaint_register, inbox
from sync.district.store.engine import Connection
from sync.district.store.inbox import InboxFilter
from sync.district.times import local_day
from sync.district.web.asked import AskedView, Links, View
from sync.district.web.causes import CausePage, cause_page, gather
from sync.district.web.page_route import Shown
from sync.district.web.register import RegisterLine, lines_of
from sync.district.web.sentences import names_of
from sync.district.web.site import Site

MAX_KEY = 300
MAX_WORDS = 8
"""So many of what people wrote in a period are named, the newest."""


def add_cause_page(router: APIRouter, site: Site) -> None:
    """Adds the page to the site."""
    router.add_api_route("/causes", _Pages(site).causes, methods=["GET"])


class _Pages:
    """The handler. A plain function, so that the server runs it in a thread."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def causes(self, request: Request, view: AskedView, concern: str = "") -> Response:
        """The concerns of a unit, and where one of them lies."""
        who, site = self._site.someone(request), self._site
        page = self._page(request, who, view, concern[:MAX_KEY])
        words = site.read(request, lambda connection: self._words(request, connection, who, page))
        links = Links("/causes", page.period, page.unit_id, page.tree, site.services.settings.public_url)
        values = {"signed_in": who, "page": page, "links": links, "versions": versions(Page.CAUSES), "words": words}
        values |= {"planners": PLAN_RIGHTS[PlanAction.MAKE], "min_alike": MIN_ALIKE}
        return site.renderer.page("causes.html", site.language(request), 200, **values)

    def _page(self, request: Request, who: SignedIn, view: View, concern: str) -> CausePage:
        site, now = self._site, self._site.services.now()
        try:
            wanted, tree = view.asked(), TreeName(view.tree)
            readings = site.read(request, lambda connection: gather(connection, wanted, local_day(now), tree))
        except NotBegun as error:
            raise Shown(site.message(request, 404, "not_begun")) from error
        except ValueError as error:
            raise Shown(site.message(request, 404, "wrong_period")) from error
        rules, own = site.rules(), site.own_figures(request, who)
        readings = readings if own is None else readings.at(own)
        page = cause_page(readings, who.unit_id, view.unit, rules, now, concern)
        if page is None:
            raise Shown(site.message(request, 404, "not_found"))
        return page

    def _words(
        self, request: Request, connection: Connection, who: SignedIn, page: CausePage
    ) -> tuple[RegisterLine, ...] | None:
        """What people wrote in the period about the unit, as the list of complaints has it for this reader: names and
        numbers taken out, of a restricted one no word. ``None`` for who answers no citizens."""
        if not answers_citizens(who.role) or not page.unit_id:
            return None
        now = self._site.services.now()
        today, before = local_day(now), shown_before(now)
        person = complaint_register.person_of(connection, who, today)
        asked = InboxFilter(Show.ALL, unit=page.unit_id, first=page.period.first, last=page.period.last)
        lines = inbox.page(connection, person, asked, before, today, 0, MAX_WORDS)
        return lines_of(lines, names_of(connection, self._site.language(request).language), today)
