"""The page of single indicators, the same as JSON, and the list of how every measure is made."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from sync.district.domain.people import SignedIn
from sync.district.measures.catalogue import CATALOGUE, NOT_GIVEN, Page, placed_questions, versions
from sync.district.measures.indicator_rules import load_indicator_rules
from sync.district.measures.organisation import TreeName
from sync.district.measures.period import NotBegun
from sync.district.measures.reasons import readable, shipped_contents
from sync.district.store import answers
from sync.district.store.engine import Connection, StoreUnavailable
from sync.district.times import local_day
from sync.district.web.asked import AskedView, Links, View
from sync.district.web.indicator_figures import indicator_figures
from sync.district.web.indicators import Indicators, gather, indicators
from sync.district.web.page_route import Shown
from sync.district.web.site import Site


def add_indicator_pages(router: APIRouter, site: Site) -> None:
    """Adds the pages to the site."""
    pages = _Pages(site)
    router.add_api_route("/indicators", pages.page, methods=["GET"])
    router.add_api_route("/indicators.json", pages.figures, methods=["GET"])
    router.add_api_route("/measures", pages.measures, methods=["GET"])


class _Pages:
    """The handlers. Plain functions, so that the server runs them in threads."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._law = load_indicator_rules(site.services.settings.indicators)

    def page(self, request: Request, view: AskedView) -> Response:
        """Dossiers in time, the circulars' indicators, every question."""
        who = self._site.who(request)
        if who is None:
            return RedirectResponse("/sign-in", 303)
        page = self._indicators(request, who, view)
        address = self._site.services.settings.public_url
        values = {
            "signed_in": who,
            "page": page,
            "links": Links("/indicators", page.period, page.unit_id, page.tree, address),
            "versions": versions(Page.INDICATORS),
        }
        return self._site.renderer.page("indicators.html", self._site.language(request), 200, **values)

    def figures(self, request: Request, view: AskedView) -> Response:
        """The same for scripts."""
        who = self._site.who(request)
        if who is None:
            return JSONResponse({"error": "sign in at /sign-in first"}, 401)
        return JSONResponse(indicator_figures(self._indicators(request, who, view)))

    def measures(self, request: Request) -> Response:
        """How every measure is made."""
        who = self._site.someone(request)

        def read(connection: Connection) -> list[dict[str, object]]:
            return answers.questionnaire_contents(connection)

        imported = self._site.read(request, read)
        known = {each.reference: each for each in readable([*shipped_contents(), *imported])}
        return self._site.renderer.page(
            "measures.html",
            self._site.language(request),
            200,
            signed_in=who,
            listed=CATALOGUE,
            questions=placed_questions(known[reference] for reference in sorted(known)),
            not_given=NOT_GIVEN,
            rules=self._site.rules(),
        )

    def _indicators(self, request: Request, who: SignedIn, view: View) -> Indicators:
        self._site.insist_on_whole_units(request, who)
        now = self._site.services.now()
        try:
            chosen = (view.asked(), local_day(now), TreeName(view.tree))
            gathered = gather(self._site.services.engine, *chosen, within=view.unit or who.unit_id)
        except NotBegun as error:
            raise Shown(self._site.message(request, 404, "not_begun")) from error
        except ValueError as error:
            raise Shown(self._site.message(request, 404, "wrong_period")) from error
        except StoreUnavailable as error:
            raise self._site.unavailable(request) from error
        page = indicators(gathered, who.unit_id, view.unit, self._site.rules(), self._law, now)
        if page is None:
            raise Shown(self._site.message(request, 404, "not_found"))
        return page
