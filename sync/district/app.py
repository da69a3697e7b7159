"""Assemble the district's web application from its services. Importing this opens nothing."""

from collections.abc import Sequence
from functools import partial

from fastapi import APIRouter, FastAPI

from sync.district import software_version
from sync.district.api.description import describe
from sync.district.api.edge import Deadline, HeadAnswers, OnlyOurHosts, own_names
from sync.district.api.problem import ErrorPage, answer_with_problems
from sync.district.api.routes import router
from sync.district.services import Services


def create_app(services: Services, pages: Sequence[APIRouter] = (), error_page: ErrorPage | None = None) -> FastAPI:
    """The application: the wire for boxes under ``/v1``, and whatever ``pages`` people get in their browsers,
    with ``error_page`` where there is none or it cannot be shown.

    There are no interactive API pages: those of FastAPI load scripts from the internet.
    """
    app = FastAPI(
        title="Lắng Nghe district",
        version=software_version(),
        description="What boxes send to their district and get from it. Errors are problem details (RFC 9457).",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,  # it would send people on to whatever host their request names
    )
    app.add_middleware(Deadline)
    app.add_middleware(HeadAnswers)
    app.add_middleware(OnlyOurHosts, hosts=own_names(services.settings), by_address=not services.settings.hosts)
    answer_with_problems(app, error_page)
    for each in (router(services), *pages):
        app.router.routes.extend(each.routes)  # include_router would read every handler's parameters a second time
    app.openapi = partial(describe, app)  # type: ignore[method-assign]
    return app
