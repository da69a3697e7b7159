"""The files of late dossiers: the written apology of one, and the minutes of a review."""

from datetime import date
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import Response

from sync.district.domain.apology import ApologyAct, DossierPlace, may
from sync.district.domain.people import SignedIn
from sync.district.domain.rights import Person
from sync.district.reports.apology_letter import letter_paper, minutes_paper
from sync.district.reports.document import document
from sync.district.reports.paper import Paper
from sync.district.store import apologies as store
from sync.district.store.complaint_register import person_of
from sync.district.store.engine import Connection
from sync.district.store.reference_versions import named_on
from sync.district.texts import Texts
from sync.district.web.page_route import Shown, number_in
from sync.district.web.site import Site

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def add_apology_files(router: APIRouter, site: Site) -> None:
    """Adds the files to the site."""
    files = _Files(site)
    router.add_api_route("/late/{code}/letter.docx", files.letter, methods=["GET"])
    router.add_api_route("/late/review/{number}.docx", files.minutes, methods=["GET"])


class _Files:
    """The handlers. Plain functions, so that the server runs them in threads. Both files are Vietnamese: one goes to a
    citizen, the other into the office's archive."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._texts = site.texts["vi"]

    def letter(self, request: Request, code: str) -> Response:
        """The letter of a dossier, as it was on its day, whatever the lists tell of the dossier since."""
        who = self._site.someone(request)

        def read(connection: Connection) -> Paper | None:
            apology = store.apology_of(connection, code)
            if apology is None or not may(self._person(connection, who), ApologyAct.SEE, apology.letter.place):
                return None
            letter, on = apology.letter, apology.made_on
            procedure = named_on(connection, "procedures", letter.procedure_id or "", on)[0]
            return letter_paper(apology, *_offices(connection, letter.place.unit_id, on), procedure, self._texts)

        return self._file(request, self._site.read(request, read), f"{code}.docx")

    def minutes(self, request: Request, number: str) -> Response:
        """The minutes of a review, for those who see who is late again."""
        who = self._site.someone(request)

        def read(connection: Connection) -> Paper | None:
            review = store.review(connection, number_in(number))
            if review is None:
                return None
            place = DossierPlace(review.unit_id, None)
            if not may(self._person(connection, who), ApologyAct.SEE_OFFICERS, place):
                return None
            return minutes_paper(review, *_offices(connection, review.unit_id, review.held_on), self._texts)

        return self._file(request, self._site.read(request, read), f"{number}.docx")

    def _person(self, connection: Connection, who: SignedIn) -> Person:
        return person_of(connection, who, self._site.today())

    def _file(self, request: Request, paper: Paper | None, name: str) -> Response:
        if paper is None:
            raise Shown(self._site.message(request, 404, "not_found"))
        texts: Texts = self._texts
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(f'{paper.kind} - {name}')}"}
        return Response(document(paper, texts), media_type=DOCX, headers=headers)


def _offices(connection: Connection, unit_id: str, on: date) -> tuple[str, str]:
    """The unit's name on a day and that of the unit above it then, empty where there is none."""
    name, parent = named_on(connection, "units", unit_id, on)
    return name or unit_id, named_on(connection, "units", parent, on)[0]
