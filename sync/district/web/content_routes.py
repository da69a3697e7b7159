"""The pages on which notices, holidays, ready sentences and the consent are changed by two people, with a preview."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from kiosk.domain.complaint import About
from kiosk.domain.reference import NoticeKind
from sync.district.content.changing import (
    ContentRefused,
    current,
    propose,
    put_in_force,
    refuse,
    withdraw,
)
from sync.district.content.forms import WrongContent, is_notice_code, new_notice_code
from sync.district.content.history import past
from sync.district.domain.content_change import (
    CONTENT_RIGHTS,
    ContentAct,
    ContentChange,
    ContentKind,
    ContentState,
    digest_of,
    may_with_change,
    may_with_content,
    sees_content,
)
from sync.district.domain.deadlines import load_schemes
from sync.district.domain.people import Role, SignedIn
from sync.district.domain.rights import Person
from sync.district.store import content_changes as store
from sync.district.store.action_plans import card_codes
from sync.district.store.complaint_register import person_of
from sync.district.store.engine import Connection, StoreUnavailable, writing
from sync.district.store.imports import names_by_id, rows_by_key
from sync.district.web.content_differences import differences
from sync.district.web.content_effects import Effects, effects_of
from sync.district.web.content_view import (
    NOTICE_FIELDS,
    drawing_names,
    drawings,
    form_of,
    notice_lines,
    preview_of,
    typed_content,
)
from sync.district.web.page_route import Shown, number_in
from sync.district.web.site import Site

PAGE = "/content"
WAITS = frozenset({ContentState.WAITING})
MAX_KEY, MAX_TYPED, MAX_LINES = 64, 4_000, 20_000


def add_content_pages(router: APIRouter, site: Site) -> None:
    """Adds the pages to the site."""
    pages = _Pages(site)
    router.add_api_route(PAGE, pages.everything, methods=["GET"])
    router.add_api_route(f"{PAGE}/changes/{{number}}", pages.change, methods=["GET"])
    router.add_api_route(f"{PAGE}/changes/{{number}}", pages.act, methods=["POST"])
    router.add_api_route(f"{PAGE}/{{kind}}", pages.form, methods=["GET"])
    router.add_api_route(f"{PAGE}/{{kind}}", pages.propose, methods=["POST"])


class _Pages:
    """The handlers. Plain functions, so that the server runs them in threads."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._schemes = load_schemes(site.services.settings.deadlines)

    # ---- all there is

    def everything(self, request: Request, done: str = "") -> Response:
        """What kiosks show of one's units, and what waits for a second person."""
        who, texts, today = self._reader(request), self._site.language(request), self._site.today()

        def read(connection: Connection) -> dict[str, Any]:
            person = person_of(connection, who, today)
            names, units = names_by_id(connection, "units"), person.units
            waiting = [each for each in store.waiting(connection) if self._sees(person, each)]
            return {
                "notices": notice_lines(store.notices_of(connection, units), names, card_codes(connection), today),
                "years": list(_years(today.year)),
                "listed": {y: current(connection, ContentKind.HOLIDAYS, str(y), today) for y in _years(today.year)},
                "waiting": [(each, names.get(each.unit_id or "", "")) for each in waiting],
                "units": _named(names, units),
                "changes_all": units is None and who.role in CONTENT_RIGHTS[ContentAct.PROPOSE],
                "writes": who.role in CONTENT_RIGHTS[ContentAct.PROPOSE],
            }

        values = self._site.read(request, read)
        values |= {"signed_in": who, "done": done, "rights": CONTENT_RIGHTS, "roles": list(Role)}
        return self._site.renderer.page("content.html", texts, 200, **values)

    # ---- a new change

    def form(self, request: Request, kind: str, key: str = "", unit: str = "", again: str = "") -> Response:
        """The form with what there is now, or with what was there once (``again``), and what became of it."""
        who, of = self._reader(request), self._kind(request, kind)
        return self._form(request, who, of, key[:MAX_KEY], unit[:MAX_KEY], 200, again=again[:MAX_KEY])

    def propose(
        self,
        request: Request,
        kind: str,
        step: Annotated[str, Form()] = "",
        key: Annotated[str, Form()] = "",
        unit: Annotated[str, Form()] = "",
        why: Annotated[str, Form()] = "",
        held: Annotated[str, Form()] = "",
        form_token: Annotated[str, Form()] = "",
        notice: Annotated[list[str] | None, Form()] = None,
        off: Annotated[str, Form()] = "",
        worked: Annotated[str, Form()] = "",
        vi: Annotated[str, Form()] = "",
        en: Annotated[str, Form()] = "",
        row: Annotated[list[str] | None, Form()] = None,
        offered: Annotated[list[str] | None, Form()] = None,
    ) -> Response:
        """Shows what would be drawn (``step`` is ``see``), proposes it (``propose``), or proposes to take a notice away
        (``end``). ``held``: the digest of the piece that the form was written about; ``notice``: its fields in order;
        ``row``: four fields of each sentence; ``offered``: their ticks."""
        who, of = self._reader(request), self._kind(request, kind)
        self._site.insist_on_form(request, who, form_token)
        typed: dict[str, Any] = {"off": off[:MAX_LINES], "worked": worked[:MAX_LINES], "vi": vi[:MAX_TYPED]}
        typed |= {"en": en[:MAX_TYPED], "row": [each[:MAX_TYPED] for each in row or ()], "offered": offered or []}
        typed |= {"notice": dict(zip(NOTICE_FIELDS, [each[:MAX_TYPED] for each in notice or ()], strict=False))}
        key, unit, why = key[:MAX_KEY], unit[:MAX_KEY], why[: 2 * MAX_TYPED]
        if step not in ("see", "propose", "end") or (step == "end" and of is not ContentKind.NOTICES):
            raise self._site.missing(request)
        try:
            return self._proposed(request, who, of, key, unit, why, step, typed, held)
        except WrongContent as wrong:
            return self._form(request, who, of, key, unit, 422, typed=typed, why=why, wrong=wrong)
        except ContentRefused as refused:
            return self._form(request, who, of, key, unit, 422, typed=typed, why=why, refused=refused.key)
        except StoreUnavailable as error:
            raise self._site.unavailable(request) from error

    def _proposed(
        self,
        request: Request,
        who: SignedIn,
        kind: ContentKind,
        key: str,
        unit: str,
        why: str,
        step: str,
        typed: dict[str, Any],
        held: str,
    ) -> Response:
        """Raises ``WrongContent``, ``ContentRefused`` or ``StoreUnavailable``."""
        now = self._site.services.now()

        def shaped(connection: Connection) -> ContentChange:
            before = self._held(connection, kind, key)
            piece, of_unit = self._place(request, connection, who, kind, key, unit, before)
            if held != digest_of(before):
                raise ContentRefused("changed_since")  # of another piece than the writer saw
            after = None if step == "end" else typed_content(kind, piece, of_unit, typed, before or {})
            return ContentChange(0, kind, piece, of_unit or None, before, after, why, who.user_name, now)

        if step == "see":
            made = self._site.read(request, shaped)
            return self._form(
                request, who, kind, made.key, made.unit_id or "", 200, typed=typed, why=why, seen=made.after
            )
        with writing(self._site.services.engine) as connection:
            propose(connection, shaped(connection))
        return RedirectResponse(f"{PAGE}?done=proposed#waiting", 303)

    def _held(self, connection: Connection, kind: ContentKind, key: str) -> dict[str, Any] | None:
        """A piece as it is now; ``None`` for a notice that is not there yet."""
        is_new = kind is ContentKind.NOTICES and not key
        return None if is_new else current(connection, kind, key, self._site.today())

    def _owner(self, connection: Connection, kind: ContentKind, key: str, unit: str) -> str:
        """Whose a piece is, also one that was taken away; ``unit`` is whose a new notice is to be."""
        if kind is not ContentKind.NOTICES:
            return ""
        row = rows_by_key(connection, "notices", [key]).get(key)
        return str(row["unit_id"]) if row else unit

    def _place(
        self,
        request: Request,
        connection: Connection,
        who: SignedIn,
        kind: ContentKind,
        key: str,
        unit: str,
        before: dict[str, Any] | None,
    ) -> tuple[str, str]:
        """The piece and whose it is; a new notice gets its code. 404 for what somebody may not change."""
        if kind is ContentKind.NOTICES:
            code = key if before or is_notice_code(key) else new_notice_code()
            unit, key = self._owner(connection, kind, key, unit), code
            if unit not in names_by_id(connection, "units"):
                raise self._site.missing(request)
        elif kind is ContentKind.HOLIDAYS:
            unit = ""
            if not (key.isascii() and key.isdigit() and int(key) in _years(self._site.today().year)):
                raise self._site.missing(request)
        else:
            key = unit = ""
        person = person_of(connection, who, self._site.today())
        if not may_with_content(person.role, person.units, ContentAct.PROPOSE, kind, unit or None):
            raise self._site.missing(request)
        return key, unit

    def _form(
        self,
        request: Request,
        who: SignedIn,
        kind: ContentKind,
        key: str,
        unit: str,
        status: int,
        *,
        typed: dict[str, Any] | None = None,
        why: str = "",
        again: str = "",
        seen: dict[str, Any] | None = None,
        wrong: WrongContent | None = None,
        refused: str = "",
    ) -> Response:
        texts, today = self._site.language(request), self._site.today()

        def read(connection: Connection) -> dict[str, Any]:
            held = self._held(connection, kind, key)
            person, names = person_of(connection, who, today), names_by_id(connection, "units")
            of_unit = self._owner(connection, kind, key, unit)
            if not may_with_content(person.role, person.units, ContentAct.SEE, kind, of_unit or None):
                raise self._site.missing(request)
            if kind is ContentKind.HOLIDAYS and key not in map(str, _years(today.year)):
                raise self._site.missing(request)
            lines = past(connection, kind, key) if key or kind is not ContentKind.NOTICES else []
            wanted = next((each.content for each in lines if again and each.number == again), held)
            writes = may_with_content(person.role, person.units, ContentAct.PROPOSE, kind, of_unit or None)
            return {
                "key": key,
                "unit": of_unit,
                "unit_name": names.get(of_unit, ""),
                "held": held,
                "digest": digest_of(held),
                "past": lines,
                "form": form_of(kind, typed, wanted),
                "writes": writes and not (kind is ContentKind.NOTICES and key in card_codes(connection)),
                "preview": preview_of(kind, seen if seen is not None else held, texts),
                "differs": differences(kind, held, seen, texts),
                "effects": seen and self._effects(connection, person, kind, held, seen),
            }

        values = self._site.read(request, read)
        values |= {"signed_in": who, "kind": kind, "why": why, "again": again, "wrong": wrong, "refused": refused}
        values |= {"pictures": drawing_names(texts) if kind is ContentKind.SENTENCES else []}
        values |= {"seen": seen is not None, "notice_kinds": list(NoticeKind), "abouts": list(About)}
        return self._site.renderer.page("content_form.html", texts, status, **values, drawings=drawings())

    # ---- one change

    def change(self, request: Request, number: str) -> Response:
        """A change: what it is, what was there, how it would be drawn, and what became of it."""
        return self._change(request, self._reader(request), number, 200)

    def act(
        self,
        request: Request,
        number: str,
        action: Annotated[str, Form()] = "",
        why: Annotated[str, Form()] = "",
        form_token: Annotated[str, Form()] = "",
    ) -> Response:
        """Puts it in force, refuses it, or withdraws it."""
        who, now = self._reader(request), self._site.services.now()
        self._site.insist_on_form(request, who, form_token)
        acts = {"put_in_force": ContentAct.DECIDE, "refuse": ContentAct.DECIDE, "withdraw": ContentAct.WITHDRAW}
        if action not in acts:
            raise self._site.missing(request)
        try:
            with writing(self._site.services.engine) as connection:
                change, person = self._seen(request, connection, who, number)
                if not may_with_change(who.user_name, person.role, person.units, acts[action], change):
                    raise Shown(self._site.message(request, 403, "content_not_now"))
                if action == "put_in_force":
                    put_in_force(connection, change, who.user_name, now)
                elif action == "refuse":
                    refuse(connection, change, who.user_name, why, now)
                else:
                    withdraw(connection, change, who.user_name, now)
        except ContentRefused as refused:
            return self._change(request, who, number, 422, refused.key)
        except StoreUnavailable as error:
            raise self._site.unavailable(request) from error
        return RedirectResponse(f"{PAGE}?done={action}", 303)

    def _change(self, request: Request, who: SignedIn, number: str, status: int, refused: str = "") -> Response:
        texts = self._site.language(request)

        def read(connection: Connection) -> dict[str, Any]:
            change, person = self._seen(request, connection, who, number)
            acts = [
                each for each in ContentAct if may_with_change(who.user_name, person.role, person.units, each, change)
            ]
            return {
                "change": change,
                "acts": acts,
                "unit_name": names_by_id(connection, "units").get(change.unit_id or "", ""),
                "before": preview_of(change.kind, change.before, texts),
                "after": preview_of(change.kind, change.after, texts),
                "differs": differences(change.kind, change.before, change.after, texts),
                "effects": change.state in WAITS
                and self._effects(connection, person, change.kind, change.before, change.after),
            }

        values = self._site.read(request, read) | {"signed_in": who, "refused": refused}
        return self._site.renderer.page("content_change.html", texts, status, **values, drawings=drawings())

    # ---- shared steps

    def _effects(self, connection: Connection, person: Person, kind: ContentKind, before: Any, after: Any) -> Effects:
        return effects_of(connection, person, kind, before, after, self._schemes, self._site.services.now())

    def _reader(self, request: Request) -> SignedIn:
        who = self._site.someone(request)
        if not sees_content(who.role):
            raise self._site.missing(request)
        return who

    def _seen(
        self, request: Request, connection: Connection, who: SignedIn, number: str
    ) -> tuple[ContentChange, Person]:
        """A change, and who reads it; what somebody may not see is not there."""
        change = store.numbered(connection, number_in(number))
        person = person_of(connection, who, self._site.today())
        if change is None or not self._sees(person, change):
            raise self._site.missing(request)
        return change, person

    def _sees(self, person: Person, change: ContentChange) -> bool:
        return may_with_content(person.role, person.units, ContentAct.SEE, change.kind, change.unit_id)

    def _kind(self, request: Request, kind: str) -> ContentKind:
        if kind not in {*ContentKind}:
            raise self._site.missing(request)
        return ContentKind(kind)


def _years(this_year: int) -> range:
    """The years whose holidays are changed on a page: last year's, because dates run on from it, up to the next."""
    return range(this_year - 1, this_year + 2)


def _named(names: dict[str, str], units: frozenset[str] | None) -> list[tuple[str, str]]:
    mine = ((key, name) for key, name in names.items() if units is None or key in units)
    return sorted(mine, key=lambda each: each[1])
