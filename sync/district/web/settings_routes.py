"""The pages on which technicians send settings to kiosks: what is sent, a new order, what it would change."""

from collections.abc import Collection, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from kiosk.domain.district_settings import SENDABLE, value_in
from sync.district.domain.people import SignedIn
from sync.district.domain.rights import maintains, sends_settings
from sync.district.domain.settings_order import OrderReach, OrderStage, SettingsEvent, SettingsOrder
from sync.district.fleet.changing import Order
from sync.district.fleet.kiosk_settings import (
    NotSent,
    SettingsRefusal,
    all_kiosks,
    order_of,
    plan,
    send,
    wanted,
    widen,
    withdraw,
)
from sync.district.measures.kiosk_settings import PlannedKiosk
from sync.district.measures.kiosks import full_hour
from sync.district.store.alerts import last_hour_away
from sync.district.store.devices import device
from sync.district.store.engine import Connection, StoreUnavailable
from sync.district.store.imports import names_by_id
from sync.district.store.organisation import organisation
from sync.district.store.settings_orders import all_orders
from sync.district.times import local_day
from sync.district.web.kiosk_settings import (
    DONE_SHOWN,
    MAX_PLANNED,
    OrderLine,
    change_notes,
    order_lines,
    setting_fields,
    whom_words,
)
from sync.district.web.page_route import Shown, number_in
from sync.district.web.site import Site

PAGE = "/kiosks/settings"
MAX_TYPED = 200
MAX_CODE = 64
MAX_DIGITS = 15


def add_settings_pages(router: APIRouter, site: Site) -> None:
    """Adds the pages to the site. They come before those of one kiosk, whose name would be theirs."""
    pages = _Pages(site)
    router.add_api_route(PAGE, pages.orders, methods=["GET"])
    router.add_api_route(PAGE, pages.send, methods=["POST"])
    router.add_api_route(f"{PAGE}/new", pages.ask, methods=["GET"])
    router.add_api_route(f"{PAGE}/{{number}}", pages.change, methods=["POST"])


class _Pages:
    """The handlers. Plain functions, so that the server runs them in threads."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def orders(self, request: Request) -> Response:
        """What is sent, and what became of it; for whoever keeps kiosks running."""
        who = self._site.someone(request)
        if not maintains(who.role):
            raise Shown(self._site.message(request, 404, "not_found"))
        return self._orders(request, who, 200)

    def ask(self, request: Request, reach: str = "", target: str = "") -> Response:
        """The form for a new order."""
        who = self._sender(request)
        return self._form(request, who, 200, {"reach": reach[:MAX_CODE], "target": target[:MAX_CODE]})

    def send(
        self,
        request: Request,
        values: Annotated[list[str] | None, Form()] = None,
        reach: Annotated[str, Form()] = "",
        target: Annotated[str, Form()] = "",
        why: Annotated[str, Form()] = "",
        step: Annotated[str, Form()] = "",
        form_token: Annotated[str, Form()] = "",
    ) -> Response:
        """Shows what an order would change (``step`` is ``see``), and gives it once somebody has seen that. ``values``:
        what was typed for each setting, in the order of the form."""
        who = self._sender(request)
        self._site.insist_on_form(request, who, form_token)
        typed = dict(zip(SENDABLE, [each[:MAX_TYPED] for each in values or ()], strict=False))
        typed |= {"reach": reach, "target": target.strip()[:MAX_CODE], "why": why}
        if step not in ("see", "send"):
            return self._form(request, who, 200, typed)
        if reach not in set(OrderReach) or not self._may(request, who, OrderReach(reach), typed["target"]):
            return self._form(request, who, 422, typed, "unknown_target")
        try:
            return self._plan_or_send(request, who, typed, step)
        except NotSent as error:
            return self._form(request, who, 422, typed, error.refusal, error.detail)
        except StoreUnavailable as error:
            raise self._site.unavailable(request) from error

    def _plan_or_send(self, request: Request, who: SignedIn, typed: Mapping[str, str], step: str) -> Response:
        """Raises ``NotSent`` or ``StoreUnavailable``."""
        found = {key: value_in(key, typed[key]) for key in SENDABLE if typed.get(key, "").strip()}
        made = wanted(OrderReach(typed["reach"]), typed["target"], found, self._order(who, typed["why"]))
        if step == "see":
            return self._preview(request, who, made, typed)
        try:
            send(self._site.services.engine, made)
        except NotSent as error:
            if error.refusal is not SettingsRefusal.NO_REASON:
                raise
            return self._preview(request, who, made, typed, error.refusal)
        return RedirectResponse(PAGE, 303)

    def change(
        self,
        request: Request,
        number: str,
        action: Annotated[str, Form()] = "",
        why: Annotated[str, Form()] = "",
        form_token: Annotated[str, Form()] = "",
    ) -> Response:
        """Lets an order reach the rest of its kiosks, or takes it back."""
        who = self._sender(request)
        self._site.insist_on_form(request, who, form_token)
        steps = {"widen": widen, "withdraw": withdraw}
        wanted_number = number_in(number, MAX_DIGITS)
        if action not in steps:
            raise Shown(self._site.message(request, 404, "not_found"))
        order = self._site.read(request, lambda connection: self._own_order(connection, who, wanted_number))
        if order is None:
            raise Shown(self._site.message(request, 404, "not_found"))
        try:
            steps[action](self._site.services.engine, order.number, self._order(who, why))
        except NotSent as error:
            return self._orders(request, who, 422, error.refusal)
        except StoreUnavailable as error:
            raise self._site.unavailable(request) from error
        return RedirectResponse(PAGE, 303)

    # ---- pages

    def _orders(self, request: Request, who: SignedIn, status: int, error: str = "") -> Response:
        now, texts = self._site.services.now(), self._site.language(request)

        def read(connection: Connection) -> list[OrderLine]:
            ids = self._units(connection, who)
            orders, kiosks = all_orders(connection), all_kiosks(connection, now)
            where = {each.device_id: each.line.unit_id for each in kiosks}
            above = organisation(connection).paths_on(self._site.today()).get(who.unit_id or "", ())
            theirs = [order for order in orders if ids is None or _touches(order, ids, where, above)]
            mine = frozenset(order.number for order in theirs if _is_within(order, ids, where))
            seen = [each for each in kiosks if ids is None or each.line.unit_id in ids]
            names = names_by_id(connection, "units")
            away_at = last_hour_away(connection, full_hour(now))
            changes = mine if sends_settings(who.role) else frozenset()
            return order_lines(theirs, seen, names, changes, now, away_at, texts)

        lines = self._site.read(request, read)
        done = [each for each in lines if each.order.stage is OrderStage.WITHDRAWN]
        values = {"signed_in": who, "error": error, "sends": sends_settings(who.role)}
        values |= {"lines": [each for each in lines if each.order.stage is not OrderStage.WITHDRAWN]}
        values |= {"done": done[:DONE_SHOWN]}
        return self._site.renderer.page("kiosk_settings.html", texts, status, **values)

    def _form(
        self, request: Request, who: SignedIn, status: int, typed: Mapping[str, str], error: str = "", detail: str = ""
    ) -> Response:
        texts = self._site.language(request)
        units = self._site.read(request, lambda connection: self._named_units(connection, who))
        values: dict[str, Any] = {
            "signed_in": who,
            "fields": setting_fields(typed, texts),
            "units": units,
        }
        values |= {"typed": {"reach": "", "target": "", "why": ""} | dict(typed)}
        values |= {"error": error, "detail": detail, "reaches": self._reaches(who)}
        return self._site.renderer.page("kiosk_settings_new.html", texts, status, **values)

    def _preview(
        self, request: Request, who: SignedIn, made: SettingsEvent, typed: Mapping[str, str], error: str = ""
    ) -> Response:
        texts = self._site.language(request)

        def read(connection: Connection) -> tuple[list[PlannedKiosk], dict[str, str]]:
            return plan(connection, made), names_by_id(connection, "units")

        found, names = self._site.read(request, read)
        shown = sorted(found, key=lambda each: not each.is_first)[:MAX_PLANNED]
        values: dict[str, Any] = {"signed_in": who, "typed": typed, "error": error, "n": len(found)}
        values |= {"fields": setting_fields(typed, texts)}
        values |= {"whom": whom_words(OrderReach(made.reach), made.target, names, texts)}
        values |= {"rows": [(each, change_notes(each, texts)) for each in shown], "more": len(found) - len(shown)}
        values |= {"first": [each.kiosk.line for each in found if each.is_first]}
        return self._site.renderer.page("kiosk_settings_preview.html", texts, 422 if error else 200, **values)

    # ---- shared steps

    def _sender(self, request: Request) -> SignedIn:
        """Who may send settings; for others these pages are not there."""
        who = self._site.someone(request)
        if not sends_settings(who.role):
            raise Shown(self._site.message(request, 404, "not_found"))
        return who

    def _order(self, who: SignedIn, why: str) -> Order:
        return Order(who.user_name, why, self._site.services.now())

    def _reaches(self, who: SignedIn) -> list[OrderReach]:
        return [each for each in OrderReach if who.unit_id is None or each is not OrderReach.ALL]

    def _units(self, connection: Connection, who: SignedIn) -> frozenset[str] | None:
        """The units whose kiosks somebody may send settings; ``None`` for all."""
        if who.unit_id is None:
            return None
        return organisation(connection).below(who.unit_id, local_day(self._site.services.now()))

    def _named_units(self, connection: Connection, who: SignedIn) -> list[tuple[str, str]]:
        ids = self._units(connection, who)
        names = names_by_id(connection, "units")
        return sorted(
            ((key, name) for key, name in names.items() if ids is None or key in ids), key=lambda each: each[1]
        )

    def _may(self, request: Request, who: SignedIn, reach: OrderReach, target: str) -> bool:
        """Whether somebody may send settings there, and there is such a unit or kiosk."""

        def read(connection: Connection) -> bool:
            ids = self._units(connection, who)
            if reach is OrderReach.ALL:
                return ids is None
            if reach is OrderReach.KIOSK:
                known = device(connection, target)
                return known is not None and (ids is None or known.unit_id in ids)
            return target in names_by_id(connection, "units") and (ids is None or target in ids)

        return self._site.read(request, read)

    def _own_order(self, connection: Connection, who: SignedIn, number: int) -> SettingsOrder | None:
        """The order, if it is for kiosks of theirs alone."""
        try:
            order = order_of(connection, number)
        except NotSent:
            return None
        ids = self._units(connection, who)
        known = device(connection, order.target) if order.reach is OrderReach.KIOSK else None
        return order if _is_within(order, ids, {order.target: known.unit_id} if known else {}) else None


def _is_within(order: SettingsOrder, ids: frozenset[str] | None, where: Mapping[str, str]) -> bool:
    """Whether an order is for kiosks of these units alone; ``where``: the units of kiosks."""
    if ids is None:
        return True
    unit_id = where.get(order.target, "") if order.reach is OrderReach.KIOSK else order.target
    return order.reach is not OrderReach.ALL and unit_id in ids


def _touches(order: SettingsOrder, ids: frozenset[str], where: Mapping[str, str], above: Collection[str]) -> bool:
    """Whether somebody of these units may know of it: it is for kiosks of theirs alone, or for a wider circle that
    holds theirs. ``above``: their own unit and all above it."""
    wider = order.reach is OrderReach.ALL or (order.reach is OrderReach.TREE and order.target in above)
    return wider or _is_within(order, ids, where)
