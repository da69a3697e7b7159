"""The page of a one-stop unit for its head, and the addresses of its wall displays that a head makes and ends."""

from collections.abc import Callable, Collection, Mapping
from datetime import date, timedelta
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from msgspec import Struct

from kiosk.domain.calendar import OfficeCalendar
from kiosk.domain.released_remark import ReleasedBatch
from sync.district.domain.objection import ObjectionState
from sync.district.domain.people import SignedIn
from sync.district.domain.release import last_complete_month, shown_before
from sync.district.domain.remark import TakenDown
from sync.district.domain.remark_batch import MIN_SOURCES
from sync.district.domain.rights import OneStopAct, Person, heads_one_stop, may_at_one_stop
from sync.district.domain.sign_ins import DAYS_BACK, SignInDiffers, by_day, differing, newest_first
from sync.district.measures.kiosks import kiosk_lines
from sync.district.measures.organisation import Organisation
from sync.district.measures.period import Asked, NotBegun, Period, PeriodName, after, before, newest_finished, period
from sync.district.measures.silent_hours import open_hours
from sync.district.measures.waiting import Times
from sync.district.store import wall_displays
from sync.district.store.complaint_register import person_of
from sync.district.store.complaints import country_holidays
from sync.district.store.dossiers_due import due_by_counter, newest_changes
from sync.district.store.engine import Connection, StoreUnavailable, writing
from sync.district.store.inbox import CitizenQuestions, questions
from sync.district.store.known_kiosks import known_kiosks
from sync.district.store.late_dossiers import count_without_apology
from sync.district.store.organisation import organisation
from sync.district.store.queue_times import times_at_counters
from sync.district.store.rated_hours import counters_of_unknown_hours, rated_hours, visits_by_hour
from sync.district.store.releases import shown_until
from sync.district.store.remark_releases import batches_at, batches_of_units, take_down, unit_of_released
from sync.district.store.rosters import officers_of, shifts_of
from sync.district.store.sign_ins import sign_ins_at
from sync.district.times import start_of
from sync.district.web.asked import AskedView
from sync.district.web.counter import MONTH_OF_THE_DAY, next_working_day, read_counters
from sync.district.web.one_stop import DueFacts, HourFacts, OneStop, one_stop
from sync.district.web.overview import objected_in
from sync.district.web.page_route import Shown, number_in
from sync.district.web.site import Site
from sync.district.web.waiting import WaitingPage, gather, waiting_page

LONG_KINDS = (PeriodName.MONTH, PeriodName.QUARTER, PeriodName.HALF_YEAR, PeriodName.YEAR)
"""What can be chosen once it is over. The running month is the only one that moves."""
MAX_COUNTERS = 60
"""A unit with more is looked at part by part."""


class UnitChoice(Struct, frozen=True):
    """A unit with counters of its own that somebody heads."""

    unit_id: str
    name: str


class UnitRemarks(Struct, frozen=True):
    """What citizens wrote, as far as it was released: by counter, and of each unit as a whole, by its name."""

    at: Mapping[str, tuple[ReleasedBatch, ...]] = {}
    of_units: tuple[tuple[str, tuple[ReleasedBatch, ...]], ...] = ()
    floor: int = MIN_SOURCES

    def __bool__(self) -> bool:
        return bool(self.at or self.of_units)


class NotFinished(ValueError):
    """A period that still runs, or one of a kind that is not offered here."""


class PeriodChoice(Struct, frozen=True):
    """The newest finished period of each kind, and those beside the one that is shown; ``following`` is empty where it
    would still run."""

    finished: tuple[Period, ...] = ()
    previous: Period | None = None
    following: Period | None = None


class _Read(Struct, frozen=True):
    """What the page is made of. ``chosen``: the unit that is shown; empty while there is one to choose.
    ``unapologised``: by counter, how many dossiers past their day have no apology that was handed over;
    ``questions``: those of citizens that wait; ``times``: of waiting and service, by counter; ``differing``: who signed
    in where the roster names somebody else; ``posts``: of officers, by number."""

    choices: list[UnitChoice]
    chosen: str
    page: OneStop | None
    earlier: Period | None
    displays: tuple[wall_displays.WallDisplay, ...]
    waiting: WaitingPage | None = None
    objected: Mapping[str, tuple[ObjectionState, ...]] = {}
    remarks: UnitRemarks = UnitRemarks()
    unapologised: Mapping[str, int] = {}
    questions: CitizenQuestions = CitizenQuestions()
    choice: PeriodChoice = PeriodChoice()
    times: Mapping[str, Times] = {}
    differing: tuple[SignInDiffers, ...] = ()
    posts: Mapping[str, str] = {}


def add_one_stop_pages(router: APIRouter, site: Site) -> None:
    """Adds the pages to the site."""
    pages = _Pages(site)
    router.add_api_route("/one-stop", pages.one_stop, methods=["GET"])
    router.add_api_route("/one-stop/display", pages.make_display, methods=["POST"])
    router.add_api_route("/one-stop/display/end", pages.end_display, methods=["POST"])
    router.add_api_route("/one-stop/take-down", pages.take_down, methods=["POST"])


def due_facts(connection: Connection, counters: list[str], today: date) -> DueFacts:
    """What some counters have to return, as the imported lists tell."""
    next_day = next_working_day(today, country_holidays(connection))
    return DueFacts(
        today, next_day, due_by_counter(connection, counters, today, next_day), newest_changes(connection, counters)
    )


class _Pages:
    """The handlers. Plain functions, so that the server runs them in threads."""

    def __init__(self, site: Site) -> None:
        self._site, self._services = site, site.services

    def one_stop(self, request: Request, view: AskedView) -> Response:
        """The unit that was asked for, or the only one that somebody heads; this month, or a finished period."""
        who = self._head(request)
        try:
            wanted = view.asked()
        except ValueError as error:
            raise Shown(self._site.message(request, 404, "wrong_period")) from error
        return self._page(request, who, view.unit or "", wanted=wanted)

    def make_display(
        self, request: Request, form_token: Annotated[str, Form()] = "", unit: Annotated[str, Form()] = ""
    ) -> Response:
        """Makes the address of a wall display and shows it, this once."""
        who = self._same_form(request, form_token)
        now = self._services.now()
        try:
            with writing(self._services.engine) as connection:
                self._may(request, connection, who, OneStopAct.DISPLAY, unit)
                secret = wall_displays.make(connection, unit, who.user_name, now)
        except wall_displays.TooManyDisplays:
            return self._page(request, who, unit, 409, error="too_many")
        except StoreUnavailable as error:
            raise self._site.unavailable(request) from error
        return self._page(request, who, unit, made=f"{self._site.address_of(request)}/display/{secret}")

    def end_display(
        self, request: Request, form_token: Annotated[str, Form()] = "", display: Annotated[str, Form()] = ""
    ) -> Response:
        """Ends the address of a wall display."""
        who = self._same_form(request, form_token)
        number = number_in(display)
        now = self._services.now()
        try:
            with writing(self._services.engine) as connection:
                found = wall_displays.numbered(connection, number, now)
                if found is None:
                    raise Shown(self._site.message(request, 404, "not_found"))
                self._may(request, connection, who, OneStopAct.DISPLAY, found.unit_id)
                wall_displays.end(connection, found, who.user_name, now)
        except StoreUnavailable as error:
            raise self._site.unavailable(request) from error
        return RedirectResponse(f"/one-stop?unit={quote(found.unit_id)}#display", 303)

    def take_down(
        self,
        request: Request,
        form_token: Annotated[str, Form()] = "",
        remark: Annotated[str, Form()] = "",
        why: Annotated[str, Form()] = "",
    ) -> Response:
        """Takes a released remark down; without a reason nothing happens."""
        who = self._same_form(request, form_token)
        batch_id, position = (number_in(part) for part in (*remark.split("-", 1), "")[:2])
        now = self._services.now()
        try:
            with writing(self._services.engine) as connection:
                unit_id = unit_of_released(connection, batch_id, position, self._site.today())
                if unit_id is None:
                    raise Shown(self._site.message(request, 404, "not_found"))
                self._may(request, connection, who, OneStopAct.TAKE_DOWN, unit_id)
                if why not in set(TakenDown):
                    raise Shown(self._site.message(request, 422, "take_down_why"))
                take_down(connection, batch_id, position, who.user_name, TakenDown(why), now)
        except StoreUnavailable as error:
            raise self._site.unavailable(request) from error
        return RedirectResponse(f"/one-stop?unit={quote(unit_id)}#remarks", 303)

    # ---- shared steps

    def _page(
        self,
        request: Request,
        who: SignedIn,
        unit: str,
        status: int = 200,
        *,
        wanted: Asked = MONTH_OF_THE_DAY,
        made: str = "",
        error: str = "",
    ) -> Response:
        texts = self._site.language(request)
        try:
            read = self._site.read(request, lambda connection: self._read(request, connection, who, unit, wanted))
        except NotBegun as refused:
            raise Shown(self._site.message(request, 404, "not_begun")) from refused
        except NotFinished as refused:
            raise Shown(self._site.message(request, 404, "wrong_period")) from refused
        values = {
            "signed_in": who,
            "read": read,
            "page": read.page,
            "made": made,
            "error": error,
            "most": MAX_COUNTERS,
            "whys": tuple(TakenDown),
            "today": self._site.today(),
        }
        return self._site.renderer.page("one_stop.html", texts, status, **values)

    def _read(self, request: Request, connection: Connection, who: SignedIn, unit: str, wanted: Asked) -> _Read:
        today = self._site.today()
        until = shown_until(connection, today)
        shown = _finished_or_now(wanted, until)
        person = person_of(connection, who, today)
        choices = _choices(connection, person, today)
        chosen = unit or (who.unit_id if choices else "") or (choices[0].unit_id if len(choices) == 1 else "")
        if not chosen:
            return _Read(choices, "", None, None, ())
        self._may(request, connection, who, OneStopAct.SEE, chosen)
        facts, tree = read_counters(connection, today, wanted), organisation(connection)
        below = tree.below(chosen, today)
        rules = self._site.rules()
        counters = [each for unit_id, each in tree.counters_on(today) if unit_id in below]
        due, kiosks = due_facts(connection, counters, today), known_kiosks(connection, today)
        calendars, month = kiosks.offices.calendars(tree, today), _month_of_hours(shown, until)
        hours = _hour_facts(connection, calendars, below, counters, month, rules.floor)
        lines = kiosk_lines(tree, kiosks, below, self._services.now())
        page = one_stop(facts, chosen, rules, due, lines, hours)
        if page is None:
            raise Shown(self._site.message(request, 404, "not_found"))
        if len(page.lines) > MAX_COUNTERS:
            return _Read(choices, "", None, None, ())
        waiting = waiting_page(gather(connection, wanted, today), None, chosen, self._services.now())
        objected = objected_in(connection, facts.here.period)
        displays = tuple(wall_displays.holding(connection, chosen, self._services.now()))
        names = {unit.unit_id: unit.name for unit in tree.newest_units()}
        of_units = batches_of_units(connection, below)
        remarks = UnitRemarks(
            batches_at(connection, counters),
            tuple((names.get(each, each), of_units[each]) for each in sorted(of_units)),
        )
        earlier = newest_finished(PeriodName.MONTH, until)
        unapologised = count_without_apology(connection, counters, today)
        asked = questions(connection, person, below, shown_before(self._services.now()), today)
        shown_days = waiting.period if waiting else shown
        return _Read(
            choices,
            chosen,
            page,
            shown if shown.name is PeriodName.MONTH and not shown.runs else earlier,
            displays,
            waiting,
            objected,
            remarks,
            unapologised,
            asked,
            choice=_choice(shown, until),
            times=times_at_counters(connection, shown_days.first, shown_days.last, counters),
            differing=self._differing(connection, tree, below, today),
            posts={
                each.officer_number: each.post for unit_id in sorted(below) for each in officers_of(connection, unit_id)
            },
        )

    def _differing(
        self, connection: Connection, tree: Organisation, units: Collection[str], today: date
    ) -> tuple[SignInDiffers, ...]:
        """Unit by unit: where one has no roster, its sign-ins differ from nothing."""
        first, last = today - timedelta(days=DAYS_BACK), today - timedelta(days=1)
        found: list[SignInDiffers] = []
        for unit_id in units:
            roster = shifts_of(connection, unit_id, first, last)
            counters = [each for unit, each in tree.counters_on(today) if unit == unit_id] if roster else []
            seen = sign_ins_at(connection, counters, start_of(first), shown_before(self._services.now()))
            found += differing([each for each in seen if each.at.date() <= last], by_day(roster))
        return newest_first(found)

    def _head(self, request: Request) -> SignedIn:
        who = self._site.someone(request)
        if not heads_one_stop(who.role):
            raise Shown(self._site.message(request, 404, "not_found"))
        return who

    def _same_form(self, request: Request, form_token: str) -> SignedIn:
        who = self._head(request)
        self._site.insist_on_form(request, who, form_token)
        return who

    def _may(self, request: Request, connection: Connection, who: SignedIn, act: OneStopAct, unit: str) -> None:
        if not unit or not may_at_one_stop(person_of(connection, who, self._site.today()), act, unit):
            raise Shown(self._site.message(request, 404, "not_found"))


def _hour_facts(
    connection: Connection,
    calendar_of: Callable[[str], OfficeCalendar],
    units: Collection[str],
    counters: Collection[str],
    month: tuple[date, date],
    floor: int,
) -> HourFacts:
    first, last = month
    return HourFacts(
        first,
        last,
        {unit_id: open_hours(calendar_of(unit_id), first, last) for unit_id in units},
        rated_hours(connection, first, last, floor),
        visits_by_hour(connection, counters, first, last),
        counters_of_unknown_hours(connection, first, last),
    )


def _finished_or_now(wanted: Asked, until: date) -> Period:
    """The period that is shown: the running month where none was asked for, else months and longer that are over.
    Raises ``NotFinished`` for any other."""
    shown = period(wanted, until)
    if wanted.name not in LONG_KINDS or (shown.runs and wanted != MONTH_OF_THE_DAY):
        raise NotFinished(f"{wanted.of or wanted.name} is no finished period")
    return shown


def _choice(shown: Period, until: date) -> PeriodChoice:
    finished = [found for name in LONG_KINDS if (found := newest_finished(name, until))]
    following = after(shown, until)
    return PeriodChoice(tuple(finished), before(shown), None if following is None or following.runs else following)


def _month_of_hours(shown: Period, until: date) -> tuple[date, date]:
    """The finished month that is shown, else the newest one: hours are told of one month alone."""
    is_month = shown.name is PeriodName.MONTH and not shown.runs and shown.first is not None
    return (shown.first, shown.last) if is_month and shown.first else last_complete_month(until)


def _choices(connection: Connection, person: Person, today: date) -> list[UnitChoice]:
    tree = organisation(connection)
    names = {unit.unit_id: unit.name for unit in tree.newest_units()}
    with_counters = sorted({unit_id for unit_id, _ in tree.counters_on(today)})
    return [
        UnitChoice(unit_id, names.get(unit_id, unit_id))
        for unit_id in with_counters
        if may_at_one_stop(person, OneStopAct.SEE, unit_id)
    ]
