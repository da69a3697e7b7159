"""The pages of breaches and of the processing record."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from sync.district.domain.breach import BREACH_FIELDS, NEEDED, Breach, WrongBreach, breach_from
from sync.district.domain.people import SignedIn
from sync.district.domain.personal_request import PersonalAct, may_with_personal
from sync.district.domain.personal_rules import load_personal_rules
from sync.district.domain.processing_record import RECORD_FIELDS, load_processing_record
from sync.district.store import breaches as store
from sync.district.store.engine import Connection, StoreUnavailable, writing
from sync.district.times import VIETNAM
from sync.district.web.page_route import ShortTextRoute, number_in
from sync.district.web.site import Site


def _fields(
    found: Annotated[str, Form()] = "",
    notified: Annotated[str, Form()] = "",
    what: Annotated[str, Form()] = "",
    data: Annotated[str, Form()] = "",
    people: Annotated[str, Form()] = "",
    harm: Annotated[str, Form()] = "",
    done: Annotated[str, Form()] = "",
    contact: Annotated[str, Form()] = "",
) -> dict[str, str]:
    written = dict(zip(BREACH_FIELDS, (what, data, people, harm, done, contact), strict=True))
    return written | {"found": found, "notified": notified}


Typed = Annotated[Mapping[str, str], Depends(_fields)]


def add_breach_pages(router: APIRouter, site: Site) -> None:
    """Adds the pages to the site."""
    pages, forms = _Pages(site), site.router(ShortTextRoute)
    router.add_api_route("/personal/processing", pages.processing, methods=["GET"])
    router.add_api_route("/personal/breaches", pages.every, methods=["GET"])
    forms.add_api_route("/personal/breaches", pages.begin, methods=["POST"])
    router.add_api_route("/personal/breaches/{number}", pages.one, methods=["GET"])
    forms.add_api_route("/personal/breaches/{number}", pages.go_on, methods=["POST"])
    router.include_router(forms)


class _Pages:
    """The handlers."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._rules = load_personal_rules(site.services.settings.personal.rules)

    def processing(self, request: Request) -> Response:
        """What is kept about people, for what, who sees it and how long."""
        who = self._reader(request, PersonalAct.READ)
        values = {"signed_in": who, "record": load_processing_record(), "rules": self._rules, "fields": RECORD_FIELDS}
        values |= {"removes_backups": self._site.services.settings.personal.backups is not None}
        return self._site.renderer.page("personal_processing.html", self._site.language(request), 200, **values)

    def every(self, request: Request) -> Response:
        """The breaches, and the form for a new one."""
        return self._every(request, self._reader(request, PersonalAct.BREACH), 200)

    def one(self, request: Request, number: str) -> Response:
        """One sheet, to read and to go on with."""
        who = self._reader(request, PersonalAct.BREACH)
        found = self._site.read(request, lambda connection: self._found(request, connection, number))
        return self._page(request, who, found, _typed(found), 200)

    def begin(self, request: Request, typed: Typed, form_token: Annotated[str, Form()] = "") -> Response:
        """Keeps a new sheet."""
        return self._write(request, "", typed, form_token)

    def go_on(self, request: Request, number: str, typed: Typed, form_token: Annotated[str, Form()] = "") -> Response:
        """Keeps one more version of a sheet."""
        return self._write(request, number, typed, form_token)

    # ---- shared steps

    def _write(self, request: Request, number: str, fields: Mapping[str, str], form_token: str) -> Response:
        who = self._reader(request, PersonalAct.BREACH)
        self._site.insist_on_form(request, who, form_token)
        now, before = self._site.services.now(), None
        try:
            with writing(self._site.services.engine) as connection:
                before = self._found(request, connection, number) if number else None
                times = (fields.get("found", ""), fields.get("notified", ""), now)
                breach = breach_from(fields, *times, before.breach_id if before else 0)
                kept = store.write_breach(connection, breach, who.user_name, now)
        except WrongBreach as wrong:
            if before is not None:
                return self._page(request, who, before, fields, 422, str(wrong))
            return self._every(request, who, 422, fields, str(wrong))
        except StoreUnavailable as error:
            raise self._site.unavailable(request) from error
        return RedirectResponse(f"/personal/breaches/{kept}", 303)

    def _every(
        self, request: Request, who: SignedIn, status: int, typed: Mapping[str, str] | None = None, error: str = ""
    ) -> Response:
        found = self._site.read(request, store.every_breach)
        now = self._site.services.now()
        values = {"signed_in": who, "lines": found, "hours": self._rules.breach_hours, "now": now, "error": error}
        values |= {
            "fields": BREACH_FIELDS,
            "needed": NEEDED,
            "typed": typed or dict.fromkeys(BREACH_FIELDS, "") | {"found": _local(now), "notified": ""},
        }
        return self._site.renderer.page("breaches.html", self._site.language(request), status, **values)

    def _page(
        self, request: Request, who: SignedIn, found: Breach, typed: Mapping[str, str], status: int, error: str = ""
    ) -> Response:
        values = {"signed_in": who, "breach": found, "hours": self._rules.breach_hours, "error": error, "typed": typed}
        values |= {"fields": BREACH_FIELDS, "needed": NEEDED, "now": self._site.services.now()}
        return self._site.renderer.page("breach.html", self._site.language(request), status, **values)

    def _found(self, request: Request, connection: Connection, number: str) -> Breach:
        found = store.breach_of(connection, number_in(number))
        if found is None:
            raise self._site.missing(request)
        return found

    def _reader(self, request: Request, act: PersonalAct) -> SignedIn:
        who = self._site.someone(request)
        if not may_with_personal(who.role, act):
            raise self._site.missing(request)
        return who


def _typed(breach: Breach) -> dict[str, str]:
    notified = _local(breach.notified_at) if breach.notified_at else ""
    return {**breach.content, "found": _local(breach.found_at), "notified": notified}


def _local(moment: datetime) -> str:
    """A moment as the field of a browser takes it."""
    return f"{moment.astimezone(VIETNAM):%Y-%m-%dT%H:%M}"
