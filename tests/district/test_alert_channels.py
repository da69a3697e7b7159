"""Mails and webhooks really go out: to a real mail server and a real address, and what fails is said."""

import base64
import hashlib
import hmac
import json
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from msgspec.structs import replace
from sqlalchemy import select

from sync.district.__main__ import main
from sync.district.alerts.channels import channels
from sync.district.alerts.sending import send_due
from sync.district.domain.message import Channel, Message, Unsent
from sync.district.measures.alerts import Alert, Cause
from sync.district.measures.kiosks import Trouble
from sync.district.settings import BadSettings, Mail, MailSecurity, Settings, Webhook, load_settings
from sync.district.store.alert_tables import messages
from sync.district.store.alerts import keep
from sync.district.store.engine import reading, writing
from sync.district.store.outbox import put, state
from sync.district.texts import load_texts

AT = datetime(2026, 11, 20, 3, tzinfo=UTC)
TO = "ky-thuat@example.vn"
CONTENT = {"to": [TO], "subject": "[Lắng Nghe] Kiosk mất liên lạc", "text": "Xin gọi người ở quầy.\n"}


class Box:
    """A mail box: keeps what comes, or refuses it."""

    def __init__(self) -> None:
        self.mails, self.answer = [], "250 OK"

    async def handle_DATA(self, _server, _session, envelope) -> str:  # noqa: N802 - aiosmtpd's name
        if self.answer.startswith("250"):
            self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return self.answer


class AnyPort(Controller):
    """A mail server on a port that is free."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def mail_server(box: Box, **more: object) -> Iterator[int]:
    server = AnyPort(box, hostname="127.0.0.1", port=0, **more)
    server.start()
    try:
        yield server.port
    finally:
        server.stop()


class Hook(BaseHTTPRequestHandler):
    """Keeps what is posted, and answers as it is told."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.posted.append((dict(self.headers), body))
        self.send_response(self.server.status)
        if self.server.status == 302:
            self.send_header("Location", "https://elsewhere.example.vn/x?token=1")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def web_hook(status: int = 204) -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    server.posted, server.status = [], status
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()


def send(settings: Settings, channel: Channel, content: dict) -> None:
    channels(settings)[channel](Message("0b1c", channel, content, AT), AT)


def near(port: int, **more: object) -> Settings:
    return Settings(mail=Mail("127.0.0.1", port, **{"security": MailSecurity.NONE, **more}))


def test_a_mail_arrives_as_it_was_written():
    box = Box()
    with mail_server(box) as port:
        send(near(port, sender="lang-nghe@example.vn"), Channel.MAIL, CONTENT)
    (mail,) = box.mails

    assert (mail["From"], mail["To"], mail["Subject"]) == ("lang-nghe@example.vn", TO, CONTENT["subject"])
    assert mail.get_content().replace("\r\n", "\n") == CONTENT["text"]
    assert mail["Message-ID"] == "<0b1c@example.vn>"
    assert mail["Auto-Submitted"] == "auto-generated"


def test_a_mail_server_is_spoken_to_under_tls_and_signed_in_to(monkeypatch, tmp_path):
    authority, box, seen = trustme.CA(), Box(), []
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)

    def check(_server, _session, _envelope, _mechanism, data: LoginPassword) -> AuthResult:
        seen.append((data.login, data.password))
        return AuthResult(success=data.password == b"right", handled=False)

    way = {"tls_context": context, "authenticator": check, "require_starttls": True}
    with mail_server(box, **way) as port:
        settings = near(port, security=MailSecurity.STARTTLS, user="huyen", password="right")
        with pytest.raises(Unsent, match="SSL"):
            send(settings, Channel.MAIL, CONTENT)
        authority.cert_pem.write_to_path(tmp_path / "ca.pem")
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        send(settings, Channel.MAIL, CONTENT)
        with pytest.raises(Unsent, match="answered 535"):
            send(near(port, security=MailSecurity.STARTTLS, user="huyen", password="wrong"), Channel.MAIL, CONTENT)

    assert len(box.mails) == 1
    assert seen[0] == (b"huyen", b"right")
    assert set(seen[1:]) == {(b"huyen", b"wrong")}


def test_a_mail_server_that_is_not_there_or_refuses_is_named_without_the_mail():
    box = Box()
    box.answer = "451 later, said of ky-thuat"
    with mail_server(box) as port, pytest.raises(Unsent) as refused:
        send(near(port), Channel.MAIL, CONTENT)
    with pytest.raises(Unsent) as absent:
        send(near(port), Channel.MAIL, CONTENT)

    assert str(refused.value) == "127.0.0.1 answered 451"
    assert str(absent.value) == "127.0.0.1: ConnectionRefusedError Connection refused"


@pytest.mark.parametrize("secret", ["whsec_" + base64.b64encode(b"k" * 24).decode(), "một bí mật"])
def test_a_webhook_is_signed_as_standard_webhooks_says(secret):
    content = {"type": "kiosk_alert.raised", "data": {"unit_name": "Xã Tân Ân"}}
    with web_hook() as server:
        address = f"http://127.0.0.1:{server.server_address[1]}/x"
        send(Settings(webhook=Webhook(address, secret)), Channel.WEBHOOK, content)
    ((headers, body),) = server.posted

    key = b"k" * 24 if secret.startswith("whsec_") else secret.encode()
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    assert headers["webhook-signature"] == "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    assert (headers["webhook-id"], headers["webhook-timestamp"]) == ("0b1c", str(int(AT.timestamp())))
    assert json.loads(body) == content


@pytest.mark.parametrize("address", ["an@[gmail.com", "a@x.vn,b@y.vn", "an@gmail.vn\nBcc: b@y.vn"])
def test_what_is_no_one_address_goes_to_nobody_and_stops_nothing(engine, address):
    box = Box()
    bad, good = (Message(str(n), Channel.MAIL, CONTENT | {"to": [to]}, AT) for n, to in enumerate((address, TO)))
    with writing(engine) as connection:
        put(connection, [bad, good])
    with mail_server(box) as port:
        sent = send_due(engine, channels(near(port)), lambda: AT)
    with reading(engine) as connection:
        outbox = state(connection, AT)

    assert (sent, [mail["To"] for mail in box.mails]) == (1, [TO])
    assert outbox.waiting == 1
    assert address not in (outbox.trouble or "")


def test_a_server_that_is_away_is_asked_once_at_a_time_and_holds_up_no_other_channel(engine):
    mails = [Message(f"m{n}", Channel.MAIL, CONTENT, AT) for n in range(5)]
    with writing(engine) as connection:
        put(connection, [*mails, Message("w", Channel.WEBHOOK, {"type": "x"}, AT)])
    with socket.create_server(("127.0.0.1", 0)) as listener:
        away = near(listener.getsockname()[1])
    with web_hook() as server:
        webhook = Webhook(f"http://127.0.0.1:{server.server_address[1]}/")
        sent = send_due(engine, channels(replace(away, webhook=webhook)), lambda: AT)
    with reading(engine) as connection:
        tried = connection.execute(select(messages.c.tries).where(messages.c.channel == "mail")).scalars().all()

    assert (sent, sum(tried)) == (1, 1)


@pytest.mark.parametrize("status", [302, 404, 500])
def test_a_webhook_counts_as_told_only_when_it_says_so(status):
    with web_hook(status) as server:
        address = f"http://127.0.0.1:{server.server_address[1]}/x"
        with pytest.raises(Unsent, match=f"answered {status}") as refused:
            send(Settings(webhook=Webhook(address)), Channel.WEBHOOK, {})

    assert len(server.posted) == 1, "and follows no redirect"
    assert ("elsewhere.example.vn;" in str(refused.value), "token" in str(refused.value)) == (status == 302, False)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ('[alerts]\nmail_to = ["khong phai dia chi"]', "must be a mail address"),
        ('[mail]\nsender = "a@b@"', "must be a mail address"),
        ('[mail]\nsecurity = "ssl"', "must be one of"),
        ('[webhook]\nurl = "http://example.vn/x"', "must begin with https://"),
        ('[webhook]\nurl = "http://127.0.0.1.example.vn/x"', "must begin with https://"),
        ('[mail]\nhost = "mail.example.vn"\nsecurity = "none"', "only for a server on this machine"),
        ('[webhook]\nsecret = "whsec_!"', "Base64"),
        ('[webhook]\nsecret = "whsec_"', "Base64"),
        ('[server]\nmetrics_token = "short"', "at least 20"),
    ],
)
def test_settings_that_could_not_work_are_refused_at_the_start(tmp_path, content, says):
    path = tmp_path / "district.toml"
    path.write_text(content)

    with pytest.raises(BadSettings, match=says):
        load_settings({}, path)


def test_a_technician_tries_every_way_and_reads_what_happened(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("DISTRICT_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("DISTRICT_MAIL_PASSWORD", "")
    box, path = Box(), tmp_path / "district.toml"
    path.write_text("")
    nobody = main(["--config", str(path), "alerts", "test"]), capsys.readouterr().err
    with mail_server(box) as port, web_hook(500) as server:
        path.write_text(
            f'[alerts]\nmail_to = ["{TO}"]\n[mail]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\n'
            f'[webhook]\nurl = "http://127.0.0.1:{server.server_address[1]}/"\n'
        )
        tried = main(["--config", str(path), "alerts", "test"]), capsys.readouterr().out
    (mail,) = box.mails

    assert nobody == (1, f"district: {load_texts()('alerts.command.no_channel')}\n")
    assert tried == (1, "webhook: không gửi được – the webhook answered 500\nthư điện tử: đã gửi.\n")
    assert mail["Subject"] == "[Lắng Nghe] Thư thử"


def test_a_district_that_tells_only_citizens_tries_its_mail_server(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("DISTRICT_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("DISTRICT_MAIL_PASSWORD", "")
    box, path, texts = Box(), tmp_path / "district.toml", load_texts()

    def run(*more):
        code = main(["--config", str(path), "alerts", "test", *more])
        return code, "".join(capsys.readouterr())

    path.write_text("")
    no_server = run("--to", "an@example.vn")
    with mail_server(box) as port, web_hook(200) as server:
        mail = f'[mail]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\n'
        path.write_text(mail)
        nobody, sent = run(), run("--to", "an@example.vn")
        hook = f'[webhook]\nurl = "http://127.0.0.1:{server.server_address[1]}/"\n'
        path.write_text(f'[alerts]\nmail_to = ["{TO}"]\n{mail}{hook}')
        alone = run("--to", "binh@mail.local")
    with pytest.raises(SystemExit):
        run("--to", "an@example.vn, binh@example.vn")

    assert no_server == (1, f"district: {texts('alerts.command.no_server')}\n")
    assert (nobody[0], "district alerts test --to" in nobody[1]) == (1, True)
    assert sent == alone == (0, "thư điện tử: đã gửi.\n")
    assert [mail["To"] for mail in box.mails] == ["an@example.vn", "binh@mail.local"]
    assert all("sẽ nhận các cảnh báo" not in mail.get_content() for mail in box.mails)
    assert server.posted == []


def test_the_list_names_what_was_raised_and_has_not_ended_and_nothing_else(engine, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("DISTRICT_DATA", str(tmp_path))
    monkeypatch.setenv("DISTRICT_DATABASE_URL", engine.url.render_as_string(hide_password=False))
    hours = [AT + timedelta(hours=n) for n in range(3)]
    raised, seen_once, over = (Alert(Cause(Trouble.SILENT, f"U{at.hour}"), first_seen_at=at) for at in hours)
    raised = replace(raised, raised_at=AT, notified_at=AT)
    by_a_wrong_clock = AT + timedelta(days=36_500)
    over = replace(over, raised_at=AT, notified_at=AT, ended_at=by_a_wrong_clock)
    with writing(engine) as connection:
        keep(connection, [raised, seen_once, over], AT)
    done = main(["alerts", "list"])
    printed = capsys.readouterr().out

    assert done == 0
    assert re.findall(r"\d\d:00 20/11/2026", printed) == ["10:00 20/11/2026"]
