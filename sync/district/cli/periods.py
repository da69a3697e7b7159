"""``district period close | list | show | verify``: close a period of a unit, and check what was closed."""

import json
import sys
from argparse import Namespace
from typing import Any

from sync.district.cli.context import Context, Stop, account
from sync.district.domain.closed_period import ClosedPeriod
from sync.district.keys.files import load_receipt_key, load_receipt_public_key
from sync.district.measures.closed_figures import figures_from
from sync.district.measures.disclosure import Rules
from sync.district.measures.indicator_rules import load_indicator_rules
from sync.district.measures.period import Asked, NotBegun, asked_by_name
from sync.district.reports.closing import CannotClose, Refusal, close, verify
from sync.district.reports.period_figures import HowToRead, late
from sync.district.store import closings
from sync.district.store.engine import reading
from sync.district.times import VIETNAM, local_day

_SENTENCES = {
    Refusal.NO_SUCH_KIND: "months, quarters, half-years and years are closed; write 2026-10, 2026-Q4, 2026-H2 or 2026",
    Refusal.NO_UNIT: "there is no such unit in that period; 'district reference as-of DAY units' lists them",
    Refusal.ALREADY: "this period is closed; it stays as it is, and two leaders correct it on its page",
}


def add_parser(subparsers: Any) -> None:
    """Registers the commands."""
    parser = subparsers.add_parser("period", help="close a month, quarter, half-year or year of a unit; check closings")
    actions = parser.add_subparsers(dest="action", required=True)
    closed = actions.add_parser("close", help="fix its figures for good, signed with the district's receipt key")
    closed.add_argument("--unit", required=True, metavar="CODE", help="of which unit, with all below it")
    closed.add_argument("--period", required=True, metavar="NAME", help="2026-10, 2026-Q4, 2026-H2 or 2026")
    closed.set_defaults(run=run_close)
    listing = actions.add_parser("list", help="every closing, the oldest first")
    listing.add_argument("--unit", metavar="CODE", help="of one unit only")
    listing.set_defaults(run=run_list)
    show = actions.add_parser("show", help="the figures that were closed, and what came late")
    show.add_argument("number", type=int, metavar="NUMBER", help="of the closing (period list)")
    show.add_argument("--json", action="store_true", help="the very bytes that were hashed, as canonical JSON")
    show.set_defaults(run=run_show)
    checked = actions.add_parser("verify", help="work every hash and signature out anew")
    checked.set_defaults(run=run_verify)


def run_close(arguments: Namespace, context: Context) -> int:
    settings = context.settings
    rules = Rules(settings.minimum_n, settings.group_floor)
    how = HowToRead(rules, load_indicator_rules(settings.indicators), context.now())
    key = load_receipt_key(settings.data)
    try:
        closed = close(context.engine(), key, _asked(arguments.period), arguments.unit, account(), how)
    except NotBegun as error:
        raise Stop(f"{arguments.period} has not begun") from error
    except CannotClose as refused:
        raise Stop(_sentence(refused, arguments.period)) from refused
    print(_line(closed))
    return 0


def run_list(arguments: Namespace, context: Context) -> int:
    with reading(context.engine()) as connection:
        for closed in closings.every(connection):
            if arguments.unit in (None, closed.unit_id):
                print(_line(closed))
    return 0


def run_show(arguments: Namespace, context: Context) -> int:
    with reading(context.engine()) as connection:
        closed = closings.closing(connection, arguments.number)
        if closed is None:
            raise Stop(f"there is no closing {arguments.number}; see 'district period list'")
        came_late = late(connection, closed, local_day(context.now()))
    if arguments.json:
        sys.stdout.write(closed.content)
        return 0
    figures = figures_from(closed.content)
    print(_line(closed))
    print(f"rated {_n(figures.total.rated)}  scores {json.dumps(dict(sorted(figures.total.scores.items())))}")
    for line in figures.lines:
        place = line.counter_id if line.counter_id is not None else line.unit_id
        print(f"  {'  ' * line.depth}{place or '-'}  {line.name}  rated {_n(line.figure.rated)}")
    print(f"came late: {came_late.ratings} ratings, {came_late.corrections} corrections")
    print(f"hash {closed.hash.hex()}\nsignature {closed.signature.hex()}")
    return 0


def run_verify(_arguments: Namespace, context: Context) -> int:
    n, found = verify(context.engine(), load_receipt_public_key(context.settings.data))
    for number, flaw in found:
        print(f"closing {number}: {flaw}")
    if found:
        raise Stop(f"{len({number for number, _ in found})} of {n} closings are not what was signed; keep the database")
    print(f"{n} closings: every hash and signature is right.")
    return 0


def _asked(text: str) -> Asked:
    try:
        return asked_by_name(text)
    except ValueError as error:
        raise Stop(f"{text} is no period; write 2026-10, 2026-Q4, 2026-H2 or 2026") from error


def _sentence(refused: CannotClose, period: str) -> str:
    if refused.why is Refusal.TOO_EARLY and refused.day is not None:
        return f"{period} is not complete: kiosks deliver late; it can be closed from {refused.day} on"
    return _SENTENCES[refused.why]


def _line(closed: ClosedPeriod) -> str:
    at = closed.closed_at.astimezone(VIETNAM)
    version = f"version {closed.version}  " if closed.version > 1 else ""
    return f"{closed.number}  {closed.of}  {closed.unit_id}  {version}{at:%Y-%m-%d %H:%M}  {closed.closed_by}"


def _n(rated: int | None) -> str:
    return "too few" if rated is None else str(rated)
