"""``district settings set | list | show | widen | withdraw``: settings for a kiosk, a unit, a tree, or all."""

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from typing import Any

from kiosk.domain.district_settings import SENDABLE, value_in
from sync.district.cli.context import Context, Stop
from sync.district.cli.moving import add_order, order_of_command
from sync.district.domain.settings_order import OrderReach, SettingsEvent, in_force
from sync.district.fleet import kiosk_settings as fleet
from sync.district.fleet.kiosk_settings import NotSent, SettingsRefusal
from sync.district.measures.kiosks import full_hour
from sync.district.store import settings_orders as store
from sync.district.store.devices import device
from sync.district.store.engine import reading
from sync.district.web.formats import day_and_clock

_REFUSED: Mapping[SettingsRefusal, str] = {
    SettingsRefusal.NOTHING: f"name settings and values, such as speech.volume=3; there are: {', '.join(SENDABLE)}",
    SettingsRefusal.WRONG_VALUE: "{detail}",
    SettingsRefusal.NO_KIOSK: "there is no kiosk in use there; see 'district device list'",
    SettingsRefusal.NO_REASON: "say why (--why, at most 500 letters)",
    SettingsRefusal.UNKNOWN_ORDER: "there is no such order; see 'district settings list'",
    SettingsRefusal.DONE: "that was done before; see 'district settings list'",
}


def add_parser(subparsers: Any) -> None:
    commands = subparsers.add_parser("settings", help="send settings to kiosks, and take them back").add_subparsers(
        dest="settings_command", required=True, metavar="COMMAND"
    )
    sent = commands.add_parser("set", help="send settings; they reach a few kiosks first, the rest once these are well")
    whom = sent.add_mutually_exclusive_group(required=True)
    whom.add_argument("--kiosk", metavar="DEVICE", help="for one kiosk, see 'district device list'")
    whom.add_argument("--unit", help="for the kiosks of one unit alone")
    whom.add_argument("--tree", metavar="UNIT", help="for the kiosks of a unit and of all units below it")
    whom.add_argument("--all", action="store_true", help="for every kiosk")
    sent.add_argument("values", nargs="+", metavar="KEY=VALUE", help="speech.volume=3 languages.offered=vi,en …")
    sent.add_argument("--preview", action="store_true", help="only show what would change where")
    add_order(sent)
    sent.set_defaults(run=run_set)
    commands.add_parser("list", help="list the orders and what became of them").set_defaults(run=run_list)
    shown = commands.add_parser("show", help="show the settings that hold for a kiosk, and what it says of them")
    shown.add_argument("device", help="the device id, see 'district device list'")
    shown.set_defaults(run=run_show)
    _add_step(commands, "widen", "let an order reach the rest of its kiosks now", run_widen)
    _add_step(commands, "withdraw", "take an order back; what held before holds again", run_withdraw)


def _add_step(commands: Any, name: str, words: str, run: Any) -> None:
    parser: ArgumentParser = commands.add_parser(name, help=words)
    parser.add_argument("number", type=int, help="the order's number, see 'district settings list'")
    add_order(parser)
    parser.set_defaults(run=run)


def run_set(arguments: Namespace, context: Context) -> int:
    order, engine = order_of_command(arguments, context), context.engine()
    try:
        made = fleet.wanted(*_whom(arguments), _values(arguments.values), order)
        with reading(engine) as connection:
            _insist_on_target(connection, made)
            planned = fleet.plan(connection, made)
        number = 0 if arguments.preview else fleet.send(engine, made)
    except NotSent as error:
        raise _stop(error) from error
    for each in planned:
        first = "  first" if each.is_first else ""
        changes = ", ".join(
            f"{change.key} {'?' if change.before is None else change.before} -> {change.after}"
            + (" (kept by the kiosk's own file)" if change.keeps else "")
            + (f" (order {change.over.number} holds)" if change.over else "")
            for change in each.changes
        )
        print(f"{each.kiosk.device_id}  {each.kiosk.line.unit_id}  {changes}{first}")
    if number:
        print(f"Order {number} is given. The rest follows once the first ones are well with it.")
    return 0


def run_list(_arguments: Namespace, context: Context) -> int:
    with reading(context.engine()) as connection:
        orders = store.all_orders(connection)
    for order in reversed(orders):
        values = ", ".join(f"{key}={value}" for key, value in order.values.items())
        print(f"{order.number}  {order.reach} {order.target or '-'}  {order.stage}  {values}")
        for event in order.events:
            who = event.person or "the district itself"
            print(f"    {day_and_clock(full_hour(event.at))}  {event.stage}  {who}: {event.why or '-'}")
    if not orders:
        print("No settings were sent; each kiosk uses its own file.")
    return 0


def run_show(arguments: Namespace, context: Context) -> int:
    with reading(context.engine()) as connection:
        known = device(connection, arguments.device)
        if known is None:
            raise Stop(f"there is no device {arguments.device}; see 'district device list'")
        path = store.unit_path(connection, known.unit_id)
        holding = in_force(store.all_orders(connection), known.device_id, path)
    reported = known.health.get("settings")
    values = reported.get("values", {}) if isinstance(reported, dict) else {}
    for key in SENDABLE:
        sent = f"order {holding[key].order.number}: {holding[key].value}" if key in holding else "its own file"
        print(f"{key:24}{sent:32}{f'in use: {values[key]}' if key in values else 'it has not said what it uses'}")
    return 0


def run_widen(arguments: Namespace, context: Context) -> int:
    return _step(fleet.widen, arguments, context, "reaches the rest of its kiosks as they are in touch")


def run_withdraw(arguments: Namespace, context: Context) -> int:
    return _step(fleet.withdraw, arguments, context, "is taken back; what held before holds again")


def _step(step: Any, arguments: Namespace, context: Context, words: str) -> int:
    try:
        step(context.engine(), arguments.number, order_of_command(arguments, context))
    except NotSent as error:
        raise _stop(error) from error
    print(f"Order {arguments.number} {words}.")
    return 0


def _whom(arguments: Namespace) -> tuple[OrderReach, str]:
    asked = {OrderReach.KIOSK: arguments.kiosk, OrderReach.UNIT: arguments.unit, OrderReach.TREE: arguments.tree}
    return next(((reach, target) for reach, target in asked.items() if target), (OrderReach.ALL, ""))


def _insist_on_target(connection: Any, made: SettingsEvent) -> None:
    if made.reach == OrderReach.KIOSK and device(connection, made.target) is None:
        raise Stop(f"there is no device {made.target}; see 'district device list'")


def _values(texts: list[str]) -> dict[str, Any]:
    """Raises ``Stop`` for what is no key and value."""
    found: dict[str, Any] = {}
    for text in texts:
        key, sign, value = text.partition("=")
        if not sign or not value.strip():
            raise Stop(f"write KEY=VALUE, such as speech.volume=3, not {text!r}")
        found[key.strip()] = value_in(key.strip(), value)
    return found


def _stop(error: NotSent) -> Stop:
    return Stop(_REFUSED[error.refusal].format(detail=error.detail))
