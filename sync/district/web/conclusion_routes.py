"""The page on which an officer reads what was concluded about them, and nobody else does."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from sync.district.complaints.conclusions import cases_of
from sync.district.domain.objection import reads_own_conclusions
from sync.district.domain.rights import Person
from sync.district.store import conclusions as store
from sync.district.store.complaint_register import person_of
from sync.district.store.complaints import add_view, country_holidays
from sync.district.store.engine import Connection, StoreUnavailable, writing
from sync.district.store.objections import objections_to_notices
from sync.district.web.conclusions import OwnConclusion, OwnNotice, own_conclusion
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
            listed = own_conclusions(connection, site, person)
            unopened.extend(each for each in own_notices(connection, site, person) if each.opened_on is None)
            values = {"signed_in": who, "listed": listed}
            return site.renderer.page("conclusions.html", site.language(request), 200, **values)

        unopened: list[OwnNotice] = []
        answer = site.read(request, read)
        if unopened:
            _note_opened(request, who.user_name, unopened)
        return answer

    def _note_opened(request: Request, user_name: str, unopened: list[OwnNotice]) -> None:
        """From the day on which an officer first opens it the time to object runs."""
        try:
            with writing(site.services.engine) as connection:
                for each in unopened:
                    add_view(connection, each.notice.complaint_id, store.NOTICE_VIEW, user_name, site.services.now())
        except StoreUnavailable as error:
            raise site.unavailable(request) from error

    router.add_api_route("/conclusions", page, methods=["GET"])


def own_conclusions(connection: Connection, site: Site, person: Person) -> list[OwnConclusion]:
    """What somebody was told and reads today, the newest first."""
    known = own_notices(connection, site, person)
    if not known:
        return []
    objections = objections_to_notices(connection, [each.notice.notice_id for each in known])
    holidays, today = country_holidays(connection), site.today()
    found = (own_conclusion(each, person, objections, holidays, today) for each in reversed(known))
    return [each for each in found if each is not None]


def own_notices(connection: Connection, site: Site, person: Person) -> list[OwnNotice]:
    """All that somebody was ever told, in that order."""
    notices = store.notices_to(connection, person.officer_number or "")
    if not notices:
        return []
    cases = cases_of(connection, {each.complaint_id for each in notices}, site.services.now())
    opened = store.opened_on(connection, notices)
    return [
        OwnNotice(place, each, cases[each.complaint_id], opened.get(each.notice_id))
        for place, each in enumerate(notices, start=1)
    ]
