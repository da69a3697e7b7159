"""The pages of doubts: the list, one doubt with the unit's word and the verdict, and the auditor's minutes."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from sync.district.domain.audit import Audited, AuditEntry, reason_from
from sync.district.domain.doubt_case import (
    DoubtAction,
    DoubtCase,
    DoubtStep,
    DoubtVerdict,
    decided,
    doubt_text,
    may,
    sees_doubts,
    sight,
)
from sync.district.domain.objection import ObjectionAct, may_raise
from sync.district.domain.objection import may as may_with_objection
from sync.district.domain.people import SignedIn
from sync.district.domain.rights import Person
from sync.district.measures.cover import last_of_month
from sync.district.store import audit, complaint_register
from sync.district.store import doubts as store
from sync.district.store.complaints import country_holidays
from sync.district.store.doubt_presses import counter_months
from sync.district.store.engine import Connection, StoreUnavailable, writing
from sync.district.store.figures import handled_by_era, released_by_era
from sync.district.store.imports import names_by_id
from sync.district.store.objections import objections_at
from sync.district.store.organisation import organisation
from sync.district.web.doubts import SilentCounter, doubt_page, latest, line_of, minutes, visible
from sync.district.web.objections import subject_of
from sync.district.web.page_route import ShortTextRoute, Shown, number_in
from sync.district.web.site import Site

MIN_DOSSIERS = 30
"""A counter that served fewer dossiers in a month and has no rating is not called silent."""


def add_doubt_pages(router: APIRouter, site: Site) -> None:
    """Adds the pages to the site."""
    pages, forms = _Pages(site), site.router(ShortTextRoute)
    router.add_api_route("/doubts", pages.doubts, methods=["GET"])
    router.add_api_route("/doubts/{doubt_id}", pages.doubt, methods=["GET"])
    forms.add_api_route("/doubts/{doubt_id}/objection", pages.objection, methods=["POST"])
    forms.add_api_route("/doubts/{doubt_id}/verdict", pages.verdict, methods=["POST"])
    forms.add_api_route("/doubts/{doubt_id}/minutes", pages.minutes, methods=["POST"])
    router.include_router(forms)


class _Pages:
    """The handlers. Plain functions, so that the server runs them in threads."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def doubts(self, request: Request) -> Response:
        """Every doubt that the person may see, the counters nobody rates at, and what was examined."""
        who = self._reader(request)

        def read(connection: Connection) -> Response:
            person, today = complaint_register.person_of(connection, who, self._site.today()), self._site.today()
            seen = visible(store.doubts_seen(connection, sight(person)), person, today)
            units, counters = names_by_id(connection, "units"), names_by_id(connection, "counters")
            examined = latest(store.examinations(connection))
            values = {
                "signed_in": who,
                "lines": [line_of(each, units, counters, today) for each in seen],
                "examined": examined,
                "decided": decided([each.case for each in seen]),
                "silent": _silent(connection, person, examined[0].month, units, counters) if examined else [],
                "min_dossiers": MIN_DOSSIERS,
            }
            return self._site.renderer.page("doubts.html", self._site.language(request), 200, **values)

        return self._site.read(request, read)

    def doubt(self, request: Request, doubt_id: str) -> Response:
        """One doubt."""
        return self._page(request, self._reader(request), doubt_id, 200)

    def objection(
        self,
        request: Request,
        doubt_id: str,
        form_token: Annotated[str, Form()] = "",
        text: Annotated[str, Form()] = "",
    ) -> Response:
        """The unit's side has its say."""
        return self._write(request, doubt_id, form_token, DoubtAction.OBJECT, lambda: (doubt_text(text), None), text)

    def verdict(
        self,
        request: Request,
        doubt_id: str,
        form_token: Annotated[str, Form()] = "",
        text: Annotated[str, Form()] = "",
        verdict: Annotated[str, Form()] = "",
    ) -> Response:
        """Somebody above decides and says why."""
        return self._write(
            request, doubt_id, form_token, DoubtAction.DECIDE, lambda: (doubt_text(text), DoubtVerdict(verdict)), text
        )

    def minutes(
        self,
        request: Request,
        doubt_id: str,
        form_token: Annotated[str, Form()] = "",
        reason: Annotated[str, Form()] = "",
    ) -> Response:
        """Single presses, for the auditor; that somebody looks is written down first, in the same transaction."""
        who = self._reader(request)
        self._site.insist_on_form(request, who, form_token)
        try:
            why = reason_from(reason)
        except ValueError:
            return self._page(request, who, doubt_id, 422, error="reason")
        try:
            with writing(self._site.services.engine) as connection:
                person, doubt = self._seen(request, connection, who, doubt_id)
                if not may(person, DoubtAction.SEE_MINUTES, doubt.case, self._site.today()):
                    raise Shown(self._site.message(request, 404, "not_found"))
                detail = {"doubt": doubt.doubt_id, "unit": doubt.case.unit_id, "first": doubt.month.isoformat()}
                now = self._site.services.now()
                audit.note(connection, AuditEntry(now, who.user_name, Audited.VIEW, detail, why))
                place = (doubt.case.unit_id, doubt.case.counter_id)
                found = next(counter_months(connection, doubt.month, place), None)
                without = store.scores_without(connection, doubt)
        except StoreUnavailable as error:
            raise self._site.unavailable(request) from error
        shown = None if found is None else minutes(doubt, found, without)
        return self._page(request, who, doubt_id, 200, minutes=shown)

    # ---- shared steps

    def _write(
        self,
        request: Request,
        doubt_id: str,
        form_token: str,
        action: DoubtAction,
        read: Callable[[], tuple[str, DoubtVerdict | None]],
        text: str,
    ) -> Response:
        who = self._reader(request)
        self._site.insist_on_form(request, who, form_token)
        try:
            written, verdict = read()
        except ValueError:
            return self._page(request, who, doubt_id, 422, error=str(action), text=text[:2_000])
        try:
            with writing(self._site.services.engine) as connection:
                person, doubt = self._seen(request, connection, who, doubt_id)
                if not may(person, action, doubt.case, self._site.today()):
                    raise Shown(self._site.message(request, 403, "doubt_not_now"))
                step = DoubtStep(self._site.services.now(), who.user_name, written, verdict, who.role)
                store.add_step(connection, doubt.doubt_id, step)
        except StoreUnavailable as error:
            raise self._site.unavailable(request) from error
        return RedirectResponse(f"/doubts/{doubt_id}", 303)

    def _page(
        self,
        request: Request,
        who: SignedIn,
        doubt_id: str,
        status: int,
        error: str = "",
        text: str = "",
        **more: object,
    ) -> Response:
        today = self._site.today()

        def read(connection: Connection) -> Response:
            person, doubt = self._seen(request, connection, who, doubt_id)
            units, counters = names_by_id(connection, "units"), names_by_id(connection, "counters")
            line = line_of(doubt.listed, units, counters, today)
            rules = self._site.rules()
            page = doubt_page(doubt, line, store.both_figures(connection, doubt), person, rules, today)
            values = {"signed_in": who, "page": page, "error": error, "text": text, "minutes": None} | more
            values |= _objections(connection, person, doubt, today)
            return self._site.renderer.page("doubt.html", self._site.language(request), status, **values)

        return self._site.read(request, read)

    def _seen(
        self, request: Request, connection: Connection, who: SignedIn, doubt_id: str
    ) -> tuple[Person, store.Doubt]:
        """The person and the doubt; for who may not see it, it is not there."""
        number = number_in(doubt_id)
        found = store.doubt(connection, number)
        person = complaint_register.person_of(connection, who, self._site.today())
        if found is None or not may(person, DoubtAction.SEE, found.case, self._site.today()):
            raise Shown(self._site.message(request, 404, "not_found"))
        return person, found

    def _reader(self, request: Request) -> SignedIn:
        who = self._site.someone(request)
        if not sees_doubts(who.role):
            raise Shown(self._site.message(request, 404, "not_found"))
        return who


def _objections(connection: Connection, person: Person, doubt: store.Doubt, today: date) -> dict[str, object]:
    """The objections to what was decided about a doubt, and whether the person may raise one."""
    there = objections_at(connection, [doubt.case.counter_id]) if doubt.case.counter_id else []
    holidays = country_holidays(connection)
    seen = [each for each in there if each.subject.doubt_id == doubt.doubt_id]
    return {
        "objections": [each for each in seen if may_with_objection(person, ObjectionAct.SEE, each, holidays, today)],
        "may_object": may_raise(person, subject_of(doubt), there, today),
    }


def _silent(
    connection: Connection, person: Person, month: date, units: Mapping[str, str], counters: Mapping[str, str]
) -> list[SilentCounter]:
    """The counters of a person's units that served many dossiers in a month and have no released rating."""
    last, known = last_of_month(month), organisation(connection)
    place_of = {counter_id: unit_id for unit_id, counter_id in known.counters_on(last)}
    rated = {counter_id for _, _, counter_id in released_by_era(connection, month, last)}
    served = {counter_id: n for (_, _, counter_id), n in handled_by_era(connection, month, last).items()}
    return [
        SilentCounter(units.get(place_of[counter_id], place_of[counter_id]), counters.get(counter_id, counter_id), n)
        for counter_id, n in sorted(served.items(), key=lambda each: -each[1])
        if n >= MIN_DOSSIERS and counter_id in place_of and counter_id not in rated
        if _may_see_counter(person, place_of[counter_id], counter_id)
    ]


def _may_see_counter(person: Person, unit_id: str, counter_id: str) -> bool:
    nobody_yet = DoubtCase(unit_id, counter_id, date.min)
    return may(person, DoubtAction.SEE, nobody_yet, date.min)
