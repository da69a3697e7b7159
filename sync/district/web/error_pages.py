"""The pages for what cannot be shown, in the reader's language, with the way back."""

from fastapi import Request, Response

from sync.district.api.problem import ErrorPage
from sync.district.services import Services
from sync.district.web.page_route import with_headers
from sync.district.web.site import Site

_KEYS = {403: "wrong_form", 404: "not_found", 413: "too_long", 429: "too_many", 500: "unexpected", 503: "unavailable"}
_OTHERWISE = "not_understood"


def error_pages(services: Services) -> ErrorPage:
    """For ``create_app``: the page of a status, with the headers of every page."""
    site = Site(services)

    def page(request: Request, status: int) -> Response:
        return with_headers(request, site.message(request, status, _KEYS.get(status, _OTHERWISE)))

    return page
