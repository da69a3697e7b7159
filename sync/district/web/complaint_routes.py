"""Routes for people who answer complaints: one complaint, actions on it, its recording."""

import hashlib
from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from sync.district.complaints import actions
from sync.district.domain.answer_template import PURPOSES, joined, unfilled
from sync.district.domain.complaint_steps import Action
from sync.district.domain.deadlines import load_schemes
from sync.district.domain.people import Role, SignedIn
from sync.district.domain.personal_request import PERSONAL_RIGHTS
from sync.district.domain.release import shown_before
from sync.district.domain.rights import RIGHTS, administers, answering_roles, answers_citizens
from sync.district.domain.shows import Show
from sync.district.store import complaint_register as store
from sync.district.store import complaints, inbox
from sync.district.store.engine import Connection, writing
from sync.district.store.inbox import InboxFilter
from sync.district.store.remarks import to_be_handled
from sync.district.web.complaint import ComplaintView, complaint_page
from sync.district.web.complaint_view import read_view
from sync.district.web.page_route import LongFormRoute, number_in
from sync.district.web.register import Query as ListQuery
from sync.district.web.register import listed_query
from sync.district.web.site import Site
from sync.district.web.template_fields import field_names, filled_for, offered


def add_complaint_pages(router: APIRouter, site: Site) -> None:
    """Adds the pages to the site."""
    pages = _Pages(site)
    forms = site.router(LongFormRoute)
    router.add_api_route("/complaints/rights", pages.rights, methods=["GET"])
    router.add_api_route("/complaints/{entry_id}", pages.complaint, methods=["GET"])
    forms.add_api_route("/complaints/{entry_id}", pages.act, methods=["POST"])
    router.add_api_route("/complaints/{entry_id}/contact", pages.contact, methods=["POST"])
    router.add_api_route("/complaints/{entry_id}/sound/{sha256}", pages.sound, methods=["GET"])
    router.include_router(forms)


class _Pages:
    """The handlers. Plain functions, so that the server runs them in threads."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._schemes = load_schemes(site.services.settings.deadlines)
        self._fields = field_names(site.texts)

    def rights(self, request: Request) -> Response:
        """Who may do what, from the table by which it is decided."""
        who, texts = self._site.someone(request), self._site.language(request)
        if not (answers_citizens(who.role) or administers(who.role)):
            raise self._site.missing(request)
        values = {"signed_in": who, "rights": RIGHTS, "roles": answering_roles()}
        values |= {"personal_rights": PERSONAL_RIGHTS, "all_roles": list(Role)}
        return self._site.renderer.page("rights.html", texts, 200, **values)

    def complaint(
        self, request: Request, entry_id: str, list_: Annotated[str, Query(alias="list")] = "", done: str = ""
    ) -> Response:
        return self._page(request, self._site.handler(request), entry_id, listed=list_, done=done)

    def act(
        self,
        request: Request,
        entry_id: str,
        form_token: Annotated[str, Form()] = "",
        action: Annotated[str, Form()] = "",
        seen: Annotated[int, Form()] = -1,
        text: Annotated[str, Form()] = "",
        unit_id: Annotated[str, Form()] = "",
        owner: Annotated[str, Form()] = "",
        question: Annotated[str, Form()] = "",
        answer: Annotated[str, Form()] = "",
        about: Annotated[str, Form()] = "",
        sensitive: Annotated[str, Form()] = "",
        persons: Annotated[str, Form()] = "",
        reached: Annotated[str, Form()] = "",
        name: Annotated[str, Form()] = "",
        address: Annotated[str, Form()] = "",
        by: Annotated[str, Form()] = "",
        result: Annotated[str, Form()] = "",
        notice: Annotated[str, Form()] = "",
        into: Annotated[str, Form()] = "",
        mark: Annotated[list[str] | None, Form()] = None,
        list_: Annotated[str, Form(alias="list")] = "",
        template: Annotated[str, Form()] = "",
        fill: Annotated[str, Form()] = "",
    ) -> Response:
        who = self._ours(request, form_token)
        fields = {"text": text, "unit_id": unit_id, "owner": owner, "question": question, "answer": answer}
        fields |= {"about": about, "sensitive": sensitive, "persons": persons, "marks": " ".join(mark or ())}
        fields |= {"reached": reached, "name": name, "address": address, "by": by}
        fields |= {"result": result, "notice": notice, "into": into}
        if action not in set(Action):
            raise self._site.missing(request)
        form, services = actions.Form(Action(action), fields, seen), self._site.services
        typed = {**fields, "action": action}
        if fill:
            return self._page(request, who, entry_id, typed=typed, listed=list_, template=number_in(template))
        left = unfilled(text, self._fields) if form.action in PURPOSES else ""
        if left:
            return self._page(
                request, who, entry_id, typed=typed, error="unfilled", place=left, status=422, listed=list_
            )
        try:
            actions.act(services.engine, self._schemes, who, entry_id, form, services.now())
        except actions.NotThere as error:
            raise self._site.missing(request) from error
        except actions.Changed:
            return self._page(request, who, entry_id, typed=typed, error="changed", status=409, listed=list_)
        except actions.NotAllowed:
            return self._page(request, who, entry_id, typed=typed, error="not_allowed", status=403, listed=list_)
        except actions.Incomplete as error:
            key, place = str(error), error.place
            return self._page(request, who, entry_id, typed=typed, error=key, place=place, status=422, listed=list_)
        back = listed_query(list_)
        listed = back.address() if back else ""
        if not self._site.read(request, lambda connection: self._sees(connection, who, entry_id)):
            return RedirectResponse(f"/complaints?{urlencode({'done': action})}{listed and '&'}{listed}", 303)
        kept = urlencode({"done": action} | ({"list": listed} if listed else {}))
        return RedirectResponse(f"/complaints/{entry_id}?{kept}", 303)

    def contact(self, request: Request, entry_id: str, form_token: Annotated[str, Form()] = "") -> Response:
        """The contact in full; that it was looked at is written down first."""
        who = self._ours(request, form_token)
        if not who.confirmed:
            return self._site.confirm(request, who, f"/complaints/{entry_id}")
        self._note(request, who, entry_id, "contact")
        return self._page(request, who, entry_id, show_contact=True)

    def sound(self, request: Request, entry_id: str, sha256: str) -> Response:
        who = self._site.handler(request)
        if not who.confirmed:
            return self._site.confirm(request, who, f"/complaints/{entry_id}", 403)

        def read(connection: Connection) -> tuple[dict[int, bytes], str]:
            now = self._site.services.now()
            found = actions.opened(connection, who, entry_id, now)
            recorded = store.sounds_of(connection, found.receipt_number, shown_before(now))
            sounds = {each.sha256: each for each in recorded}
            if sha256 not in sounds:
                raise actions.NotThere
            return store.sound_parts(connection, found.receipt_number, sha256), sounds[sha256].media_type

        try:
            parts, media_type = self._site.read(request, read)
        except actions.NotThere as error:
            raise self._site.missing(request) from error
        whole = b"".join(parts[number] for number in sorted(parts))
        if hashlib.sha256(whole).hexdigest() != sha256:
            raise self._site.missing(request)
        self._note(request, who, entry_id, "sound")
        return Response(whole, media_type=media_type, headers={"Accept-Ranges": "none"})

    # ---- shared steps

    def _page(
        self,
        request: Request,
        who: SignedIn,
        entry_id: str,
        *,
        show_contact: bool = False,
        typed: Mapping[str, str] | None = None,
        error: str = "",
        place: str = "",
        status: int = 200,
        listed: str = "",
        done: str = "",
        template: int = 0,
    ) -> Response:
        texts = self._site.language(request)
        query = listed_query(listed)

        def read(connection: Connection) -> tuple[ComplaintView, Mapping[str, str] | None, Any]:
            view = read_view(connection, self._schemes, who, entry_id, texts.language, self._site.services.now())
            templates = offered(connection, view.case.unit_id)
            taken = [each for held in templates.values() for each in held if each.template_id == template]
            if not taken or typed is None:
                return view, typed, templates
            more = filled_for(connection, taken[0], view, self._site.texts)
            return view, {**typed, "text": joined(typed.get("text", ""), more)}, templates

        try:
            view, typed, templates = self._site.read(request, read)
        except actions.NotThere as missing:
            raise self._site.missing(request) from missing
        page = complaint_page(view, show_contact=show_contact, typed=typed, error=error, place=place)
        values = {"signed_in": who, "page": page, "listed": query.address() if query else ""}
        values["found_to_be"] = self._site.read(request, lambda connection: to_be_handled(connection, entry_id))
        values["templates"] = templates
        values["done"] = done if done in set(Action) else ""
        values["next_one"] = self._next(request, who, query, entry_id) if values["done"] or listed else None
        return self._site.renderer.page("complaint.html", texts, status, **values)

    def _next(self, request: Request, who: SignedIn, query: ListQuery | None, entry_id: str) -> str | None:
        """The next matter of the list somebody came from, else of their own."""
        asked = query.asked if query else InboxFilter(Show.MINE)

        def read(connection: Connection) -> str | None:
            today = self._site.today()
            person = store.person_of(connection, who, today)
            before = shown_before(self._site.services.now())
            return inbox.next_after(connection, person, asked, before, today, entry_id)

        return self._site.read(request, read)

    def _sees(self, connection: Connection, who: SignedIn, entry_id: str) -> bool:
        """Whether somebody still sees it after what they did: a matter they classified may be for others alone now."""
        try:
            actions.visible(connection, who, entry_id, self._site.services.now())
        except actions.NotThere:
            return False
        return True

    def _note(self, request: Request, who: SignedIn, entry_id: str, what: str) -> None:
        services = self._site.services
        try:
            with writing(services.engine) as connection:
                actions.opened(connection, who, entry_id, services.now())
                complaints.add_view(connection, entry_id, what, who.user_name, services.now())
        except actions.NotThere as error:
            raise self._site.missing(request) from error

    def _ours(self, request: Request, form_token: str) -> SignedIn:
        who = self._site.handler(request)
        self._site.insist_on_form(request, who, form_token)
        return who
