"""The page on which a leader hands over what somebody owns."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from sync.district.complaints.hand_over import HandedOver, hand_over, owners
from sync.district.domain.complaint_steps import Action
from sync.district.domain.deadlines import load_schemes
from sync.district.domain.people import SignedIn
from sync.district.domain.rights import RIGHTS, answers_citizens
from sync.district.store import complaint_register as store
from sync.district.store.engine import Connection
from sync.district.times import local_day
from sync.district.web.page_route import Shown
from sync.district.web.site import Site


def add_hand_over_pages(router: APIRouter, site: Site) -> None:
    """Adds the page to the site."""
    pages = _Pages(site)
    router.add_api_route("/complaints/hand-over", pages.show, methods=["GET"])
    router.add_api_route("/complaints/hand-over", pages.hand_over, methods=["POST"])


class _Pages:
    """The handlers. Plain functions, so that the server runs them in threads."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._schemes = load_schemes(site.services.settings.deadlines)

    def show(self, request: Request) -> Response:
        return self._page(request, self._assigner(request), 200)

    def hand_over(
        self,
        request: Request,
        form_token: Annotated[str, Form()] = "",
        owner: Annotated[str, Form()] = "",
        to: Annotated[str, Form()] = "",
    ) -> Response:
        who, services = self._assigner(request), self._site.services
        self._site.insist_on_form(request, who, form_token)
        if not owner or not to or owner == to:
            return self._page(request, who, 422, error=True)
        done = hand_over(services.engine, self._schemes, who, owner, to, services.now())
        return self._page(request, who, 200, done=done)

    def _page(
        self, request: Request, who: SignedIn, status: int, *, done: HandedOver | None = None, error: bool = False
    ) -> Response:
        now = self._site.services.now()

        def read(connection: Connection) -> dict[str, Any]:
            person = store.person_of(connection, who, local_day(now))
            people = store.people(connection, local_day(now))
            may = [each for each in people if answers_citizens(each.role) and each.linked]
            near = [each for each in may if person.units is None or each.units is None or person.units & each.units]
            return {
                "owners": sorted(owners(connection, person, now).items()),
                "people": sorted(each.user_name for each in near),
                "there": {each.user_name for each in may},
            }

        values = self._site.read(request, read) | {"done": done, "error": error}
        return self._site.renderer.page("hand_over.html", self._site.language(request), status, signed_in=who, **values)

    def _assigner(self, request: Request) -> SignedIn:
        """Who may assign; for others this page is not there."""
        who = self._site.someone(request)
        if who.role not in RIGHTS[Action.ASSIGN]:
            raise Shown(self._site.message(request, 404, "not_found"))
        return who
