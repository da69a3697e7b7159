"""The page of documents, the page of a period with its figures, and the forms that close and correct one."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from sync.district.domain.audit import reason_from
from sync.district.domain.closed_period import ClosedPeriod
from sync.district.domain.objection import ObjectionState
from sync.district.domain.people import SignedIn
from sync.district.domain.period_rights import PeriodAct, may_with_period
from sync.district.domain.release import complete_from
from sync.district.domain.rights import Person, answers_citizens
from sync.district.measures.closed_figures import CLOSABLE, PeriodFigures, figures_from
from sync.district.measures.disclosure import Rules
from sync.district.measures.indicator_rules import load_indicator_rules
from sync.district.measures.period import Asked, NotBegun, PeriodName, asked_by_name, period
from sync.district.reports.closing import CannotClose, close, confirm, propose
from sync.district.reports.kinds import ReportKind, kinds_of
from sync.district.reports.model import report_from
from sync.district.reports.period_figures import HowToRead, LateRatings, late, read_figures
from sync.district.reports.period_list import PeriodState, list_periods, state_of
from sync.district.store import closings, complaint_register
from sync.district.store.engine import Connection, StoreUnavailable
from sync.district.store.objections import objections_in
from sync.district.store.organisation import organisation
from sync.district.store.releases import shown_until
from sync.district.web.objections import changed_after, states_beside, stood_at
from sync.district.web.overview import objected_in
from sync.district.web.page_route import Shown, number_in
from sync.district.web.site import Site

_SET_IN = "\u2003"


def add_period_pages(router: APIRouter, site: Site) -> None:
    """Adds the pages to the site."""
    pages = _Pages(site)
    router.add_api_route("/periods", pages.periods, methods=["GET"])
    router.add_api_route("/periods/open", pages.opened, methods=["GET"])
    router.add_api_route("/periods/close", pages.close, methods=["POST"])
    router.add_api_route("/periods/{number}", pages.closed, methods=["GET"])
    router.add_api_route("/periods/{number}/proposal", pages.propose, methods=["POST"])
    router.add_api_route("/periods/{number}/confirmation", pages.confirm, methods=["POST"])


class _Pages:
    """The handlers. Plain functions, so that the server runs them in threads."""

    def __init__(self, site: Site) -> None:
        self._site, self._services = site, site.services
        self._law = load_indicator_rules(site.services.settings.indicators)

    def periods(self, request: Request, unit: str = "", kind: str = PeriodName.MONTH) -> Response:
        """The periods of a unit, how each stands, and its documents."""
        who = self._site.someone(request)
        self._site.insist_on_whole_units(request, who)
        if kind not in CLOSABLE:
            raise Shown(self._site.message(request, 404, "wrong_period"))
        name = PeriodName(kind)

        def read(connection: Connection) -> Response:
            person = complaint_register.person_of(connection, who, self._site.today())
            units = _units_of(connection, person, self._site.today())
            chosen = unit or who.unit_id or _only_top(units)
            if chosen and chosen not in dict(units):
                raise Shown(self._site.message(request, 404, "not_found"))
            lines = list_periods(connection, name, chosen, self._site.today()) if chosen else []
            values = {
                "signed_in": who,
                "units": units,
                "unit_id": chosen,
                "unit_name": dict(units).get(chosen, ""),
                "name": name,
                "names": CLOSABLE,
                "lines": lines,
                "may_close": bool(chosen) and may_with_period(person, PeriodAct.CLOSE, chosen),
                "shows_complaints": _reads_complaints(who),
            }
            return self._site.renderer.page("periods.html", self._site.language(request), 200, **values)

        return self._site.read(request, read)

    def opened(self, request: Request, unit: str = "", of: str = "") -> Response:
        """A period as it stands today, with the form that closes it; one that is closed is shown as it was closed."""
        who = self._site.someone(request)
        self._site.insist_on_whole_units(request, who)
        return self._opened(request, who, unit, of, 200)

    def closed(self, request: Request, number: str) -> Response:
        """A closing."""
        who = self._site.someone(request)
        self._site.insist_on_whole_units(request, who)
        return self._closed(request, who, number, 200)

    def close(
        self,
        request: Request,
        form_token: Annotated[str, Form()] = "",
        unit: Annotated[str, Form()] = "",
        of: Annotated[str, Form()] = "",
        read: Annotated[str, Form()] = "",
    ) -> Response:
        """Closes a period. ``read``: ``yes`` from whoever says that they have read what is closed."""
        who = self._same_form(request, form_token)
        wanted = self._asked(request, of)
        self._site.read(request, lambda c: self._person(request, c, who, unit, PeriodAct.CLOSE))
        if read != "yes":
            return self._opened(request, who, unit, of, 422, "not_read")
        try:
            key = self._services.receipt_key
            made = close(self._services.engine, key, wanted, unit, who.user_name, self._how())
        except CannotClose as refused:
            return self._opened(request, who, unit, of, 409, str(refused.why))
        except NotBegun as error:
            raise Shown(self._site.message(request, 404, "not_begun")) from error
        except StoreUnavailable as error:
            raise self._site.unavailable(request) from error
        return RedirectResponse(f"/periods/{made.number}", 303)

    def propose(
        self,
        request: Request,
        number: str,
        form_token: Annotated[str, Form()] = "",
        reason: Annotated[str, Form()] = "",
    ) -> Response:
        """Proposes a correction."""
        who = self._same_form(request, form_token)
        one = self._site.read(request, lambda c: self._may(request, c, who, number, PeriodAct.PROPOSE))
        try:
            why = reason_from(reason)
        except ValueError:
            return self._closed(request, who, number, 422, "reason", reason[:500])
        now = self._services.now()
        return self._done(
            request, who, number, lambda: propose(self._services.engine, one.number, who.user_name, why, now)
        )

    def confirm(self, request: Request, number: str, form_token: Annotated[str, Form()] = "") -> Response:
        """Confirms a correction that somebody else proposed."""
        who = self._same_form(request, form_token)
        one = self._site.read(request, lambda c: self._may(request, c, who, number, PeriodAct.CONFIRM))
        engine, key = self._services.engine, self._services.receipt_key
        return self._done(request, who, number, lambda: confirm(engine, key, one.number, who.user_name, self._how()))

    # ---- shared steps

    def _done(self, request: Request, who: SignedIn, number: str, act: Callable[[], ClosedPeriod]) -> Response:
        try:
            made = act()
        except CannotClose as refused:
            return self._closed(request, who, number, 409, str(refused.why))
        except StoreUnavailable as error:
            raise self._site.unavailable(request) from error
        return RedirectResponse(f"/periods/{made.number}", 303)

    def _opened(self, request: Request, who: SignedIn, unit: str, of: str, status: int, error: str = "") -> Response:
        wanted = self._asked(request, of)

        def read(connection: Connection) -> Response:
            person = self._person(request, connection, who, unit, PeriodAct.SEE)
            there = closings.versions(connection, (unit, str(wanted.name), wanted.of))
            if there and not error:
                return RedirectResponse(f"/periods/{there[-1].number}", 303)
            try:
                figures = read_figures(connection, wanted, unit, self._how())
            except NotBegun as refused:
                raise Shown(self._site.message(request, 404, "not_begun")) from refused
            if figures is None:
                raise Shown(self._site.message(request, 404, "not_found"))
            state = state_of(figures.whole_period, shown_until(connection, self._site.today()), None)
            values = {
                "state": state,
                "from_day": complete_from(figures.ends),
                "may_close": may_with_period(person, PeriodAct.CLOSE, unit),
                "error": error,
            }
            states = objected_in(connection, figures.whole_period)
            return self._page(request, connection, who, figures, states, status, **values)

        return self._site.read(request, read)

    def _closed(
        self, request: Request, who: SignedIn, number: str, status: int, error: str = "", text: str = ""
    ) -> Response:
        def read(connection: Connection) -> Response:
            one = self._may(request, connection, who, number, PeriodAct.SEE)
            person = complaint_register.person_of(connection, who, self._site.today())
            figures = figures_from(one.content)
            whole = figures.whole_period
            objected = objections_in(connection, whole.first, whole.ends)
            counters = {line.counter_id for line in figures.lines}
            proposed = closings.proposal(connection, one.number)
            values: dict[str, Any] = {
                "state": PeriodState.CLOSED,
                "closed": one,
                "late": late(connection, one, self._site.today()),
                "objected_later": [
                    each for each in changed_after(objected, one.closed_at) if each.counter_id in counters
                ],
                "counter_names": {line.counter_id: line.name for line in figures.lines if line.counter_id},
                "versions": closings.versions(connection, one.name),
                "proposal": proposed,
                "may_propose": may_with_period(person, PeriodAct.PROPOSE, one.unit_id),
                "may_confirm": proposed is not None
                and may_with_period(person, PeriodAct.CONFIRM, one.unit_id, proposed.person),
                "error": error,
                "text": text,
            }
            states = states_beside(stood_at(objected, one.closed_at), whole.first, whole.ends)
            return self._page(request, connection, who, figures, states, status, **values)

        return self._site.read(request, read)

    def _page(
        self,
        request: Request,
        connection: Connection,
        who: SignedIn,
        figures: PeriodFigures,
        objected: Mapping[str, tuple[ObjectionState, ...]],
        status: int,
        **more: Any,
    ) -> Response:
        """The page of figures. ``objected``: by counter, how objections stand, or stood when the period was closed."""
        texts, name = self._site.language(request), PeriodName(figures.period)
        kinds: Sequence[ReportKind] = kinds_of(name)
        nothing: dict[str, ClosedPeriod | LateRatings | None] = dict.fromkeys(("closed", "late", "proposal"))
        values = {
            "signed_in": who,
            "figures": figures,
            "report": report_from(figures, texts, objected),
            "late_before": [
                (period(asked_by_name(each.of), figures.ends), each.of, each.rated) for each in figures.late_before
            ],
            "kinds": [each for each in kinds if each is not ReportKind.COMPLAINTS or _reads_complaints(who)],
            "versions": (),
            "objected_later": (),
            "counter_names": {},
            "text": "",
            "may_propose": False,
            "may_confirm": False,
            "may_close": False,
        }
        return self._site.renderer.page("period.html", texts, status, **nothing | values | more)

    def _may(
        self, request: Request, connection: Connection, who: SignedIn, number: str, act: PeriodAct
    ) -> ClosedPeriod:
        """The closing; for who may not see it, it is not there."""
        known = number_in(number)
        one = closings.closing(connection, known)
        if one is None:
            raise Shown(self._site.message(request, 404, "not_found"))
        proposed = closings.proposal(connection, known) if act is PeriodAct.CONFIRM else None
        self._person(request, connection, who, one.unit_id, act, proposed.person if proposed else "")
        return one

    def _person(
        self, request: Request, connection: Connection, who: SignedIn, unit: str, act: PeriodAct, proposed: str = ""
    ) -> Person:
        """Who it is, if they may do this with a period of the unit."""
        person = complaint_register.person_of(connection, who, self._site.today())
        if not unit or not may_with_period(person, PeriodAct.SEE, unit):
            raise Shown(self._site.message(request, 404, "not_found"))
        if not may_with_period(person, act, unit, proposed):
            raise Shown(self._site.message(request, 403, "period_not_yours"))
        return person

    def _same_form(self, request: Request, form_token: str) -> SignedIn:
        who = self._site.someone(request)
        self._site.insist_on_form(request, who, form_token)
        return who

    def _asked(self, request: Request, of: str) -> Asked:
        try:
            wanted = asked_by_name(of)
        except ValueError as error:
            raise Shown(self._site.message(request, 404, "wrong_period")) from error
        if wanted.name not in CLOSABLE:
            raise Shown(self._site.message(request, 404, "wrong_period"))
        return wanted

    def _how(self) -> HowToRead:
        settings = self._services.settings
        return HowToRead(Rules(settings.minimum_n, settings.group_floor), self._law, self._services.now())


def _reads_complaints(who: SignedIn) -> bool:
    """Whether somebody has a register that can be counted."""
    return answers_citizens(who.role) and who.linked


def _only_top(units: Sequence[tuple[str, str]]) -> str:
    """The unit above all others, if there is one."""
    tops = [unit_id for unit_id, name in units if not name.startswith(_SET_IN)]
    return tops[0] if len(tops) == 1 else ""


def _units_of(connection: Connection, person: Person, today: date) -> list[tuple[str, str]]:
    """The units a person may choose, each before those below it, with their names; what is below is set in."""
    known = organisation(connection)
    names = {each.unit_id: each.name for each in known.newest_units()}
    paths = {
        unit_id: path
        for unit_id, path in known.paths_on(today).items()
        if person.units is None or unit_id in person.units
    }
    least = min((len(path) for path in paths.values()), default=1)
    order = sorted(paths, key=lambda unit_id: [(names.get(at, at), at) for at in paths[unit_id]])
    return [(each, _SET_IN * (len(paths[each]) - least) + names.get(each, each)) for each in order]
