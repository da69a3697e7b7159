"""The pages of objections: the list, a new one, one with its steps and what the reader may do."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from msgspec import Struct

from kiosk.domain.calendar import Holidays
from sync.district.complaints.actions import review_conclusion
from sync.district.complaints.conclusions import cases_of
from sync.district.domain.concluding import as_shown
from sync.district.domain.deadlines import load_schemes
from sync.district.domain.objection import (
    STEPS,
    Objection,
    ObjectionAct,
    ObjectionStep,
    ObjectionSubject,
    ObjectionVerdict,
    may,
    may_raise,
    objection_text,
    reads_own_conclusions,
    sees_objections,
    sight,
)
from sync.district.domain.people import SignedIn
from sync.district.domain.rights import Person
from sync.district.domain.staff_words import WrongWords
from sync.district.store import complaint_register, conclusions, doubts
from sync.district.store import objections as store
from sync.district.store.complaints import country_holidays
from sync.district.store.conclusions import Notice
from sync.district.store.engine import Connection, StoreUnavailable, writing
from sync.district.store.imports import names_by_id
from sync.district.store.organisation import organisation
from sync.district.web.conclusion_routes import own_notices
from sync.district.web.conclusions import OwnNotice, own_conclusion, subject_of_conclusion
from sync.district.web.counter_year import counter_trend
from sync.district.web.objections import in_order, line_of, objection_page, raisable, subject_of
from sync.district.web.page_route import ShortTextRoute, Shown, number_in
from sync.district.web.site import Site

MAX_LINES = 200
"""So many objections the list shows."""


class _Asked(Struct, frozen=True):
    """To what somebody wants to object: a month of a counter, a doubt, or a conclusion."""

    counter: str
    of: str
    doubt: str
    conclusion: str


def add_objection_pages(router: APIRouter, site: Site) -> None:
    """Adds the pages to the site."""
    pages, forms = _Pages(site), site.router(ShortTextRoute)
    router.add_api_route("/objections", pages.list_page, methods=["GET"])
    router.add_api_route("/objections/new", pages.new_page, methods=["GET"])
    forms.add_api_route("/objections/new", pages.make, methods=["POST"])
    router.add_api_route("/objections/{objection_id}", pages.page, methods=["GET"])
    forms.add_api_route("/objections/{objection_id}", pages.act, methods=["POST"])
    router.include_router(forms)


class _Pages:
    """The handlers. Plain functions, so that the server runs them in threads."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._schemes = load_schemes(site.services.settings.deadlines)

    # ---- the list

    def list_page(self, request: Request) -> Response:
        """Every objection that the person may see, what is due first."""
        who = self._reader(request)

        def read(connection: Connection) -> Response:
            person, holidays, today = self._person(connection, who), country_holidays(connection), self._site.today()
            seen = [
                each
                for each in store.objections_seen(connection, sight(person), {person.user_name, *person.deputy_for})
                if may(person, ObjectionAct.SEE, each, holidays, today)
            ]
            units, counters = names_by_id(connection, "units"), names_by_id(connection, "counters")
            lines = in_order([line_of(each, units, counters, holidays, today) for each in seen])
            values = {"signed_in": who, "lines": lines[:MAX_LINES], "left": max(0, len(lines) - MAX_LINES)}
            return self._site.renderer.page("objections.html", self._site.language(request), 200, **values)

        return self._site.read(request, read)

    # ---- a new one

    def new_page(
        self, request: Request, counter: str = "", of: str = "", doubt: str = "", conclusion: str = ""
    ) -> Response:
        """The form for an objection to a month of a counter, to what was decided about a doubt, or to a conclusion."""
        return self._new(request, self._reader(request), _Asked(counter, of, doubt, conclusion), 200)

    def make(
        self,
        request: Request,
        form_token: Annotated[str, Form()] = "",
        counter: Annotated[str, Form()] = "",
        of: Annotated[str, Form()] = "",
        doubt: Annotated[str, Form()] = "",
        conclusion: Annotated[str, Form()] = "",
        text: Annotated[str, Form()] = "",
    ) -> Response:
        """Raises one; the figure is read anew and kept as it is told now."""
        asked = _Asked(counter, of, doubt, conclusion)
        who, site = self._reader(request), self._site
        self._site.insist_on_form(request, who, form_token)
        try:
            written = objection_text(text)
            with writing(site.services.engine) as connection:
                store.begin(connection)
                offered = self._offered(request, connection, who, asked)
                one = doubt or conclusion
                subject = next((each for each in offered if one or f"{each.month:%Y-%m}" == of), None)
                if subject is None:
                    raise Shown(site.message(request, 403, "objection_not_now"))
                step = ObjectionStep(site.services.now(), who.user_name, who.role, ObjectionAct.RAISE, written)
                number = store.make(connection, subject, step)
        except WrongWords as wrong:
            return self._new(request, who, asked, 422, text, wrong.key)
        except StoreUnavailable as error:
            raise site.unavailable(request) from error
        return RedirectResponse(f"/objections/{number}", 303)

    def _new(
        self, request: Request, who: SignedIn, asked: "_Asked", status: int, text: str = "", error: str = ""
    ) -> Response:
        counter = asked.counter

        def read(connection: Connection) -> Response:
            offered = self._offered(request, connection, who, asked)
            counters = names_by_id(connection, "counters")
            values = {
                "signed_in": who,
                "offered": offered,
                "counter": counter,
                "counter_name": counters.get(offered[0].counter_id if offered else counter, counter),
                "of": asked.of,
                "doubt": asked.doubt,
                "conclusion": asked.conclusion,
                "text": text,
                "error": error,
            }
            return self._site.renderer.page("objection_new.html", self._site.language(request), status, **values)

        return self._site.read(request, read)

    def _offered(
        self, request: Request, connection: Connection, who: SignedIn, asked: "_Asked"
    ) -> list[ObjectionSubject]:
        """What the person may object to; 404 for a counter, a doubt or a conclusion that is not theirs."""
        person, today, counter = self._person(connection, who), self._site.today(), asked.counter
        nothing = Shown(self._site.message(request, 404, "not_found"))
        if asked.conclusion:
            known = own_notices(connection, self._site, person) if reads_own_conclusions(person) else []
            mine = next((each for each in known if each.place == number_in(asked.conclusion)), None)
            if mine is None:
                raise nothing
            return self._of_conclusion(connection, person, mine)
        if asked.doubt:
            found = doubts.doubt(connection, number_in(asked.doubt))
            subject = None if found is None else subject_of(found)
            if subject is None or subject.counter_id not in person.counters or not person.linked:
                raise nothing
            others = store.objections_at(connection, [subject.counter_id])
            return [subject] if may_raise(person, subject, others, today) else []
        unit = next((unit for unit, each in organisation(connection).counters_on(today) if each == counter), None)
        if unit is None or counter not in person.counters or not person.linked:
            raise nothing
        trend = counter_trend(connection, unit, counter, self._site.rules(), today)
        return raisable(person, unit, counter, trend.months, store.objections_at(connection, [counter]), today)

    def _of_conclusion(self, connection: Connection, person: Person, mine: OwnNotice) -> list[ObjectionSubject]:
        """A conclusion of which the person was told, while they read it on their page and may object to it."""
        others = store.objections_to_notices(connection, [mine.notice.notice_id])
        own = own_conclusion(mine, person, others, country_holidays(connection), self._site.today())
        may_now = own is not None and own.may_object
        return [subject_of_conclusion(mine.notice, mine.case)] if may_now else []

    # ---- one

    def page(self, request: Request, objection_id: str) -> Response:
        """One objection with its steps and both figures."""
        return self._page(request, self._reader(request), objection_id, 200)

    def act(
        self,
        request: Request,
        objection_id: str,
        form_token: Annotated[str, Form()] = "",
        action: Annotated[str, Form()] = "",
        seen: Annotated[str, Form()] = "",
        text: Annotated[str, Form()] = "",
        verdict: Annotated[str, Form()] = "",
    ) -> Response:
        """Does something to an objection, if nothing was done to it since the page was made."""
        who, site = self._reader(request), self._site
        self._site.insist_on_form(request, who, form_token)
        try:
            with writing(site.services.engine) as connection:
                store.begin(connection)
                person, objection, holidays = self._seen(request, connection, who, objection_id)
                if action not in STEPS or not may(
                    person, ObjectionAct(action), objection, holidays, self._site.today()
                ):
                    raise Shown(site.message(request, 403, "objection_not_now"))
                if seen != str(len(objection.steps)):
                    raise Shown(site.message(request, 409, "objection_not_now"))
                step = self._step(who, ObjectionAct(action), text, verdict)
                store.add_step(connection, objection, step)
                self._review(connection, objection, step)
        except WrongWords as wrong:
            return self._page(request, who, objection_id, 422, text, (action, wrong.key))
        except StoreUnavailable as error:
            raise site.unavailable(request) from error
        return RedirectResponse(f"/objections/{objection_id}", 303)

    def _review(self, connection: Connection, objection: Objection, step: ObjectionStep) -> None:
        """An objection to a conclusion that was agreed with has it concluded anew."""
        notice = conclusions.notice(connection, objection.subject.notice_id or 0)
        if step.verdict is ObjectionVerdict.AGREED and notice is not None:
            review_conclusion(connection, self._schemes, notice, step)

    def _step(self, who: SignedIn, act: ObjectionAct, text: str, verdict: str) -> ObjectionStep:
        """What somebody did, checked. Raises ``WrongWords``."""
        now = self._site.services.now()
        if act is ObjectionAct.WITHDRAW:
            return ObjectionStep(now, who.user_name, who.role, act)
        written = objection_text(text)
        if act is not ObjectionAct.DECIDE:
            return ObjectionStep(now, who.user_name, who.role, act, written)
        if verdict not in set(ObjectionVerdict):
            raise WrongWords("verdict")
        return ObjectionStep(now, who.user_name, who.role, act, written, ObjectionVerdict(verdict))

    def _page(
        self,
        request: Request,
        who: SignedIn,
        objection_id: str,
        status: int,
        text: str = "",
        error: tuple[str, str] = ("", ""),
    ) -> Response:
        def read(connection: Connection) -> Response:
            person, objection, holidays = self._seen(request, connection, who, objection_id)
            today, subject = self._site.today(), objection.subject
            units, counters = names_by_id(connection, "units"), names_by_id(connection, "counters")
            place, of_conclusion = (subject.unit_id, subject.counter_id), subject.is_of_conclusion
            months = () if of_conclusion else counter_trend(connection, *place, self._site.rules(), today).months
            people = complaint_register.people(connection, today)
            line = line_of(objection, units, counters, holidays, today)
            notice = conclusions.notice(connection, subject.notice_id or 0)
            page = objection_page(line, months, person, people, holidays, today)
            values = {"signed_in": who, "page": page, "text": text, "error": error, "today": today}
            values["conclusion"] = self._words(connection, notice)
            values["complaint"] = notice.complaint_id if notice and who.user_name != objection.author else ""
            return self._site.renderer.page("objection.html", self._site.language(request), status, **values)

        return self._site.read(request, read)

    def _words(self, connection: Connection, notice: Notice | None) -> str:
        """What the officer was told, while they read it on their page."""
        if notice is None:
            return ""
        case = cases_of(connection, [notice.complaint_id], self._site.services.now())[notice.complaint_id]
        conclusion = as_shown(case, notice.action_id, self._site.today())
        return conclusion.notice if conclusion is not None else ""

    # ---- shared steps

    def _seen(
        self, request: Request, connection: Connection, who: SignedIn, objection_id: str
    ) -> tuple[Person, Objection, Holidays]:
        """The person, the objection and the holidays by which its days run; for who may not see it, it is not there."""
        found, person = store.objection(connection, number_in(objection_id)), self._person(connection, who)
        holidays = country_holidays(connection)
        if found is None or not may(person, ObjectionAct.SEE, found, holidays, self._site.today()):
            raise Shown(self._site.message(request, 404, "not_found"))
        return person, found, holidays

    def _person(self, connection: Connection, who: SignedIn) -> Person:
        return complaint_register.person_of(connection, who, self._site.today())

    def _reader(self, request: Request) -> SignedIn:
        who = self._site.someone(request)
        if not sees_objections(who.role):
            raise Shown(self._site.message(request, 404, "not_found"))
        return who
