"""The pages of the kiosks: all of them, and one with what it noted of itself."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from msgspec import Struct

from sync.district.domain.kiosk_history import OF_THE_MACHINE
from sync.district.domain.people import SignedIn
from sync.district.domain.release import shown_before
from sync.district.domain.rights import maintains, sends_settings, takes_on_alerts
from sync.district.fleet.changing import ChangeRefusal, NotChanged, Order, move, replace, retire
from sync.district.fleet.enrolment import draw_code
from sync.district.measures.alerts import ALARMING, Alert, Cause
from sync.district.measures.kiosk_settings import sent_kiosks
from sync.district.measures.kiosk_state import KioskState
from sync.district.measures.kiosks import Trouble, full_hour, kiosk_lines
from sync.district.measures.organisation import Organisation
from sync.district.store.alerts import open_alerts, raised_alerts, take_on
from sync.district.store.device_changes import changes_of
from sync.district.store.devices import device
from sync.district.store.engine import Connection, Engine, StoreUnavailable, writing
from sync.district.store.kiosk_history import facts_of
from sync.district.store.known_kiosks import known_kiosks
from sync.district.store.organisation import organisation
from sync.district.store.settings_orders import all_orders, moves_of
from sync.district.times import local_day
from sync.district.web.alert_words import advice, places_of, what
from sync.district.web.fleet import Fleet, FleetSearch, KioskPage, fleet
from sync.district.web.kiosk_notes import change_words, note_words
from sync.district.web.kiosk_settings import kiosk_settings
from sync.district.web.page_route import Shown, number_in
from sync.district.web.site import Site

DAYS = (7, 30, 90)
ALERTS_SHOWN = timedelta(days=30)
CODE_HOURS = 24
MAX_UNITS = 300
"""So many units are offered to choose from; more, and their code has to be typed."""


def add_fleet_pages(router: APIRouter, site: Site) -> None:
    """Adds the pages to the site."""
    pages = _Pages(site)
    router.add_api_route("/kiosks", pages.fleet, methods=["GET"])
    router.add_api_route("/kiosks/{device_id}", pages.kiosk, methods=["GET"])
    router.add_api_route("/kiosks/{device_id}/move", pages.move, methods=["POST"])
    router.add_api_route("/kiosks/{device_id}/replace", pages.replace, methods=["POST"])
    router.add_api_route("/kiosks/{device_id}/retire", pages.retire, methods=["POST"])
    router.add_api_route("/kiosks/alerts/{alert_id}", pages.take_on, methods=["POST"])


class AlertLine(Struct, frozen=True):
    """An alert with its words."""

    alert: Alert
    what: str
    advice: str


class _Pages:
    """The handlers. Plain functions, so that the server runs them in threads."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def fleet(self, request: Request, q: str = "", trouble: str = "", page: int = 1) -> Response:
        """Every kiosk somebody may see."""
        who = self._site.someone(request)
        if trouble and trouble not in set(Trouble):
            raise Shown(self._site.message(request, 404, "not_found"))
        asked = FleetSearch(q.strip(), Trouble(trouble) if trouble else None, page)
        return self._fleet(request, who, asked, 200)

    def take_on(self, request: Request, alert_id: str, form_token: Annotated[str, Form()] = "") -> Response:
        """Somebody who keeps kiosks running takes an alert on, or over: it is told again only after a week."""
        who = self._site.someone(request)
        if not takes_on_alerts(who.role):
            raise Shown(self._site.message(request, 404, "not_found"))
        self._site.insist_on_form(request, who, form_token)
        now = self._site.services.now()
        try:
            with writing(self._site.services.engine) as connection:
                ids = _units(organisation(connection), who, now)
                mine = {each.alert_id for each in open_alerts(connection) if _is_theirs(each.cause, ids)}
                wanted = number_in(alert_id, 15)
                taken = wanted in mine and take_on(connection, wanted, who.user_name, full_hour(now))
        except StoreUnavailable as error:
            raise self._site.unavailable(request) from error
        if not taken:
            return self._fleet(request, who, FleetSearch(), 409, "alerts.gone")
        return RedirectResponse("/kiosks#alerts", 303)

    def _fleet(self, request: Request, who: SignedIn, asked: FleetSearch, status: int, error: str = "") -> Response:
        now, texts = self._site.services.now(), self._site.language(request)

        def read(connection: Connection) -> tuple[Fleet, list[AlertLine]]:
            tree, known = organisation(connection), known_kiosks(connection, local_day(now))
            raised = raised_alerts(connection, now - ALERTS_SHOWN)
            theirs = [alert for alert in raised if _is_theirs(alert.cause, _units(tree, who, now))]
            places = places_of(tree, known.rows, [alert.cause for alert in theirs])
            lines = [AlertLine(each, what(each, places, texts), advice(each, texts)) for each in theirs]
            return fleet(tree, known, who.unit_id, asked, now), lines

        page, alerts = self._site.read(request, read)
        values = {"signed_in": who, "page": page, "kinds": list(Trouble), "maintains": maintains(who.role)}
        values |= {
            "alerts": sorted((each for each in alerts if each.alert.ended_at is None), key=_worst),
            "error": error,
        }
        values |= {"ended": [each for each in reversed(alerts) if each.alert.ended_at is not None]}
        values |= {"takes_on": takes_on_alerts(who.role)}
        return self._site.renderer.page("fleet.html", texts, status, **values)

    def kiosk(self, request: Request, device_id: str, days: int = DAYS[1]) -> Response:
        """One kiosk; for whoever keeps kiosks running."""
        who = self._site.someone(request)
        if not maintains(who.role) or days not in DAYS:
            raise Shown(self._site.message(request, 404, "not_found"))
        return self._kiosk_page(request, who, device_id, days)

    def move(
        self,
        request: Request,
        device_id: str,
        unit_id: Annotated[str, Form()] = "",
        counter_id: Annotated[str, Form()] = "",
        why: Annotated[str, Form()] = "",
        form_token: Annotated[str, Form()] = "",
    ) -> Response:
        """A technician puts a kiosk of theirs into another unit of theirs, or at another counter."""
        who, ids = self._keeper(request, device_id, form_token)
        if ids is not None and unit_id.strip() not in ids:
            return self._kiosk_page(request, who, device_id, error=ChangeRefusal.UNKNOWN_PLACE)
        place = (unit_id.strip(), counter_id.strip() or None)
        return self._changed(request, who, device_id, lambda order: move(self._engine, device_id, *place, order), why)

    def replace(
        self,
        request: Request,
        device_id: str,
        why: Annotated[str, Form()] = "",
        form_token: Annotated[str, Form()] = "",
    ) -> Response:
        """A technician gets the code with which a spare takes a kiosk's place; it is shown this once."""
        who, _ = self._keeper(request, device_id, form_token)
        code = draw_code()
        valid = timedelta(hours=CODE_HOURS)
        return self._changed(
            request, who, device_id, lambda order: replace(self._engine, code, device_id, valid, order), why, code
        )

    def retire(
        self,
        request: Request,
        device_id: str,
        why: Annotated[str, Form()] = "",
        sure: Annotated[str, Form()] = "",
        form_token: Annotated[str, Form()] = "",
    ) -> Response:
        """A technician takes a kiosk out of use."""
        who, _ = self._keeper(request, device_id, form_token)
        if not sure:
            return self._kiosk_page(request, who, device_id, error="no_tick")
        return self._changed(request, who, device_id, lambda order: retire(self._engine, device_id, order), why)

    @property
    def _engine(self) -> Engine:
        return self._site.services.engine

    def _keeper(self, request: Request, device_id: str, form_token: str) -> tuple[SignedIn, frozenset[str] | None]:
        """Whoever may change this kiosk, and the units of theirs (``None``: all)."""
        who, now = self._site.someone(request), self._site.services.now()
        if not takes_on_alerts(who.role):
            raise Shown(self._site.message(request, 404, "not_found"))
        self._site.insist_on_form(request, who, form_token)
        ids, known = self._site.read(
            request,
            lambda connection: (_units(organisation(connection), who, now), device(connection, device_id)),
        )
        if known is None or (ids is not None and known.unit_id not in ids):
            raise Shown(self._site.message(request, 404, "not_found"))
        return who, ids

    def _changed(
        self,
        request: Request,
        who: SignedIn,
        device_id: str,
        change: Callable[[Order], None],
        why: str,
        code: str = "",
    ) -> Response:
        try:
            change(Order(who.user_name, why, self._site.services.now()))
        except NotChanged as error:
            return self._kiosk_page(request, who, device_id, error=error.refusal)
        except StoreUnavailable as error:
            raise self._site.unavailable(request) from error
        if code:
            return self._kiosk_page(request, who, device_id, code=code)
        return RedirectResponse(f"/kiosks/{quote(device_id)}#changes", 303)

    def _kiosk_page(
        self, request: Request, who: SignedIn, device_id: str, days: int = DAYS[1], error: str = "", code: str = ""
    ) -> Response:
        found = self._site.read(request, lambda connection: self._kiosk(connection, who, device_id, days))
        if found is None:
            raise Shown(self._site.message(request, 404, "not_found"))
        texts = self._site.language(request)
        notes = [(full_hour(fact.happened_at), fact.is_sure, note_words(fact, texts)) for fact in found.notes]
        changes = [(full_hour(change.at), change_words(change, texts)) for change in reversed(found.changes)]
        values = {"signed_in": who, "page": found, "notes": notes, "choices": DAYS, "changes": changes}
        values |= {"error": error, "code": code, "hours": CODE_HOURS, "gone": found.line.state in (
            KioskState.RETIRED, KioskState.REVOKED)}  # fmt: skip
        values |= {"may_change": takes_on_alerts(who.role), "sends": sends_settings(who.role)}
        values |= {"settings": kiosk_settings(found.sent, found.orders, texts) if found.sent else []}
        return self._site.renderer.page("kiosk.html", texts, 422 if error else 200, **values)

    def _kiosk(self, connection: Connection, who: SignedIn, device_id: str, days: int) -> KioskPage | None:
        known, now = organisation(connection), self._site.services.now()
        ids = _units(known, who, now)
        known_rows = known_kiosks(connection, local_day(now), device_id)
        lines = kiosk_lines(known, known_rows, ids, now)
        if not lines:
            return None
        facts = facts_of(connection, device_id, now - timedelta(days=days), OF_THE_MACHINE, shown_before(now))
        changes = changes_of(connection, [device_id]).get(device_id, [])
        units = tuple((unit.unit_id, unit.name) for unit in known.newest_units() if ids is None or unit.unit_id in ids)
        moves = moves_of(connection)
        sent = sent_kiosks(lines, known_rows.rows, known.paths_on(local_day(now)), moves)
        return KioskPage(
            lines[0],
            days,
            tuple(facts),
            tuple(changes),
            units if len(units) <= MAX_UNITS else (),
            sent[0],
            tuple(all_orders(connection)),
        )


def _units(tree: Organisation, who: SignedIn, now: datetime) -> frozenset[str] | None:
    """The units whose kiosks somebody may see; ``None`` for all."""
    return None if who.unit_id is None else tree.below(who.unit_id, local_day(now))


def _is_theirs(cause: Cause, ids: frozenset[str] | None) -> bool:
    """Whether a cause is of some of these units; one of the whole district concerns everybody."""
    return ids is None or not cause.unit_id or cause.unit_id in ids


def _worst(line: AlertLine) -> tuple[bool, int]:
    """What nobody has taken on comes first, then what is worse."""
    return line.alert.taken_on_by is not None, ALARMING.index(line.alert.cause.kind)
