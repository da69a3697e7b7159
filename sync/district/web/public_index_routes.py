"""The public index: a page for each unit and month, and the same as open data. No sign-in."""

from collections import OrderedDict
from datetime import date
from threading import Lock

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, JSONResponse, Response

from sync.district.measures.disclosure import Rules
from sync.district.measures.period import Asked, NotBegun
from sync.district.store.releases import shown_until
from sync.district.times import local_day
from sync.district.web.open_data import SCHEMA, open_data, open_table
from sync.district.web.page_route import Shown
from sync.district.web.public_index import MAX_MONTHS, PublicMonth, finished_months, month_asked, read_month
from sync.district.web.site import Site

_KEPT_FOR = "public, max-age=600"
_CSV = "text/csv; charset=utf-8"


def add_public_index(router: APIRouter, site: Site) -> None:
    """Adds the pages to the site, if the office has decided to publish."""
    if not site.services.settings.public_index:
        return
    pages = _Pages(site)
    router.add_api_route("/chi-so", pages.page, methods=["GET"])
    router.add_api_route("/chi-so.json", pages.json, methods=["GET"])
    router.add_api_route("/chi-so.csv", pages.csv, methods=["GET"])
    router.add_api_route("/chi-so/schema.json", pages.schema, methods=["GET"])


class _Pages:
    """The handlers. A month is worked out once a day: anybody may ask, as often as they like."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._months: OrderedDict[tuple[str, date, date], PublicMonth] = OrderedDict()
        self._lock = Lock()

    def page(self, request: Request, unit: str = "", of: str = "", lang: str = "") -> Response:
        """A unit in a month, with the units right below it."""
        month = self._month(request, of)
        tops = month.below("")
        line = month.unit(unit) if unit else tops[0] if len(tops) == 1 else None
        if unit and line is None:
            raise Shown(self._site.message(request, 404, "not_found"))
        texts = self._site.texts.get(lang) or self._site.language(request)
        values = {"month": month, "line": line, "months": self._near(month), "query": f"of={month.period.of}"}
        return self._kept(self._site.renderer.page("public_index.html", texts, 200, **values))

    def json(self, request: Request, of: str = "") -> Response:
        """Every unit of a month for scripts."""
        return self._kept(JSONResponse(open_data(self._month(request, of))))

    def csv(self, request: Request, of: str = "") -> Response:
        """Every unit of a month for spreadsheets."""
        month = self._month(request, of)
        headers = {"Content-Disposition": f'attachment; filename="chi-so-{month.period.of}.csv"'}
        return self._kept(Response(open_table(month), media_type=_CSV, headers=headers))

    def schema(self) -> Response:
        """What every name of the open data means."""
        return self._kept(FileResponse(SCHEMA, media_type="application/schema+json"))

    # ---- shared steps

    def _month(self, request: Request, of: str) -> PublicMonth:
        today = local_day(self._site.services.now())
        until = self._site.read(request, lambda connection: shown_until(connection, today))
        try:
            wanted = month_asked(of, until)
        except NotBegun as error:
            raise Shown(self._site.message(request, 404, "not_begun")) from error
        key = (wanted.of, until, today)
        return self._months.get(key) or self._worked_out(request, key, wanted)

    def _worked_out(self, request: Request, key: tuple[str, date, date], wanted: Asked) -> PublicMonth:
        """One after the other: whoever asks for the same month waits for it."""
        settings, (_, until, today) = self._site.services.settings, key
        rules = Rules(settings.minimum_n, settings.group_floor)
        with self._lock:
            if key not in self._months:
                self._months[key] = self._site.read(request, lambda c: read_month(c, wanted, until, today, rules))
                while len(self._months) > MAX_MONTHS:
                    self._months.popitem(last=False)
            return self._months[key]

    @staticmethod
    def _near(month: PublicMonth) -> tuple[str, str]:
        """The month before and the one after, empty where there is none."""
        names = [each.of for each in reversed(finished_months(month.until))]
        place = names.index(month.period.of)
        return (names[place - 1] if place else "", names[place + 1] if place + 1 < len(names) else "")

    @staticmethod
    def _kept(response: Response) -> Response:
        response.headers["Cache-Control"] = _KEPT_FOR
        return response
