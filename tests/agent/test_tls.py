"""HTTPS as a box meets it, with real certificates on loopback: whom it believes, and what it tells the technician."""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests
import trustme

from sync.agent.policy import Unreachable
from sync.agent.transport import Transport

OURS = b'{"v": 1, "status": "ok"}'


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> str:
    path = tmp_path / "office-ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return str(path)


@contextmanager
def https(certificate: trustme.LeafCert, body: bytes = OURS, kind: str = "application/json") -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """A client that does not trust us goes away."""

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    server = Server(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"https://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join(5)


def past(authority: trustme.CA) -> trustme.LeafCert:
    now = datetime.now(UTC)
    return authority.issue_cert("127.0.0.1", not_before=now - timedelta(days=30), not_after=now - timedelta(days=1))


def future(authority: trustme.CA) -> trustme.LeafCert:
    now = datetime.now(UTC)
    return authority.issue_cert("127.0.0.1", not_before=now + timedelta(days=1), not_after=now + timedelta(days=30))


def test_the_offices_own_authority_is_believed_when_it_is_named(authority: trustme.CA, ca_file: str):
    with https(authority.issue_cert("127.0.0.1")) as url:
        assert Transport(url, ca_file=ca_file).greet()["status"] == "ok"


def test_the_named_authority_wins_over_the_environment(
    authority: trustme.CA, ca_file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(str(other))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(other))

    with https(authority.issue_cert("127.0.0.1")) as url:
        assert Transport(url, ca_file=ca_file).greet()["status"] == "ok"


@pytest.mark.parametrize(
    ("certificate", "told"),
    [
        (past, "has expired; check this box's clock, else the district has to renew it"),
        (future, "not valid yet; check this box's clock"),
        (lambda authority: authority.issue_cert("elsewhere.example"), "for another host; check the address"),
        (
            lambda authority: trustme.CA().issue_cert("127.0.0.1"),
            r"of an unknown authority; name it in \[sync\] ca_file",
        ),
    ],
)
def test_a_certificate_that_is_not_right_is_waited_out_with_its_reason(
    authority: trustme.CA, ca_file: str, certificate: Callable[[trustme.CA], trustme.LeafCert], told: str
):
    with https(certificate(authority)) as url, pytest.raises(Unreachable, match=told):
        Transport(url, "token", ca_file).greet()


def test_an_authority_that_lacks_what_python_demands_is_said_to_be_the_offices_to_mend(
    ca_file: str, monkeypatch: pytest.MonkeyPatch
):
    def send(*_: object, **__: object) -> None:
        error = ssl.SSLCertVerificationError()
        error.verify_code, error.verify_message = 92, "CA cert does not include key usage extension"
        raise requests.exceptions.SSLError(error)

    monkeypatch.setattr(requests.Session, "send", send)

    with pytest.raises(Unreachable, match=r"key usage extension\); the office has to make it anew, see 'The proxy'"):
        Transport("https://127.0.0.1", "token", ca_file).greet()


def test_without_its_authority_nobody_is_believed(authority: trustme.CA):
    with https(authority.issue_cert("127.0.0.1")) as url, pytest.raises(Unreachable, match="unknown authority"):
        Transport(url, "token").greet()


def test_a_sign_in_page_behind_a_right_certificate_is_not_the_district(authority: trustme.CA, ca_file: str):
    page = b"<html>Sign in to Wi-Fi</html>"
    with (
        https(authority.issue_cert("127.0.0.1"), page, "text/html") as url,
        pytest.raises(Unreachable, match="sign-in"),
    ):
        Transport(url, "token", ca_file).greet()


def test_what_speaks_no_tls_is_not_the_district():
    with https_less() as url, pytest.raises(Unreachable, match=r"no private line|no answer"):
        Transport(url, "token").greet()


@contextmanager
def https_less() -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"https://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join(5)


def test_a_ca_file_that_went_missing_is_said_and_nothing_else_is_trusted(authority: trustme.CA, tmp_path: Path):
    with https(authority.issue_cert("127.0.0.1")) as url, pytest.raises(Unreachable, match="no answer"):
        Transport(url, "token", str(tmp_path / "gone.pem")).greet()
