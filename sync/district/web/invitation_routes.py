"""Set a password with a one-time code, and type a password once more before something private is opened."""

import re
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from sync.district.accounts import invitations
from sync.district.accounts.passwords import BadPassword, TooMany
from sync.district.accounts.sign_in import Locked, Refused, confirm
from sync.district.accounts.users import BadUser
from sync.district.web.formats import clock
from sync.district.web.site import Site, cookie

_BACK = re.compile(r"/(?:account|pins|people(?:/[a-z0-9._-]+)?|complaints/[0-9a-f-]{36})?")


def add_invitation_pages(router: APIRouter, site: Site) -> None:
    """Adds the pages to the site."""
    pages = _Pages(site)
    router.add_api_route("/invitation", pages.ask, methods=["GET"])
    router.add_api_route("/invitation/{code}", pages.ask, methods=["GET"])
    router.add_api_route("/invitation", pages.accept, methods=["POST"])
    router.add_api_route("/confirm", pages.confirm, methods=["POST"])


class _Pages:
    """The handlers; what looks at passwords has threads of its own."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def ask(self, request: Request, code: str = "") -> Response:
        """The form; whose code it is stands there, so that nobody sets a password for somebody else's account."""
        self._site.admit_stranger(request)
        return self._page(request, 200, code[:60])

    async def accept(
        self,
        request: Request,
        code: Annotated[str, Form()] = "",
        password: Annotated[str, Form()] = "",
        again: Annotated[str, Form()] = "",
    ) -> Response:
        self._site.admit_stranger(request)
        code, site = code[:60], self._site
        if not password:
            return self._page(request, 200, code)
        if password != again:
            return self._page(request, 422, code, "account.differ_here")
        services = site.services
        try:
            name = await site.turns.take(
                lambda: invitations.accept(services.engine, site.passwords, code, password, services.now())
            )
        except TooMany:
            return site.message(request, 429, "too_many")
        except (BadUser, BadPassword) as error:
            return self._page(request, 422, code, str(error))
        return site.renderer.sign_in(site.language(request), 200, "", name, done="invitation.done")

    async def confirm(
        self,
        request: Request,
        form_token: Annotated[str, Form()] = "",
        password: Annotated[str, Form()] = "",
        back: Annotated[str, Form()] = "/",
    ) -> Response:
        site, back = self._site, back if _BACK.fullmatch(back) else "/"
        who = site.someone(request)
        site.insist_on_form(request, who, form_token)
        token, network = request.cookies[cookie(request)], site.network_of(request)
        services, texts = site.services, site.language(request)
        try:
            await site.turns.take(
                lambda: confirm(services.engine, site.passwords, token, password, services.now(), network)
            )
        except TooMany:
            return site.message(request, 429, "too_many")
        except Refused:
            return site.confirm(request, who, back, 403, texts("own_account.wrong_password"))
        except Locked as locked:
            return site.confirm(request, who, back, 429, texts("sign_in.locked", time=clock(locked.until)))
        return RedirectResponse(back, 303)

    def _page(self, request: Request, status: int, code: str, error: str = "") -> Response:
        site = self._site
        name = invitations.invited(site.services.engine, code, site.services.now()) if code else None
        if code and name is None and not error:
            status, error = 404, "invitation.gone"
        texts = site.language(request)
        return site.renderer.page("invitation.html", texts, status, code=code, user_name=name or "", error=error)
