"""The page of a counter, for whoever sits at it and for those above them."""

from datetime import date, timedelta

from fastapi import APIRouter, Request
from fastapi.responses import Response
from msgspec import Struct

from kiosk.domain.counter_notes import RatedHours
from sync.district.domain.comparing_rights import own_figures
from sync.district.domain.inquiry import InquiryAct, may_ask
from sync.district.domain.inquiry import may as may_with_inquiry
from sync.district.domain.objection import ObjectionAct, may, reads_own_conclusions
from sync.district.domain.people import Role, SignedIn
from sync.district.domain.release import last_complete_month, shown_before
from sync.district.domain.rights import may_see_counter, may_see_own_score, sees_counters
from sync.district.measures.indicator_rules import ended_by, load_indicator_rules
from sync.district.measures.period import NotBegun
from sync.district.store.complaint_register import person_of
from sync.district.store.complaints import country_holidays
from sync.district.store.dossiers_due import count_due, due_dossiers, newest_change
from sync.district.store.engine import Connection
from sync.district.store.inbox import questions
from sync.district.store.inquiries import inquiries_of
from sync.district.store.late_dossiers import count_without_apology
from sync.district.store.objections import objections_at
from sync.district.store.organisation import organisation
from sync.district.store.rated_hours import counters_of_unknown_hours, rated_hours
from sync.district.store.releases import shown_until
from sync.district.store.remark_releases import batches_at, batches_of_units
from sync.district.web.counter import (
    CounterInquiries,
    CounterObjections,
    CounterPage,
    CounterRemarks,
    DueDossiers,
    DueList,
    counter_page,
    next_working_day,
    read_counters,
)
from sync.district.web.counter_year import HEIGHT, WIDTH, CounterTrend, counter_score, counter_trend
from sync.district.web.objections import raisable
from sync.district.web.page_route import Shown
from sync.district.web.site import Site

MAX_NAMED = 30
"""So many dossiers of a list are named."""
MAX_INQUIRIES = 5
"""So many of the counter's questions are shown; the list has all."""


class Choice(Struct, frozen=True):
    """A counter somebody may open. ``is_own``: they sit there, and read the points that its figures give."""

    counter_id: str
    name: str
    unit_id: str
    unit_name: str
    is_own: bool


def add_counter_page(router: APIRouter, site: Site) -> None:
    """Adds the page to the site."""
    router.add_api_route("/counter", _Pages(site).counter, methods=["GET"])


class _Pages:
    """The handler. A plain function, so that the server runs it in a thread."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._law = load_indicator_rules(site.services.settings.indicators)

    def counter(self, request: Request, counter: str = "") -> Response:
        """The counter that was asked for, or the first that somebody may open."""
        who = self._site.someone(request)
        if not sees_counters(who.role):
            raise Shown(self._site.message(request, 404, "not_found"))
        today, texts = self._site.today(), self._site.language(request)
        choices = self._site.read(request, lambda connection: _choices(connection, who, today))
        chosen = next((each for each in choices if counter in ("", each.counter_id)), None)
        if counter and chosen is None:
            raise Shown(self._site.message(request, 404, "not_found"))
        page = None
        if chosen is not None:
            due = self._site.read(request, lambda connection: _due(connection, chosen.counter_id, today))
            page = self._page(request, who, chosen, due, today)
        values: dict[str, object] = {"signed_in": who, "page": page, "choices": choices, "today": today}
        values |= {"own_alone": who.role is Role.OFFICER or not who.linked, "width": WIDTH, "height": HEIGHT}
        values |= {"circular_until": ended_by(self._law.points_by_date, today)}
        reads = lambda connection: reads_own_conclusions(person_of(connection, who, today))  # noqa: E731 - a question
        values["reads_conclusions"] = self._site.read(request, reads)
        return self._site.renderer.page("counter.html", texts, 200, **values)

    def _page(self, request: Request, who: SignedIn, chosen: Choice, due: DueDossiers, today: date) -> CounterPage:
        rules, place = self._site.rules(), (chosen.unit_id, chosen.counter_id)

        def read(connection: Connection) -> CounterPage | None:
            facts, trend = read_counters(connection, today), counter_trend(connection, *place, rules, today)
            score = counter_score(connection, *place, rules, self._law, today) if chosen.is_own else None
            objections = self._objections(connection, who, place, trend)
            inquiries = self._inquiries(connection, who, place)
            whole = own_figures(person_of(connection, who, today)) is None
            remarks = CounterRemarks(
                batches_at(connection, [chosen.counter_id]).get(chosen.counter_id, ()),
                batches_of_units(connection, [chosen.unit_id]).get(chosen.unit_id, ()),
            )
            person, before = person_of(connection, who, today), shown_before(self._site.services.now())
            hours = _hours(connection, chosen.counter_id, today, rules.floor)
            asked = questions(connection, person, {chosen.unit_id}, before, today)
            return counter_page(
                facts,
                *place,
                rules,
                due,
                trend,
                score,
                objections,
                inquiries,
                remarks,
                with_unit=whole,
                questions=asked,
                hours=hours,
            )

        try:
            found = self._site.read(request, read)
        except NotBegun as error:
            raise Shown(self._site.message(request, 404, "not_begun")) from error
        if found is None:
            raise Shown(self._site.message(request, 404, "not_found"))
        return found

    def _objections(
        self, connection: Connection, who: SignedIn, place: tuple[str, str], trend: CounterTrend
    ) -> CounterObjections:
        today = self._site.today()
        person, holidays = person_of(connection, who, today), country_holidays(connection)
        there = objections_at(connection, [place[1]])
        seen = tuple(each for each in there if may(person, ObjectionAct.SEE, each, holidays, today))
        return CounterObjections(seen, bool(raisable(person, *place, trend.months, there, today)))

    def _inquiries(self, connection: Connection, who: SignedIn, place: tuple[str, str]) -> CounterInquiries:
        unit_id, counter_id = place
        person = person_of(connection, who, self._site.today())
        there = [each for each in inquiries_of(connection, {unit_id}) if each.counter_id == counter_id]
        newest = [each for each in reversed(there) if may_with_inquiry(person, InquiryAct.SEE, each)][:MAX_INQUIRIES]
        return CounterInquiries(tuple(newest), may_ask(person, counter_id))


def _choices(connection: Connection, who: SignedIn, today: date) -> list[Choice]:
    person, tree = person_of(connection, who, today), organisation(connection)
    units = {unit.unit_id: unit.name for unit in tree.newest_units()}
    names = {counter.counter_id: counter.name for counter in tree.newest_counters()}
    return [
        Choice(
            counter_id,
            names[counter_id],
            unit_id,
            units.get(unit_id, unit_id),
            may_see_own_score(person, counter_id),
        )
        for unit_id, counter_id in sorted(tree.counters_on(today))
        if may_see_counter(person, counter_id, unit_id)
    ]


def _hours(connection: Connection, counter_id: str, today: date, floor: int) -> RatedHours | None:
    """In which hours of the newest finished month there were enough ratings; ``None`` where no month is told."""
    first, last = last_complete_month(shown_until(connection, today))
    hours = rated_hours(connection, first, last, floor)
    unknown = counter_id in counters_of_unknown_hours(connection, first, last)
    found = tuple(sorted(hours.get(counter_id, ())))
    return RatedHours(first, found, unknown) if found or unknown else None


def _due(connection: Connection, counter_id: str, today: date) -> DueDossiers:
    next_day = next_working_day(today, country_holidays(connection))

    def listed(after: date | None, until: date) -> DueList:
        n = count_due(connection, counter_id, after, until)
        return DueList(n, due_dossiers(connection, counter_id, after, until, MAX_NAMED) if n else ())

    yesterday = today - timedelta(days=1)
    return DueDossiers(
        late=listed(None, yesterday),
        today=listed(yesterday, today),
        next=listed(today, next_day),
        next_day=next_day,
        changed_at=newest_change(connection, counter_id),
        unapologised=count_without_apology(connection, [counter_id], today).get(counter_id, 0),
    )
