"""The routes of reports: a page's month or quarter as a document and as a workbook."""

from collections.abc import Callable
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import Response

from sync.district.domain.people import SignedIn
from sync.district.measures.disclosure import Rules
from sync.district.measures.organisation import TreeName
from sync.district.measures.period import NotBegun
from sync.district.reports.document import document
from sync.district.reports.making import REPORTED, file_name, report
from sync.district.reports.model import Report
from sync.district.reports.period_routes import add_period_pages
from sync.district.reports.workbook import workbook
from sync.district.services import Services
from sync.district.store.engine import StoreUnavailable
from sync.district.texts import Texts
from sync.district.web.asked import AskedView, View
from sync.district.web.page_route import Shown
from sync.district.web.site import Site

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def report_router(services: Services) -> APIRouter:
    """Both files, for whoever may see the page."""
    site = Site(services)
    router, pages = site.router(), _Pages(site)
    router.add_api_route("/report.docx", pages.docx, methods=["GET"])
    router.add_api_route("/report.xlsx", pages.xlsx, methods=["GET"])
    add_period_pages(router, site)
    return router


class _Pages:
    """The handlers. Plain functions, so that the server runs them in threads."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def docx(self, request: Request, view: AskedView) -> Response:
        """The document to sign."""
        return self._file(request, view, document, DOCX, "docx", of_one_unit=True)

    def xlsx(self, request: Request, view: AskedView) -> Response:
        """The numbers with formulas."""
        return self._file(request, view, workbook, XLSX, "xlsx")

    def _file(
        self,
        request: Request,
        view: View,
        write: Callable[[Report, Texts], bytes],
        media_type: str,
        ending: str,
        *,
        of_one_unit: bool = False,
    ) -> Response:
        who, texts = self._site.someone(request), self._site.language(request)
        made = self._report(request, who, view, texts)
        if of_one_unit and not made.unit_id:
            raise Shown(self._site.message(request, 404, "report_of_several"))
        name = quote(file_name(made, texts, ending))
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
        return Response(write(made, texts), media_type=media_type, headers=headers)

    def _report(self, request: Request, who: SignedIn, view: View, texts: Texts) -> Report:
        """Raises ``Shown`` for what is no report, or not theirs."""
        services, site = self._site.services, self._site
        rules = Rules(services.settings.minimum_n, services.settings.group_floor)
        try:
            wanted, tree = view.asked(), TreeName(view.tree)
            if wanted.name not in REPORTED:
                raise Shown(site.message(request, 404, "wrong_period"))
            found = report(services.engine, wanted, tree, who.unit_id, view.unit, rules, services.now(), texts)
        except NotBegun as error:
            raise Shown(site.message(request, 404, "not_begun")) from error
        except ValueError as error:
            raise Shown(site.message(request, 404, "wrong_period")) from error
        except StoreUnavailable as error:
            raise Shown(site.message(request, 503, "unavailable")) from error
        if found is None:
            raise Shown(site.message(request, 404, "not_found"))
        return found
