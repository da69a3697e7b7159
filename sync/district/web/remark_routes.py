"""The pages on which citizens' comments are made ready for counters: the list, and one comment."""

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from msgspec import Struct

from sync.district.complaints.actions import names_to_leave_out
from sync.district.domain.people import SignedIn
from sync.district.domain.release import shown_before
from sync.district.domain.remark import (
    NOT_SHOWN,
    Remark,
    RemarkAbout,
    RemarkAct,
    RemarkStep,
    WrongRemark,
    classifies_remarks,
    remark_words,
    to_look_at,
    why_sent_back,
)
from sync.district.domain.remark_batch import MIN_SOURCES
from sync.district.domain.rights import Person, below
from sync.district.store import complaint_register as register
from sync.district.store import complaint_subjects as subjects
from sync.district.store import remarks as store
from sync.district.store.complaint_register import ComplaintRecord
from sync.district.store.complaints import COMMENT, lock_statuses
from sync.district.store.engine import Connection, StoreUnavailable, writing
from sync.district.store.imports import names_by_id, unit_parents
from sync.district.web.page_route import ShortTextRoute, Shown
from sync.district.web.remarks import RemarkPage, allowed, form_of, lines_of, next_release, place_of, written_in
from sync.district.web.sentences import all_sentences
from sync.district.web.site import Site

ORIGINAL_LANGUAGE = "vi"


class _Seen(Struct, frozen=True):
    """A comment that somebody may see, with what was done to it and what they may do."""

    person: Person
    whole: ComplaintRecord
    remark: Remark
    acts: frozenset[RemarkAct]
    original: str
    names: tuple[str, ...]


def add_remark_pages(router: APIRouter, site: Site) -> None:
    """Adds the pages to the site."""
    pages, forms = _Pages(site), site.router(ShortTextRoute)
    router.add_api_route("/remarks", pages.list_page, methods=["GET"])
    router.add_api_route("/remarks/{entry_id}", pages.page, methods=["GET"])
    forms.add_api_route("/remarks/{entry_id}", pages.act, methods=["POST"])
    router.include_router(forms)


class _Pages:
    """The handlers. Plain functions, so that the server runs them in threads."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def list_page(self, request: Request, done: str = "") -> Response:
        """The comments that wait for the reader."""
        who, texts = self._reader(request), self._site.language(request)

        def read(connection: Connection) -> Response:
            person = register.person_of(connection, who, self._site.today())
            before = shown_before(self._site.services.now())
            found, complaints = (
                store.open_comments(connection, person, before),
                store.to_take_on(connection, person, before),
            )
            units, counters = names_by_id(connection, "units"), names_by_id(connection, "counters")
            sentences = all_sentences(connection, texts.language)
            lines = lines_of(found.listed, sentences, units, counters)
            to_take_on = lines_of([(each, None) for each in complaints], sentences, units, counters)
            values = {
                "signed_in": who,
                "to_take_on": to_take_on,
                "lines": lines,
                "left": found.n - len(lines),
                "floor": MIN_SOURCES,
            }
            values |= {"next_release": next_release(self._site.today())}
            values |= {"done": done if done in set(RemarkAct) else ""}
            return self._site.renderer.page("remarks.html", texts, 200, **values)

        return self._site.read(request, read)

    def page(self, request: Request, entry_id: str) -> Response:
        """One comment, and what the reader may do."""
        return self._page(request, self._reader(request), entry_id, 200)

    def act(
        self,
        request: Request,
        entry_id: str,
        form_token: Annotated[str, Form()] = "",
        action: Annotated[str, Form()] = "",
        seen: Annotated[str, Form()] = "",
        about: Annotated[str, Form()] = "",
        side: Annotated[str, Form()] = "",
        words: Annotated[str, Form()] = "",
        why: Annotated[str, Form()] = "",
        mark: Annotated[list[str] | None, Form()] = None,
    ) -> Response:
        """Classifies, confirms or sends back, if nothing was done to it since the page was made."""
        who, site = self._reader(request), self._site
        self._site.insist_on_form(request, who, form_token)
        typed = {"about": about, "side": side, "words": words, "why": why, "marks": " ".join(mark or ())}
        try:
            with writing(site.services.engine) as connection:
                store.begin(connection)
                lock_statuses(connection, [entry_id])  # whoever it is found to concern meanwhile is kept out
                found = self._seen(request, connection, who, entry_id)
                if action not in set(RemarkAct) or action == RemarkAct.SEE or action not in found.acts:
                    raise Shown(site.message(request, 403, "remark_not_now"))
                if seen != str(len(found.remark.steps)):
                    raise Shown(site.message(request, 409, "remark_not_now"))
                step = self._step(connection, who, found, RemarkAct(action), typed)
                store.add_step(connection, found.remark, step)
        except WrongRemark as wrong:
            return self._page(request, who, entry_id, 422, typed, (action, wrong.key, wrong.place))
        except StoreUnavailable as error:
            raise site.unavailable(request) from error
        return RedirectResponse(f"/remarks?{urlencode({'done': action})}", 303)

    def _step(
        self, connection: Connection, who: SignedIn, found: _Seen, act: RemarkAct, typed: Mapping[str, str]
    ) -> RemarkStep:
        """What somebody did, checked. Raises ``WrongRemark``."""
        now, ticked = self._site.services.now(), set(typed["marks"].split())
        if act is RemarkAct.SEND_BACK:
            return RemarkStep(now, who.user_name, who.role, act, words=why_sent_back(typed["why"]))
        if act is RemarkAct.CONFIRM:
            words = found.remark.proposal.words if found.remark.proposal else ""
            _insist_on_marks(found, words, ticked)
            return RemarkStep(now, who.user_name, who.role, act)
        if typed["about"] not in set(RemarkAbout):
            raise WrongRemark("about")
        about = RemarkAbout(typed["about"])
        if about not in NOT_SHOWN and typed["side"] not in ("thanks", "wish"):
            raise WrongRemark("side")
        units = below(found.whole.line.unit_id, unit_parents(connection))
        known = subjects.known_officers(connection, units), subjects.known_counters(connection, units)
        words = remark_words(typed["words"], about, *known, is_thanks=typed["side"] == "thanks")
        _insist_on_marks(found, words, ticked)
        is_thanks = bool(words) and typed["side"] == "thanks"
        return RemarkStep(now, who.user_name, who.role, act, about, is_thanks, words)

    def _page(
        self,
        request: Request,
        who: SignedIn,
        entry_id: str,
        status: int,
        typed: Mapping[str, str] | None = None,
        error: tuple[str, str, str] = ("", "", ""),
    ) -> Response:
        texts = self._site.language(request)

        def read(connection: Connection) -> Response:
            found = self._seen(request, connection, who, entry_id)
            line, sentences = found.whole.line, all_sentences(connection, texts.language)
            page = RemarkPage(
                entry_id=entry_id,
                place=place_of(line, names_by_id(connection, "units"), names_by_id(connection, "counters")),
                text=line.text,
                sentences=tuple(sentences.get(each, each) for each in line.sentences),
                has_sound=line.sound_parts > 0,
                chosen=line.about,
                remark=found.remark,
                acts=found.acts,
                form=form_of(found.remark, found.acts, found.original, found.names, typed or {}),
            )
            values = {"signed_in": who, "page": page, "error": error, "why": (typed or {}).get("why", "")}
            return self._site.renderer.page("remark.html", texts, status, **values)

        return self._site.read(request, read)

    def _seen(self, request: Request, connection: Connection, who: SignedIn, entry_id: str) -> _Seen:
        """The comment; for who may not see it, and before the day on which it may be seen, it is not there."""
        whole, person = register.whole(connection, entry_id), register.person_of(connection, who, self._site.today())
        if whole is None or whole.line.kind != COMMENT:
            raise self._missing(request)
        remark = store.remarks_of(connection, [entry_id])[entry_id]
        acts = allowed(person, remark, whole.line)
        if RemarkAct.SEE not in acts or whole.line.received_at >= shown_before(self._site.services.now()):
            raise self._missing(request)
        sentences = all_sentences(connection, ORIGINAL_LANGUAGE)
        original = written_in(whole.line.text, whole.line.sentences, sentences)
        return _Seen(person, whole, remark, acts, original, names_to_leave_out(connection, whole))

    def _reader(self, request: Request) -> SignedIn:
        who = self._site.someone(request)
        if not classifies_remarks(who.role):
            raise self._missing(request)
        return who

    def _missing(self, request: Request) -> Shown:
        return Shown(self._site.message(request, 404, "not_found"))


def _insist_on_marks(found: _Seen, words: str, ticked: set[str]) -> None:
    """Raises ``WrongRemark`` while a place that may tell who it was is not ticked."""
    if not {mark.key for mark in to_look_at(found.original, words, found.names)} <= ticked:
        raise WrongRemark("marks")
