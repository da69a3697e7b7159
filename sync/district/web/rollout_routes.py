"""The page on which technicians see how a release of the kiosks' software is rolled out, widen that, and stop it."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from msgspec import Struct

from sync.district.domain.people import SignedIn
from sync.district.domain.rights import maintains, offers_releases
from sync.district.domain.software_rollout import NAMED, RINGS, RolloutEvent, RolloutOutcome, RolloutState, RolloutWhy
from sync.district.fleet.changing import Order
from sync.district.fleet.software_releases import NotReleased, state_of_rollout, stop, widen
from sync.district.measures.kiosks import full_hour
from sync.district.store.engine import Connection, StoreUnavailable
from sync.district.store.software_releases import newest_rollout, rollout_steps
from sync.district.texts import Texts
from sync.district.web.site import Site

PAGE = "/kiosks/releases"
MAX_NAMED, MAX_PAST = 50, 30


class RolloutStep(Struct, frozen=True):
    """One step as it is told: when (to the hour) and what."""

    at: datetime
    words: str


class RolloutLine(Struct, frozen=True):
    """The newest roll-out as it is shown. ``share``: of how many kiosks, in percent; ``rows``: an outcome, how many
    kiosks came to it, and the first of them where somebody should look."""

    event: RolloutEvent
    share: str
    seen: RolloutState
    rows: tuple[tuple[RolloutOutcome, int, tuple[str, ...]], ...]
    steps: tuple[RolloutStep, ...]


def add_rollout_page(router: APIRouter, site: Site) -> None:
    """Adds the page to the site. It comes before those of one kiosk, whose name would be its own."""
    page = _Page(site)
    router.add_api_route(PAGE, page.show, methods=["GET"])
    router.add_api_route(PAGE, page.change, methods=["POST"])


class _Page:
    """The handlers. Plain functions, so that the server runs them in threads."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def show(self, request: Request) -> Response:
        """How the newest roll-out stands; for whoever keeps kiosks running."""
        who = self._site.someone(request)
        if not maintains(who.role):
            raise self._site.missing(request)
        return self._show(request, who, 200)

    def change(
        self,
        request: Request,
        action: Annotated[str, Form()] = "",
        why: Annotated[str, Form()] = "",
        form_token: Annotated[str, Form()] = "",
    ) -> Response:
        """Lets it reach the next ring, or stops it."""
        who = self._site.someone(request)
        steps = {"widen": widen, "stop": stop}
        if not _may(who) or action not in steps:
            raise self._site.missing(request)
        self._site.insist_on_form(request, who, form_token)
        try:
            steps[action](self._site.services.engine, Order(who.user_name, why, self._site.services.now()))
        except NotReleased as error:
            return self._show(request, who, 422, error.refusal)
        except StoreUnavailable as error:
            raise self._site.unavailable(request) from error
        return RedirectResponse(PAGE, 303)

    def _show(self, request: Request, who: SignedIn, status: int, error: str = "") -> Response:
        now, texts = self._site.services.now(), self._site.language(request)

        def read(connection: Connection) -> RolloutLine | None:
            event = newest_rollout(connection)
            if event is None:
                return None
            return _line(event, state_of_rollout(connection, event, now), rollout_steps(connection), texts)

        line = self._site.read(request, read)
        values: dict[str, Any] = {"signed_in": who, "error": error, "line": line, "may": _may(who)}
        values |= {"last_ring": RINGS[-1]}
        return self._site.renderer.page("kiosk_releases.html", texts, status, **values)


def _may(who: SignedIn) -> bool:
    """A release is for every kiosk there is, so a technician of one part alone only looks."""
    return offers_releases(who.role) and who.unit_id is None


def _line(event: RolloutEvent, seen: RolloutState, steps: list[RolloutEvent], texts: Texts) -> RolloutLine:
    rows = tuple(
        (each, seen.n(each), tuple(sorted(seen.by_outcome.get(each, ())))[:MAX_NAMED] if each in NAMED else ())
        for each in RolloutOutcome
    )
    shown = tuple(RolloutStep(full_hour(step.at), _words(step, texts)) for step in reversed(steps[-MAX_PAST:]))
    return RolloutLine(event, percent(event.share), seen, rows, shown)


def _words(step: RolloutEvent, texts: Texts) -> str:
    by_itself = step.why if not step.person and step.why in set(RolloutWhy) else ""
    if by_itself:
        return texts(f"rollout.by_itself.{by_itself}", version=step.version, share=percent(step.share))
    word = "offered" if step.share else "stopped"
    values = {"version": step.version, "person": step.person, "why": step.why}
    return texts(f"rollout.event.{word}", share=percent(step.share), **values)


def percent(share: int) -> str:
    """Hundredths of a percent as people read them.

    >>> percent(200), percent(10_000)
    ('2', '100')
    """
    return f"{share / 100:g}"
