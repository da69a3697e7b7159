"""``district serve``: the web server, with the projector as its child."""

import logging
import socket
import subprocess
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from threading import Event, Thread
from typing import Any

import uvicorn
from fastapi import APIRouter, FastAPI

from sync.district.alerts.watch import Watch
from sync.district.api.edge import is_loopback, own_names
from sync.district.api.patience import PatientProtocol
from sync.district.app import create_app
from sync.district.cli.context import Context, Stop
from sync.district.cli.projecting import schemes_of, words_about_holidays, words_about_plans
from sync.district.reports.routes import report_router
from sync.district.services import Services
from sync.district.settings import Settings
from sync.district.web.error_pages import error_pages
from sync.district.web.metrics import metrics_router
from sync.district.web.routes import web_router

log = logging.getLogger(__name__)

RESTART_SECONDS = 2.0

PAGES: tuple[Callable[[Services], APIRouter], ...] = (web_router, report_router, metrics_router)
"""What people see in their browsers: each makes a router from the services."""


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("serve", help="serve kiosks and browsers, and project what arrives")
    parser.add_argument(
        "--no-project", action="store_true", help="only serve; run 'district project --follow' elsewhere"
    )
    parser.set_defaults(run=run)


def run(arguments: Namespace, context: Context) -> int:
    services, schemes = context.services(), schemes_of(context)
    app = create_app(services, [page(services) for page in PAGES], error_pages(services))
    listener = _listen(context.settings.host, context.settings.port)
    server = uvicorn.Server(configured(app, context.settings))
    host, port = listener.getsockname()[:2]
    print(f"The district listens on http://{f'[{host}]' if ':' in host else host}:{port}", flush=True)
    for word in (
        *words_about_the_proxy(context.settings),
        *words_about_hosts(context.settings),
        *words_about_holidays(context, services.engine, schemes),
        *words_about_plans(services.engine),
        *words_about_alerts(context.settings),
    ):
        print(word, flush=True)
    with Watch(services.engine, context.settings, context.now):
        if arguments.no_project:
            server.run(sockets=[listener])
        else:
            with Child([sys.executable, "-m", "sync.district", *_config(arguments), "project", "--follow", "--child"]):
                server.run(sockets=[listener])
    services.engine.dispose()
    return 0


def configured(app: FastAPI, settings: Settings) -> uvicorn.Config:
    """The server of the application: patient for one deadline, and believing nobody but the proxies named."""
    return uvicorn.Config(
        app,
        http=PatientProtocol,
        log_level="warning",
        access_log=False,
        server_header=False,
        forwarded_allow_ips=list(settings.proxies),
    )


def words_about_the_proxy(settings: Settings) -> list[str]:
    """What a technician should know at the start of how visitors' addresses are found."""
    lines = [
        f"Visitors' addresses come from X-Forwarded-For as sent by {', '.join(settings.proxies) or 'nobody'}"
        " ([server] proxies); what comes from there without that header is not limited by address."
    ]
    if not is_loopback(settings.host) and all(map(is_loopback, settings.proxies)):
        lines.append(
            f"WARNING: it listens on {settings.host}, and no proxy there is named in [server] proxies: behind one,"
            " all visitors would be limited as one. Name the proxy's address."
        )
    return lines


def words_about_hosts(settings: Settings) -> list[str]:
    """What a technician should know at the start of the names it answers to."""
    if settings.hosts:
        return []
    return [
        "WARNING: [server] hosts names nothing: it answers to its own addresses and to the names"
        f" {', '.join(sorted(own_names(settings)))}, and refuses every other. Write the names under which kiosks"
        " and people reach it there."
    ]


def words_about_alerts(settings: Settings) -> list[str]:
    """What a technician should know at the start of who hears of kiosks in trouble."""
    if settings.webhook.url or (settings.alerts.mail_to and settings.mail.host):
        return []
    return [
        "Nobody is told when a kiosk needs somebody: name mail_to in [alerts] and a host in [mail], or a url in"
        " [webhook]; try it with 'district alerts test'. The page /kiosks shows the alerts in any case."
    ]


class Child:
    """A process that is started again when it ends, and that ends when we do.

    It reads a pipe from us; the kernel closes the pipe when we end, even by SIGKILL.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command
        self._stopping = Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = Thread(target=self._keep_running, name="projector", daemon=True)

    def __enter__(self) -> "Child":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
        self._thread.join(timeout=30)

    def _keep_running(self) -> None:
        while not self._stopping.is_set():
            self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE)  # noqa: S603 - our own command
            status = self._process.wait()
            if not self._stopping.wait(RESTART_SECONDS):
                log.error("the projector ended with status %d; it is started again", status)


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError as error:
        raise Stop(f"cannot listen on {host}:{port} ({error.strerror}); choose another DISTRICT_PORT") from error
    listener.listen(512)
    return listener


def _config(arguments: Namespace) -> list[str]:
    return ["--config", str(arguments.config)] if arguments.config else []
