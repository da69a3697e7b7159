"""The routes of documents: a period of a unit as a document and as a workbook, as it is today or as it was closed."""

from collections.abc import Callable
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response

from sync.district.complaints import actions
from sync.district.domain.deadlines import load_schemes
from sync.district.domain.people import SignedIn
from sync.district.domain.period_rights import PeriodAct, may_with_period
from sync.district.domain.rights import answers_citizens
from sync.district.measures.closed_figures import CLOSABLE, figures_from
from sync.district.measures.disclosure import Rules
from sync.district.measures.indicator_rules import load_indicator_rules
from sync.district.measures.organisation import TreeName
from sync.district.measures.period import NotBegun
from sync.district.reports.apology_routes import add_apology_files
from sync.district.reports.case_sheet import case_paper
from sync.district.reports.complaint_figures import read_complaints
from sync.district.reports.document import document
from sync.district.reports.files import Made, docx, name_of_file, xlsx
from sync.district.reports.kinds import ReportKind, kinds_of
from sync.district.reports.making import closing_of, file_name, report
from sync.district.reports.model import Report, closing_note
from sync.district.reports.period_figures import HowToRead, read_figures
from sync.district.reports.period_routes import add_period_pages
from sync.district.reports.personal_routes import add_personal_files
from sync.district.reports.satisfaction import satisfaction_paper
from sync.district.reports.workbook import workbook
from sync.district.services import Services
from sync.district.store import closings, complaint_register
from sync.district.store.complaints import add_view
from sync.district.store.engine import Connection, StoreUnavailable, writing
from sync.district.store.imports import unit_parents
from sync.district.texts import Texts
from sync.district.times import local_day
from sync.district.web.asked import AskedView, View
from sync.district.web.complaint import complaint_page
from sync.district.web.complaint_view import read_view
from sync.district.web.overview import objected_in
from sync.district.web.page_route import Shown, number_in
from sync.district.web.site import Site

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Kind = Annotated[str, Query(max_length=20)]
Number = Annotated[str, Query(max_length=20)]


def report_router(services: Services) -> APIRouter:
    """Both files of each kind, and the pages that lead to them, for whoever may see the figures."""
    site = Site(services)
    router, pages = site.router(), _Pages(site)
    router.add_api_route("/report.docx", pages.docx, methods=["GET"])
    router.add_api_route("/report.xlsx", pages.xlsx, methods=["GET"])
    add_period_pages(router, site)
    add_apology_files(router, site)
    add_personal_files(router, site)
    sheets = _CaseSheets(site)
    router.add_api_route("/complaints/{entry_id}/sheet.docx", sheets.masked, methods=["GET"])
    router.add_api_route("/complaints/{entry_id}/sheet.docx", sheets.whole, methods=["POST"])
    return router


class _Pages:
    """The handlers. Plain functions, so that the server runs them in threads."""

    def __init__(self, site: Site) -> None:
        self._site, self._services = site, site.services
        self._law = load_indicator_rules(site.services.settings.indicators)
        self._schemes = load_schemes(site.services.settings.deadlines)

    def docx(self, request: Request, view: AskedView, kind: Kind = "", closing: Number = "") -> Response:
        """The document to sign."""
        if kind:
            return self._made(request, view, kind, closing, docx, DOCX, "docx")
        return self._page(request, view, _document, DOCX, "docx", of_one_unit=True)

    def xlsx(self, request: Request, view: AskedView, kind: Kind = "", closing: Number = "") -> Response:
        """The numbers with formulas."""
        if kind:
            return self._made(request, view, kind, closing, xlsx, XLSX, "xlsx")
        return self._page(request, view, workbook, XLSX, "xlsx")

    # ---- a kind of document

    def _made(
        self,
        request: Request,
        view: View,
        kind: str,
        closing: str,
        write: Callable[[Made, Texts], bytes],
        media_type: str,
        ending: str,
    ) -> Response:
        who, texts = self._site.someone(request), self._site.language(request)
        if kind != ReportKind.COMPLAINTS:
            self._site.insist_on_whole_units(request, who)
        if kind not in list(ReportKind):
            raise Shown(self._site.message(request, 404, "not_found"))
        try:
            made = self._site.read(request, lambda c: self._read(c, who, ReportKind(kind), closing, view))
        except NotBegun as error:
            raise Shown(self._site.message(request, 404, "not_begun")) from error
        except ValueError as error:
            raise Shown(self._site.message(request, 404, "wrong_period")) from error
        if made is None:
            raise Shown(self._site.message(request, 404, "not_found"))
        return _file(write(made, texts), name_of_file(made, texts, ending), media_type)

    def _read(self, connection: Connection, who: SignedIn, kind: ReportKind, closing: str, view: View) -> Made | None:
        """What the document is made from; ``None`` for what is not there or not theirs. Raises ``ValueError``."""
        if kind is ReportKind.COMPLAINTS:
            return self._complaints(connection, who, view)
        if closing:
            return self._closed(connection, who, kind, closing)
        wanted = view.asked()
        if wanted.name not in CLOSABLE or kind not in kinds_of(wanted.name):
            raise ValueError(f"{kind} is not made of a {wanted.name}")
        unit = view.unit or who.unit_id
        settings = self._services.settings
        rules = Rules(settings.minimum_n, settings.group_floor)
        how = HowToRead(rules, self._law, self._services.now(), who.unit_id)
        figures = read_figures(connection, wanted, unit, how) if unit else None
        if figures is None:
            return None
        return Made(
            kind,
            figures,
            beside=closing_of(connection, figures.unit_id, figures.whole_period),
            objected=objected_in(connection, figures.whole_period),
        )

    def _closed(self, connection: Connection, who: SignedIn, kind: ReportKind, closing: str) -> Made | None:
        number = number_in(closing)
        one = closings.closing(connection, number)
        person = complaint_register.person_of(connection, who, local_day(self._services.now()))
        if one is None or not may_with_period(person, PeriodAct.SEE, one.unit_id):
            return None
        figures = figures_from(one.content)
        if kind not in kinds_of(figures.whole_period.name):
            raise ValueError(f"{kind} is not made of a {figures.period}")
        return Made(kind, figures, closing_note(one))

    def _complaints(self, connection: Connection, who: SignedIn, view: View) -> Made | None:
        wanted, now = view.asked(), self._services.now()
        unit = view.unit or who.unit_id
        if wanted.name not in CLOSABLE:
            raise ValueError(f"{wanted.name} is no period of a report")
        if not (answers_citizens(who.role) and who.linked and unit):
            return None
        person = complaint_register.person_of(connection, who, local_day(now))
        figures = read_complaints(connection, wanted, unit, person, self._schemes, now)
        return None if figures is None else Made(ReportKind.COMPLAINTS, figures)

    # ---- the page that is shown, as a report

    def _page(
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
        self._site.insist_on_whole_units(request, who)
        made = self._report(request, who, view, texts)
        if of_one_unit and not made.unit_id:
            raise Shown(self._site.message(request, 404, "report_of_several"))
        return _file(write(made, texts), file_name(made, texts, ending), media_type)

    def _report(self, request: Request, who: SignedIn, view: View, texts: Texts) -> Report:
        """Raises ``Shown`` for what is no report, or not theirs."""
        services, site = self._services, self._site
        rules = Rules(services.settings.minimum_n, services.settings.group_floor)
        try:
            wanted, tree = view.asked(), TreeName(view.tree)
            if wanted.name not in CLOSABLE:
                raise Shown(site.message(request, 404, "wrong_period"))
            about = (rules, services.now(), texts, self._law.satisfied_target)
            found = report(services.engine, wanted, tree, who.unit_id, view.unit, *about)
        except NotBegun as error:
            raise Shown(site.message(request, 404, "not_begun")) from error
        except ValueError as error:
            raise Shown(site.message(request, 404, "wrong_period")) from error
        except StoreUnavailable as error:
            raise Shown(site.message(request, 503, "unavailable")) from error
        if found is None:
            raise Shown(site.message(request, 404, "not_found"))
        return found


def _document(found: Report, texts: Texts) -> bytes:
    return document(satisfaction_paper(found, texts), texts)


def _file(content: bytes, name: str, media_type: str) -> Response:
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    return Response(content, media_type=media_type, headers=headers)


class _CaseSheets:
    """The sheet of one complaint, as a file of the office's own, in Vietnamese like every other."""

    def __init__(self, site: Site) -> None:
        self._site, self._services = site, site.services
        self._schemes = load_schemes(site.services.settings.deadlines)

    def masked(self, request: Request, entry_id: str) -> Response:
        """Without who the citizen is."""
        return self._sheet(request, self._site.handler(request), entry_id, show_contact=False)

    def whole(self, request: Request, entry_id: str, form_token: Annotated[str, Form()] = "") -> Response:
        """With the contact, for who may open it; that it was opened is written down first."""
        who = self._site.handler(request)
        self._site.insist_on_form(request, who, form_token)
        if not who.confirmed:
            return self._site.confirm(request, who, f"/complaints/{entry_id}")
        try:
            with writing(self._services.engine) as connection:
                actions.opened(connection, who, entry_id, self._services.now())
                add_view(connection, entry_id, "contact", who.user_name, self._services.now())
        except actions.NotThere as error:
            raise self._site.missing(request) from error
        return self._sheet(request, who, entry_id, show_contact=True)

    def _sheet(self, request: Request, who: SignedIn, entry_id: str, *, show_contact: bool) -> Response:
        texts, now = self._site.texts["vi"], self._services.now()

        def read(connection: Connection) -> tuple[bytes, str]:
            view = read_view(connection, self._schemes, who, entry_id, texts.language, now)
            above = unit_parents(connection).get(view.case.unit_id) or ""
            page = complaint_page(view, show_contact=show_contact)
            paper = case_paper(page, view.units.get(above, ""), self._site.today(), texts)
            return document(paper, texts), f"{paper.kind} {view.whole.receipt_number[-4:]}.docx"

        try:
            file, name = self._site.read(request, read)
        except actions.NotThere as error:
            raise self._site.missing(request) from error
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
        return Response(file, media_type=DOCX, headers=headers)
