"""``district user …``: manage the people who may see the pages."""

import argparse
import getpass
import sys
from collections.abc import Callable
from typing import Any

from sync.district.accounts.passwords import BadPassword, Passwords
from sync.district.accounts.users import BadUser, add_user, change_password, link_user, set_disabled
from sync.district.cli.context import Context, account
from sync.district.complaints.stuck import recheck_open
from sync.district.domain.people import Role
from sync.district.domain.rights import answers_citizens
from sync.district.store.accounts import UserRow, all_users
from sync.district.store.complaints import open_of
from sync.district.store.engine import reading
from sync.district.texts import Texts, languages, load_texts


def add_parser(subparsers: Any) -> None:
    """Registers the command."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "user",
        help="manage the people who may see the pages",
        description="People who may look at the district's pages.",
    )
    actions = parser.add_subparsers(dest="action", required=True)
    add = actions.add_parser("add", help="add a user; the password is asked for twice")
    add.add_argument("--role", choices=[str(role) for role in Role], required=True, help="the user's role")
    add.add_argument("--unit", metavar="CODE", help="the unit whose figures the user sees (default: every unit)")
    password = actions.add_parser("password", help="give a user a new password and end their sessions")
    link = actions.add_parser("link", help="say once which officer a user of an older release is")
    for action in (add, link):
        which = action.add_mutually_exclusive_group()
        which.add_argument(
            "--officer", metavar="NUMBER", help="their officer number: nobody sees what is said about them"
        )
        which.add_argument("--not-an-officer", action="store_true", help="they serve nobody at a counter")
        action.add_argument("--full-name", metavar="NAME", help="so that words about them are known and kept from them")
    disable = actions.add_parser("disable", help="disable a user at once")
    enable = actions.add_parser("enable", help="enable a disabled user again")
    listing = actions.add_parser("list", help="list the users")
    for action in (add, link, password, disable, enable):
        action.add_argument("name", metavar="NAME", help="lower-case letters, digits and . _ -")
    for action in (add, password):
        action.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    for action in (add, link, password, disable, enable, listing):
        action.add_argument(
            "--language", default="vi", choices=languages(), help="the language of the answers (default: vi)"
        )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, context: Context) -> int:
    """0 when done; 1 with one sentence when nothing changed."""
    texts = load_texts(arguments.language)
    try:
        print(_ACTIONS[arguments.action](context, arguments, texts))
        if arguments.action in ("add", "link", "disable", "enable"):
            recheck_open(context.engine(), context.now())
    except (BadUser, BadPassword) as error:
        print(texts(str(error)), file=sys.stderr)
        return 1
    return 0


def _add(context: Context, arguments: argparse.Namespace, texts: Texts) -> str:
    password = _password(arguments, texts)
    role = Role(arguments.role)
    who = (arguments.name, password, role, arguments.unit)
    link = (arguments.officer, arguments.not_an_officer, arguments.full_name)
    name = add_user(context.engine(), Passwords(), *who, context.now(), *link, by=account())
    return texts("account.added", name=name)


def _link(context: Context, arguments: argparse.Namespace, texts: Texts) -> str:
    link = (arguments.officer, arguments.not_an_officer, arguments.full_name)
    link_user(context.engine(), arguments.name, *link, context.now(), account())
    return texts("account.linked", name=arguments.name)


def _change(context: Context, arguments: argparse.Namespace, texts: Texts) -> str:
    password = _password(arguments, texts)
    change_password(context.engine(), Passwords(), arguments.name, password, context.now(), account())
    return texts("account.changed", name=arguments.name)


def _disable(context: Context, arguments: argparse.Namespace, texts: Texts) -> str:
    set_disabled(context.engine(), arguments.name, True, context.now(), account())
    with reading(context.engine()) as connection:
        left = open_of(connection, arguments.name)
    done = texts("account.disabled", name=arguments.name)
    return f"{done} {texts('account.leaves', n=left)}" if left else done


def _enable(context: Context, arguments: argparse.Namespace, texts: Texts) -> str:
    set_disabled(context.engine(), arguments.name, False, context.now(), account())
    return texts("account.enabled", name=arguments.name)


def _list(context: Context, _arguments: argparse.Namespace, texts: Texts) -> str:
    with reading(context.engine()) as connection:
        found = all_users(connection)
    lines = [
        texts(
            "account.line",
            name=user.user_name,
            role=texts(f"role.{user.role}"),
            unit=user.unit_id or texts("account.all_units"),
            officer=_officer_of(user, texts),
            state=texts("account.closed" if user.disabled else "account.open"),
        )
        for user in found
    ]
    return "\n".join(lines) or texts("account.none")


def _officer_of(user: UserRow, texts: Texts) -> str:
    """Which officer a user is, in words; empty for who sees no complaint anyway."""
    if user.officer_number or user.not_an_officer:
        return user.officer_number or texts("account.not_an_officer")
    return texts("account.unlinked") if answers_citizens(Role(user.role)) else "–"


def _password(arguments: argparse.Namespace, texts: Texts) -> str:
    if arguments.password_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    try:
        password = getpass.getpass(texts("account.ask"))
        if password != getpass.getpass(texts("account.ask_again")):
            raise BadPassword("account.differ")
    except EOFError:
        raise BadPassword("account.nobody_types") from None
    return password


_ACTIONS: dict[str, Callable[[Context, argparse.Namespace, Texts], str]] = {
    "add": _add,
    "link": _link,
    "password": _change,
    "disable": _disable,
    "enable": _enable,
    "list": _list,
}
