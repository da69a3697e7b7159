"""``district project`` and ``district rebuild``: the only commands that load the opening key. They need the receipt
key, too: contacts are sealed with what follows from it.
"""

import logging
import signal
import sys
from argparse import Namespace
from datetime import datetime
from functools import partial
from threading import Event, Thread
from typing import Any

from kiosk.domain.deadlines import Scheme
from sync.district.cli.checkpointing import daily_checkpoint
from sync.district.cli.context import Context, Stop
from sync.district.complaints.mailing import write_mails
from sync.district.complaints.publish_to_kiosks import tell
from sync.district.complaints.retention import list_erased
from sync.district.complaints.stuck import recheck_open
from sync.district.complaints.unlisted import unlisted_years
from sync.district.domain.deadlines import BadDeadlines, load_schemes
from sync.district.keys.files import load_sealing_keys
from sync.district.projection.loop import Daily, follow
from sync.district.projection.project import project, rebuild
from sync.district.projection.release import release
from sync.district.reference.columns import shipped_catalogue
from sync.district.reference.planning import carry_out
from sync.district.settings import Settings
from sync.district.store.engine import Engine, reading
from sync.district.store.erasure_list import ErasureList
from sync.district.store.plans import refused_plans
from sync.district.store.rollups import fill_some
from sync.district.texts import load_texts

log = logging.getLogger(__name__)


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("project", help="open and count the entries that have arrived")
    parser.add_argument("--follow", action="store_true", help="continue as more arrives, until stopped")
    parser.add_argument("--child", action="store_true", help="stop when standard input ends, as 'serve' needs it")
    parser.set_defaults(run=run)
    again = subparsers.add_parser("rebuild", help="rebuild every figure from the ledger")
    again.set_defaults(run=run_rebuild)


def run(arguments: Namespace, context: Context) -> int:
    keys, engine = load_sealing_keys(context.settings.data), context.contact_engine()
    schemes = schemes_of(context)
    if arguments.follow:
        daily: list[Daily] = [
            partial(_carry_out_plans, engine),
            partial(_write_mails, engine, context.settings),
            partial(daily_checkpoint, engine, context.settings),
        ]
        erased = ErasureList(context.settings.data)
        follow(engine, keys, _stop_signal(until_input_ends=arguments.child), schemes, daily, erased)
        return 0
    total = 0
    while done := project(engine, keys, schemes=schemes):
        total += done
    list_erased(engine, ErasureList(context.settings.data))
    _carry_out_plans(engine, context.now())
    _write_mails(engine, context.settings, context.now())
    release(engine, context.now(), schemes)
    recheck_open(engine, context.now())
    while tell(engine, schemes, context.now()):
        pass
    while fill_some(engine):
        pass
    print(f"{total} entries projected.")
    _warn(context, engine, schemes)
    return 0


def run_rebuild(_arguments: Namespace, context: Context) -> int:
    engine, schemes = context.contact_engine(), schemes_of(context)
    total = rebuild(engine, load_sealing_keys(context.settings.data), schemes)
    print(f"Every figure was made again from {total} entries.")
    _warn(context, engine, schemes)
    return 0


def _carry_out_plans(engine: Engine, now: datetime) -> None:
    """Imports the lists whose day has come."""
    carry_out(engine, shipped_catalogue(), now, load_texts("vi"))


def _write_mails(engine: Engine, settings: Settings, now: datetime) -> None:
    """Writes to the citizens who chose e-mail, if there is a server to take it; ``district serve`` sends it."""
    if settings.mail.host and settings.mail.citizens:
        write_mails(engine, settings.public_url, now)


def _warn(context: Context, engine: Engine, schemes: tuple[Scheme, ...]) -> None:
    for word in [*words_about_holidays(context, engine, schemes), *words_about_plans(engine)]:
        print(word, file=sys.stderr)


def words_about_holidays(context: Context, engine: Engine, schemes: tuple[Scheme, ...]) -> list[str]:
    """What a technician should know of years that deadlines run into. Raises ``StoreUnavailable``."""
    with reading(engine) as connection:
        years = ", ".join(map(str, unlisted_years(connection, schemes, context.now())))
    if not years:
        return []
    return [
        f"! Deadlines run into {years}, and no list of holidays is imported for it: only the fixed holidays of law "
        "are counted. Import the list: district import holidays FILE"
    ]


def words_about_plans(engine: Engine) -> list[str]:
    """The planned imports that could not be carried out and were not brought again. Raises ``StoreUnavailable``."""
    with reading(engine) as connection:
        numbers = ", ".join(map(str, refused_plans(connection)))
    if not numbers:
        return []
    return [
        f"! Planned imports {numbers} were refused on their day; nothing was changed. "
        "To see why: district reference planned"
    ]


def schemes_of(context: Context) -> tuple[Scheme, ...]:
    try:
        return load_schemes(context.settings.deadlines)
    except BadDeadlines as error:
        raise Stop(str(error)) from error


def _stop_signal(*, until_input_ends: bool) -> Event:
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if until_input_ends:
        Thread(target=_wait_for_end_of_input, args=(stop,), daemon=True).start()
    return stop


def _wait_for_end_of_input(stop: Event) -> None:
    while sys.stdin.buffer.read(4096):
        pass
    stop.set()
