"""Compose the kiosk's agent: ``kiosk-sync run`` (systemd) and ``kiosk-sync once`` (technicians, tests)."""

import argparse
import logging
import os
import random
import signal
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

from kiosk import __version__, settings
from kiosk.box import agent_lock, keys
from kiosk.box.box import Box
from kiosk.box.opening import Maintenance, open_or_mend
from kiosk.box.sign_of_life import read_sign, screen_runs
from kiosk.clock import read_clock
from kiosk.domain.declared_settings import BadSettings
from kiosk.hardware.systemd import notify
from kiosk.paths import become_owner, read_command_line
from kiosk.queue.status import read_status
from kiosk.store import outbox
from kiosk.store.engine import CannotOpen, CannotRead, CannotWrite, Damaged, Store, Vanished
from kiosk.updates.handing import this_platform
from kiosk.updates.journal import STATE
from sync.agent.addresses import address_of
from sync.agent.agent import Agent, Schedule
from sync.agent.enrol_by_file import EnrolByFile
from sync.agent.queue_watch import QueueWatch
from sync.agent.screen_watch import ScreenWatch
from sync.agent.shelves import Shelves
from sync.agent.transport import Transport
from sync.agent.updates import Kiosk, Updates

LOOK_SECONDS = 1.0
NOT_OPEN_SECONDS = 10.0


def main(arguments: list[str] | None = None) -> int:
    os.umask(0o077)
    options = read_command_line(_parser(), arguments)
    logging.basicConfig(
        level=logging.INFO if options.verbose else logging.WARNING, format="%(levelname)s %(name)s: %(message)s"
    )
    try:
        configured = settings.load(options.config)
    except BadSettings as error:
        print(f"kiosk-sync: {error}", file=sys.stderr)
        return 2
    if refused := become_owner(configured.data):
        print(f"kiosk-sync: {refused}", file=sys.stderr)
        return 2
    return _once(configured) if options.command == "once" else _run(configured)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kiosk-sync", description="Deliver what the kiosk recorded to the district.")
    parser.add_argument("--config", help="the kiosk's settings (else KIOSK_CONFIG, else /etc/lang-nghe/kiosk.toml)")
    parser.add_argument("--verbose", action="store_true", help="also log successful work")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="keep delivering until stopped (systemd runs this)")
    commands.add_parser("once", help="deliver pending entries and fetch reference data once; exit 1 on failure")
    return parser


def _once(configured: settings.Settings) -> int:
    try:
        box = open_or_mend(Store(configured.data), configured.keys, read_clock)
    except (CannotOpen, CannotRead, CannotWrite, keys.NoKeys, OSError) as error:
        print(f"kiosk-sync: {error}", file=sys.stderr)
        return 1
    shelves = _shelves(configured)
    while shelves.tick():
        pass
    if box is None:
        print("kiosk-sync: this box is not enrolled; run: kiosk enrol URL CODE", file=sys.stderr)
        return 1
    agent = _agent(box, configured, spread_seconds=0)
    try:
        while agent.tick():
            pass
        with box.store.read() as tx:
            left = outbox.backlog(tx).pending
    except (Damaged, Vanished) as error:
        print(f"kiosk-sync: {error}; run it again, or: kiosk doctor", file=sys.stderr)
        return 1
    if agent.trouble or shelves.trouble or left:
        why = agent.trouble or shelves.trouble or f"{left} entries still wait; kiosk status says until when"
        print(f"kiosk-sync: {why}", file=sys.stderr)
        return 1
    return 0


def _run(configured: settings.Settings) -> int:
    with suppress(OSError):  # a disk that cannot be written is told by every try to open the box
        configured.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    with agent_lock.held(configured.data):
        return _keep_delivering(configured)


def _keep_delivering(configured: settings.Settings) -> int:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    notify(READY="1", STATUS="starting")
    work: tuple[Agent, Maintenance] | None = None
    store, shelves, screen = Store(configured.data), _shelves(configured), _screen_watch(configured)
    queue, by_file = _queue_watch(configured), EnrolByFile(configured, time.monotonic)
    updates = _updates(configured)
    while not stop.is_set():
        notify(WATCHDOG="1")
        shelf_has_more = shelves.tick()
        if work is None:
            work = _try_to_start(configured, store, by_file)
        if work is None:
            stop.wait(0 if shelf_has_more else NOT_OPEN_SECONDS)
            continue
        agent, maintenance = work
        try:
            more = agent.tick()
            maintenance.tick()
            screen.tick(agent.box)
            queue.tick(agent.box)
            if not more:
                updates.tick(agent.box, agent.transport)
            gone = agent.box.store.vanished
        except (Damaged, Vanished) as error:
            logging.getLogger("sync").error("the box's file is damaged or gone: %s", error)
            gone = True
        if gone:  # or put on the shelf while this ran
            work = None
            continue
        if not more and not shelf_has_more:
            notify(STATUS=agent.trouble or "nothing waits")
            stop.wait(LOOK_SECONDS)
    return 0


def _try_to_start(
    configured: settings.Settings, store: Store, by_file: EnrolByFile
) -> tuple[Agent, Maintenance] | None:
    try:
        box = open_or_mend(store, configured.keys, read_clock)
        if box is None and by_file.tick():
            box = open_or_mend(store, configured.keys, read_clock)
    except (CannotOpen, CannotRead, CannotWrite, keys.NoKeys, OSError) as error:
        logging.getLogger("sync").error("the box cannot be opened: %s", error)
        return None
    if box is None:
        return None
    maintenance = Maintenance(box, configured.keep_days, read_clock, time.monotonic, Path("/sys/block"))
    return _agent(box, configured, spread_seconds=configured.spread_seconds), maintenance


def _screen_watch(configured: settings.Settings) -> ScreenWatch:
    folder = configured.runtime
    return ScreenWatch(lambda: read_sign(folder), lambda: screen_runs(folder), read_clock)


def _queue_watch(configured: settings.Settings) -> QueueWatch:
    """Reads the settings anew at each look: the district may have sent others meanwhile."""

    def now() -> settings.Settings:
        return settings.load(str(configured.source), {"KIOSK_DATA": str(configured.data)})

    return QueueWatch(now, lambda: read_status(configured.runtime), read_clock)


def _updates(configured: settings.Settings) -> Updates:
    trusted = tuple(bytes.fromhex(each) for each in configured.update_keys)
    kiosk = Kiosk(trusted, __version__, this_platform(), configured.data, STATE)
    return Updates(kiosk, read_clock, time.monotonic)


def _shelves(configured: settings.Settings) -> Shelves:
    def agent_of(box: Box) -> Agent:
        return _agent(box, configured, spread_seconds=0, takes_reference=False)

    return Shelves(configured.data, agent_of, time.monotonic, lambda box: address_of(box, configured.keys))


def _agent(box: Box, configured: settings.Settings, *, spread_seconds: int, takes_reference: bool = True) -> Agent:
    url, authorities = address_of(box, configured.keys)
    trusted = authorities or configured.ca_file
    return Agent(
        box=box,
        transport=Transport(url, box.keys.token, trusted),
        pace=Schedule(
            configured.snapshot_seconds,
            configured.longest_wait_seconds,
            spread_seconds,
            takes_reference,
            configured.ca_file,
        ),
        clock=read_clock,
        monotonic=time.monotonic,
        dice=random.Random(box.identity.device_id),  # noqa: S311 - jitter of its own for each box, not a secret
        software=__version__,
    )


if __name__ == "__main__":
    sys.exit(main())
