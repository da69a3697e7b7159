"""The ways out of the district: mail by SMTP, and a webhook. Each sends one message or raises ``Unsent``."""

import base64
import hashlib
import hmac
import json
import smtplib
import ssl
from collections.abc import Callable, Mapping
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import urlsplit

import requests

from sync.district.domain.message import Channel, ChannelDown, Message, Unsent
from sync.district.settings import Mail, MailSecurity, Settings, Webhook

SECONDS = 20

Send = Callable[[Message, datetime], None]


def channels(settings: Settings) -> Mapping[Channel, Send]:
    """The ways that are set up."""
    found: dict[Channel, Send] = {}
    if settings.mail.host:
        found[Channel.MAIL] = MailChannel(settings.mail)
    if settings.webhook.url:
        found[Channel.WEBHOOK] = WebhookChannel(settings.webhook)
    return found


class MailChannel:
    """A mail server. Without another word it is spoken to under TLS, and its certificate has to be right."""

    def __init__(self, mail: Mail) -> None:
        self._mail = mail

    def __call__(self, message: Message, now: datetime) -> None:
        """Sends a mail. Raises ``Unsent``."""
        mail = self._written(message, now)
        try:
            with self._connected() as server:
                if self._mail.user:
                    server.login(self._mail.user, self._mail.password)
                server.send_message(mail)
        except smtplib.SMTPRecipientsRefused as error:
            raise Unsent(f"{self._mail.host} refused the address") from error
        except (smtplib.SMTPAuthenticationError, smtplib.SMTPConnectError) as error:
            raise ChannelDown(f"{self._mail.host} answered {error.smtp_code}") from error
        except smtplib.SMTPResponseException as error:
            raise Unsent(f"{self._mail.host} answered {error.smtp_code}") from error
        except (smtplib.SMTPException, OSError) as error:
            raise ChannelDown(f"{self._mail.host}: {type(error).__name__} {_reason(error)}".strip()) from error

    def _connected(self) -> smtplib.SMTP:
        host, port, context = self._mail.host, self._mail.port, ssl.create_default_context()
        if self._mail.security is MailSecurity.TLS:
            return smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=context)
        server = smtplib.SMTP(host, port, timeout=SECONDS)
        if self._mail.security is MailSecurity.STARTTLS:
            server.starttls(context=context)
        return server

    def _written(self, message: Message, now: datetime) -> EmailMessage:
        mail = EmailMessage()
        mail["From"] = self._mail.sender
        mail["To"] = [Address(addr_spec=each) for each in message.content["to"]]
        mail["Subject"] = message.content["subject"]
        mail["Date"] = format_datetime(now)
        mail["Message-ID"] = f"<{message.message_id}@{self._mail.sender.rpartition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers it
        mail.set_content(message.content["text"])
        return mail


class WebhookChannel:
    """An address of the province's own, to which messages are posted as JSON, signed as Standard Webhooks 1.0 says
    (``webhook-id``, ``webhook-timestamp``, ``webhook-signature``)."""

    def __init__(self, webhook: Webhook) -> None:
        self._webhook = webhook

    def __call__(self, message: Message, now: datetime) -> None:
        """Posts a message. Raises ``Unsent``."""
        body = json.dumps(message.content, ensure_ascii=False, separators=(",", ":")).encode()
        stamp = str(int(now.timestamp()))
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "lang-nghe",
            "webhook-id": message.message_id,
            "webhook-timestamp": stamp,
        }
        if self._webhook.secret:
            headers["webhook-signature"] = signature(self._webhook.secret, message.message_id, stamp, body)
        try:
            with requests.Session() as session:
                session.trust_env = False  # no proxy and no password but those of the settings
                request = requests.Request("POST", self._webhook.url, headers, data=body).prepare()
                # The body of the answer is not read: who listens could make it endless.
                answer = session.send(request, timeout=SECONDS, allow_redirects=False, stream=True)
        except requests.RequestException as error:
            raise ChannelDown(f"the webhook: {type(error).__name__}") from error
        if answer.is_redirect:
            host = urlsplit(answer.headers["Location"]).netloc or urlsplit(self._webhook.url).netloc
            raise Unsent(f"the webhook answered {answer.status_code} and points to {host}; no redirect is followed")
        if not 200 <= answer.status_code < 300:
            raise Unsent(f"the webhook answered {answer.status_code}")


def signature(secret: str, message_id: str, stamp: str, body: bytes) -> str:
    """``v1,`` and the HMAC-SHA256 of id, timestamp and body, in Base64. A secret that begins with ``whsec_`` is Base64
    behind it, another is taken as UTF-8."""
    plain = secret.removeprefix("whsec_")
    key = base64.b64decode(plain) if plain != secret else secret.encode()
    signed = b".".join((message_id.encode(), stamp.encode(), body))
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def _reason(error: Exception) -> str:
    return error.strerror or "" if isinstance(error, OSError) else ""
