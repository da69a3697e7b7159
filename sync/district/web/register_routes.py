"""Routes of the list of complaints: the list, its table, and what is done about several at once."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from sync.district.complaints.actions import WAYS
from sync.district.complaints.bulk import IN_BULK, MAX_AT_ONCE, LeftOut, Ticked, act_on_all
from sync.district.complaints.unlisted import unlisted_years
from sync.district.domain.answer_template import changes_templates
from sync.district.domain.complaint_steps import Action
from sync.district.domain.deadlines import load_schemes
from sync.district.domain.people import SignedIn
from sync.district.domain.personal_request import PersonalAct, RequestState, may_with_personal
from sync.district.domain.personal_rules import load_personal_rules
from sync.district.domain.release import shown_before
from sync.district.domain.rights import RIGHTS, Person, answers_citizens
from sync.district.domain.shows import Show
from sync.district.store import complaint_register as store
from sync.district.store import inbox, personal_requests
from sync.district.store.complaints import last_actions
from sync.district.store.engine import Connection
from sync.district.store.saved_views import views_of
from sync.district.web.page_route import number_in
from sync.district.web.register import Query, Register, lines_of, listed_query, query_of
from sync.district.web.register_table import TABLE_PAGE, table_of
from sync.district.web.saved_views import add_saved_views
from sync.district.web.sentences import names_of
from sync.district.web.site import Site

VIEW_NOTES = ("saved", "forgotten", "name", "citizen", "long", "many")
"""What the list says after a filter was to be kept or forgotten."""


def add_register_pages(router: APIRouter, site: Site) -> None:
    """Adds the pages to the site."""
    pages = _Pages(site)
    router.add_api_route("/complaints", pages.register, methods=["GET"])
    router.add_api_route("/complaints/table.csv", pages.table, methods=["GET"])
    router.add_api_route("/complaints/bulk", pages.bulk, methods=["POST"])
    add_saved_views(router, site)


class _Pages:
    """The handlers. Plain functions, so that the server runs them in threads."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._schemes = load_schemes(site.services.settings.deadlines)
        self._rules = load_personal_rules(site.services.settings.personal.rules)

    def register(
        self,
        request: Request,
        show: str = Show.OPEN,
        q: str = "",
        unit: str = "",
        about: str = "",
        page: str = "",
        done: str = "",
        n: str = "",
        view: str = "",
    ) -> Response:
        who, query = self._site.handler(request), query_of(show, q, unit, about, page)
        if query is None:
            raise self._site.missing(request)
        return self._page(
            request, who, query, 200, done=done if done in set(Action) else "", n=number_in(n, 3), view=view
        )

    def table(self, request: Request, show: str = Show.OPEN, q: str = "", unit: str = "", about: str = "") -> Response:
        """What the list shows, as a table for a spreadsheet: nothing of what was said and nobody's name."""
        who, texts, query = (
            self._site.handler(request),
            self._site.language(request),
            query_of(show, q, unit, about, ""),
        )
        if query is None or query.error:
            raise self._site.missing(request)

        def read(connection: Connection) -> Response:
            today = self._site.today()
            person = store.person_of(connection, who, today)
            before, names = shown_before(self._site.services.now()), names_of(connection, texts.language)
            pages = inbox.pages(connection, person, query.asked, before, today, TABLE_PAGE)
            written = table_of((line for page in pages for line in lines_of(page, names, today, words=False)), texts)
            headers = {"Content-Disposition": 'attachment; filename="phan-anh.csv"'}
            return Response(written, media_type="text/csv; charset=utf-8", headers=headers)

        return self._site.read(request, read)

    def bulk(
        self,
        request: Request,
        form_token: Annotated[str, Form()] = "",
        action: Annotated[str, Form()] = "",
        matter: Annotated[list[str] | None, Form()] = None,
        owner: Annotated[str, Form()] = "",
        by: Annotated[str, Form()] = "",
        reached: Annotated[str, Form()] = "",
        list_: Annotated[str, Form(alias="list")] = "",
    ) -> Response:
        """All of them or none; where one could not be done, the list says which and why."""
        who, query = self._site.handler(request), listed_query(list_)
        self._site.insist_on_form(request, who, form_token)
        ticked = _ticked(matter or ())
        if query is None or action not in IN_BULK or ticked is None:
            raise self._site.missing(request)
        if not ticked:
            return self._page(request, who, query, 422, error="nothing")
        fields, services = {"owner": owner, "by": by, "reached": reached}, self._site.services
        wanted = Action(action)
        left = act_on_all(services.engine, self._schemes, who, ticked, wanted, fields, services.now())
        if left:
            typed = {**fields, "action": action}
            return self._page(request, who, query, 409, left=left, ticked=ticked, typed=typed)
        kept, listed = urlencode({"done": action, "n": len(ticked)}), query.address()
        return RedirectResponse(f"/complaints?{kept}{listed and '&'}{listed}", 303)

    def _page(
        self,
        request: Request,
        who: SignedIn,
        query: Query,
        status: int,
        *,
        done: str = "",
        n: int = 0,
        error: str = "",
        view: str = "",
        left: Sequence[LeftOut] = (),
        ticked: Sequence[Ticked] = (),
        typed: Mapping[str, str] | None = None,
    ) -> Response:
        texts = self._site.language(request)

        def read(connection: Connection) -> dict[str, Any]:
            today, now = self._site.today(), self._site.services.now()
            person, before = store.person_of(connection, who, today), shown_before(now)
            names = names_of(connection, texts.language)
            found = [] if query.error else inbox.page(connection, person, query.asked, before, today, query.page)
            total = 0 if query.error else inbox.count(connection, person, query.asked, before, today)
            counted = inbox.counts(connection, person, before, today)
            return {
                "page": Register(query, lines_of(found, names, today), total, counted),
                "units": _units_of(person, names.units),
                "unlisted": unlisted_years(connection, self._schemes, now),
                "seen": last_actions(connection, [each.entry_id for each in found]),
                "views": views_of(connection, who.user_name),
                "people": _near(person, store.people(connection, today)),
                "asked_of_data": self._asked_of_data(connection, person, before, today),
            }

        why = {each.entry_id: each.why for each in left}
        values = self._site.read(request, read) | {
            "signed_in": who,
            "shows": list(Show),
            "done": done,
            "done_n": n,
            "error": error,
            "view_note": view if view in VIEW_NOTES else "",
            "why": why,
            "ticked": {each.entry_id for each in ticked if each.entry_id not in why},
            "typed": {"action": "", "owner": "", "by": "", "reached": "yes"} | dict(typed or {}),
            "ways": WAYS,
            "acts": [each for each in IN_BULK if who.role in RIGHTS[each]],
            "may_assign": who.role in RIGHTS[Action.ASSIGN],
            "may_write_templates": changes_templates(who.role),
        }
        return self._site.renderer.page("complaints.html", texts, status, **values)

    def _asked_of_data(self, connection: Connection, person: Person, before: datetime, today: date) -> tuple[int, int]:
        """How many requests about personal data wait for a leader, and how many of these are past their day."""
        if not may_with_personal(person.role, PersonalAct.DECIDE):
            return (0, 0)
        found = personal_requests.requests_seen(connection, person, before)
        waiting = [each for each in found if each.state is RequestState.OPEN]
        return (len(waiting), sum(each.is_overdue(self._rules, today) for each in waiting))


def _ticked(matters: Sequence[str]) -> list[Ticked] | None:
    """What was ticked: the id of each matter, and the last thing that had happened; ``None`` for what no list of ours
    says, or too many."""
    found: dict[str, Ticked] = {}
    for each in matters:
        entry_id, dot, seen = each.partition(".")
        if not dot or len(entry_id) > 36 or not (seen.isascii() and seen.isdigit() and len(seen) <= 18):
            return None
        found[entry_id] = Ticked(entry_id, int(seen))
    return list(found.values()) if len(found) <= MAX_AT_ONCE else None


def _near(person: Person, people: Sequence[Person]) -> list[str]:
    """Who answers citizens and shares a unit with somebody."""
    may = [each for each in people if answers_citizens(each.role) and each.linked]
    near = [each for each in may if person.units is None or each.units is None or person.units & each.units]
    return sorted(each.user_name for each in near)


def _units_of(person: Person, names: Mapping[str, str]) -> list[tuple[str, str]]:
    """The units somebody may filter by, when there are several."""
    mine = [(unit, name) for unit, name in names.items() if person.units is None or unit in person.units]
    return sorted(mine, key=lambda pair: pair[1]) if len(mine) > 1 else []
