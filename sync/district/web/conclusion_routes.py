"""The page on which an officer reads what was concluded about them, and nobody else does."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from sync.district.complaints.conclusions import cases_of
from sync.district.domain.objection import reads_own_conclusions
from sync.district.domain.rights import Person
from sync.district.store import conclusions as store
from sync.district.store.complaint_register import person_of
from sync.district.store.complaints import country_holidays
from sync.district.store.engine import Connection
from sync.district.store.objections import objections_to_notices
from sync.district.web.conclusions import OwnConclusion, own_conclusion
from sync.district.web.page_route import Shown
from sync.district.web.site import Site


def add_conclusion_page(router: APIRouter, site: Site) -> None:
    """Adds the page to the site."""

    def page(request: Request) -> Response:
        who = site.someone(request)

        def read(connection: Connection) -> Response:
            person = person_of(connection, who, site.today())
            if not reads_own_conclusions(person):
                raise Shown(site.message(request, 404, "not_found"))
            values = {"signed_in": who, "listed": own_conclusions(connection, site, person)}
            return site.renderer.page("conclusions.html", site.language(request), 200, **values)

        return site.read(request, read)

    router.add_api_route("/conclusions", page, methods=["GET"])


def own_conclusions(connection: Connection, site: Site, person: Person) -> list[OwnConclusion]:
    """What somebody was told, the newest first."""
    notices = store.notices_to(connection, person.officer_number or "")
    cases = cases_of(connection, {each.complaint_id for each in notices}, site.services.now())
    objections = objections_to_notices(connection, [each.notice_id for each in notices])
    holidays, today = country_holidays(connection), site.today()
    found = (own_conclusion(n, cases[n.complaint_id], person, objections, holidays, today) for n in notices)
    return [each for each in found if each is not None]
