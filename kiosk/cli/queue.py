"""``kiosk queue``: hear from the office's ticket system, say whether a file of it is understood, make up a day."""

import csv
import json
import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from types import FrameType

from kiosk import texts
from kiosk.cli.doctor import language_of
from kiosk.clock import read_clock
from kiosk.domain.declared_settings import BadSettings
from kiosk.paths import shared
from kiosk.queue.book import QueueBook, Taken
from kiosk.queue.event import QueueEvent, Rename
from kiosk.queue.feed import QueueFeed
from kiosk.queue.files import RefusedFile
from kiosk.queue.key import ticket_key
from kiosk.queue.mapping import EventMap
from kiosk.queue.message import SOCKET
from kiosk.queue.reading import Refusal
from kiosk.queue.simulated_day import SimulatedDay, as_table, events_of
from kiosk.queue.sources.folder import QueueFolder, events_in
from kiosk.queue.sources.http_source import QueueHttp, read_secret
from kiosk.queue.sources.serial_source import queue_line
from kiosk.queue.status import write_status
from kiosk.settings import QueueOptions, Settings

log = logging.getLogger(__name__)

LOOK_SECONDS, PUBLISH_SECONDS = 1.0, 5.0
NO_SOURCE = 3
"""The exit status without a ticket system; also in ``lang-nghe-queue.service``."""


def map_of(options: QueueOptions) -> EventMap:
    """How this office's records become events."""
    return EventMap(options.events, options.each, options.kinds, options.time_format)


def run_queue(settings: Settings) -> int:
    """Hears from the ticket system until it is asked to stop; ``NO_SOURCE`` at once when the settings name none: then
    systemd does not start it again."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    if not settings.queue.has_source:
        log.info("the settings name no ticket system ([queue] folder, http_port or serial_port)")
        return NO_SOURCE
    asked_to_stop = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        asked_to_stop.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    return serve(settings, asked_to_stop)


def serve(settings: Settings, asked_to_stop: threading.Event) -> int:
    """Reads all sources and tells the screen, until ``asked_to_stop`` is set. 1 when the settings cannot be used."""
    options, folder = settings.queue, settings.runtime
    as_they_happen = not options.folder
    book = QueueBook(options.office, Rename(options.counters, options.services), key=ticket_key(folder))
    feed = QueueFeed(book, read_clock, sender(folder / SOCKET), as_they_happen=as_they_happen)
    try:
        look = start_sources(options, feed)
    except BadSettings as error:
        print(f"kiosk queue: {error}", file=sys.stderr)
        return 1
    published_s, took_s = 0.0, 0.0
    while not asked_to_stop.wait(LOOK_SECONDS):
        look()
        began_s = time.monotonic()
        is_due = began_s - published_s >= (10 * took_s if feed.changed.is_set() else PUBLISH_SECONDS)
        if is_due:
            feed.changed.clear()
            feed.publish()
            write_status(folder, feed.status())
            published_s = time.monotonic()
            took_s = published_s - began_s
    return 0


def start_sources(options: QueueOptions, feed: QueueFeed) -> Callable[[], None]:
    """Starts the line and the port, and returns what looks into the folder. Raises ``BadSettings``."""
    used = map_of(options)

    def refuse(source: str) -> Callable[[Refusal], None]:
        return lambda refusal: feed.refuse(source, refusal)

    if options.http_port:
        listening_http(options, used, lambda events: feed.take(events, as_they_happen=True), refuse("http")).start()
    if options.serial_port:
        queue_line(
            options, used, read_clock, lambda events: feed.take(events, as_they_happen=True), refuse("serial")
        ).start()
    if not options.folder:
        return lambda: None
    watched = QueueFolder(
        Path(options.folder),
        used,
        options.delimiter,
        lambda events: feed.take(events, as_they_happen=False),
        refuse("folder"),
    )
    day = read_clock().day

    def look() -> None:
        nonlocal day
        if (now := read_clock().day) != day:  # midnight, or a clock that was wrong at the start and is right now
            day = now
            watched.read_again()
        watched.look(time.monotonic(), time.time())

    return look


def listening_http(
    options: QueueOptions,
    used: EventMap,
    take: Callable[[list[QueueEvent]], Taken],
    refuse: Callable[[Refusal], None],
) -> QueueHttp:
    """The port of the settings, not served yet. Raises ``BadSettings``."""
    secret, where = read_secret(Path(options.http_secret_file)), (options.http_address, options.http_port)
    try:
        return QueueHttp(options, secret, used, take, refuse)
    except OSError as error:
        why = error.strerror or error
        raise BadSettings(f"[queue] http_address {where[0]}, http_port {where[1]}: {why}") from error


def sender(path: Path) -> Callable[[bytes], None]:
    """Sends datagrams to the screen's socket. Without a screen, or with one that is busy, they are lost: the next one
    says the same."""
    outgoing = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    outgoing.setblocking(False)

    def send(content: bytes) -> None:
        with suppress(OSError):
            outgoing.sendto(content, str(path))

    return send


def check_file(settings: Settings, path: Path, language: str) -> int:
    """Says whether a file of the ticket system is understood with these settings: how many events, or which row is
    wrong and why. Nothing is kept."""
    words = texts.load(shared("assets") / "texts" / "queue", [language or language_of(os.environ)])
    strings = words[language or language_of(os.environ)]
    try:
        events = events_in(path.name, path.read_bytes(), map_of(settings.queue), settings.queue.delimiter)
    except OSError as error:
        print(f"kiosk queue: {path}: {error.strerror}", file=sys.stderr)
        return 2
    except RefusedFile as refused:
        found = refused.refusal
        why = strings.say(f"refused.{found.word}", field=found.field)
        print(strings.say("refused.row", row=found.row, why=why))
        return 1
    print(strings.say("check.read", n=len(events), kinds=_kinds(events)))
    return 0


def _kinds(events: list[QueueEvent]) -> str:
    kinds = [str(event.kind) for event in events]
    return ", ".join(f"{kind} {kinds.count(kind)}" for kind in dict.fromkeys(kinds))


def simulate(wanted: SimulatedDay, *, as_csv: bool) -> int:
    """Prints a made-up day, a line for each event, or as a table."""
    events = events_of(wanted)
    if as_csv:
        csv.writer(sys.stdout, lineterminator="\n").writerows(as_table(events))
        return 0
    for event in events:
        print(json.dumps(event, ensure_ascii=False))
    return 0


def today() -> date:
    """The office's local day."""
    return read_clock().day
