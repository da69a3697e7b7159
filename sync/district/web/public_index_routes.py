"""The public index: a page for each unit and month, and the same as open data. No sign-in."""

from datetime import date
from threading import Lock

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response

from sync.district.measures.period import Asked, NotBegun
from sync.district.store.action_plans import PublicCard, public_cards
from sync.district.store.engine import StoreUnavailable, writing
from sync.district.store.public_months import fixed_month, keep_month
from sync.district.store.releases import first_rated_on, shown_until
from sync.district.web.open_data import SCHEMA, open_file, open_table
from sync.district.web.page_route import PublicRoute, Shown
from sync.district.web.public_index import PublicMonth, finished_months, month_asked, public_month, work_out
from sync.district.web.site import Site

_KEPT_FOR = "public, max-age=600"
_CSV = "text/csv; charset=utf-8"


def add_public_index(router: APIRouter, site: Site) -> None:
    """Adds the pages to the site, if the office has decided to publish."""
    if not site.services.settings.public_index:
        return
    pages = _Pages(site)
    public = site.router(PublicRoute)
    public.add_api_route("/chi-so", pages.page, methods=["GET"])
    public.add_api_route("/chi-so.json", pages.json, methods=["GET"])
    public.add_api_route("/chi-so.csv", pages.csv, methods=["GET"])
    public.add_api_route("/chi-so/schema.json", pages.schema, methods=["GET"])
    router.include_router(public)


class _Pages:
    """The handlers. A month is worked out once and kept for ever: see ``public_figures``."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._told: dict[str, PublicMonth] = {}
        self._turns: dict[str, Lock] = {}

    def page(self, request: Request, unit: str = "", of: str = "", lang: str = "") -> Response:
        """A unit in a month, with the units right below it."""
        month = self._month(request, of)
        tops = month.below("")
        line = month.unit(unit) if unit else tops[0] if len(tops) == 1 else None
        if unit and line is None:
            raise Shown(self._site.message(request, 404, "not_found"))
        texts = self._site.texts.get(lang) or self._site.language(request)
        spoken = f"&lang={texts.language}" if lang in self._site.texts else ""
        cards = self._cards(request, line.unit_id) if line else []
        values = {"cards": cards, "month": month, "line": line, "months": self._near(request, month), "spoken": spoken}
        response = self._kept(self._site.renderer.page("public_index.html", texts, 200, **values))
        response.headers["Vary"] = "Cookie"  # without ``lang`` the language is that of a cookie
        return response

    def json(self, request: Request, of: str = "") -> Response:
        """Every unit of a month for scripts."""
        return self._kept(Response(open_file(self._month(request, of)), media_type="application/json"))

    def csv(self, request: Request, of: str = "") -> Response:
        """Every unit of a month for spreadsheets."""
        month = self._month(request, of)
        headers = {"Content-Disposition": f'attachment; filename="chi-so-{month.period.of}.csv"'}
        return self._kept(Response(open_table(month), media_type=_CSV, headers=headers))

    def schema(self) -> Response:
        """What every name of the open data means."""
        return self._kept(FileResponse(SCHEMA, media_type="application/schema+json"))

    # ---- shared steps

    def _cards(self, request: Request, unit_id: str) -> list[PublicCard]:
        """What the unit tells that it did, as two of its people have approved it."""
        today = self._site.today()
        return self._site.read(request, lambda connection: public_cards(connection, unit_id, today))

    def _month(self, request: Request, of: str) -> PublicMonth:
        today, until = self._days(request)
        try:
            wanted = month_asked(of, until)
        except NotBegun as error:
            raise Shown(self._site.message(request, 404, "no_public_month")) from error
        return self._read(request, wanted, today, until) or self._fix(request, wanted, today, until)

    def _days(self, request: Request) -> tuple[date, date]:
        """Today, and the last day that may be shown."""
        today = self._site.today()
        return today, self._site.read(request, lambda connection: shown_until(connection, today))

    def _read(self, request: Request, wanted: Asked, today: date, until: date) -> PublicMonth | None:
        """A month that was told already, here or by another server; one in which nobody had rated only today."""
        there = self._told.get(wanted.of)
        if there is not None and (there.is_fixed or there.made_on == today):
            return there
        fixed = self._site.read(request, lambda c: fixed_month(c, wanted.of))
        if fixed is None:
            return None
        self._told[wanted.of] = public_month(fixed, until)
        return self._told[wanted.of]

    def _fix(self, request: Request, wanted: Asked, today: date, until: date) -> PublicMonth:
        """Works a month out and keeps it, unless nobody had rated by its end: then there is nothing to tell yet. Of
        several servers one keeps it, and all tell that one."""
        self._site.admit_stranger(request)
        rules = self._site.rules()
        with self._turns.setdefault(wanted.of, Lock()):
            if (there := self._read(request, wanted, today, until)) is not None:
                return there
            made = self._site.read(request, lambda c: work_out(c, wanted, until, today, rules))
            first = self._site.read(request, first_rated_on)
            if first is None or wanted.of < f"{first:%Y-%m}":
                self._told[wanted.of] = public_month(made, until, is_fixed=False)
                return self._told[wanted.of]
            try:
                with writing(self._site.services.engine) as connection:
                    keep_month(connection, made)
            except StoreUnavailable as error:
                raise self._site.unavailable(request) from error
            fixed = self._read(request, wanted, today, until)
            assert fixed is not None, "it was kept a moment ago, and told months are never removed"
            return fixed

    def _near(self, request: Request, month: PublicMonth) -> tuple[str, str]:
        """The month before and the one after, empty where there is none."""
        names = [each.of for each in reversed(finished_months(self._days(request)[1]))]
        place = names.index(month.period.of)
        return (names[place - 1] if place else "", names[place + 1] if place + 1 < len(names) else "")

    @staticmethod
    def _kept(response: Response) -> Response:
        response.headers["Cache-Control"] = _KEPT_FOR
        return response
