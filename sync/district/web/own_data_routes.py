"""What a citizen does about their own data on the page of their receipt: withdraw consent, ask for something else. Only
with the token of the receipt's code, which nobody at the office ever sees.
"""

import logging
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from sync.district.complaints import personal
from sync.district.domain.complaint_body import hash_of_token
from sync.district.domain.deadlines import load_schemes
from sync.district.domain.personal_request import RequestChannel
from sync.district.domain.personal_rules import RequestKind
from sync.district.store import complaint_register
from sync.district.store.engine import StoreUnavailable, writing
from sync.district.store.erasure_list import ErasureList
from sync.district.web.lookup_routes import TOKEN
from sync.district.web.page_route import PRIVATE
from sync.district.web.site import Site

log = logging.getLogger(__name__)


def add_own_data_page(router: APIRouter, site: Site) -> None:
    """Adds the form's address to the site; the form stands on the page of the receipt."""
    router.add_api_route("/tra-cuu/du-lieu", _OwnData(site).ask, methods=["POST"])


class _OwnData:
    """The handler."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._schemes = load_schemes(site.services.settings.deadlines)
        self._erased = ErasureList(site.services.settings.data)

    def ask(
        self,
        request: Request,
        token: Annotated[str, Form()] = "",
        kind: Annotated[str, Form()] = "",
        sure: Annotated[str, Form()] = "",
    ) -> Response:
        """Writes the request down and leads back to the page; a withdrawal is carried out before that."""
        if not TOKEN.fullmatch(token) or kind not in set(RequestKind):
            return self._site.message(request, 404, "not_found")
        asked = RequestKind(kind)
        if asked is RequestKind.WITHDRAW and not sure:
            return self._back(token, "not_sure")
        services = self._site.services
        try:
            with writing(services.engine) as connection:
                entry_id = complaint_register.id_by_token(connection, hash_of_token(token))
                if entry_id is None:
                    return self._site.message(request, 404, "not_found")
                what = (entry_id, asked, RequestChannel.PAGE, services.now())
                personal.ask(connection, self._schemes, self._erased, *what)
        except personal.NoContactThere:
            return self._back(token, "nothing")
        except OSError as error:
            log.error("the list of erasures cannot be written, nothing was erased: %s", error.strerror)
            raise self._site.unavailable(request) from error
        except StoreUnavailable as error:
            raise self._site.unavailable(request) from error
        return self._back(token, "")

    def _back(self, token: str, notice: str) -> Response:
        address = f"/tra-cuu/{token}{f'?own={notice}' if notice else ''}#own-data"
        return RedirectResponse(address, 303, headers=dict(PRIVATE))
