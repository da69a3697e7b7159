"""The page of the fair comparison."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from sync.district.measures.fair import SHRUNK_SHARE
from sync.district.web.fair import HEIGHT, SPANS, WIDTH, fair_page, gather
from sync.district.web.page_route import Shown
from sync.district.web.site import Site


def add_fair_page(router: APIRouter, site: Site) -> None:
    """Adds the page to the site."""

    def fair(request: Request, unit: str | None = None, months: str = "12") -> Response:
        """The units or counters below one that the reader may see, compared; and its months."""
        who = site.someone(request)
        site.insist_on_whole_units(request, who)
        if months not in {str(span) for span in SPANS}:
            raise Shown(site.message(request, 404, "not_found"))
        gathered = site.read(request, lambda connection: gather(connection, site.today()))
        rules = site.rules()
        page = fair_page(gathered, who.unit_id, unit or None, int(months), rules)
        if page is None:
            raise Shown(site.message(request, 404, "not_found"))
        values = {"signed_in": who, "page": page, "spans": SPANS, "width": WIDTH, "height": HEIGHT}
        texts = site.language(request)
        return site.renderer.page(
            "fair.html", texts, 200, unit=unit or "", version_of_measure=SHRUNK_SHARE.version, **values
        )

    router.add_api_route("/fair", fair, methods=["GET"])
