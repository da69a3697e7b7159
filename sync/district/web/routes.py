"""Routes of the pages: sign-in, the first page, its figures as JSON, static files."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from msgspec import Struct

from sync.district.accounts.passwords import TooMany
from sync.district.accounts.sign_in import (
    SESSION,
    Locked,
    Refused,
    awaits_code,
    enter_code,
    same_form,
    sign_in,
    sign_out,
)
from sync.district.api.networks import Allowances
from sync.district.api.problem import Problem
from sync.district.complaints.unlisted import unlisted_years
from sync.district.domain.action_plan import sees_plans
from sync.district.domain.comparing_rights import compares_work, own_figures
from sync.district.domain.content_change import ContentAct, may_with_change, sees_content
from sync.district.domain.deadlines import load_schemes
from sync.district.domain.inquiry import answers_inquiries
from sync.district.domain.objection import decides_objections, reads_own_conclusions, sight
from sync.district.domain.people import SignedIn
from sync.district.domain.release import shown_before
from sync.district.domain.remark import classifies_remarks
from sync.district.domain.rights import Person, answers_citizens, sees_private_answers
from sync.district.measures.indicator_rules import load_indicator_rules
from sync.district.measures.organisation import TreeName
from sync.district.measures.period import NotBegun
from sync.district.services import Services
from sync.district.store import complaint_register, content_changes, inbox
from sync.district.store.action_plans import plans_of
from sync.district.store.complaints import country_holidays
from sync.district.store.engine import Connection, StoreUnavailable
from sync.district.store.inquiries import inquiries_of
from sync.district.store.objections import objections_seen
from sync.district.store.remarks import count_open, count_to_take_on
from sync.district.times import local_day
from sync.district.web.account_routes import add_account_pages
from sync.district.web.action_routes import add_action_pages
from sync.district.web.actions import Todo, todo
from sync.district.web.apology_routes import add_apology_pages
from sync.district.web.asked import AskedView, Links, View
from sync.district.web.audit_routes import add_audit_pages
from sync.district.web.breach_routes import add_breach_pages
from sync.district.web.cause_routes import add_cause_page
from sync.district.web.complaint_routes import add_complaint_pages
from sync.district.web.conclusion_routes import add_conclusion_page, own_conclusions
from sync.district.web.contact_routes import add_contact_pages
from sync.district.web.content_routes import add_content_pages
from sync.district.web.counter_routes import add_counter_page
from sync.district.web.door_routes import add_door_pages, door
from sync.district.web.doubt_routes import add_doubt_pages
from sync.district.web.enrolment_routes import add_enrolment_pages
from sync.district.web.fair_routes import add_fair_page
from sync.district.web.figures import figures
from sync.district.web.fleet_routes import add_fleet_pages
from sync.district.web.formats import clock
from sync.district.web.hand_over_routes import add_hand_over_pages
from sync.district.web.indicator_routes import add_indicator_pages
from sync.district.web.inquiries import ToAnswer, to_answer
from sync.district.web.inquiry_routes import add_inquiry_pages
from sync.district.web.invitation_routes import add_invitation_pages
from sync.district.web.late_routes import add_late_pages
from sync.district.web.log_routes import add_log_pages
from sync.district.web.lookup_routes import add_lookup_pages
from sync.district.web.objection_routes import add_objection_pages
from sync.district.web.objections import ToDecide, to_decide
from sync.district.web.one_stop_routes import add_one_stop_pages
from sync.district.web.overview import Overview, gather, overview
from sync.district.web.own_data_routes import add_own_data_page
from sync.district.web.page_route import Shown, packed
from sync.district.web.people_routes import add_people_pages
from sync.district.web.personal_routes import add_personal_pages
from sync.district.web.pin_routes import add_pin_pages
from sync.district.web.public_index_routes import add_public_index
from sync.district.web.published_routes import add_published_pages
from sync.district.web.register import MAX_URGENT, Urgent, lines_of
from sync.district.web.register_routes import add_register_pages
from sync.district.web.remark_routes import add_remark_pages
from sync.district.web.remarks import ToClassify
from sync.district.web.rollout_routes import add_rollout_page
from sync.district.web.roster_routes import add_roster_pages
from sync.district.web.saved_views import counted_views
from sync.district.web.sentences import names_of
from sync.district.web.settings_routes import add_settings_pages
from sync.district.web.site import LANGUAGE_COOKIE, STATIC_TYPES, Site, cookie
from sync.district.web.template_routes import add_template_pages
from sync.district.web.waiting_routes import add_waiting_page
from sync.district.web.wall_display_routes import add_wall_display


def web_router(services: Services) -> APIRouter:
    """Every page of the district, for ``create_app(services, pages=[web_router(services)])``."""
    site = Site(services)
    router = site.router()
    pages = _Pages(site)
    router.add_api_route("/", pages.first_page, methods=["GET"])
    router.add_api_route("/figures.json", pages.figures, methods=["GET"])
    router.add_api_route("/sign-in", pages.sign_in_form, methods=["GET"])
    router.add_api_route("/sign-in", pages.sign_in, methods=["POST"])
    router.add_api_route("/sign-in/code", pages.sign_in_code, methods=["POST"])
    router.add_api_route("/sign-out", pages.sign_out, methods=["POST"])
    router.add_api_route("/language/{language}", pages.language, methods=["GET"])
    router.add_api_route("/static/{name}", pages.static, methods=["GET"])
    add_hand_over_pages(router, site)
    add_template_pages(router, site)
    add_register_pages(router, site)
    add_complaint_pages(router, site)
    add_audit_pages(router, site)
    add_doubt_pages(router, site)
    add_objection_pages(router, site)
    add_inquiry_pages(router, site)
    add_remark_pages(router, site)
    add_fair_page(router, site)
    add_counter_page(router, site)
    add_conclusion_page(router, site)
    add_late_pages(router, site)
    add_apology_pages(router, site)
    add_account_pages(router, site)
    add_people_pages(router, site)
    add_invitation_pages(router, site)
    add_settings_pages(router, site)
    add_rollout_page(router, site)
    add_enrolment_pages(router, site)
    add_fleet_pages(router, site)
    add_lookup_pages(router, site)
    add_published_pages(router, site)
    add_door_pages(router, site)
    add_public_index(router, site)
    add_log_pages(router, site)
    add_indicator_pages(router, site)
    add_cause_page(router, site)
    add_waiting_page(router, site)
    add_action_pages(router, site)
    add_one_stop_pages(router, site)
    add_wall_display(router, site)
    add_roster_pages(router, site)
    add_pin_pages(router, site)
    add_breach_pages(router, site)
    add_personal_pages(router, site)
    add_own_data_page(router, site)
    add_contact_pages(router, site)
    add_content_pages(router, site)
    return router


class _Beside(Struct, frozen=True):
    """What stands beside the figures of the first page; ``None`` for what is not theirs to do. ``own``: the counters of
    which somebody is told alone."""

    own: frozenset[str] | None
    pressing: Urgent | None
    waiting: Todo | None
    to_decide: ToDecide | None
    to_answer: ToAnswer | None
    to_classify: ToClassify | None
    has_own_notice: bool
    content_waiting: int


class _Pages:
    """The handlers. Plain functions, so that the server runs them in threads and a slow one holds up nobody; signing in
    has threads of its own."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._services = site.services
        self._schemes = load_schemes(site.services.settings.deadlines)
        self._law = load_indicator_rules(site.services.settings.indicators)
        self._strangers = Allowances(site.services.settings.limits.strangers_minute)

    # ---- what everyone may see

    def sign_in_form(self, request: Request) -> Response:
        if self._site.who(request):
            return RedirectResponse("/", 303)
        return self._sign_in_page(request, 200, "")

    async def sign_in(
        self, request: Request, user_name: Annotated[str, Form()] = "", password: Annotated[str, Form()] = ""
    ) -> Response:
        site, texts, services = self._site, self._site.language(request), self._services
        network, agent = site.network_of(request), request.headers.get("user-agent", "")
        try:
            self._strangers.admit(site.visitors.address_of(request))
            token = await site.turns.take(
                lambda: sign_in(services.engine, site.passwords, user_name, password, services.now(), network, agent)
            )
        except (Problem, TooMany):
            response = self._site.message(request, 429, "too_many")
            response.headers["Retry-After"] = "60"
            return response
        except Refused:
            return self._sign_in_page(request, 403, texts("sign_in.refused"), user_name)
        except Locked as locked:
            response = self._sign_in_page(request, 429, texts("sign_in.locked", time=clock(locked.until)), user_name)
            wait = (locked.until - self._services.now()).total_seconds()
            response.headers["Retry-After"] = str(max(1, int(wait)))
            return response
        except StoreUnavailable:
            return self._site.message(request, 503, "unavailable")
        if awaits_code(services.engine, token, services.now()):
            return _with_cookie(request, self._code_page(request, 200, ""), token)
        return _with_cookie(request, RedirectResponse("/", 303), token)

    async def sign_in_code(self, request: Request, code: Annotated[str, Form()] = "") -> Response:
        """The second step, for whom it is on."""
        site, services, texts = self._site, self._services, self._site.language(request)
        half = request.cookies.get(cookie(request), "")
        try:
            self._strangers.admit(site.visitors.address_of(request))
            token = await site.turns.take(lambda: enter_code(services.engine, half, code[:40], services.now()))
        except (Problem, TooMany):
            return site.message(request, 429, "too_many")
        except Refused:
            if awaits_code(services.engine, half, services.now()):
                return self._code_page(request, 403, texts("sign_in.code_refused"))
            return self._sign_in_page(request, 403, texts("sign_in.code_late"))
        except Locked as locked:
            return self._code_page(request, 429, texts("sign_in.locked", time=clock(locked.until)))
        except StoreUnavailable:
            return site.message(request, 503, "unavailable")
        return _with_cookie(request, RedirectResponse("/", 303), token)

    def language(self, request: Request, language: str) -> Response:
        response = RedirectResponse("/", 303)
        if language in self._site.texts:
            response.set_cookie(LANGUAGE_COOKIE, language, max_age=31_536_000, path="/", httponly=True, samesite="lax")
        return response

    def static(self, request: Request, name: str) -> Response:
        path = self._site.files.get(name)
        if path is None:
            return self._site.message(request, 404, "not_found")
        headers = {"Cache-Control": "public, max-age=86400"}
        return packed(request, Response(path.read_bytes(), 200, headers, STATIC_TYPES[path.suffix]))

    # ---- what needs a sign-in

    def first_page(self, request: Request, view: AskedView) -> Response:
        signed_in = self._site.who(request)
        if signed_in is None:
            # whose session is over, or who was given the address of a figure, has an account; others are citizens
            has_account = bool(request.query_params) or cookie(request) in request.cookies
            return RedirectResponse("/sign-in", 303) if has_account else door(self._site, request)
        beside = self._site.read(request, lambda connection: self._beside(request, connection, signed_in))
        page = self._overview(request, signed_in, view, beside.own)
        links = Links("/", page.period, page.unit_id, page.tree, self._services.settings.public_url)
        return self._site.renderer.first_page(
            self._site.language(request),
            signed_in,
            page,
            beside.pressing,
            links,
            beside.waiting,
            beside.to_decide,
            beside.to_answer,
            beside.to_classify,
            beside.has_own_notice,
            beside.content_waiting,
        )

    def figures(self, request: Request, view: AskedView) -> Response:
        signed_in = self._site.who(request)
        if signed_in is None:
            return JSONResponse({"error": "sign in at /sign-in first"}, 401)
        own = self._site.own_figures(request, signed_in)
        return JSONResponse(figures(self._overview(request, signed_in, view, own)))

    def sign_out(self, request: Request, form_token: Annotated[str, Form()] = "") -> Response:
        signed_in = self._site.who(request)
        if signed_in is not None:
            if not same_form(signed_in, form_token):
                return self._site.message(request, 403, "wrong_form")
            sign_out(self._services.engine, request.cookies[cookie(request)])
        response = RedirectResponse("/sign-in", 303)
        response.delete_cookie(cookie(request), path="/", secure=request.url.scheme == "https", httponly=True)
        return response

    # ---- shared steps

    def _beside(self, request: Request, connection: Connection, signed_in: SignedIn) -> "_Beside":
        """What waits for somebody, in one reading."""
        now = self._services.now()
        today, before = local_day(now), shown_before(now)
        person, role = complaint_register.person_of(connection, signed_in, today), signed_in.role
        holidays = country_holidays(connection)
        reads_own = signed_in.officer_number is not None and reads_own_conclusions(person)
        listed = own_conclusions(connection, self._site, person) if reads_own else ()
        pressing = waiting = to_decide_ = to_answer_ = to_classify = None
        if answers_citizens(role):
            pressing = self._urgent(request, connection, signed_in.user_name, person)
        if sees_plans(role):
            waiting = todo(plans_of(connection, person.units), person, today)
        if decides_objections(role):
            seen = objections_seen(connection, sight(person), {person.user_name})
            to_decide_ = to_decide(seen, person, holidays, today)
        if answers_inquiries(role):
            to_answer_ = to_answer(inquiries_of(connection, person.units), person, holidays, today)
        if classifies_remarks(role):
            to_classify = ToClassify(
                count_open(connection, person, before), count_to_take_on(connection, person, before)
            )
        return _Beside(
            own=own_figures(person),
            pressing=pressing,
            waiting=waiting,
            to_decide=to_decide_,
            to_answer=to_answer_,
            to_classify=to_classify,
            has_own_notice=any(each.may_object for each in listed),
            content_waiting=self._content_waiting(connection, signed_in.user_name, person) if sees_content(role) else 0,
        )

    def _urgent(self, request: Request, connection: Connection, user_name: str, person: Person) -> Urgent:
        """The complaints without owner or past their date, for those who answer them."""
        now = self._services.now()
        today, before = local_day(now), shown_before(now)
        names = names_of(connection, self._site.language(request).language)
        pressing = inbox.urgent(connection, person, before, today, MAX_URGENT)
        counted = inbox.counts(connection, person, before, today)
        years = unlisted_years(connection, self._schemes, now)
        views = counted_views(connection, user_name, person, before, today)
        return Urgent(lines_of(pressing, names, today), counted, years, tuple(views))

    def _content_waiting(self, connection: Connection, user_name: str, person: Person) -> int:
        """How many changes of what kiosks show wait for this reader to decide."""
        mine = (user_name, person.role, person.units, ContentAct.DECIDE)
        return sum(may_with_change(*mine, each) for each in content_changes.waiting(connection))

    def _overview(self, request: Request, signed_in: SignedIn, view: View, own: frozenset[str] | None) -> Overview:
        """The first page for somebody, of their ``own`` counters alone where these are told."""
        now = self._services.now()
        try:
            private = sees_private_answers(signed_in.role)
            chosen = (view.asked(), local_day(now), TreeName(view.tree))
            within = view.unit or signed_in.unit_id
            gathered = gather(self._services.engine, *chosen, private=private, within=within)
        except NotBegun as error:
            raise Shown(self._site.message(request, 404, "not_begun")) from error
        except ValueError as error:
            raise Shown(self._site.message(request, 404, "wrong_period")) from error
        except StoreUnavailable as error:
            raise Shown(self._site.message(request, 503, "unavailable")) from error
        gathered = gathered if own is None else gathered.at(own)
        rules = self._site.rules()
        compares = compares_work(signed_in.role)
        targets = self._law.satisfied_target
        page = overview(
            gathered, signed_in.unit_id, view.unit, rules, now, compares_invitations=compares, targets=targets
        )
        if page is None:
            raise Shown(self._site.message(request, 404, "not_found"))
        return page

    def _code_page(self, request: Request, status: int, error: str) -> Response:
        return self._site.renderer.page("sign_in_code.html", self._site.language(request), status, error=error)

    def _sign_in_page(self, request: Request, status: int, error: str, user_name: str = "") -> Response:
        return self._site.renderer.sign_in(self._site.language(request), status, error, user_name[:64])


def _with_cookie(request: Request, response: Response, token: str) -> Response:
    response.set_cookie(
        cookie(request),
        token,
        max_age=int(SESSION.total_seconds()),
        path="/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )
    return response
