"""The files of personal data: a citizen's copy, the notice of a breach, the processing record. All are Vietnamese."""

from collections.abc import Callable
from typing import Annotated
from urllib.parse import quote

import msgspec
from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from sync.district.complaints import actions
from sync.district.domain.deadlines import load_schemes
from sync.district.domain.people import SignedIn
from sync.district.domain.personal_request import PersonalAct, RequestAct, RequestStep, may_with_personal
from sync.district.domain.personal_rules import load_personal_rules
from sync.district.domain.release import shown_before
from sync.district.reports.document import document
from sync.district.reports.own_copy import OwnCopy, copy_data, copy_paper
from sync.district.reports.paper import Paper
from sync.district.reports.personal_papers import breach_paper, record_paper
from sync.district.store import breaches, complaint_register
from sync.district.store import personal_requests as store
from sync.district.store.complaint_statuses import unit_names
from sync.district.store.complaints import add_view
from sync.district.store.engine import Connection, StoreUnavailable, writing
from sync.district.web.complaint import complaint_page
from sync.district.web.complaint_view import read_view
from sync.district.web.page_route import number_in
from sync.district.web.site import Site

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
COPY_VIEW = "copy"
"""What is written down when somebody makes a citizen's copy."""


def add_personal_files(router: APIRouter, site: Site) -> None:
    """Adds the files to the site."""
    files = _Files(site)
    router.add_api_route("/personal/processing/record.docx", files.record, methods=["GET"])
    router.add_api_route("/personal/breaches/{number}/notice.docx", files.breach, methods=["GET"])
    router.add_api_route("/personal/{number}/data.docx", files.copy_to_read, methods=["POST"])
    router.add_api_route("/personal/{number}/data.json", files.copy_as_data, methods=["POST"])


class _Files:
    """The handlers. Plain functions, so that the server runs them in threads."""

    def __init__(self, site: Site) -> None:
        self._site, self._services, self._texts = site, site.services, site.texts["vi"]
        self._rules = load_personal_rules(site.services.settings.personal.rules)
        self._schemes = load_schemes(site.services.settings.deadlines)
        self._removes_backups = site.services.settings.personal.backups is not None

    def record(self, request: Request) -> Response:
        """The processing record."""
        who = self._reader(request, PersonalAct.READ)

        def read(connection: Connection) -> Paper:
            what = (self._rules, self._office(connection, who), self._site.today(), self._texts)
            return record_paper(*what, removes_backups=self._removes_backups)

        return self._paper(self._site.read(request, read))

    def breach(self, request: Request, number: str) -> Response:
        """The notice of one breach."""
        who = self._reader(request, PersonalAct.BREACH)

        def read(connection: Connection) -> Paper:
            found = breaches.breach_of(connection, number_in(number))
            if found is None:
                raise self._site.missing(request)
            office = self._office(connection, who)
            return breach_paper(found, self._rules, office, self._site.today(), self._texts)

        return self._paper(self._site.read(request, read))

    def copy_to_read(self, request: Request, number: str, form_token: Annotated[str, Form()] = "") -> Response:
        """A citizen's copy as a document."""
        return self._copy(request, number, form_token, lambda copy: self._paper(copy_paper(copy, self._texts)))

    def copy_as_data(self, request: Request, number: str, form_token: Annotated[str, Form()] = "") -> Response:
        """A citizen's copy as data."""

        def as_data(copy: OwnCopy) -> Response:
            content = msgspec.json.format(msgspec.json.encode(copy_data(copy)), indent=2)
            return _file(content, f"{self._texts('personal.copy.kind')}.json", "application/json")

        return self._copy(request, number, form_token, as_data)

    def _copy(self, request: Request, number: str, form_token: str, made: Callable[[OwnCopy], Response]) -> Response:
        """Made only after that is written down, and by who has typed the password lately."""
        who = self._reader(request, PersonalAct.EXPORT)
        self._site.insist_on_form(request, who, form_token)
        if not who.confirmed:
            return self._site.confirm(request, who, f"/personal/{number_in(number)}")
        now = self._services.now()
        try:
            with writing(self._services.engine) as connection:
                person = complaint_register.person_of(connection, who, self._site.today())
                found = store.request_seen(connection, person, shown_before(now), number_in(number))
                if found is None or not found.allows(RequestAct.EXPORT):
                    raise self._site.missing(request)
                add_view(connection, found.complaint_id, COPY_VIEW, who.user_name, now)
                store.add_step(connection, found.request_id, RequestStep(now, who.user_name, RequestAct.EXPORT))
                copy = self._read(connection, who, found.complaint_id)
        except actions.NotThere as error:
            raise self._site.missing(request) from error
        except StoreUnavailable as error:
            raise self._site.unavailable(request) from error
        return made(copy)

    def _read(self, connection: Connection, who: SignedIn, entry_id: str) -> OwnCopy:
        view = read_view(connection, self._schemes, who, entry_id, self._texts.language, self._services.now())
        page = complaint_page(view, show_contact=True)
        consent = complaint_register.consent_of(connection, entry_id)
        requests = store.requests_of(connection, entry_id)
        return OwnCopy(page, consent, view.views, requests, self._rules, self._site.today(), self._removes_backups)

    def _office(self, connection: Connection, who: SignedIn) -> str:
        return unit_names(connection).get(who.unit_id or "", "")

    def _paper(self, paper: Paper) -> Response:
        return _file(document(paper, self._texts), f"{paper.kind} {paper.subject}.docx", DOCX)

    def _reader(self, request: Request, act: PersonalAct) -> SignedIn:
        who = self._site.someone(request)
        if not may_with_personal(who.role, act):
            raise self._site.missing(request)
        return who


def _file(content: bytes, name: str, media_type: str) -> Response:
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    return Response(content, media_type=media_type, headers=headers)
