"""``district undated list | assign``: list ratings whose day nobody knows, and assign one."""

from argparse import Namespace
from datetime import date
from typing import Any

from sync.district.cli.context import Context, Stop, day_of
from sync.district.domain.release import Stream
from sync.district.store.engine import reading, writing
from sync.district.store.releases import assign_day, undated
from sync.district.times import local_day

_WHAT = {
    Stream.RATING: "ratings",
    Stream.CORRECTION: "lower scores",
    Stream.CONTRADICTION: "contradictions",
    Stream.REASON: "reasons",
    Stream.PRIVATE: "private answers",
    Stream.HOUR: "hours of ratings",
}


def add_parser(subparsers: Any) -> None:
    commands = subparsers.add_parser("undated", help="ratings of kiosks whose clock was wrong: list, assign a day")
    commands = commands.add_subparsers(dest="undated_command", required=True, metavar="COMMAND")
    commands.add_parser(
        "list", help="groups of ratings, and of what belongs to them, that count in no period"
    ).set_defaults(run=run_list)
    assign = commands.add_parser(
        "assign", help="assign the day on which a group of ratings was given; this is permanent"
    )
    assign.add_argument("group", type=int, help="its number, as 'district undated list' prints it")
    assign.add_argument("day", help="YYYY-MM-DD, the last day on which one of them can have been given")
    assign.add_argument("--by", required=True, metavar="NAME", help="who assigns it")
    assign.add_argument("--why", required=True, metavar="TEXT", help="how it is known")
    assign.set_defaults(run=run_assign)


def run_list(_arguments: Namespace, context: Context) -> int:
    with reading(context.engine()) as connection:
        found = undated(connection)
    for row in found:
        what = _WHAT[Stream(row.stream)]
        print(f"group {row.group_id}: {row.n} {what} of {row.counter_id or row.unit_id}, released {row.released_on}")
    print(f"In all {sum(row.n for row in found if row.stream == Stream.RATING)} ratings have no known day.")
    return 0


def run_assign(arguments: Namespace, context: Context) -> int:
    day, person, reason = _day(arguments.day, context), arguments.by.strip(), arguments.why.strip()
    if not person or not reason or len(person) > 64:
        raise Stop("say who you are (--by, up to 64 letters) and how the day is known (--why)")
    with writing(context.engine()) as connection:
        if not assign_day(connection, arguments.group, day, person, reason, context.now()):
            raise Stop(f"there is no undated group {arguments.group}; see 'district undated list'")
    print(f"Group {arguments.group} counts on {day} from now on.")
    return 0


def _day(text: str, context: Context) -> date:
    day = day_of(text)
    if day >= local_day(context.now()):
        raise Stop(f"{day} is not over yet; only days before today can be given")
    return day
