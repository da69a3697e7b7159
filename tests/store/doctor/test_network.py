"""Doctor on the way to the district, step by step."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from msgspec.structs import replace

from kiosk.box.box import Box
from kiosk.cli.checks import network
from kiosk.settings import Settings
from tests.store.doctor.conftest import at, lines


def test_no_cable_and_no_route_are_distinguishable(settings: Settings, box: Box, tmp_path: Path, monkeypatch):
    at(box, "https://district.example")
    monkeypatch.setattr(network, "has_link", lambda: False)
    assert "no cable" in lines(settings)["district"].finding
    monkeypatch.setattr(network, "has_link", lambda: True)
    monkeypatch.setattr(network, "has_route", lambda: False)
    assert "no address or no way out" in lines(settings)["district"].finding


def test_links_and_routes_are_read_as_the_kernel_writes_them(tmp_path: Path):
    for name, carrier in (("lo", "1"), ("eth0", "0"), ("wlan0", "")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "carrier").write_text(carrier)
    assert not network.has_link(tmp_path)
    (tmp_path / "eth0" / "carrier").write_text("1\n")
    assert network.has_link(tmp_path)

    route = tmp_path / "route"
    route.write_text("Iface\tDestination\tGateway\neth0\t0001A8C0\t00000000\n")
    assert not network.has_route((route,))
    route.write_text("Iface\tDestination\tGateway\neth0\t00000000\t0101A8C0\n")
    assert network.has_route((route,))


def test_a_name_that_nobody_knows_is_named(settings: Settings, box: Box, monkeypatch: pytest.MonkeyPatch):
    at(box, "https://district.invalid")
    monkeypatch.setattr(network, "has_link", lambda: True)
    monkeypatch.setattr(network, "has_route", lambda: True)
    monkeypatch.setattr(socket, "getaddrinfo", _unknown_name)

    found = lines(settings)["district"]

    assert "district.invalid is not found" in found.finding
    assert "getent hosts district.invalid" in found.next_step


def _unknown_name(*_: object, **__: object) -> None:
    raise socket.gaierror(-2, "Name or service not known")


@contextmanager
def listening(context: ssl.SSLContext | None, answer: bytes = b"<html>") -> Iterator[str]:
    """A server on loopback that answers everything with ``answer``; its address."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    class Quiet(HTTPServer):
        def handle_error(self, *_: object) -> None:
            pass

    server = Quiet(("127.0.0.1", 0), Answers)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"{'https' if context else 'http'}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def certified(authority: trustme.CA, name: str = "127.0.0.1", until: datetime | None = None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name, not_after=until).configure_cert(context)
    return context


def bare_authority(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """An office's own authority as ``openssl req -x509`` makes it when nothing is asked for, and a server it vouches
    for."""
    who = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "The office")])
    signer, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)

    def about(subject: x509.Name, of: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
        made = x509.CertificateBuilder(who, subject, of.public_key(), x509.random_serial_number())
        return made.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))

    root = about(who, signer).add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    server = about(x509.Name([]), key).add_extension(
        x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=True
    )
    pem = {
        "authority.pem": root.sign(signer, hashes.SHA256()).public_bytes(Encoding.PEM),
        "server.pem": server.sign(signer, hashes.SHA256()).public_bytes(Encoding.PEM),
        "server.key": key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
    }
    for name, data in pem.items():
        (folder / name).write_bytes(data)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
    return folder / "authority.pem", context


@pytest.mark.parametrize(
    ("known", "name", "until", "cause"),
    [
        (False, "127.0.0.1", None, "unknown authority"),
        (True, "127.0.0.1", datetime(2020, 1, 1, tzinfo=UTC), "has expired"),
        (True, "other.example", None, "is for another name"),
    ],
)
def test_what_is_wrong_with_a_certificate_is_named(
    settings: Settings, box: Box, tmp_path: Path, known: bool, name: str, until: datetime | None, cause: str
):
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    with listening(certified(authority, name, until)) as url:
        at(box, url)
        found = lines(replace(settings, ca_file=str(tmp_path / "ca.pem") if known else ""))["district"]

    assert (found.state, cause in found.finding) == ("failed", True)


def test_an_authority_that_lacks_what_python_demands_is_not_called_unknown(
    settings: Settings, box: Box, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """trustme's own certificates lack nothing, so one is made that lacks what Debian 13's Python asks for."""
    authority, made = bare_authority(tmp_path)
    plain = ssl.create_default_context

    def strict(*args: Any, **more: Any) -> ssl.SSLContext:
        context = plain(*args, **more)
        context.verify_flags |= ssl.VERIFY_X509_STRICT
        return context

    monkeypatch.setattr(network.ssl, "create_default_context", strict)
    with listening(made) as url:
        at(box, url)
        found = lines(replace(settings, ca_file=str(authority)))["district"]

    assert (found.state, "lacks what RFC 5280 demands" in found.finding) == ("failed", True)
    assert "make the certificate anew" in found.next_step


def test_a_sign_in_page_is_not_taken_for_the_district(settings: Settings, box: Box):
    with listening(None) as url:
        at(box, url)
        found = lines(settings)["district"]

    assert (found.state, "sign this kiosk in" in found.next_step) == ("failed", True)


def test_a_port_that_nobody_listens_on_is_named(settings: Settings):
    assert "no answer from 127.0.0.1 (127.0.0.1) at port 9" in lines(settings)["district"].finding
