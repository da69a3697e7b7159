"""The pages of personal data: the register of requests, one request, what is kept and what the retention job did."""

import logging
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from kiosk.domain.receipt import NotAReceipt
from kiosk.domain.receipt import read as read_receipt
from sync.district.complaints import personal
from sync.district.domain.deadlines import load_schemes
from sync.district.domain.people import SignedIn
from sync.district.domain.personal_request import (
    MIN_WORDS,
    PersonalAct,
    PersonalRequest,
    RequestAct,
    RequestChannel,
    RequestStep,
    may_with_personal,
)
from sync.district.domain.personal_rules import RequestKind, load_personal_rules
from sync.district.domain.release import shown_before
from sync.district.domain.rights import Person
from sync.district.domain.shows import Show
from sync.district.domain.staff_words import WrongWords, staff_words
from sync.district.store import complaint_register, erasures, retention
from sync.district.store import personal_requests as store
from sync.district.store.complaint_statuses import unit_names
from sync.district.store.complaints import country_holidays
from sync.district.store.engine import Connection, StoreUnavailable, writing
from sync.district.store.erasure_list import ErasureList
from sync.district.store.inbox import InboxFilter
from sync.district.store.inbox import page as inbox_page
from sync.district.web.page_route import ShortTextRoute, Shown, number_in
from sync.district.web.personal import RequestLine, lines_of
from sync.district.web.site import Site

log = logging.getLogger(__name__)

WRITTEN = (RequestAct.ERASE, RequestAct.DONE, RequestAct.REFUSE)
"""What needs a few words."""


def add_personal_pages(router: APIRouter, site: Site) -> None:
    """Adds the pages to the site."""
    pages, forms = _Pages(site), site.router(ShortTextRoute)
    router.add_api_route("/personal", pages.register, methods=["GET"])
    forms.add_api_route("/personal", pages.record, methods=["POST"])
    router.add_api_route("/personal/keeping", pages.keeping, methods=["GET"])
    router.add_api_route("/personal/{number}", pages.one, methods=["GET"])
    forms.add_api_route("/personal/{number}", pages.act, methods=["POST"])
    router.include_router(forms)


class _Pages:
    """The handlers. Plain functions, so that the server runs them in threads."""

    def __init__(self, site: Site) -> None:
        self._site, self._services = site, site.services
        self._rules = load_personal_rules(site.services.settings.personal.rules)
        self._schemes = load_schemes(site.services.settings.deadlines)
        self._erased = ErasureList(site.services.settings.data)

    def register(self, request: Request) -> Response:
        """The requests with matters that the person may know of, what waits first."""
        return self._register(request, self._reader(request, PersonalAct.RECORD), 200)

    def record(
        self,
        request: Request,
        form_token: Annotated[str, Form()] = "",
        number: Annotated[str, Form()] = "",
        kind: Annotated[str, Form()] = "",
        channel: Annotated[str, Form()] = "",
    ) -> Response:
        """Writes a request down that was made at the counter or by letter, by the number of its receipt."""
        who = self._reader(request, PersonalAct.RECORD)
        self._site.insist_on_form(request, who, form_token)
        if kind not in set(RequestKind) or channel not in {RequestChannel.COUNTER, RequestChannel.LETTER}:
            return self._register(request, who, 422, "choose", number)
        try:
            digits = read_receipt(number)
            with writing(self._services.engine) as connection:
                entry_id = self._by_number(connection, who, digits)
                what = (entry_id, RequestKind(kind), RequestChannel(channel), self._services.now(), who.user_name)
                personal.ask(connection, self._schemes, self._erased, *what)
        except (NotAReceipt, LookupError):
            return self._register(request, who, 422, "unknown", number)
        except personal.NoContactThere:
            return self._register(request, who, 422, "nameless", number)
        except OSError as error:
            log.error("the list of erasures cannot be written, nothing was erased: %s", error.strerror)
            raise self._site.unavailable(request) from error
        except StoreUnavailable as error:
            raise self._site.unavailable(request) from error
        return RedirectResponse("/personal?done=recorded", 303)

    def one(self, request: Request, number: str) -> Response:
        """One request with its days and what was done."""
        return self._one(request, self._reader(request, PersonalAct.SEE), number, 200)

    def act(
        self,
        request: Request,
        number: str,
        form_token: Annotated[str, Form()] = "",
        action: Annotated[str, Form()] = "",
        text: Annotated[str, Form()] = "",
    ) -> Response:
        """Writes down what was done; erases where that is it: only by who has typed the password lately and did not
        record the request."""
        who = self._reader(request, PersonalAct.DECIDE)
        self._site.insist_on_form(request, who, form_token)
        if action == RequestAct.ERASE and not who.confirmed:
            return self._site.confirm(request, who, f"/personal/{number_in(number)}")
        try:
            with writing(self._services.engine) as connection:
                store.begin(connection)
                found = self._seen(request, connection, who, number)
                if action not in set(RequestAct) - {RequestAct.EXPORT} or not found.allows_by(
                    RequestAct(action), who.user_name
                ):
                    raise Shown(self._site.message(request, 409, "personal_not_now"))
                written = staff_words(text, MIN_WORDS) if action in WRITTEN else ""
                self._write(connection, who, found, RequestAct(action), written)
        except WrongWords as wrong:
            return self._one(request, who, number, 422, text, (action, wrong.key))
        except OSError as error:
            log.error("the list of erasures cannot be written, nothing was erased: %s", error.strerror)
            raise self._site.unavailable(request) from error
        except StoreUnavailable as error:
            raise self._site.unavailable(request) from error
        return RedirectResponse(f"/personal/{found.request_id}", 303)

    def keeping(self, request: Request) -> Response:
        """How long what is kept, and what the retention job did."""
        who = self._reader(request, PersonalAct.READ)
        done, erased = self._site.read(request, lambda each: (retention.runs(each), erasures.counted(each)))
        values = {"signed_in": who, "rules": self._rules, "done": done, "erased": erased}
        values |= {"removes_backups": self._services.settings.personal.backups is not None}
        return self._site.renderer.page("personal_keeping.html", self._site.language(request), 200, **values)

    # ---- shared steps

    def _register(self, request: Request, who: SignedIn, status: int, error: str = "", number: str = "") -> Response:
        sees = may_with_personal(who.role, PersonalAct.SEE)

        def read(connection: Connection) -> list[RequestLine]:
            return self._lines(connection, self._requests(connection, who)) if sees else []

        lines = self._site.read(request, read)
        values = {"signed_in": who, "lines": lines, "sees": sees, "kinds": list(RequestKind), "error": error}
        values |= {"channels": (RequestChannel.COUNTER, RequestChannel.LETTER), "number_asked": number[:40]}
        values |= {"rules": self._rules, "done": request.query_params.get("done", "")}
        return self._site.renderer.page("personal.html", self._site.language(request), status, **values)

    def _one(
        self,
        request: Request,
        who: SignedIn,
        number: str,
        status: int,
        text: str = "",
        error: tuple[str, str] = ("", ""),
    ) -> Response:
        def read(connection: Connection) -> tuple[RequestLine, bool]:
            line = self._lines(connection, [self._seen(request, connection, who, number)])[0]
            matter = complaint_register.whole(connection, line.request.complaint_id)
            return line, matter is not None and personal.is_wordless(connection, matter)

        line, wordless = self._site.read(request, read)
        decides = may_with_personal(who.role, PersonalAct.DECIDE)
        values = {"signed_in": who, "line": line, "decides": decides, "text": text, "error": error, "written": WRITTEN}
        values |= {"exports": may_with_personal(who.role, PersonalAct.EXPORT), "wordless": wordless}
        return self._site.renderer.page("personal_request.html", self._site.language(request), status, **values)

    def _write(self, connection: Connection, who: SignedIn, found: PersonalRequest, act: RequestAct, text: str) -> None:
        now = self._services.now()
        if act is RequestAct.ERASE:
            what = (found.request_id, found.complaint_id, found.kind, now, who.user_name, text)
            personal.carry_out(connection, self._schemes, self._erased, *what)
            return
        store.add_step(connection, found.request_id, RequestStep(now, who.user_name, act, text))

    def _requests(self, connection: Connection, who: SignedIn) -> list[PersonalRequest]:
        return store.requests_seen(connection, self._person(connection, who), shown_before(self._services.now()))

    def _seen(self, request: Request, connection: Connection, who: SignedIn, number: str) -> PersonalRequest:
        """A request whose matter the person may know of; for others it is not there."""
        before, person = shown_before(self._services.now()), self._person(connection, who)
        found = store.request_seen(connection, person, before, number_in(number))
        if found is None:
            raise self._site.missing(request)
        return found

    def _lines(self, connection: Connection, found: list[PersonalRequest]) -> list[RequestLine]:
        held = complaint_register.held_by(connection, {each.complaint_id for each in found})
        names, holidays = unit_names(connection), country_holidays(connection)
        offices = {each.entry_id: names.get(each.acting_unit, each.acting_unit) for each in held}
        return lines_of(found, offices, self._rules, holidays, self._site.today())

    def _by_number(self, connection: Connection, who: SignedIn, digits: str) -> str:
        """The complaint with a receipt number, where the person may know of it. Raises ``LookupError``."""
        asked = InboxFilter(show=Show.ALL, number=digits)
        person, now = self._person(connection, who), self._services.now()
        lines = inbox_page(connection, person, asked, shown_before(now), self._site.today(), 0, 1)
        if not lines:
            raise LookupError
        return lines[0].entry_id

    def _person(self, connection: Connection, who: SignedIn) -> Person:
        return complaint_register.person_of(connection, who, self._site.today())

    def _reader(self, request: Request, act: PersonalAct) -> SignedIn:
        who = self._site.someone(request)
        if not may_with_personal(who.role, act):
            raise self._site.missing(request)
        return who
