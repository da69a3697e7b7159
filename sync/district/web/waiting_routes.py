"""The page "Thời gian chờ": how long people wait and are served, as offices' ticket systems tell it."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from sync.district.domain.comparing_rights import compares_work
from sync.district.measures.organisation import TreeName
from sync.district.measures.period import NotBegun
from sync.district.times import local_day
from sync.district.web.asked import AskedView, Links
from sync.district.web.page_route import Shown
from sync.district.web.site import Site
from sync.district.web.waiting import gather, waiting_page


def add_waiting_page(router: APIRouter, site: Site) -> None:
    """Adds the page to the site."""

    def waiting(request: Request, view: AskedView) -> Response:
        """The times of a unit that the reader may see, and of those below it. A field or an hour may have one counter
        alone, so those who sit beside it are not shown the page."""
        who, now = site.someone(request), site.services.now()
        if not compares_work(who.role):
            raise Shown(site.message(request, 404, "not_found"))
        try:
            wanted = view.asked()
            readings = site.read(request, lambda connection: gather(connection, wanted, local_day(now)))
        except NotBegun as error:
            raise Shown(site.message(request, 404, "not_begun")) from error
        except ValueError as error:
            raise Shown(site.message(request, 404, "wrong_period")) from error
        page = waiting_page(readings, who.unit_id, view.unit, now)
        if page is None:
            raise Shown(site.message(request, 404, "not_found"))
        links = Links("/waiting", page.period, page.unit_id, TreeName.OF_THE_DAY, site.services.settings.public_url)
        return site.renderer.page("waiting.html", site.language(request), 200, signed_in=who, page=page, links=links)

    router.add_api_route("/waiting", waiting, methods=["GET"])
