"""Filters of the list of complaints that somebody has named: the form that keeps one, and what each holds now."""

from datetime import date, datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from sync.district.domain.folded import is_phone
from sync.district.domain.rights import Person
from sync.district.domain.shows import Show
from sync.district.domain.typed import clean
from sync.district.store import inbox
from sync.district.store import saved_views as store
from sync.district.store.engine import Connection, writing
from sync.district.web.page_route import number_in
from sync.district.web.register import MAX_LISTED, CountedView, listed_query
from sync.district.web.site import Site

MAX_NAME = 40


def counted_views(
    connection: Connection, user_name: str, person: Person, before: datetime, today: date
) -> list[CountedView]:
    """What somebody has named, each with its number, by the rights they have now."""
    found = list[CountedView]()
    for each in store.views_of(connection, user_name):
        query = listed_query(each.address)
        if query is not None:
            counts = query.asked.show is not Show.ALL
            n = inbox.count(connection, person, query.asked, before, today) if counts else None
            found.append(CountedView(each.name, each.address, n))
    return found


def add_saved_views(router: APIRouter, site: Site) -> None:
    """Adds the forms to the site."""

    def save(
        request: Request,
        form_token: Annotated[str, Form()] = "",
        name: Annotated[str, Form()] = "",
        list_: Annotated[str, Form(alias="list")] = "",
    ) -> Response:
        """Keeps the filter of the list under a name. One that names a citizen is not kept: a telephone, a receipt."""
        who = site.handler(request)
        site.insist_on_form(request, who, form_token)
        query, called = listed_query(list_), " ".join(clean(name).split())
        if query is None:
            raise site.missing(request)
        wrong = "name" if not 1 <= len(called) <= MAX_NAME else ""
        wrong = "citizen" if query.error or query.asked.number or is_phone(query.typed) else wrong
        address = query.address(page=0) or f"show={Show.OPEN}"
        wrong = "long" if len(address) > MAX_LISTED else wrong
        if not wrong:
            try:
                with writing(site.services.engine) as connection:
                    store.save_view(connection, who.user_name, called, address, site.services.now())
            except store.TooManyViews:
                wrong = "many"
        return _back(query.address(), {"view": wrong or "saved"})

    def forget(
        request: Request,
        form_token: Annotated[str, Form()] = "",
        view: Annotated[str, Form()] = "",
        list_: Annotated[str, Form(alias="list")] = "",
    ) -> Response:
        who = site.handler(request)
        site.insist_on_form(request, who, form_token)
        query = listed_query(list_)
        with writing(site.services.engine) as connection:
            store.forget_view(connection, who.user_name, number_in(view))
        return _back(query.address() if query else "", {"view": "forgotten"})

    router.add_api_route("/complaints/views", save, methods=["POST"])
    router.add_api_route("/complaints/views/forget", forget, methods=["POST"])


def _back(listed: str, values: dict[str, str]) -> Response:
    return RedirectResponse(f"/complaints?{urlencode(values)}{listed and '&'}{listed}", 303)
