"""The pages of the province's auditor: figures finer than released groups, and who saw or took such figures."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from msgspec.structs import replace

from sync.district.domain.audit import Audited, AuditEntry, reason_from
from sync.district.domain.people import SignedIn
from sync.district.domain.rights import audits, below
from sync.district.store import audit as store
from sync.district.store.audit_figures import FinerLine, finer_figures
from sync.district.store.engine import Connection, StoreUnavailable, writing
from sync.district.store.imports import names_by_id, unit_parents
from sync.district.web.page_route import Shown
from sync.district.web.site import Site

MAX_LISTED = 100
DETAILS = ("export", "key", "name", "holds", "unit", "first", "last", "auditor", "doubt", "objection", "apology")
OF_PERIODS = ("period", "closing")
OF_CONTENT = ("change",)
OF_ACCOUNTS = ("user", "did", "officer", "deputy", "from", "to")
MAX_SPAN_DAYS = 366


def add_audit_pages(router: APIRouter, site: Site) -> None:
    """Adds the pages to the site."""
    pages = _Pages(site)
    router.add_api_route("/audit", pages.audit, methods=["GET"])
    router.add_api_route("/audit", pages.look, methods=["POST"])


class _Pages:
    """The handlers. Plain functions, so that the server runs them in threads."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def audit(self, request: Request) -> Response:
        """The form and the list of who looked."""
        who = self._auditor(request)
        today = self._site.today()
        asked = {"first": today.replace(day=1).isoformat(), "last": today.isoformat(), "unit": "", "reason": ""}
        return self._page(request, who, 200, asked)

    def look(
        self,
        request: Request,
        form_token: Annotated[str, Form()] = "",
        first: Annotated[str, Form()] = "",
        last: Annotated[str, Form()] = "",
        unit: Annotated[str, Form()] = "",
        reason: Annotated[str, Form()] = "",
    ) -> Response:
        """The finer figures; that somebody looks is written down first, in the same transaction."""
        who = self._auditor(request)
        self._site.insist_on_form(request, who, form_token)
        asked = {"first": first, "last": last, "unit": unit, "reason": reason}
        try:
            why = reason_from(reason)
        except ValueError:
            return self._page(request, who, 422, asked, error="reason")
        days = _days(first, last)
        if days is None:
            return self._page(request, who, 422, asked, error="days")
        try:
            with writing(self._site.services.engine) as connection:
                lines = self._noted(connection, who, days, unit, why)
        except StoreUnavailable as error:
            raise self._site.unavailable(request) from error
        if lines is None:
            return self._page(request, who, 422, asked, error="unit")
        return self._page(request, who, 200, asked, lines)

    def _noted(
        self, connection: Connection, who: SignedIn, days: tuple[date, date], unit: str, why: str
    ) -> list[FinerLine] | None:
        parents = unit_parents(connection)
        if unit and unit not in parents:
            return None
        detail = {"first": days[0].isoformat(), "last": days[1].isoformat(), "unit": unit or None}
        now = self._site.services.now()
        store.note(connection, AuditEntry(now, who.user_name, Audited.VIEW, detail, why))
        return finer_figures(connection, *days, below(unit, parents) if unit else None)

    def _page(
        self,
        request: Request,
        who: SignedIn,
        status: int,
        asked: dict[str, str],
        lines: list[FinerLine] | None = None,
        error: str = "",
    ) -> Response:
        def read(connection: Connection) -> Response:
            values = {
                "signed_in": who,
                "asked": asked,
                "lines": lines,
                "error": error,
                "units": sorted(names_by_id(connection, "units").items(), key=lambda pair: pair[1]),
                "unit_names": names_by_id(connection, "units"),
                "counter_names": names_by_id(connection, "counters"),
                "entries": [_whole(each) for each in store.entries(connection, MAX_LISTED)],
                "keys": store.keys(connection),
            }
            return self._site.renderer.page("audit.html", self._site.language(request), status, **values)

        return self._site.read(request, read)

    def _auditor(self, request: Request) -> SignedIn:
        """The auditor; for others these pages are not there."""
        who = self._site.someone(request)
        if not audits(who.role):
            raise Shown(self._site.message(request, 404, "not_found"))
        return who


def _whole(entry: AuditEntry) -> AuditEntry:
    """The entry with every detail that a line may show."""
    days = {name: date.fromisoformat(entry.detail[name]) for name in ("first", "last") if entry.detail.get(name)}
    shown = (*DETAILS, *OF_ACCOUNTS, *OF_PERIODS, *OF_CONTENT)
    return replace(entry, detail=dict.fromkeys(shown) | entry.detail | days)


def _days(first: str, last: str) -> tuple[date, date] | None:
    try:
        found = (date.fromisoformat(first), date.fromisoformat(last))
    except ValueError:
        return None
    return found if 0 <= (found[1] - found[0]).days < MAX_SPAN_DAYS else None
