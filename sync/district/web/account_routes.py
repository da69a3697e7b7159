"""Somebody's own account: password, sessions, second step, PIN for kiosks, deputy."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from sync.district.accounts import deputies, second_step
from sync.district.accounts.kiosk_pins import BadPin, end_own_pin, set_own_pin
from sync.district.accounts.passwords import BadPassword, TooMany
from sync.district.accounts.sign_in import Locked, Refused, session_hash
from sync.district.accounts.users import BadUser, change_own
from sync.district.complaints.stuck import recheck_open
from sync.district.domain.one_time_codes import address_of
from sync.district.domain.people import SignedIn
from sync.district.domain.release import shown_before
from sync.district.domain.rights import answers_citizens, signs_in_at_kiosks
from sync.district.domain.sign_ins import DAYS_BACK
from sync.district.store import accounts as store
from sync.district.store import officer_pins
from sync.district.store.deputies import deputies_of
from sync.district.store.engine import Connection, writing
from sync.district.store.rosters import counters_of
from sync.district.store.sign_ins import sign_ins_of
from sync.district.times import local_day, start_of
from sync.district.web.formats import clock
from sync.district.web.qr import qr_path
from sync.district.web.site import Site, cookie

OTHERS = "others"


def add_account_pages(router: APIRouter, site: Site) -> None:
    """Adds the pages to the site."""
    pages = _Pages(site)
    router.add_api_route("/account", pages.show, methods=["GET"])
    router.add_api_route("/account/password", pages.password, methods=["POST"])
    router.add_api_route("/account/sessions", pages.end_session, methods=["POST"])
    router.add_api_route("/account/second-step", pages.second_step, methods=["POST"])
    router.add_api_route("/account/kiosk-pin", pages.kiosk_pin, methods=["POST"])
    router.add_api_route("/account/deputy", pages.deputy, methods=["POST"])


class _Pages:
    """The handlers. Plain functions, so that the server runs them in threads; passwords have threads of their own."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def show(self, request: Request) -> Response:
        return self._page(request, self._site.someone(request))

    async def password(
        self,
        request: Request,
        form_token: Annotated[str, Form()] = "",
        now_is: Annotated[str, Form()] = "",
        password: Annotated[str, Form()] = "",
        again: Annotated[str, Form()] = "",
    ) -> Response:
        who = self._ours(request, form_token)
        if password != again:
            return self._page(request, who, 422, errors={"password": "account.differ_here"})
        site, kept = self._site, session_hash(request.cookies[cookie(request)])
        services, where = site.services, site.network_of(request)
        typed = (now_is, password, kept)
        try:
            await site.turns.take(
                lambda: change_own(services.engine, site.passwords, who.user_name, *typed, services.now(), where)
            )
        except TooMany:
            return site.message(request, 429, "too_many")
        except Refused:
            return self._page(request, who, 422, errors={"password": "own_account.wrong_password"})
        except Locked as locked:
            return self._page(request, who, 429, locked=clock(locked.until))
        except BadPassword as error:
            return self._page(request, who, 422, errors={"password": str(error)})
        return self._page(request, who, done="own_account.password_changed")

    def end_session(
        self, request: Request, form_token: Annotated[str, Form()] = "", which: Annotated[str, Form()] = ""
    ) -> Response:
        """Ends one of the own sessions, or all but this."""
        who = self._ours(request, form_token)
        now, mine = self._site.services.now(), session_hash(request.cookies[cookie(request)])
        with writing(self._site.services.engine) as connection:
            if which == OTHERS:
                store.end_sessions(connection, who.user_name, but=mine)
            for kept, _ in store.sessions_of(connection, who.user_name, now):
                if kept.hex() == which and kept != mine:
                    store.end_session(connection, kept)
        return RedirectResponse("/account", 303)

    def second_step(
        self,
        request: Request,
        form_token: Annotated[str, Form()] = "",
        secret: Annotated[str, Form()] = "",
        code: Annotated[str, Form()] = "",
        off: Annotated[str, Form()] = "",
    ) -> Response:
        """Turns the second step on with a first code, or off; either needs the password to have been typed lately."""
        who, services = self._ours(request, form_token), self._site.services
        if not who.confirmed:
            return self._site.confirm(request, who, "/account")  # the form is shown to whoever typed it lately
        if off:
            second_step.turn_off(services.engine, who.user_name, services.now(), who.user_name)
            return RedirectResponse("/account", 303)
        try:
            codes = second_step.turn_on(services.engine, who.user_name, secret, code, services.now())
        except Refused:
            return self._page(request, who, 422, errors={"code": "own_account.wrong_code"}, secret=secret)
        return self._page(request, who, recovery=codes)

    async def kiosk_pin(
        self,
        request: Request,
        form_token: Annotated[str, Form()] = "",
        now_is: Annotated[str, Form()] = "",
        pin: Annotated[str, Form()] = "",
        again: Annotated[str, Form()] = "",
        end: Annotated[str, Form()] = "",
    ) -> Response:
        """Sets the own PIN for the kiosks of the unit, or takes it away."""
        who, site = self._ours(request, form_token), self._site
        services, where = site.services, site.network_of(request)
        if not signs_in_at_kiosks(who.role, who.officer_number):
            return site.message(request, 404, "not_found")
        if end:
            end_own_pin(services.engine, who.user_name, services.now())
            return self._page(request, who, done="own_account.pin_ended")
        if pin != again:
            return self._page(request, who, 422, errors={"pin": "own_account.pin_differ"})
        typed = (now_is, pin)
        try:
            await site.turns.take(
                lambda: set_own_pin(services.engine, site.passwords, who, *typed, services.now(), where)
            )
        except TooMany:
            return site.message(request, 429, "too_many")
        except Refused:
            return self._page(request, who, 422, errors={"pin": "own_account.wrong_password"})
        except Locked as locked:
            return self._page(request, who, 429, pin_locked=clock(locked.until))
        except BadPin as error:
            return self._page(request, who, 422, errors={"pin": str(error)})
        return self._page(request, who, done="own_account.pin_set")

    def deputy(
        self,
        request: Request,
        form_token: Annotated[str, Form()] = "",
        deputy: Annotated[str, Form()] = "",
        first: Annotated[str, Form()] = "",
        last: Annotated[str, Form()] = "",
        end: Annotated[int, Form()] = 0,
    ) -> Response:
        """Says who does the own work from a day to a day, or ends that."""
        who, services = self._ours(request, form_token), self._site.services
        try:
            if end:
                deputies.end_deputy(services.engine, who.user_name, end, who.user_name, services.now())
            else:
                days = days_of(first, last)
                deputies.name_deputy(services.engine, who.user_name, deputy, days, who.user_name, services.now())
        except BadUser as error:
            return self._page(request, who, 422, errors={"deputy": str(error)})
        recheck_open(services.engine, services.now())
        return RedirectResponse("/account", 303)

    # ---- shared steps

    def _page(
        self,
        request: Request,
        who: SignedIn,
        status: int = 200,
        *,
        errors: dict[str, str] | None = None,
        locked: str = "",
        pin_locked: str = "",
        done: str = "",
        secret: str = "",
        recovery: tuple[str, ...] = (),
    ) -> Response:
        texts, now = self._site.language(request), self._site.services.now()
        mine = session_hash(request.cookies[cookie(request)])
        secret = secret or second_step.new_secret()

        def read(connection: Connection) -> dict[str, Any]:
            user = store.user(connection, who.user_name)
            assert user is not None, "whoever is signed in has an account"
            return {
                "user": user,
                "sessions": [
                    (kept.hex(), each, kept == mine) for kept, each in store.sessions_of(connection, who.user_name, now)
                ],
                "has_pin": bool(who.officer_number) and officer_pins.has_pin(connection, who.officer_number or ""),
                "own_sign_ins": _sign_ins_of(connection, user.officer_number, user.unit_id, now),
                "codes_left": store.recovery_codes_left(connection, who.user_name),
                "deputies": deputies_of(connection, who.user_name, local_day(now)),
                "colleagues": deputies.colleagues(connection, user, local_day(now)),
            }

        values = self._site.read(request, read)
        code = qr_path(address_of(secret, who.user_name, texts("site.name")))
        return self._site.renderer.page(
            "account.html",
            texts,
            status,
            signed_in=who,
            errors=dict.fromkeys(("password", "code", "deputy", "pin"), "") | (errors or {}),
            locked=locked,
            pin_locked=pin_locked,
            may_have_pin=signs_in_at_kiosks(who.role, who.officer_number),
            done=done,
            secret=secret,
            code=code,
            recovery=recovery,
            today=local_day(now),
            may_have_deputy=answers_citizens(who.role),
            **values,
        )

    def _ours(self, request: Request, form_token: str) -> SignedIn:
        who = self._site.someone(request)
        self._site.insist_on_form(request, who, form_token)
        return who


def _sign_ins_of(
    connection: Connection, officer_number: str | None, unit_id: str | None, now: datetime
) -> list[tuple[date, list[str]]]:
    """On which of the last days somebody's PIN opened kiosks, and at which counters (empty: in the hall), the newest
    day first."""
    today, found = local_day(now), defaultdict[date, set[str]](set)
    if not officer_number or not unit_id:
        return []
    first = today - timedelta(days=DAYS_BACK)
    for each in sign_ins_of(connection, officer_number, unit_id, start_of(first), shown_before(now)):
        if each.at.date() < today:
            found[each.at.date()].add(each.counter_id)
    names = dict(counters_of(connection, unit_id, first, today))
    return [(day, [names.get(each, each) for each in sorted(found[day])]) for day in sorted(found, reverse=True)]


def days_of(first: str, last: str) -> tuple[date, date]:
    """Two days of a form. Raises ``BadUser``."""
    try:
        return date.fromisoformat(first), date.fromisoformat(last)
    except ValueError as error:
        raise BadUser("account.deputy_days") from error
