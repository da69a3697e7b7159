"""The page of one dossier with its written apology: made, signed, handed over; a second one is refused and noted."""

from datetime import UTC, date, datetime
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from kiosk.domain.calendar import Holidays
from sync.district.domain.apology import (
    MAX_AGENCY,
    MIN_WORDS,
    STEPS,
    Apology,
    ApologyAct,
    ApologyStep,
    Delivery,
    LateDossier,
    Letter,
    NoNewDay,
    SecondApology,
    day_of_step,
    is_second_try,
    may,
    may_make,
    needs_apology,
    new_promise,
    next_step,
    sees_late,
    waits_for_another,
)
from sync.district.domain.apology_rules import ApologyCause, apology_rules
from sync.district.domain.people import SignedIn
from sync.district.domain.rights import Person
from sync.district.domain.staff_words import WrongWords, staff_words
from sync.district.domain.typed import clean
from sync.district.store import apologies as store
from sync.district.store.complaint_register import person_of
from sync.district.store.complaints import country_holidays
from sync.district.store.engine import Connection, StoreUnavailable, writing
from sync.district.store.imports import names_by_id
from sync.district.web.late_readings import place_of
from sync.district.web.page_route import ShortTextRoute, Shown
from sync.district.web.site import Site
from sync.district.web.typed_fields import WrongField, day_in

Typed = Annotated[str, Form()]
_NOTHING = dict.fromkeys(("cause", "agency", "reason", "promised", "on"), "")


def add_apology_pages(router: APIRouter, site: Site) -> None:
    """Adds the pages to the site, after those of which the address begins the same."""
    pages, forms = _Pages(site), site.router(ShortTextRoute)
    router.add_api_route("/late/{code}", pages.dossier, methods=["GET"])
    forms.add_api_route("/late/{code}", pages.make, methods=["POST"])
    forms.add_api_route("/late/{code}/step", pages.step, methods=["POST"])
    router.include_router(forms)


class _Pages:
    """The handlers. Plain functions, so that the server runs them in threads."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def dossier(self, request: Request, code: str) -> Response:
        """A dossier with its apology, or with the form for one."""
        return self._dossier(request, self._reader(request), code, 200)

    def make(
        self,
        request: Request,
        code: str,
        form_token: Typed = "",
        cause: Typed = "",
        agency: Typed = "",
        reason: Typed = "",
        promised: Typed = "",
        opened: Typed = "",
    ) -> Response:
        """Makes the apology, unless there is one: then writes down that somebody tried, or shows the letter to who sent
        the form twice or opened it before there was one."""
        who, site, today = self._reader(request), self._site, self._site.today()
        site.insist_on_form(request, who, form_token)
        typed = {"cause": cause, "agency": agency, "reason": reason, "promised": promised}
        try:
            with writing(site.services.engine) as connection:
                store.begin(connection)
                person, dossier = self._seen(request, connection, who, code)
                apology = store.apology_of(connection, code)
                there = apology is not None or dossier.is_listed
                fits = there or needs_apology(dossier)
                if not may(person, ApologyAct.MAKE, dossier.place) or dossier.due_on is None or not fits:
                    raise Shown(site.message(request, 403, "apology_not_now"))
                refused = there and is_second_try(who.user_name, _opened_at(opened), apology)
                if refused:
                    tried = SecondApology(code, dossier.place, site.services.now(), who.user_name)
                    store.refuse_second(connection, tried)
                elif not there:
                    letter = _letter(dossier, dossier.due_on, typed, today, country_holidays(connection))
                    step = ApologyStep(site.services.now(), who.user_name, who.role, ApologyAct.MAKE, today)
                    store.make(connection, letter, step)
        except (WrongField, WrongWords) as wrong:
            return self._dossier(request, who, code, 422, typed, wrong.key)
        except StoreUnavailable as error:
            raise site.unavailable(request) from error
        if refused:
            raise Shown(site.message(request, 409, "second_apology"))
        return RedirectResponse(f"/late/{quote(code)}", 303)

    def step(
        self,
        request: Request,
        code: str,
        form_token: Typed = "",
        act: Typed = "",
        on: Typed = "",
        delivery: Typed = "",
        cause: Typed = "",
    ) -> Response:
        """Notes that the letter was signed, with the cause as the head sees it, or handed over."""
        who, site, today = self._reader(request), self._site, self._site.today()
        site.insist_on_form(request, who, form_token)
        try:
            with writing(site.services.engine) as connection:
                store.begin(connection)
                person, dossier = self._seen(request, connection, who, code)
                apology = store.apology_of(connection, code)
                due = None if apology is None else next_step(person, apology, dossier)
                if apology is None or due is None or act not in STEPS or due is not ApologyAct(act):
                    raise Shown(site.message(request, 409, "apology_not_now"))
                way = _delivery(delivery) if due is ApologyAct.HAND_OVER else None
                named = _cause(cause).cause_id if cause and due is ApologyAct.SIGN else None
                step = ApologyStep(
                    site.services.now(), who.user_name, who.role, due, _step_day(on, apology, today), way, named
                )
                store.add_step(connection, apology, step)
        except WrongField as wrong:
            return self._dossier(request, who, code, 422, {"on": on, "cause": cause}, wrong.key)
        except StoreUnavailable as error:
            raise site.unavailable(request) from error
        return RedirectResponse(f"/late/{quote(code)}", 303)

    def _dossier(
        self,
        request: Request,
        who: SignedIn,
        code: str,
        status: int,
        typed: dict[str, str] | None = None,
        error: str = "",
    ) -> Response:
        today = self._site.today()

        def read(connection: Connection) -> Response:
            person, dossier = self._seen(request, connection, who, code)
            apology = store.apology_of(connection, code)
            _, procedure, field = place_of(connection, code, today) or (dossier, "", "")
            counters, units = names_by_id(connection, "counters"), names_by_id(connection, "units")
            place, rules = dossier.place, apology_rules()
            values = {
                "signed_in": who,
                "dossier": dossier,
                "procedure": procedure,
                "field": field,
                "counter_name": counters.get(place.counter_id or "", ""),
                "unit_name": units.get(place.unit_id, place.unit_id),
                "apology": apology,
                "cause": rules.cause_of(apology.cause_id) if apology else None,
                "causes": rules.cause,
                "officer": _officer_shown(person, dossier),
                "can_make": may_make(person, dossier, apology),
                "needed": needs_apology(dossier),
                "opened": self._site.services.now().isoformat(),
                "waits_for_another": apology is not None and waits_for_another(person, apology, dossier),
                "next": next_step(person, apology, dossier) if apology else None,
                "deliveries": list(Delivery),
                "days": dossier.days_late(today),
                "today": today,
                "typed": _NOTHING | (typed or {}),
                "error": error,
            }
            return self._site.renderer.page("late_dossier.html", self._site.language(request), status, **values)

        return self._site.read(request, read)

    def _seen(self, request: Request, connection: Connection, who: SignedIn, code: str) -> tuple[Person, LateDossier]:
        """The person and the dossier; for who may not see it, it is not there."""
        today = self._site.today()
        person, found = person_of(connection, who, today), place_of(connection, code, today)
        if found is None or not may(person, ApologyAct.SEE, found[0].place):
            raise Shown(self._site.message(request, 404, "not_found"))
        return person, found[0]

    def _reader(self, request: Request) -> SignedIn:
        who = self._site.someone(request)
        if not sees_late(who.role):
            raise Shown(self._site.message(request, 404, "not_found"))
        return who


def _officer_shown(person: Person, dossier: LateDossier) -> str | None:
    """Who handled it, for those above and for that officer: opened one by one, the dossiers of a counter would tell
    colleagues who of them is late again."""
    is_own = person.officer_number == dossier.officer_number
    return dossier.officer_number if is_own or may(person, ApologyAct.SEE_OFFICERS, dossier.place) else None


def _opened_at(typed: str) -> datetime | None:
    """When the page with the form was made, as the form carries it; ``None`` where nothing says so."""
    try:
        return datetime.fromisoformat(typed).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _cause(cause_id: str) -> ApologyCause:
    found = apology_rules().cause_of(cause_id)
    if found is None:
        raise WrongField("cause")
    return found


def _letter(dossier: LateDossier, due_on: date, typed: dict[str, str], today: date, holidays: Holidays) -> Letter:
    """What the letter says. Raises ``WrongField`` and ``WrongWords``."""
    cause = _cause(typed["cause"])
    agency = " ".join(clean(typed["agency"]).split()) if cause.names_agency else ""
    if cause.names_agency and not 3 <= len(agency) <= MAX_AGENCY:
        raise WrongField("agency")
    reason = staff_words(typed["reason"], MIN_WORDS)
    try:
        promised = new_promise(day_in(typed["promised"]), dossier, today, holidays)
    except NoNewDay as error:
        raise WrongField(error.key) from error
    return Letter(
        dossier_code=dossier.dossier_code,
        place=dossier.place,
        procedure_id=dossier.procedure_id,
        officer_number=dossier.officer_number,
        received_on=dossier.received_on,
        due_on=due_on,
        promised_on=promised,
        cause_id=cause.cause_id,
        agency=agency,
        reason=reason,
    )


def _step_day(on: str, apology: Apology, today: date) -> date:
    found = day_in(on)
    try:
        return day_of_step(found or date.max, apology, today)
    except ValueError as error:
        raise WrongField("day") from error


def _delivery(name: str) -> Delivery:
    if name not in list(Delivery):
        raise WrongField("delivery")
    return Delivery(name)
