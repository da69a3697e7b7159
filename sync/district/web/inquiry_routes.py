"""The pages of inquiries: the list, the form of a counter, one with its answers."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from sync.district.domain.inquiry import (
    MIN_WORDS,
    STEPS,
    Inquiry,
    InquiryAct,
    InquiryStep,
    allowed,
    may,
    may_ask,
    sees_inquiries,
    title_of,
)
from sync.district.domain.people import SignedIn
from sync.district.domain.rights import Person
from sync.district.domain.staff_words import WrongWords, staff_words
from sync.district.store import complaint_register
from sync.district.store import inquiries as store
from sync.district.store.complaints import country_holidays
from sync.district.store.engine import Connection, StoreUnavailable, writing
from sync.district.store.imports import names_by_id
from sync.district.store.organisation import organisation
from sync.district.web.inquiries import lines_of
from sync.district.web.page_route import ShortTextRoute, Shown, number_in
from sync.district.web.site import Site

MAX_LINES = 200
"""So many inquiries the list shows."""


def add_inquiry_pages(router: APIRouter, site: Site) -> None:
    """Adds the pages to the site."""
    pages, forms = _Pages(site), site.router(ShortTextRoute)
    router.add_api_route("/inquiries", pages.list_page, methods=["GET"])
    router.add_api_route("/inquiries/new", pages.new_page, methods=["GET"])
    forms.add_api_route("/inquiries/new", pages.ask, methods=["POST"])
    router.add_api_route("/inquiries/{inquiry_id}", pages.page, methods=["GET"])
    forms.add_api_route("/inquiries/{inquiry_id}", pages.act, methods=["POST"])
    router.include_router(forms)


class _Pages:
    """The handlers. Plain functions, so that the server runs them in threads."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def list_page(self, request: Request) -> Response:
        """The inquiries of the units that the person may see, what waits first."""
        who = self._reader(request)

        def read(connection: Connection) -> Response:
            person, holidays = self._person(connection, who), country_holidays(connection)
            seen = [each for each in store.inquiries_of(connection, person.units) if may(person, InquiryAct.SEE, each)]
            units, counters = names_by_id(connection, "units"), names_by_id(connection, "counters")
            lines = lines_of(seen, units, counters, holidays, self._site.today())
            own = sorted((counters.get(each, each), each) for each in person.counters if may_ask(person, each))
            left = max(0, len(lines) - MAX_LINES)
            values = {"signed_in": who, "lines": lines[:MAX_LINES], "left": left, "own": own}
            return self._site.renderer.page("inquiries.html", self._site.language(request), 200, **values)

        return self._site.read(request, read)

    def new_page(self, request: Request, counter: str = "") -> Response:
        """The form for a question of a counter."""
        return self._new(request, self._reader(request), counter, 200)

    def ask(
        self,
        request: Request,
        form_token: Annotated[str, Form()] = "",
        counter: Annotated[str, Form()] = "",
        title: Annotated[str, Form()] = "",
        text: Annotated[str, Form()] = "",
    ) -> Response:
        """Asks."""
        who, site = self._reader(request), self._site
        self._site.insist_on_form(request, who, form_token)
        try:
            step = InquiryStep(
                site.services.now(), who.user_name, who.role, InquiryAct.ASK, staff_words(text, MIN_WORDS)
            )
            about = title_of(title)
            with writing(site.services.engine) as connection:
                unit = self._unit_of(request, connection, who, counter)
                number = store.ask(connection, unit, counter, about, step)
        except WrongWords as wrong:
            return self._new(request, who, counter, 422, title, text, wrong.key)
        except ValueError:
            return self._new(request, who, counter, 422, title, text, "title")
        except StoreUnavailable as error:
            raise site.unavailable(request) from error
        return RedirectResponse(f"/inquiries/{number}", 303)

    def page(self, request: Request, inquiry_id: str) -> Response:
        """One inquiry with its answers."""
        return self._page(request, self._reader(request), inquiry_id, 200)

    def act(
        self,
        request: Request,
        inquiry_id: str,
        form_token: Annotated[str, Form()] = "",
        action: Annotated[str, Form()] = "",
        seen: Annotated[str, Form()] = "",
        text: Annotated[str, Form()] = "",
    ) -> Response:
        """Does something to an inquiry, if nothing was done to it since the page was made."""
        who, site = self._reader(request), self._site
        self._site.insist_on_form(request, who, form_token)
        try:
            with writing(site.services.engine) as connection:
                store.begin(connection)
                person, inquiry = self._seen(request, connection, who, inquiry_id)
                if action not in STEPS or not may(person, InquiryAct(action), inquiry):
                    raise Shown(site.message(request, 403, "inquiry_not_now"))
                if seen != str(len(inquiry.steps)):
                    raise Shown(site.message(request, 409, "inquiry_not_now"))
                written = "" if action == InquiryAct.CLOSE else staff_words(text, MIN_WORDS)
                step = InquiryStep(site.services.now(), who.user_name, who.role, InquiryAct(action), written)
                store.add_step(connection, inquiry.inquiry_id, step)
        except WrongWords as wrong:
            return self._page(request, who, inquiry_id, 422, text, (action, wrong.key))
        except StoreUnavailable as error:
            raise site.unavailable(request) from error
        return RedirectResponse(f"/inquiries/{inquiry_id}", 303)

    # ---- shared steps

    def _new(
        self,
        request: Request,
        who: SignedIn,
        counter: str,
        status: int,
        title: str = "",
        text: str = "",
        error: str = "",
    ) -> Response:
        def read(connection: Connection) -> Response:
            self._unit_of(request, connection, who, counter)
            name = names_by_id(connection, "counters").get(counter, counter)
            values = {"signed_in": who, "counter": counter, "counter_name": name}
            values |= {"title": title, "text": text, "error": error}
            return self._site.renderer.page("inquiry_new.html", self._site.language(request), status, **values)

        return self._site.read(request, read)

    def _page(
        self,
        request: Request,
        who: SignedIn,
        inquiry_id: str,
        status: int,
        text: str = "",
        error: tuple[str, str] = ("", ""),
    ) -> Response:
        def read(connection: Connection) -> Response:
            person, inquiry = self._seen(request, connection, who, inquiry_id)
            units, counters = names_by_id(connection, "units"), names_by_id(connection, "counters")
            (line,) = lines_of([inquiry], units, counters, country_holidays(connection), self._site.today())
            values = {"signed_in": who, "line": line, "acts": allowed(person, inquiry), "text": text, "error": error}
            return self._site.renderer.page("inquiry.html", self._site.language(request), status, **values)

        return self._site.read(request, read)

    def _unit_of(self, request: Request, connection: Connection, who: SignedIn, counter: str) -> str:
        """The unit of a counter for which the person may ask; 404 for any other."""
        there = organisation(connection).counters_on(self._site.today())
        unit = next((unit for unit, each in there if each == counter), None)
        if unit is None or not may_ask(self._person(connection, who), counter):
            raise Shown(self._site.message(request, 404, "not_found"))
        return unit

    def _seen(self, request: Request, connection: Connection, who: SignedIn, inquiry_id: str) -> tuple[Person, Inquiry]:
        """The person and the inquiry; for who may not see it, it is not there."""
        number = number_in(inquiry_id)
        found, person = store.inquiry(connection, number), self._person(connection, who)
        if found is None or not may(person, InquiryAct.SEE, found):
            raise Shown(self._site.message(request, 404, "not_found"))
        return person, found

    def _person(self, connection: Connection, who: SignedIn) -> Person:
        return complaint_register.person_of(connection, who, self._site.today())

    def _reader(self, request: Request) -> SignedIn:
        who = self._site.someone(request)
        if not sees_inquiries(who.role):
            raise Shown(self._site.message(request, 404, "not_found"))
        return who
