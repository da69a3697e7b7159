"""The pages of action plans: the list, a new one, one with its history, its card and what came of it."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, TypeVar

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from msgspec import Struct

from sync.district.domain.action_plan import (
    MAX_DUE,
    MAX_SHOWN,
    STEPS,
    ActionPlan,
    ActionStep,
    Baseline,
    Card,
    PlanAction,
    allowed,
    card_of,
    due_day,
    may,
    may_make,
    owners_of,
    plan_text,
    sees_plans,
)
from sync.district.domain.comparing_rights import own_figures
from sync.district.domain.people import SignedIn
from sync.district.domain.release import complete_from
from sync.district.domain.rights import Person
from sync.district.measures.causes import CauseLine
from sync.district.measures.effects import PLANNED
from sync.district.measures.organisation import TreeName
from sync.district.measures.period import Asked, Period, asked
from sync.district.store import action_plans as store
from sync.district.store import complaint_register
from sync.district.store.engine import Connection, StoreUnavailable, writing
from sync.district.store.imports import names_by_id
from sync.district.web.actions import ActionLine, ActionShow, effects, lines_of, shown, table_of
from sync.district.web.causes import cause_page, concern_name, gather, known_concerns
from sync.district.web.page_route import Shown, number_in
from sync.district.web.site import Site
from sync.district.web.typed_fields import WrongField

MAX_LINES = 100
"""So many plans a list shows; the table has all of them."""


Value = TypeVar("Value")


class Typed(Struct, frozen=True):
    """What somebody typed into a form."""

    text: str = ""
    owner: str = ""
    due: str = ""
    title: str = ""
    title_en: str = ""
    text_en: str = ""
    last_day: str = ""


def add_action_pages(router: APIRouter, site: Site) -> None:
    """Adds the pages to the site."""
    pages = _Pages(site)
    router.add_api_route("/actions", pages.list_page, methods=["GET"])
    router.add_api_route("/actions/table.csv", pages.table, methods=["GET"])
    router.add_api_route("/actions/new", pages.new_page, methods=["GET"])
    router.add_api_route("/actions/new", pages.make, methods=["POST"])
    router.add_api_route("/actions/{plan_id}", pages.plan_page, methods=["GET"])
    router.add_api_route("/actions/{plan_id}", pages.act, methods=["POST"])


class _Pages:
    """The handlers. Plain functions, so that the server runs them in threads."""

    def __init__(self, site: Site) -> None:
        self._site = site

    # ---- the list

    def list_page(self, request: Request, show: str = "open", unit: str = "") -> Response:
        """The plans of the units that somebody may see, what is past its day first."""
        who, view = self._reader(request), self._view(request, show)

        def read(connection: Connection) -> Response:
            person, today = self._person(connection, who), self._site.today()
            plans = _theirs(connection, person, unit)
            wanted = shown(plans, view, person)
            lines = self._lines(connection, person, wanted[:MAX_LINES], today)
            units = names_by_id(connection, "units")
            values = {
                "signed_in": who,
                "lines": lines,
                "left": max(0, len(wanted) - MAX_LINES),
                "show": view,
                "shows": {each: len(shown(plans, each, person)) for each in ActionShow},
                "unit": unit,
                "unit_name": units.get(unit, "") if person.units is None or unit in person.units else "",
            }
            return self._site.renderer.page("actions.html", self._site.language(request), 200, **values)

        return self._site.read(request, read)

    def table(self, request: Request, show: str = "all", unit: str = "") -> Response:
        """The same as a table for a spreadsheet, whole."""
        who, view, texts = self._reader(request), self._view(request, show), self._site.language(request)

        def read(connection: Connection) -> str:
            person, today = self._person(connection, who), self._site.today()
            wanted = shown(_theirs(connection, person, unit), view, person)
            lines = self._lines(connection, person, wanted, today)
            return table_of(
                lines, {each.plan.plan_id: concern_name(each.concern, each.words, texts) for each in lines}, texts
            )

        headers = {"Content-Disposition": 'attachment; filename="viec-can-lam.csv"'}
        return Response(self._site.read(request, read), media_type="text/csv; charset=utf-8", headers=headers)

    # ---- a new plan

    def new_page(self, request: Request, unit: str = "", period: str = "", of: str = "", concern: str = "") -> Response:
        """The form for a plan from a share of a unit in a finished period."""
        return self._new(request, self._reader(request), (unit, period, of, concern), 200, Typed())

    def make(
        self,
        request: Request,
        form_token: Annotated[str, Form()] = "",
        unit: Annotated[str, Form()] = "",
        period: Annotated[str, Form()] = "",
        of: Annotated[str, Form()] = "",
        concern: Annotated[str, Form()] = "",
        text: Annotated[str, Form()] = "",
        owner: Annotated[str, Form()] = "",
        due: Annotated[str, Form()] = "",
    ) -> Response:
        """Makes a plan; the share is read anew and kept as it is told now."""
        who, site = self._reader(request), self._site
        self._site.insist_on_form(request, who, form_token)
        key, typed = (unit, period, of, concern), Typed(text, owner, due)
        try:
            line, chosen, _ = site.read(request, lambda connection: self._evidence(request, connection, who, key))
            with writing(site.services.engine) as connection:
                store.begin(connection)
                if not may_make(self._person(connection, who), unit):
                    raise Shown(site.message(request, 404, "not_found"))
                step = self._shaped(connection, PlanAction.MAKE, who, unit, typed)
                amount = line.amount
                baseline = Baseline(line.concern.key, str(chosen.name), chosen.of, amount.k, amount.n)
                plan_id = store.make(connection, unit, baseline, step)
        except WrongField as wrong:
            return self._new(request, who, key, 422, typed, wrong.key)
        except StoreUnavailable as error:
            raise site.unavailable(request) from error
        return RedirectResponse(f"/actions/{plan_id}", 303)

    def _new(
        self,
        request: Request,
        who: SignedIn,
        key: tuple[str, str, str, str],
        status: int,
        typed: Typed,
        error: str = "",
    ) -> Response:
        def read(connection: Connection) -> Response:
            line, chosen, unit_name = self._evidence(request, connection, who, key)
            values = {
                "signed_in": who,
                "line": line,
                "period": chosen,
                "unit": key[0],
                "unit_name": unit_name,
                "owners": owners_of(complaint_register.people(connection, self._site.today()), key[0]),
                "today": self._site.today(),
                "most_due": self._site.today() + MAX_DUE,
                "typed": typed,
                "error": error,
            }
            return self._site.renderer.page("action_new.html", self._site.language(request), status, **values)

        return self._site.read(request, read)

    def _evidence(
        self, request: Request, connection: Connection, who: SignedIn, key: tuple[str, str, str, str]
    ) -> tuple[CauseLine, Period, str]:
        """The share from which a plan is to be made, as the page of causes tells it to this reader; 404 for what they
        may not see or make one for, or a period that has not ended."""
        unit, name, of, concern = key
        nothing = Shown(self._site.message(request, 404, "not_found"))
        try:
            wanted: Asked = asked(name, of)
            readings = gather(connection, wanted, self._site.today(), TreeName.OF_THE_DAY, compare=False)
        except ValueError as error:
            raise nothing from error
        chosen = readings.now.counted.period
        if chosen.name not in PLANNED or not chosen.of or chosen.runs or not of or not unit:
            raise nothing
        if not may_make(self._person(connection, who), unit):
            raise nothing
        page = cause_page(readings, who.unit_id, unit, self._site.rules(), self._site.services.now(), concern)
        if page is None or page.chosen is None:
            raise nothing
        return page.chosen, chosen, page.name

    # ---- one plan

    def plan_page(self, request: Request, plan_id: str) -> Response:
        """One plan with its history, its card and what came of it."""
        return self._page(request, self._reader(request), plan_id, 200, Typed())

    def act(
        self,
        request: Request,
        plan_id: str,
        form_token: Annotated[str, Form()] = "",
        action: Annotated[str, Form()] = "",
        seen: Annotated[str, Form()] = "",
        text: Annotated[str, Form()] = "",
        owner: Annotated[str, Form()] = "",
        due: Annotated[str, Form()] = "",
        title: Annotated[str, Form()] = "",
        title_en: Annotated[str, Form()] = "",
        text_en: Annotated[str, Form()] = "",
        last_day: Annotated[str, Form()] = "",
    ) -> Response:
        """Does something to a plan, if nothing was done to it since the page was made."""
        who, site = self._reader(request), self._site
        self._site.insist_on_form(request, who, form_token)
        typed = Typed(text, owner, due, title, title_en, text_en, last_day)
        try:
            with writing(site.services.engine) as connection:
                store.begin(connection)
                person, plan = self._seen(request, connection, who, plan_id)
                if action not in STEPS or not may(person, PlanAction(action), plan):
                    raise Shown(site.message(request, 403, "action_not_now"))
                if seen != str(len(plan.steps)):
                    raise Shown(site.message(request, 409, "action_not_now"))
                self._carry_out(connection, PlanAction(action), who, plan, typed)
        except WrongField as wrong:
            return self._page(request, who, plan_id, 422, typed, f"{action}.{wrong.key}")
        except StoreUnavailable as error:
            raise site.unavailable(request) from error
        return RedirectResponse(f"/actions/{plan_id}", 303)

    def _carry_out(
        self, connection: Connection, action: PlanAction, who: SignedIn, plan: ActionPlan, typed: Typed
    ) -> None:
        now = self._site.services.now()
        if action is PlanAction.CHANGE:
            step = self._shaped(connection, action, who, plan.unit_id, typed)
        elif action is PlanAction.DRAFT_CARD:
            step = ActionStep(now, who.user_name, who.role, action, card=self._card(typed))
        elif action is PlanAction.APPROVE_CARD:
            card = self._still_fit(plan)
            store.show_card(connection, plan, card, who.user_name, now)
            step = ActionStep(now, who.user_name, who.role, action)
        else:
            step = ActionStep(now, who.user_name, who.role, action, _read("text", lambda: plan_text(typed.text)))
            if action is PlanAction.WITHDRAW_CARD:
                store.take_card_back(connection, plan, who.user_name, now)
        store.add_step(connection, plan.plan_id, step)

    def _card(self, typed: Typed) -> Card:
        try:
            return card_of(typed.title, typed.text, typed.title_en, typed.text_en, typed.last_day, self._site.today())
        except ValueError as error:
            raise WrongField(str(error)) from error

    def _still_fit(self, plan: ActionPlan) -> Card:
        """The card that waits; one whose last day has passed meanwhile is to be written anew."""
        card = plan.card_step.card if plan.card_step else None
        if card is None or card.last_day < self._site.today():
            raise WrongField("last_day")
        return card

    def _shaped(
        self, connection: Connection, action: PlanAction, who: SignedIn, unit_id: str, typed: Typed
    ) -> ActionStep:
        """What is to be done, by whom and by when, checked."""
        text = _read("text", lambda: plan_text(typed.text))
        if typed.owner not in owners_of(complaint_register.people(connection, self._site.today()), unit_id):
            raise WrongField("owner")
        day = _read("due", lambda: due_day(typed.due, self._site.today()))
        return ActionStep(self._site.services.now(), who.user_name, who.role, action, text, typed.owner, day)

    def _page(
        self, request: Request, who: SignedIn, plan_id: str, status: int, typed: Typed, error: str = ""
    ) -> Response:
        def read(connection: Connection) -> Response:
            person, plan = self._seen(request, connection, who, plan_id)
            (line,) = self._lines(connection, person, [plan], self._site.today())
            values = {
                "signed_in": who,
                "line": line,
                "plan": plan,
                "actions": allowed(person, plan),
                "owners": owners_of(complaint_register.people(connection, self._site.today()), plan.unit_id),
                "today": self._site.today(),
                "most_due": self._site.today() + MAX_DUE,
                "most_shown": self._site.today() + MAX_SHOWN,
                "effect_from": complete_from(line.effect.period.ends) if line.effect and line.effect.period else None,
                "typed": typed,
                "error": error,
            }
            return self._site.renderer.page("action.html", self._site.language(request), status, **values)

        return self._site.read(request, read)

    # ---- shared steps

    def _lines(self, connection: Connection, person: Person, plans: list[ActionPlan], today: date) -> list[ActionLine]:
        everybody = {each.user_name for each in complaint_register.people(connection, today)}
        whole = own_figures(person) is None
        found = effects(connection, plans, self._site.rules(), today) if whole else None
        return lines_of(plans, known_concerns(connection), names_by_id(connection, "units"), everybody, found, today)

    def _seen(self, request: Request, connection: Connection, who: SignedIn, plan_id: str) -> tuple[Person, ActionPlan]:
        """The person and the plan; for who may not see it, it is not there."""
        number = number_in(plan_id)
        found, person = store.plan(connection, number), self._person(connection, who)
        if found is None or not may(person, PlanAction.SEE, found):
            raise Shown(self._site.message(request, 404, "not_found"))
        return person, found

    def _person(self, connection: Connection, who: SignedIn) -> Person:
        return complaint_register.person_of(connection, who, self._site.today())

    def _view(self, request: Request, show: str) -> ActionShow:
        if show not in set(ActionShow):
            raise Shown(self._site.message(request, 404, "not_found"))
        return ActionShow(show)

    def _reader(self, request: Request) -> SignedIn:
        who = self._site.someone(request)
        if not sees_plans(who.role):
            raise Shown(self._site.message(request, 404, "not_found"))
        return who


def _theirs(connection: Connection, person: Person, unit: str) -> list[ActionPlan]:
    """The plans that somebody may see, of one unit or of all."""
    plans = store.plans_of(connection, {unit} if unit else person.units)
    return [plan for plan in plans if may(person, PlanAction.SEE, plan)]


def _read(field: str, read: Callable[[], Value]) -> Value:
    try:
        return read()
    except ValueError as error:
        raise WrongField(field) from error
