"""Render values to HTML. Everything is escaped; templates only choose and repeat."""

from functools import cache
from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from kiosk.domain.questionnaire import in_language
from sync.district.domain.action_plan import sees_plans
from sync.district.domain.apology import sees_late
from sync.district.domain.comparing_rights import compares_counters, compares_work
from sync.district.domain.content_change import sees_content
from sync.district.domain.doubt_case import sees_doubts
from sync.district.domain.objection import sees_objections
from sync.district.domain.people import SignedIn
from sync.district.domain.personal_request import may_with_personal
from sync.district.domain.remark import classifies_remarks
from sync.district.domain.rights import administers, audits, gives_pin_codes, heads_one_stop, sees_counters
from sync.district.domain.roster_rights import sees_rosters
from sync.district.measures.catalogue import Page, versions
from sync.district.measures.index import SHARE_SATISFIED
from sync.district.measures.organisation import TreeName
from sync.district.measures.period import before
from sync.district.texts import Texts, languages
from sync.district.web import formats
from sync.district.web.actions import Todo
from sync.district.web.asked import Links
from sync.district.web.causes import concern_name
from sync.district.web.inquiries import ToAnswer
from sync.district.web.objections import ToDecide
from sync.district.web.overview import Overview
from sync.district.web.register import Urgent
from sync.district.web.remarks import ToClassify

MAX_KIOSKS = 60
"""More are counted by state only: the ones that need a person come first."""

TEMPLATES = Path(__file__).parent / "templates"


@cache
def _environment(public_index: bool) -> Environment:
    """The templates, each read and compiled once: they are the same for as long as the program runs."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    rights = {"audits": audits, "administers": administers, "sees_doubts": sees_doubts}
    rights |= {"sees_counters": sees_counters, "sees_plans": sees_plans, "sees_objections": sees_objections}
    rights |= {"heads_one_stop": heads_one_stop, "sees_rosters": sees_rosters, "gives_pin_codes": gives_pin_codes}
    rights |= {"compares_work": compares_work, "compares_counters": compares_counters}
    rights |= {"classifies_remarks": classifies_remarks, "sees_late": sees_late, "sees_content": sees_content}
    environment.globals |= {
        **rights,
        "with_personal": may_with_personal,
        "before_of": before,
        "public_index": public_index,
    }
    return environment


class Renderer:
    """``version`` stands in the addresses of static files, so that browsers fetch them anew after an update."""

    def __init__(self, version: str, *, public_index: bool = False) -> None:
        self._version = version
        self._environment = _environment(public_index)

    def sign_in(self, texts: Texts, status: int, error: str, user_name: str, *, done: str = "") -> Response:
        """The sign-in page, with what went wrong, or what was just done (a key of the texts)."""
        return self.page("sign_in.html", texts, status, error=error, user_name=user_name, done=done)

    def message(self, texts: Texts, status: int, key: str) -> Response:
        """A page with one sentence and the way back."""
        return self.page("message.html", texts, status, key=key)

    def first_page(
        self,
        texts: Texts,
        signed_in: SignedIn,
        page: Overview,
        pressing: Urgent | None,
        links: Links,
        waiting: Todo | None,
        to_decide: ToDecide | None,
        to_answer: ToAnswer | None,
        to_classify: ToClassify | None,
        has_own_notice: bool,
        content_waiting: int,
    ) -> Response:
        """The first page; ``pressing`` are the complaints that need somebody, ``None`` for who answers none;
        ``waiting`` the action plans that wait for the reader, ``to_decide`` the objections,
        ``to_answer`` the questions of counters, ``to_classify`` the comments of citizens; ``has_own_notice``: something
        stands on the reader's own page to which they may still object; so many changes of what kiosks show wait for
        them (``content_waiting``)."""
        return self.page(
            "overview.html",
            texts,
            200,
            signed_in=signed_in,
            page=page,
            pressing=pressing,
            waiting=waiting,
            to_decide=to_decide,
            to_answer=to_answer,
            to_classify=to_classify,
            has_own_notice=has_own_notice,
            content_waiting=content_waiting,
            links=links,
            trees=list(TreeName),
            most_kiosks=MAX_KIOSKS,
            formula_version=SHARE_SATISFIED.version,
            versions=versions(Page.FIRST),
        )

    def page(self, template: str, texts: Texts, status: int, **values: Any) -> Response:
        """Any page of the site, with the words and numbers of its language at hand."""
        language = texts.language
        html = self._environment.get_template(template).render(
            t=texts,
            language=language,
            other_languages=[name for name in languages() if name != language],
            version=self._version,
            said=lambda wording: in_language(wording, language),
            concern_name=lambda concern, words: concern_name(concern, words, texts),
            number=lambda n: formats.number(n, texts),
            percent=lambda share: formats.percent(share, texts),
            whole_percent=lambda share: formats.whole_percent(share, texts),
            points=lambda difference: formats.points(difference, texts),
            decimal=lambda value: formats.decimal(value, texts),
            period_name=lambda period: formats.period_name(period, texts),
            day=formats.day,
            day_of=formats.day_of,
            clock=formats.clock,
            day_and_clock=formats.day_and_clock,
            ago=lambda span: formats.ago(span, texts),
            **values,
        )
        return HTMLResponse(html, status)
