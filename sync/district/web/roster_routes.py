"""The pages of the duty roster: a week of a unit, and a day that several share."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from msgspec import Struct

from kiosk.domain.roster import DAY_ENDS, DAY_STARTS, RECEPTION, DutyShift
from sync.district.domain.people import SignedIn
from sync.district.domain.roster_rights import RosterAct, may_with_roster, sees_rosters
from sync.district.domain.roster_rules import MAX_DAYS_AHEAD, Seat, problem_values
from sync.district.domain.typed import clean
from sync.district.roster.change import (
    WEEK,
    RosterRefused,
    Stale,
    change_roster,
    like_week_before,
    local_now,
    monday_of,
    whole_week,
)
from sync.district.store import rosters as store
from sync.district.store.complaint_register import person_of
from sync.district.store.complaint_subjects import names_by_officer
from sync.district.store.engine import Connection, writing
from sync.district.store.imports import Origin, names_by_id
from sync.district.web.page_route import LongFormRoute, Shown
from sync.district.web.roster import names_of, part_of, week
from sync.district.web.site import Site

MAX_SHIFTS_A_DAY = 6
"""Lines of the form for a day that several share."""
MAX_HISTORY = 40
FIRST_YEAR = 2000


class _Chosen(Struct, frozen=True):
    """Whose roster is shown, from which Monday on, and whether whoever looks may change it."""

    unit_id: str
    unit_name: str
    units: tuple[tuple[str, str], ...]
    monday: date
    may_change: bool


def add_roster_pages(router: APIRouter, site: Site) -> None:
    """Adds the pages to the site; the form of a week is long."""
    forms, pages = site.router(LongFormRoute), _Pages(site)
    forms.add_api_route("/roster", pages.week_page, methods=["GET"])
    forms.add_api_route("/roster", pages.save, methods=["POST"])
    forms.add_api_route("/roster/day", pages.day_page, methods=["GET"])
    forms.add_api_route("/roster/day", pages.save_day, methods=["POST"])
    router.include_router(forms)


class _Pages:
    """The handlers. Plain functions, so that the server runs them in threads."""

    def __init__(self, site: Site) -> None:
        self._site = site

    # ---- a week

    def week_page(self, request: Request, unit: str = "", of: str = "", done: str = "", left: str = "") -> Response:
        """The week of a day (``of``), by default this one."""
        chosen = self._chosen(request, self._reader(request), unit, of)
        saved = done if done in ("saved", "like") else ""
        return self._week(request, chosen, 200, done=saved, left=int(left) if left.isdecimal() else 0)

    def save(
        self,
        request: Request,
        form_token: Annotated[str, Form()] = "",
        unit: Annotated[str, Form()] = "",
        of: Annotated[str, Form()] = "",
        seen: Annotated[str, Form()] = "",
        action: Annotated[str, Form()] = "save",
        phone: Annotated[str, Form()] = "",
        cell: Annotated[list[str] | None, Form()] = None,
    ) -> Response:
        """Saves what was chosen for a week, or fills it like the week before."""
        chosen = self._changer(request, form_token, unit, of)
        origin, read_at = self._origin(request), int(seen) if seen.isdecimal() else -1
        wanted = _cells(cell or (), clean(phone))
        if wanted is None or any(monday_of(day) != chosen.monday for day, _ in wanted):
            raise Shown(self._site.message(request, 404, "not_found"))
        left = 0
        try:
            with writing(self._site.services.engine) as connection:
                if action == "like":
                    left = like_week_before(connection, chosen.unit_id, chosen.monday, origin, read_at).left
                else:
                    change_roster(connection, chosen.unit_id, wanted, origin, read_at)
        except Stale as error:
            raise Shown(self._site.message(request, 409, "roster_stale")) from error
        except RosterRefused as refused:
            return self._week(request, chosen, 422, refused=self._words(request, refused), typed=wanted, phone=phone)
        done = f"&done={'like' if action == 'like' else 'saved'}&left={left}"
        return RedirectResponse(f"/roster?unit={chosen.unit_id}&of={chosen.monday}{done}", 303)

    def _week(
        self,
        request: Request,
        chosen: _Chosen,
        status: int,
        *,
        done: str = "",
        left: int = 0,
        refused: Sequence[str] = (),
        typed: Mapping[Seat, Sequence[DutyShift]] | None = None,
        phone: str | None = None,
    ) -> Response:
        texts, (today, clock) = self._site.language(request), local_now(self._site.services.now())

        def read(connection: Connection) -> dict[str, Any]:
            first, last = whole_week(chosen.monday)
            seats = store.counters_of(connection, chosen.unit_id, first, last)
            officers = store.officers_of(connection, chosen.unit_id)
            shifts = store.shifts_of(connection, chosen.unit_id, first, last)
            phones = [each.phone for each in shifts if each.counter_id == RECEPTION and each.phone]
            weekend = store.opens_at_weekends(connection, chosen.unit_id)
            table = week(
                chosen.monday, [*seats, (RECEPTION, texts("roster.reception"))], shifts, today, clock, weekend=weekend
            )
            return {
                "table": table,
                "has_counters": bool(seats),
                "officers": officers,
                "names": names_of(officers, names_by_officer(connection)),
                "seat_names": dict(seats) | {RECEPTION: texts("roster.reception")},
                "phone": phones[-1] if phones and phone is None else phone or "",
                "seen": store.newest_change(connection, chosen.unit_id),
                "changes": store.changes_of(connection, chosen.unit_id, first, last, MAX_HISTORY),
            }

        values = self._site.read(request, read) | {"chosen": chosen, "done": done, "left": left, "refused": refused}
        values |= {
            "typed": {seat: shifts[0].officer_number if shifts else "" for seat, shifts in (typed or {}).items()}
        }
        values |= {"today": today, "week": WEEK, "part_of": part_of, "signed_in": self._reader(request)}
        values |= {"last_monday": monday_of(today + timedelta(days=MAX_DAYS_AHEAD))}
        return self._site.renderer.page("roster.html", texts, status, **values)

    # ---- a day that several share

    def day_page(self, request: Request, unit: str = "", of: str = "", counter: str = "") -> Response:
        chosen = self._chosen(request, self._reader(request), unit, of)
        if not chosen.may_change:
            raise Shown(self._site.message(request, 404, "not_found"))
        today = self._site.today()
        return self._day(request, chosen, _day_of(of) or max(chosen.monday, today), counter, 200)

    def save_day(
        self,
        request: Request,
        form_token: Annotated[str, Form()] = "",
        unit: Annotated[str, Form()] = "",
        of: Annotated[str, Form()] = "",
        counter: Annotated[str, Form()] = "",
        seen: Annotated[str, Form()] = "",
        phone: Annotated[str, Form()] = "",
        officer: Annotated[list[str] | None, Form()] = None,
        start: Annotated[list[str] | None, Form()] = None,
        until: Annotated[list[str] | None, Form()] = None,
    ) -> Response:
        """Gives one seat the shifts of one day."""
        chosen, day = self._changer(request, form_token, unit, of), _day_of(of)
        lines = list(zip(officer or (), start or (), until or (), strict=False))[:MAX_SHIFTS_A_DAY]
        if day is None:
            raise Shown(self._site.message(request, 404, "not_found"))
        number = clean(phone) if counter == RECEPTION else ""
        shifts = [
            DutyShift(counter[:64], who[:64], day, begin[:5] or DAY_STARTS, _end(end), number)
            for who, begin, end in lines
            if who
        ]
        read_at = int(seen) if seen.isdecimal() else -1
        try:
            with writing(self._site.services.engine) as connection:
                change_roster(connection, chosen.unit_id, {(day, counter): shifts}, self._origin(request), read_at)
        except Stale as error:
            raise Shown(self._site.message(request, 409, "roster_stale")) from error
        except RosterRefused as refused:
            words = self._words(request, refused)
            return self._day(request, chosen, day, counter, 422, refused=words, typed=shifts)
        return RedirectResponse(f"/roster?unit={chosen.unit_id}&of={chosen.monday}&done=saved", 303)

    def _day(
        self,
        request: Request,
        chosen: _Chosen,
        day: date,
        counter: str,
        status: int,
        *,
        refused: Sequence[str] = (),
        typed: Sequence[DutyShift] | None = None,
    ) -> Response:
        texts, today = self._site.language(request), self._site.today()

        def read(connection: Connection) -> dict[str, Any]:
            seats = dict(store.counters_of(connection, chosen.unit_id, day, day))
            officers = store.officers_of(connection, chosen.unit_id)
            shifts = [
                each for each in store.shifts_of(connection, chosen.unit_id, day, day) if each.counter_id == counter
            ]
            return {
                "seat": seats.get(counter) if counter != RECEPTION else texts("roster.reception"),
                "officers": [each for each in officers if each.serving.on(day)],
                "names": names_of(officers, names_by_officer(connection)),
                "shifts": shifts if typed is None else list(typed),
                "seen": store.newest_change(connection, chosen.unit_id),
            }

        values = self._site.read(request, read)
        if values["seat"] is None or day < today:
            raise Shown(self._site.message(request, 404, "not_found"))
        rows = [*values["shifts"], *[None] * max(2, 3 - len(values["shifts"]))][:MAX_SHIFTS_A_DAY]
        values |= {"chosen": chosen, "of": day, "counter": counter, "rows": rows, "refused": refused}
        values |= {"today": today, "begins": DAY_STARTS, "ends": DAY_ENDS, "signed_in": self._reader(request)}
        return self._site.renderer.page("roster_day.html", texts, status, **values)

    # ---- shared steps

    def _reader(self, request: Request) -> SignedIn:
        who = self._site.someone(request)
        if not sees_rosters(who.role):
            raise Shown(self._site.message(request, 404, "not_found"))
        return who

    def _changer(self, request: Request, form_token: str, unit: str, of: str) -> _Chosen:
        who = self._reader(request)
        self._site.insist_on_form(request, who, form_token)
        chosen = self._chosen(request, who, unit, of)
        if not chosen.may_change or unit != chosen.unit_id:
            raise Shown(self._site.message(request, 404, "not_found"))
        return chosen

    def _chosen(self, request: Request, who: SignedIn, unit: str, of: str) -> _Chosen:
        """The unit and week that were asked for. Raises ``Shown`` for one that somebody may not see."""
        today = self._site.today()
        day = (_day_of(of) if of else today) or today

        def read(connection: Connection) -> _Chosen | None:
            person = person_of(connection, who, today)
            names = names_by_id(connection, "units")
            mine = {each: name for each, name in names.items() if may_with_roster(person, RosterAct.SEE, each)}
            units = {each: mine[each] for each in store.units_with_counters(connection) if each in mine}
            own = who.unit_id if who.unit_id in units else next(iter(sorted(units)), who.unit_id)
            found = unit or own or ""
            if found not in mine:
                return None
            listed = tuple(sorted(units.items(), key=lambda pair: pair[1]))
            may = may_with_roster(person, RosterAct.CHANGE, found)
            return _Chosen(found, mine[found], listed, monday_of(day), may)

        chosen = self._site.read(request, read)
        if chosen is None:
            raise Shown(self._site.message(request, 404, "not_found"))
        return chosen

    def _origin(self, request: Request) -> Origin:
        return Origin("", self._site.services.now(), self._reader(request).user_name)

    def _words(self, request: Request, refused: RosterRefused) -> list[str]:
        """What forbids a change, with the names of counters and officers."""
        texts = self._site.language(request)

        def read(connection: Connection) -> tuple[dict[str, str], dict[str, str]]:
            return names_by_id(connection, "counters"), names_by_officer(connection)

        counters, people = self._site.read(request, read)
        counters = {RECEPTION: texts("roster.reception")} | counters
        found = []
        for problem in refused.problems:
            values = problem_values(problem)
            for name, known in (
                ("counter", counters),
                ("other_counter", counters),
                ("officer", people),
                ("other", people),
            ):
                values[name] = known.get(str(values[name]), values[name])
            found.append(texts(problem.key, **values))
        return found


def _cells(cells: Sequence[str], phone: str) -> dict[Seat, list[DutyShift]] | None:
    """What the form of a week says: for each seat its officer, or nobody; ``None`` for what no form of ours says."""
    found: dict[Seat, list[DutyShift]] = {}
    for each in cells:
        parts = each.split("|")
        day = _day_of(parts[1]) if len(parts) == 3 else None
        if day is None or len(each) > 160:
            return None
        counter_id, _, officer = parts
        number = phone if counter_id == RECEPTION else ""
        found[day, counter_id] = [DutyShift(counter_id, officer, day, phone=number)] if officer else []
    return found


def _day_of(text: str) -> date | None:
    """A day of an address; ``None`` for what is none, and for the last weeks of the calendar, which have no next."""
    try:
        day = datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day alone
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year < date.max.year else None


def _end(text: str) -> str:
    """Browsers have no 24:00: an empty end is the end of the day."""
    return text[:5] if text and text != "00:00" else DAY_ENDS
