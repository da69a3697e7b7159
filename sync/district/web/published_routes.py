"""Answers published by the district: searched, each at an address of its own, and as a feed (Atom, RFC 4287)."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from msgspec import Struct

from sync.district.store.complaint_statuses import unit_names
from sync.district.store.engine import Connection
from sync.district.store.published_answers import (
    PublishedAnswer,
    count_published,
    published_answer,
    published_answers,
    units_published,
)
from sync.district.web.atom import MEDIA_TYPE, Entry, feed
from sync.district.web.page_route import PublicRoute, Shown
from sync.district.web.site import Site

PER_PAGE = 20
MAX_PAGES = 500
MAX_LETTERS = 100


class PublishedPage(Struct, frozen=True):
    """What was asked for and what is shown of it. ``names``: of the units that answered something, by their id."""

    words: str
    unit_id: str
    page: int
    total: int
    answers: list[PublishedAnswer]
    names: dict[str, str]

    @property
    def last(self) -> int:
        """The last page, 1 when there is nothing."""
        return max(1, -(-self.total // PER_PAGE))

    def address(self, page: int = 1, lang: str = "") -> str:
        """The address of another page of the same."""
        asked = {"q": self.words, "unit": self.unit_id, "page": page if page > 1 else "", "lang": lang}
        query = urlencode({name: value for name, value in asked.items() if value})
        return f"/cong-khai?{query}" if query else "/cong-khai"


def add_published_pages(router: APIRouter, site: Site) -> None:
    """Adds the pages to the site."""
    pages, public = _Pages(site), site.router(PublicRoute)
    public.add_api_route("/cong-khai", pages.listed, methods=["GET"])
    public.add_api_route("/cong-khai.atom", pages.feed, methods=["GET"])
    public.add_api_route("/cong-khai/{address}", pages.one, methods=["GET"])
    router.include_router(public)


class _Pages:
    """The handlers. Each counts as a stranger's request: the search reads every answer."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def listed(
        self,
        request: Request,
        q: Annotated[str, Query(max_length=MAX_LETTERS)] = "",
        unit: Annotated[str, Query(max_length=64)] = "",
        page: Annotated[int, Query(ge=1, le=MAX_PAGES)] = 1,
        lang: str = "",
    ) -> Response:
        """A page of answers, of one unit or with some words if asked."""
        self._site.admit_stranger(request)
        found = self._site.read(request, lambda c: published_page(c, q.strip(), unit, page))
        return self._site.public_page(request, "published.html", lang, shown=found)

    def one(self, request: Request, address: str, lang: str = "") -> Response:
        """One answer. Not found once it is hidden."""
        self._site.admit_stranger(request)

        def read(connection: Connection) -> tuple[PublishedAnswer, str] | None:
            found = published_answer(connection, address)
            return (found, unit_names(connection).get(found.unit_id, found.unit_id)) if found else None

        there = self._site.read(request, read)
        if there is None:
            raise Shown(self._site.message(request, 404, "no_such_answer"))
        return self._site.public_page(request, "published_one.html", lang, each=there[0], office=there[1])

    def feed(self, request: Request) -> Response:
        """The newest answers for a reader of feeds."""
        self._site.admit_stranger(request)
        found, base = self._site.read(request, lambda c: published_page(c, "", "", 1)), self._site.address_of(request)
        texts = self._site.language(request)
        entries = [
            Entry(
                address=f"{base}/cong-khai/{each.public_id}",
                title=texts("published.of", office=found.names[each.unit_id]),
                on=each.published_on,
                text=f"{each.question}\n\n{each.answer}",
            )
            for each in found.answers
        ]
        content = feed(f"{base}/cong-khai", texts("lookup.published"), texts("site.name"), entries)
        return Response(content, media_type=MEDIA_TYPE)


def published_page(
    connection: Connection, words: str, unit_id: str, page: int, per_page: int = PER_PAGE
) -> PublishedPage:
    """What stands on a page of answers."""
    units = (unit_id,) if unit_id else ()
    total = count_published(connection, words, units)
    page = min(page, max(1, -(-total // per_page)))
    answers = published_answers(connection, words, units, per_page, (page - 1) * per_page)
    names, there = unit_names(connection), units_published(connection)
    named = {unit: names.get(unit, unit) for unit in there}
    by_name = dict(sorted(named.items(), key=lambda each: each[1]))
    return PublishedPage(words, unit_id, page, total, answers, by_name)
