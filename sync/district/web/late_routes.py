"""The register of late dossiers, as a page and as a table, and the form of a review."""

import csv
from collections.abc import Sequence
from io import StringIO
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from sync.district.domain.apology import (
    MIN_WORDS,
    LateReview,
    ReviewOutcome,
    may_review,
    sees_late,
)
from sync.district.domain.apology_rules import apology_rules
from sync.district.domain.late_register import LateFilter, LateStand
from sync.district.domain.people import SignedIn
from sync.district.domain.rights import Person
from sync.district.domain.spreadsheet import guarded
from sync.district.domain.staff_words import WrongWords, staff_words
from sync.district.measures.indicator_rules import load_indicator_rules
from sync.district.measures.period import CALENDAR, NotBegun, containing
from sync.district.store import apologies as store
from sync.district.store.complaint_register import person_of
from sync.district.store.engine import StoreUnavailable, writing
from sync.district.texts import Texts
from sync.district.web.asked import AskedView, View
from sync.district.web.formats import day
from sync.district.web.late_readings import HowToShow, read_register
from sync.district.web.late_register import LateLine, LateRegister, beside_target
from sync.district.web.page_route import ShortTextRoute, Shown
from sync.district.web.site import Site
from sync.district.web.typed_fields import WrongField, day_in

MAX_LINES = 60
"""So many dossiers the list names."""

Word = Annotated[str, Query(max_length=160)]
Typed = Annotated[str, Form()]
_NOTHING = dict.fromkeys(("held", "present", "statement", "concluded", "outcome"), "")


def add_late_pages(router: APIRouter, site: Site) -> None:
    """Adds the pages to the site."""
    pages, forms = _Pages(site), site.router(ShortTextRoute)
    router.add_api_route("/late", pages.register, methods=["GET"])
    router.add_api_route("/late/table.csv", pages.table, methods=["GET"])
    router.add_api_route("/late/review", pages.new_review, methods=["GET"])
    forms.add_api_route("/late/review", pages.review, methods=["POST"])
    router.include_router(forms)


class _Pages:
    """The handlers. Plain functions, so that the server runs them in threads."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._law = load_indicator_rules(site.services.settings.indicators)

    # ---- the register

    def register(
        self,
        request: Request,
        view: AskedView,
        stand: Word = LateStand.OPEN,
        apology: Word = "",
        field: Word | None = None,
        procedure: Word = "",
        counter: Word = "",
    ) -> Response:
        """Late dossiers of a unit or a counter, as the address asks."""
        who = self._reader(request)
        wanted = self._filter(request, stand, apology, field, procedure, counter)
        page = self._read(request, who, view, wanted)
        kinds = [(name, f"period={name}&of={containing(name, page.period.last).of}") for name in CALENDAR]
        values = {"signed_in": who, "page": page, "kinds": kinds, "today": self._site.today()}
        values |= {"beside_target": beside_target, "again_from": apology_rules().again_from}
        values |= {"reviewable": self._reviewable(request, who, page)}
        return self._site.renderer.page("late.html", self._site.language(request), 200, **values)

    def table(
        self,
        request: Request,
        view: AskedView,
        stand: Word = LateStand.OPEN,
        apology: Word = "",
        field: Word | None = None,
        procedure: Word = "",
        counter: Word = "",
    ) -> Response:
        """The same list as a table."""
        who, texts = self._reader(request), self._site.language(request)
        page = self._read(
            request, who, view, self._filter(request, stand, apology, field, procedure, counter), most=None
        )
        headers = {"Content-Disposition": 'attachment; filename="ho-so-qua-han.csv"'}
        return Response(_csv(page.lines, texts), media_type="text/csv; charset=utf-8", headers=headers)

    def _read(
        self, request: Request, who: SignedIn, view: View, wanted: LateFilter, most: int | None = MAX_LINES
    ) -> LateRegister:
        how = HowToShow(self._site.rules(), self._law, self._site.today(), most)
        try:
            asked = view.asked()
            page = self._site.read(
                request,
                lambda connection: read_register(
                    connection, person_of(connection, who, how.today), view.unit or "", wanted, asked, how
                ),
            )
        except NotBegun as error:
            raise Shown(self._site.message(request, 404, "not_begun")) from error
        except ValueError as error:
            raise Shown(self._site.message(request, 404, "wrong_period")) from error
        if page is None:
            raise Shown(self._site.message(request, 404, "not_found"))
        return page

    def _filter(
        self, request: Request, stand: str, apology: str, field: str | None, procedure: str, counter: str
    ) -> LateFilter:
        if stand not in list(LateStand) or apology not in ("", "with", "without"):
            raise Shown(self._site.message(request, 404, "not_found"))
        return LateFilter(LateStand(stand), apology, field, procedure, counter)

    # ---- the minutes of a review

    def new_review(self, request: Request, view: AskedView, officer: Word = "") -> Response:
        """The form."""
        return self._review(request, self._reader(request), view, officer, 200)

    def review(
        self,
        request: Request,
        form_token: Typed = "",
        period: Typed = "",
        of: Typed = "",
        unit: Typed = "",
        officer: Typed = "",
        held: Typed = "",
        present: Typed = "",
        statement: Typed = "",
        concluded: Typed = "",
        outcome: Typed = "",
    ) -> Response:
        """Keeps the minutes."""
        who, site = self._reader(request), self._site
        site.insist_on_form(request, who, form_token)
        view = View(period=period, of=of, unit=unit)
        typed = {"held": held, "present": present, "statement": statement, "concluded": concluded, "outcome": outcome}
        page, n = self._late_of(request, who, view, officer)
        try:
            if outcome not in list(ReviewOutcome):
                raise WrongField("outcome")
            words = [staff_words(each, MIN_WORDS) for each in (present, statement, concluded)]
            first, last = page.period.first or page.until, page.until
            held_on = day_in(held)
            if held_on is None or not first <= held_on <= site.today():
                raise WrongField("day")
            written = LateReview(
                review_id=0,
                unit_id=unit,
                officer_number=officer,
                first=first,
                last=last,
                n=n,
                held_on=held_on,
                present=words[0],
                statement=words[1],
                concluded=words[2],
                outcome=ReviewOutcome(outcome),
                at=site.services.now(),
                person=who.user_name,
            )
            with writing(site.services.engine) as connection:
                store.begin(connection)
                if not store.write_review(connection, written):
                    raise WrongField("review_again")
        except (WrongField, WrongWords) as wrong:
            return self._review(request, who, view, officer, 422, typed, wrong.key)
        except StoreUnavailable as error:
            raise site.unavailable(request) from error
        return RedirectResponse(f"/late?unit={quote(unit)}&{page.period.query}#reviews", 303)

    def _review(
        self,
        request: Request,
        who: SignedIn,
        view: View,
        officer: str,
        status: int,
        typed: dict[str, str] | None = None,
        error: str = "",
    ) -> Response:
        page, n = self._late_of(request, who, view, officer)
        values = {"signed_in": who, "page": page, "officer": officer, "n": n, "outcomes": list(ReviewOutcome)}
        values |= {"typed": _NOTHING | (typed or {}), "error": error, "today": self._site.today()}
        return self._site.renderer.page("late_review.html", self._site.language(request), status, **values)

    def _late_of(self, request: Request, who: SignedIn, view: View, officer: str) -> tuple[LateRegister, int]:
        """The register of a unit, and how many late dossiers an officer has in it; 404 where no minutes may be written
        of them."""
        unit = view.unit or ""
        if not unit or not may_review(self._who(request, who), unit, officer):
            raise Shown(self._site.message(request, 404, "not_found"))
        page = self._read(request, who, view, LateFilter(LateStand.ALL))
        listed = page.office.officers or () if page.office else ()
        line = next((each for each in listed if (each.officer_number, each.unit_id) == (officer, unit)), None)
        if line is None:
            raise Shown(self._site.message(request, 404, "not_found"))
        return page, line.counted

    def _reviewable(self, request: Request, who: SignedIn, page: LateRegister) -> frozenset[tuple[str, str]]:
        """The officers with their units of whom the person may write minutes, of a period that addresses name."""
        listed = page.office.officers if page.office and page.office.officers and page.period.of else ()
        if not listed:
            return frozenset()
        person = self._who(request, who)
        return frozenset(
            (each.officer_number, each.unit_id)
            for each in listed
            if may_review(person, each.unit_id, each.officer_number)
        )

    # ---- shared steps

    def _who(self, request: Request, who: SignedIn) -> Person:
        return self._site.read(request, lambda connection: person_of(connection, who, self._site.today()))

    def _reader(self, request: Request) -> SignedIn:
        who = self._site.someone(request)
        if not sees_late(who.role):
            raise Shown(self._site.message(request, 404, "not_found"))
        return who


def _csv(lines: Sequence[LateLine], texts: Texts) -> str:
    """The list for a spreadsheet, which gets no formula from it."""
    file = StringIO()
    table = csv.writer(file)
    table.writerow(
        [
            texts(f"apologies.list.{name}")
            for name in ("code", "counter", "procedure", "due", "returned", "late", "apology")
        ]
    )
    for line in lines:
        each, due = line.dossier, line.dossier.due_on
        state = line.apology.state if line.apology else "listed" if each.listed_on else "none"
        cells = [each.dossier_code, line.counter_name, line.procedure, day(due) if due else ""]
        cells += [day(each.returned_on) if each.returned_on else "", str(line.days), texts(f"apologies.state.{state}")]
        table.writerow([guarded(cell) for cell in cells])
    return "\ufeff" + file.getvalue()
