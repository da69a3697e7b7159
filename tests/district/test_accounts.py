"""Users, signing in, the brake on guessing. A stranger stands in every test of access."""

import argparse
import io
import unicodedata
from datetime import timedelta

import pytest
from sqlalchemy import select

from sync.district.accounts.passwords import BadPassword, Passwords
from sync.district.accounts.sign_in import SESSION, Locked, Refused, same_form, sign_in, sign_out, who
from sync.district.accounts.users import BadUser, add_user, change_password, set_disabled
from sync.district.cli import user as command
from sync.district.cli.context import Context
from sync.district.domain.lockout import Try, locked_until
from sync.district.domain.people import Role
from sync.district.settings import Settings
from sync.district.store.accounts import MAX_TRIES, add_try
from sync.district.store.engine import reading, writing
from sync.district.store.people_tables import sessions, sign_ins, users
from tests.district.web_fixtures import NOW, bring
from tests.district.web_server import PASSWORD

MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
def passwords():
    return Passwords()


@pytest.fixture
def lan(engine, passwords):
    add_user(engine, passwords, "lan.nguyen", PASSWORD, Role.LEADER, None, NOW, not_an_officer=True)
    return engine


def fail(engine, passwords, times: int, at=NOW) -> None:
    for _ in range(times):
        with pytest.raises(Refused):
            sign_in(engine, passwords, "lan.nguyen", "sai mật khẩu", at)


def test_a_user_signs_in_and_is_known_by_the_token_only(lan, passwords):
    token = sign_in(lan, passwords, " Lan.Nguyen ", PASSWORD, NOW)

    signed_in = who(lan, token, NOW)

    assert signed_in is not None
    assert (signed_in.user_name, signed_in.role, signed_in.unit_id) == ("lan.nguyen", Role.LEADER, None)
    assert who(lan, token[:-1] + "x", NOW) is None
    assert who(lan, None, NOW) is None


@pytest.mark.parametrize(
    ("name", "password"),
    [("lan.nguyen", PASSWORD + "x"), ("lan.nguyen", ""), ("nobody", PASSWORD), ("Lan Nguyễn", PASSWORD), ("", "")],
)
def test_a_stranger_is_refused_without_a_hint(lan, passwords, name, password):
    with pytest.raises(Refused):
        sign_in(lan, passwords, name, password, NOW)


def test_a_password_typed_with_marks_standing_apart_is_the_same(lan, passwords):
    assert sign_in(lan, passwords, "lan.nguyen", unicodedata.normalize("NFD", PASSWORD), NOW)


def test_the_database_holds_neither_password_nor_token(lan, passwords):
    token = sign_in(lan, passwords, "lan.nguyen", PASSWORD, NOW)

    with reading(lan) as connection:
        kept = repr([connection.execute(select(table)).all() for table in (users, sessions)])

    assert PASSWORD not in kept
    assert token not in kept
    assert "$argon2id$" in kept


def test_a_session_ends_by_itself(lan, passwords):
    token = sign_in(lan, passwords, "lan.nguyen", PASSWORD, NOW)

    assert who(lan, token, NOW + SESSION - MINUTE) is not None
    assert who(lan, token, NOW + SESSION) is None


def test_a_session_ends_when_signed_out(lan, passwords):
    token, other = (sign_in(lan, passwords, "lan.nguyen", PASSWORD, NOW) for _ in range(2))

    sign_out(lan, token)

    assert who(lan, token, NOW) is None
    assert who(lan, other, NOW) is not None


def test_a_form_without_its_token_is_not_ours(lan, passwords):
    signed_in = who(lan, sign_in(lan, passwords, "lan.nguyen", PASSWORD, NOW), NOW)

    assert signed_in is not None
    assert same_form(signed_in, signed_in.form_token)
    assert not same_form(signed_in, "")
    assert not same_form(signed_in, "đoán")


def test_five_wrong_tries_lock_the_name_even_for_the_right_password(lan, passwords):
    fail(lan, passwords, 5)

    with pytest.raises(Locked) as locked:
        sign_in(lan, passwords, "lan.nguyen", PASSWORD, NOW + MINUTE / 2)

    assert locked.value.until == NOW + MINUTE
    assert sign_in(lan, passwords, "lan.nguyen", PASSWORD, NOW + MINUTE)


def test_a_stranger_locks_themselves_out_and_not_the_person_whose_name_it_is(lan, passwords):
    for _ in range(5):
        with pytest.raises(Refused):
            sign_in(lan, passwords, "lan.nguyen", "đoán", NOW, "203.0.113.7/32")

    with pytest.raises(Locked):
        sign_in(lan, passwords, "lan.nguyen", PASSWORD, NOW, "203.0.113.7/32")
    assert sign_in(lan, passwords, "lan.nguyen", PASSWORD, NOW, "10.0.0.8/32")


def test_a_name_nobody_has_is_locked_like_any_other(lan, passwords):
    for _ in range(5):
        with pytest.raises(Refused):
            sign_in(lan, passwords, "nobody", "x", NOW)

    with pytest.raises(Locked):
        sign_in(lan, passwords, "nobody", "x", NOW)


def test_a_success_forgives_the_failures_before_it(lan, passwords):
    fail(lan, passwords, 4)
    sign_in(lan, passwords, "lan.nguyen", PASSWORD, NOW + MINUTE)

    fail(lan, passwords, 4, NOW + 2 * MINUTE)

    assert sign_in(lan, passwords, "lan.nguyen", PASSWORD, NOW + 3 * MINUTE)


def test_each_wrong_try_more_doubles_the_wait_up_to_an_hour():
    def wait(n: int) -> timedelta:
        until = locked_until([Try(NOW, False, "a")] * n, "a", NOW)
        return (until or NOW) - NOW

    assert [wait(n) / MINUTE for n in (4, 5, 6, 7, 11, 50)] == [0, 1, 2, 4, 60, 60]


def test_guesses_from_everywhere_leave_the_name_open_to_networks_it_is_known_from():
    spread = [Try(NOW, False, f"net-{n}") for n in range(60)]

    assert locked_until(spread, "office", NOW, known=True) is None
    assert locked_until(spread, "elsewhere", NOW) == NOW + 60 * MINUTE


def test_a_flood_of_guesses_does_not_make_a_known_network_forgotten(lan, passwords):
    sign_in(lan, passwords, "lan.nguyen", PASSWORD, NOW - 40 * 24 * 60 * MINUTE, "office")
    with writing(lan) as connection:
        for n in range(MAX_TRIES + 50):
            add_try(connection, "lan.nguyen", False, NOW, f"net-{n}")

    with pytest.raises(Locked):
        sign_in(lan, passwords, "lan.nguyen", PASSWORD, NOW, "elsewhere")
    assert sign_in(lan, passwords, "lan.nguyen", PASSWORD, NOW, "office")


def test_a_disabled_user_is_out_at_once_and_cannot_come_back(lan, passwords):
    token = sign_in(lan, passwords, "lan.nguyen", PASSWORD, NOW)

    set_disabled(lan, "lan.nguyen", True, NOW, "root")

    assert who(lan, token, NOW) is None
    with pytest.raises(Refused):
        sign_in(lan, passwords, "lan.nguyen", PASSWORD, NOW)
    set_disabled(lan, "lan.nguyen", False, NOW, "root")
    assert who(lan, token, NOW) is None
    assert sign_in(lan, passwords, "lan.nguyen", PASSWORD, NOW)


def test_a_new_password_ends_every_session(lan, passwords):
    token = sign_in(lan, passwords, "lan.nguyen", PASSWORD, NOW)

    change_password(lan, passwords, "lan.nguyen", "một câu hoàn toàn khác", NOW, "root")

    assert who(lan, token, NOW) is None
    assert sign_in(lan, passwords, "lan.nguyen", "một câu hoàn toàn khác", NOW)
    fail(lan, passwords, 1)


@pytest.mark.parametrize(
    ("name", "password", "unit", "key"),
    [
        ("lan.nguyen", PASSWORD, None, "account.taken"),
        ("Lan Nguyễn", PASSWORD, None, "account.bad_name"),
        ("minh", PASSWORD, "H99", "account.no_unit"),
        ("minh", "ngắn", None, "account.password_short"),
        ("minh", "x" * 201, None, "account.password_long"),
        ("minh", "M@tKhau2026", None, "account.password_common"),
        ("minh.tran", "minhtran1999", None, "account.password_common"),
        ("minh", "qwertyuiop12", None, "account.password_common"),
    ],
)
def test_a_user_that_cannot_be_is_refused_with_a_reason(lan, passwords, name, password, unit, key):
    with pytest.raises((BadUser, BadPassword)) as caught:
        add_user(lan, passwords, name, password, Role.INSPECTOR, unit, NOW, not_an_officer=True)

    assert str(caught.value) == key


def test_every_try_is_kept(lan, passwords):
    fail(lan, passwords, 1)
    sign_in(lan, passwords, "lan.nguyen", PASSWORD, NOW)

    with reading(lan) as connection:
        tries = connection.execute(select(sign_ins.c.user_name, sign_ins.c.succeeded)).all()

    assert sorted(tries) == [("lan.nguyen", False), ("lan.nguyen", True)]


@pytest.fixture
def command_line(tmp_path, database_url, monkeypatch):
    """Runs ``district user`` on the test's database; ``typed`` is what stands on standard input."""
    settings = Settings(data=tmp_path, database_url=database_url)

    def run(*words: str, typed: str = "") -> int:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        parser = argparse.ArgumentParser()
        command.add_parser(parser.add_subparsers())
        arguments = parser.parse_args(["user", *words])
        return arguments.run(arguments, Context(settings, lambda: NOW))

    return run


def test_the_command_adds_lists_and_disables(engine, passwords, command_line, capsys):
    bring(engine, "units", "Mã đơn vị,Tên đơn vị,Cấp\nH35,Tỉnh Lai Châu,Tỉnh\n")

    added = command_line(
        "add",
        "minh",
        "--role",
        "inspector",
        "--unit",
        "H35",
        "--not-an-officer",
        "--password-stdin",
        typed=f"{PASSWORD}\n",
    )
    command_line("disable", "minh")
    command_line("list")

    assert added == 0
    assert "minh · Kiểm tra · H35 · không phải cán bộ tại quầy · đã khóa" in capsys.readouterr().out
    with pytest.raises(Refused):
        sign_in(engine, passwords, "minh", PASSWORD, NOW)


def test_the_command_asks_twice_and_refuses_two_different_answers(engine, command_line, capsys, monkeypatch):
    answers = iter([PASSWORD, PASSWORD + "x"])
    monkeypatch.setattr("getpass.getpass", lambda _prompt: next(answers))

    assert command_line("add", "minh", "--role", "leader", "--not-an-officer") == 1
    assert "không giống nhau" in capsys.readouterr().err


def test_where_nobody_can_type_the_command_says_what_to_do(engine, command_line, capsys, monkeypatch):
    def end_of_input(_prompt: str) -> str:
        raise EOFError

    monkeypatch.setattr("getpass.getpass", end_of_input)

    assert command_line("add", "minh", "--role", "leader", "--not-an-officer") == 1
    assert "--password-stdin" in capsys.readouterr().err


def test_a_password_never_shows_in_what_the_command_prints(engine, command_line, capsys):
    command_line("add", "minh", "--role", "leader", "--not-an-officer", "--password-stdin", typed=f"{PASSWORD}\n")
    command_line("password", "minh", "--password-stdin", typed="mật khẩu thứ hai\n")

    printed = capsys.readouterr()
    assert PASSWORD not in printed.out + printed.err
    assert "mật khẩu thứ hai" not in printed.out + printed.err
