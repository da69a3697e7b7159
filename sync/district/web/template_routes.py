"""The page of the templates for answers: heads write those of their units, look at a filled one, take one away."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from msgspec import Struct

from sync.district.domain.answer_template import (
    MAX_NAME,
    MAX_TEXT,
    PURPOSES,
    Field,
    TemplateAct,
    WrongTemplate,
    changes_templates,
    checked,
    may_with_templates,
)
from sync.district.domain.people import SignedIn
from sync.district.store import answer_templates as store
from sync.district.store.complaint_register import person_of
from sync.district.store.engine import Connection, writing
from sync.district.store.imports import names_by_id
from sync.district.web.page_route import LongFormRoute, Shown, number_in
from sync.district.web.site import Site
from sync.district.web.template_fields import example, field_names


class TypedTemplate(Struct, frozen=True):
    """What stands in the form. ``template_id``: which one it changes, 0 for a new one."""

    unit: str = ""
    template_id: int = 0
    name: str = ""
    purpose: str = PURPOSES[0]
    text: str = ""


def add_template_pages(router: APIRouter, site: Site) -> None:
    """Adds the page to the site."""
    pages = _Pages(site)
    forms = site.router(LongFormRoute)
    router.add_api_route("/complaints/templates", pages.show, methods=["GET"])
    forms.add_api_route("/complaints/templates", pages.save, methods=["POST"])
    router.include_router(forms)


class _Pages:
    """The handlers. Plain functions, so that the server runs them in threads."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def show(self, request: Request, unit: str = "", template: str = "", done: str = "") -> Response:
        """The templates of a unit, and the form with one of them or none."""
        who, units = self._writer(request)
        chosen, number = unit or next(iter(units), ""), number_in(template)
        typed = TypedTemplate(chosen)
        if number:
            found = self._site.read(request, lambda connection: store.numbered(connection, number))
            if found is None or found.unit_id not in units:
                raise self._missing(request)
            typed = TypedTemplate(found.unit_id, number, found.name, found.purpose, found.text)
        return self._page(request, who, units, typed, 200, done=done)

    def save(
        self,
        request: Request,
        form_token: Annotated[str, Form()] = "",
        act: Annotated[str, Form()] = "save",
        unit: Annotated[str, Form()] = "",
        template: Annotated[str, Form()] = "",
        name: Annotated[str, Form()] = "",
        purpose: Annotated[str, Form()] = "",
        text: Annotated[str, Form()] = "",
    ) -> Response:
        """Writes one, shows it filled (``act`` is ``preview``), or takes one away (``end``)."""
        who, units = self._writer(request)
        self._site.insist_on_form(request, who, form_token)
        if unit not in units or act not in ("save", "preview", "end"):
            raise self._missing(request)
        typed = TypedTemplate(unit, number_in(template), name[:300], purpose[:20], text[: 2 * MAX_TEXT])
        try:
            if act == "end":
                self._end(request, who, typed)
                return RedirectResponse(f"/complaints/templates?unit={unit}&done=ended", 303)
            content = checked(name, purpose, text, self._names)
            if act == "preview":
                return self._page(request, who, units, typed, 200, preview=True)
            self._write(request, who, typed, content)
        except WrongTemplate as error:
            return self._page(request, who, units, typed, 422, wrong=error)
        return RedirectResponse(f"/complaints/templates?unit={unit}&done=saved", 303)

    @property
    def _names(self) -> Mapping[str, Field]:
        return field_names(self._site.texts)

    def _write(self, request: Request, who: SignedIn, typed: TypedTemplate, content: Any) -> None:
        services = self._site.services
        try:
            with writing(services.engine) as connection:
                replaces = typed.template_id or None
                store.write(connection, typed.unit, content, replaces, who.user_name, services.now())
        except store.TemplateGone as error:
            raise WrongTemplate("gone") from error
        except store.TooManyTemplates as error:
            raise WrongTemplate("too_many") from error

    def _end(self, request: Request, who: SignedIn, typed: TypedTemplate) -> None:
        services = self._site.services
        with writing(services.engine) as connection:
            found = store.numbered(connection, typed.template_id)
            if found is not None and found.unit_id == typed.unit:  # else somebody was quicker: it is gone already
                with suppress(store.TemplateGone):  # quicker still: between the two lines above
                    store.take_away(connection, found, who.user_name, services.now())

    def _page(
        self,
        request: Request,
        who: SignedIn,
        units: Mapping[str, str],
        typed: TypedTemplate,
        status: int,
        *,
        done: str = "",
        preview: bool = False,
        wrong: WrongTemplate | None = None,
    ) -> Response:
        if typed.unit and typed.unit not in units:
            raise self._missing(request)
        texts, office = self._site.language(request), units.get(typed.unit, "")
        held = self._site.read(request, lambda connection: store.templates_of(connection, [typed.unit]))
        values = {
            "signed_in": who,
            "units": units,
            "typed": typed,
            "templates": [(each, example(each.text, office, texts, self._names)) for each in held],
            "purposes": PURPOSES,
            "fields": list(Field),
            "preview": example(typed.text, office, texts, self._names) if preview else "",
            "wrong": wrong,
            "done": done if done in ("saved", "ended") else "",
            "longest": {"name": MAX_NAME, "text": MAX_TEXT},
        }
        return self._site.renderer.page("templates.html", texts, status, **values)

    def _writer(self, request: Request) -> tuple[SignedIn, dict[str, str]]:
        """Who may write templates, and for which units, their own first; for others this page is not there."""
        who = self._site.someone(request)
        if not changes_templates(who.role):
            raise self._missing(request)

        def read(connection: Connection) -> dict[str, str]:
            person, names = person_of(connection, who, self._site.today()), names_by_id(connection, "units")
            mine = {each: name for each, name in names.items() if may_with_templates(person, TemplateAct.CHANGE, each)}
            return dict(sorted(mine.items(), key=lambda pair: (pair[0] != who.unit_id, pair[1])))

        return who, self._site.read(request, read)

    def _missing(self, request: Request) -> Shown:
        return Shown(self._site.message(request, 404, "not_found"))
