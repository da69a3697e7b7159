"""The administrator's pages: who has an account, invitations, and what may be done to an account."""

from contextlib import suppress
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from sync.district.accounts import deputies, invitations, second_step
from sync.district.accounts.invitations import Invitation
from sync.district.accounts.users import BadUser, NewUser, link_user, move_user, shut_out
from sync.district.complaints.stuck import recheck_open
from sync.district.domain.people import Role, SignedIn
from sync.district.domain.rights import administers, answers_citizens, audits
from sync.district.store import accounts as store
from sync.district.store.complaints import open_by_owner
from sync.district.store.deputies import deputies_of, past_deputies
from sync.district.store.engine import Connection, StoreUnavailable
from sync.district.store.imports import names_by_id, officer_numbers
from sync.district.web.account_routes import days_of
from sync.district.web.page_route import Shown
from sync.district.web.qr import qr_path
from sync.district.web.site import Site

INVITED_ROLES = tuple(role for role in Role if not audits(role))
"""An auditor is made by the command line alone: finer figures are not the administrator's to give."""
PAST_SHOWN = 10
"""So many of those who stood in for somebody are listed, the newest."""


def add_people_pages(router: APIRouter, site: Site) -> None:
    """Adds the pages to the site."""
    pages = _Pages(site)
    router.add_api_route("/people", pages.everybody, methods=["GET"])
    router.add_api_route("/people", pages.invite, methods=["POST"])
    router.add_api_route("/people/{name}", pages.one, methods=["GET"])
    router.add_api_route("/people/{name}", pages.change, methods=["POST"])


class _Pages:
    """The handlers. Plain functions, so that the server runs them in threads."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def everybody(self, request: Request) -> Response:
        return self._list(request, self._lately(request, self._administrator(request), "/people"))

    def invite(
        self,
        request: Request,
        form_token: Annotated[str, Form()] = "",
        user_name: Annotated[str, Form()] = "",
        full_name: Annotated[str, Form()] = "",
        role: Annotated[str, Form()] = "",
        unit_id: Annotated[str, Form()] = "",
        officer_number: Annotated[str, Form()] = "",
    ) -> Response:
        """Makes an account; the one-time code is shown on the answer alone, to be sent or printed."""
        who, services = self._ours(request, form_token, "/people"), self._site.services
        typed = {
            "user_name": user_name,
            "full_name": full_name,
            "role": role,
            "unit_id": unit_id,
            "officer_number": officer_number,
        }
        if role not in set(INVITED_ROLES):
            return self._list(request, who, 422, error="people.no_role", typed=typed)
        number = officer_number.strip() or None
        new = NewUser(user_name, Role(role), unit_id or None, number, number is None, full_name.strip() or None)
        try:
            given = invitations.invite(services.engine, new, services.now(), who.user_name)
        except BadUser as error:
            return self._list(request, who, 422, error=str(error), typed=typed)
        slip = self._slip(request, who, given)
        with suppress(StoreUnavailable):  # the code is shown this once; the projector checks again every day
            recheck_open(services.engine, services.now())
        return slip

    def one(self, request: Request, name: str) -> Response:
        return self._person(request, self._lately(request, self._administrator(request), f"/people/{name}"), name)

    def change(
        self,
        request: Request,
        name: str,
        form_token: Annotated[str, Form()] = "",
        action: Annotated[str, Form()] = "",
        role: Annotated[str, Form()] = "",
        unit_id: Annotated[str, Form()] = "",
        full_name: Annotated[str, Form()] = "",
        officer_number: Annotated[str, Form()] = "",
        deputy: Annotated[str, Form()] = "",
        first: Annotated[str, Form()] = "",
        last: Annotated[str, Form()] = "",
        end: Annotated[int, Form()] = 0,
    ) -> Response:
        """Does one thing to an account."""
        who, services = self._ours(request, form_token, f"/people/{name}"), self._site.services
        engine, now, by = services.engine, services.now(), who.user_name
        try:
            match action:
                case "disable" | "enable":
                    shut_out(engine, name, action == "disable", now, by)
                case "move" if role in set(Role):
                    move_user(engine, name, Role(role), unit_id or None, full_name.strip() or None, now, by)
                case "link":
                    number = officer_number.strip() or None
                    link_user(engine, name, number, number is None, full_name.strip() or None, now, by)
                case "reset":
                    return self._slip(request, who, invitations.reset(engine, name, now, by))
                case "second_step_off":
                    second_step.turn_off(engine, name, now, by)
                case "deputy":
                    deputies.name_deputy(engine, name, deputy, days_of(first, last), by, now)
                case "deputy_end":
                    deputies.end_deputy(engine, name, end, by, now)
                case _:
                    raise Shown(self._site.message(request, 404, "not_found"))
        except BadUser as error:
            return self._person(request, who, name, 422, error=str(error))
        recheck_open(engine, now)
        return RedirectResponse(f"/people/{name}", 303)

    # ---- shared steps

    def _list(
        self, request: Request, who: SignedIn, status: int = 200, error: str = "", typed: dict[str, str] | None = None
    ) -> Response:
        now = self._site.services.now()

        def read(connection: Connection) -> dict[str, Any]:
            return {
                "users": store.all_users(connection),
                "seen": store.last_signed_in(connection),
                "waiting": store.invitations_waiting(connection, now),
                "owned": open_by_owner(connection),
                **_names(connection),
            }

        values = self._site.read(request, read)
        asked = dict.fromkeys(("user_name", "full_name", "role", "unit_id", "officer_number"), "") | (typed or {})
        return self._render(request, "people.html", status, who, error=error, asked=asked, **values)

    def _person(self, request: Request, who: SignedIn, name: str, status: int = 200, error: str = "") -> Response:
        today = self._site.today()

        def read(connection: Connection) -> dict[str, Any] | None:
            user = store.user(connection, name)
            if user is None:
                return None
            return {
                "user": user,
                "deputies": deputies_of(connection, name, today),
                "past_deputies": past_deputies(connection, name, today, PAST_SHOWN),
                "colleagues": deputies.colleagues(connection, user, today),
                "by_command": audits(Role(user.role)),
                "owned": open_by_owner(connection).get(name, 0),
                "answers": answers_citizens(Role(user.role)),
                **_names(connection),
            }

        values = self._site.read(request, read)
        if values is None:
            raise Shown(self._site.message(request, 404, "not_found"))
        return self._render(request, "person.html", status, who, error=error, today=today, **values)

    def _slip(self, request: Request, who: SignedIn, given: Invitation) -> Response:
        # where it is known: whoever sends a request names its host as they like
        ours = self._site.services.settings.public_url
        address = f"{ours or f'{request.url.scheme}://{request.url.netloc}'}/invitation"
        link = f"{address}/{given.code}"
        return self._render(request, "slip.html", 200, who, given=given, address=address, link=link, code=qr_path(link))

    def _render(self, request: Request, template: str, status: int, who: SignedIn, **values: Any) -> Response:
        texts = self._site.language(request)
        return self._site.renderer.page(template, texts, status, signed_in=who, roles=INVITED_ROLES, **values)

    def _administrator(self, request: Request) -> SignedIn:
        """The administrator; for others these pages are not there."""
        who = self._site.someone(request)
        if not administers(who.role):
            raise Shown(self._site.message(request, 404, "not_found"))
        return who

    def _ours(self, request: Request, form_token: str, page: str) -> SignedIn:
        """The administrator with a form of ours, who has typed their password lately."""
        who = self._administrator(request)
        self._site.insist_on_form(request, who, form_token)
        return self._lately(request, who, page)

    def _lately(self, request: Request, who: SignedIn, page: str) -> SignedIn:
        """Whoever has typed their password lately; others are asked for it before they fill in a form."""
        if not who.confirmed:
            raise Shown(self._site.confirm(request, who, page))
        return who


def _names(connection: Connection) -> dict[str, Any]:
    units = names_by_id(connection, "units")
    return {
        "unit_names": units,
        "units": sorted(units.items(), key=lambda pair: pair[1]),
        "officer_numbers": sorted(officer_numbers(connection)),
    }
