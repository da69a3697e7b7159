"""``district alerts``: what needs somebody now, and a test of the ways it is told."""

import uuid
from argparse import ArgumentTypeError, Namespace
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sync.district.alerts.channels import channels
from sync.district.cli.context import Context, Stop
from sync.district.domain.message import Channel, Message, Unsent
from sync.district.settings import Settings, mail_address
from sync.district.store.alerts import open_alerts
from sync.district.store.engine import reading
from sync.district.store.known_kiosks import known_kiosks
from sync.district.store.organisation import organisation
from sync.district.store.outbox import state
from sync.district.texts import Texts, languages, load_texts
from sync.district.times import local_day, rfc3339
from sync.district.web.alert_words import advice, places_of, what
from sync.district.web.formats import day_and_clock


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("alerts", help="kiosks that need somebody: list them, test how it is told")
    commands = parser.add_subparsers(dest="alerts_command", required=True, metavar="COMMAND")
    listed = commands.add_parser("list", help="list what needs somebody now, and messages that could not be sent")
    listed.set_defaults(run=run_list)
    tested = commands.add_parser("test", help="send a test to every address that is set up; exit 1 if one fails")
    tested.add_argument("--to", type=_address, metavar="ADDRESS", help="send the test mail to this address alone")
    tested.set_defaults(run=run_test)
    for each in (listed, tested):
        each.add_argument(
            "--language", default="vi", choices=languages(), help="the language of what is printed (default: vi)"
        )


def run_list(arguments: Namespace, context: Context) -> int:
    texts, now = load_texts(arguments.language), context.now()
    with reading(context.engine()) as connection:
        alerts = [alert for alert in open_alerts(connection) if alert.raised_at is not None]
        known = known_kiosks(connection, local_day(now))
        places = places_of(organisation(connection), known.rows, [alert.cause for alert in alerts])
        outbox = state(connection, now)
    for alert in alerts:
        by, at = alert.taken_on_by, alert.taken_on_at
        taken = texts("alerts.taken_on", person=by, moment=day_and_clock(at)) if by and at else texts("alerts.waits")
        print(f"{what(alert, places, texts)} ({texts('alerts.since', moment=day_and_clock(alert.first_seen_at))})")
        print(f"  {taken}. {advice(alert, texts)}")
    if not alerts:
        print(texts("alerts.command.nothing"))
    if outbox.waiting:
        print(texts("alerts.command.waiting", n=outbox.waiting))
    if outbox.given_up:
        print(texts("alerts.command.given_up", n=outbox.given_up, trouble=outbox.trouble or "–"))
    return 0


def run_test(arguments: Namespace, context: Context) -> int:
    texts, ways = load_texts(arguments.language), channels(context.settings)
    contents = _tests(context.settings, load_texts(context.settings.alerts.language), context.now(), arguments.to)
    tried = {channel: content for channel, content in contents.items() if channel in ways}
    if not tried:
        raise Stop(texts("alerts.command.no_server" if arguments.to else "alerts.command.no_channel"))
    failed = 0
    for channel, content in tried.items():
        name = texts(f"alerts.channel.{channel}")
        try:
            ways[channel](Message(str(uuid.uuid4()), channel, content, context.now()), context.now())
        except Unsent as error:
            failed += 1
            print(texts("alerts.command.unsent", channel=name, trouble=error))
        else:
            print(texts("alerts.command.sent", channel=name))
    return 1 if failed else 0


def _tests(settings: Settings, texts: Texts, now: datetime, to: str | None) -> Mapping[Channel, Mapping[str, Any]]:
    """What is sent as a test: to ``to`` alone, else to everybody who is named; no mail when nobody is."""
    if to:
        return {Channel.MAIL: _mail(texts, [to], "test_to_text")}
    found: dict[Channel, Mapping[str, Any]] = {
        Channel.WEBHOOK: {"type": "test", "timestamp": rfc3339(now), "data": {}},
    }
    named = list(settings.alerts.mail_to)
    return found | ({Channel.MAIL: _mail(texts, named, "test_text")} if named else {})


def _mail(texts: Texts, to: list[str], text: str) -> Mapping[str, Any]:
    return {"to": to, "subject": texts("alerts.mail.test_subject"), "text": texts(f"alerts.mail.{text}")}


def _address(text: str) -> str:
    try:
        return mail_address(text)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from error
