"""Codes of an authenticator, recovery codes, one-time codes for a password, and deputies; on both databases."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from sync.district.accounts.deputies import colleagues, end_deputy, name_deputy
from sync.district.accounts.invitations import HOLDS, accept, first_administrator, invite, invited, reset
from sync.district.accounts.passwords import BadPassword, Passwords
from sync.district.accounts.second_step import RECOVERY_CODES, new_secret, turn_off, turn_on
from sync.district.accounts.sign_in import (
    CODE_WITHIN,
    Locked,
    Refused,
    awaits_code,
    enter_code,
    session_hash,
    sign_in,
    who,
)
from sync.district.accounts.users import (
    BadUser,
    NewUser,
    add_user,
    change_own,
    change_password,
    link_user,
    move_user,
    set_disabled,
    shut_out,
)
from sync.district.complaints.actions import NotThere, visible
from sync.district.complaints.hand_over import hand_over
from sync.district.domain.complaint_steps import Action
from sync.district.domain.one_time_codes import code_at, matching_step, step_of
from sync.district.domain.people import Role, SignedIn
from sync.district.domain.rights import may_do
from sync.district.store import accounts
from sync.district.store.audit import entries
from sync.district.store.complaint_register import person_of
from sync.district.store.engine import Connection, open_engine, reading, writing
from sync.district.times import end_of, local_day
from tests.district.test_complaints import HEAD, LAN, SCHEMES, do, one, the
from tests.district.test_write_batch import until
from tests.district.web_fixtures import NOW
from tests.district.web_server import PASSWORD
from tests.support.factories import UNIT

__all__ = ["one"]

MINUTE = timedelta(minutes=1)
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


@pytest.fixture(scope="module")
def passwords() -> Passwords:
    return Passwords()


@pytest.fixture
def lan(engine, passwords):
    add_user(engine, passwords, "lan", PASSWORD, Role.LEADER, None, NOW, not_an_officer=True)
    return engine


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (2000000000, "279037"), (20000000000, "353130")],
)
def test_the_codes_are_those_of_rfc_6238(seconds: int, code: str) -> None:
    """Appendix B of the RFC, the last six of its eight digits."""
    assert code_at(SECRET, seconds // 30) == code


def test_a_code_counts_once_and_within_a_step_of_its_own() -> None:
    now = datetime(2026, 11, 29, 8, 0, tzinfo=UTC)
    step = step_of(now)

    assert matching_step(SECRET, code_at(SECRET, step), now, None) == step
    assert matching_step(SECRET, code_at(SECRET, step - 1), now, None) == step - 1
    assert matching_step(SECRET, code_at(SECRET, step - 2), now, None) is None
    assert matching_step(SECRET, code_at(SECRET, step), now, step) is None


# ---- the second step


def on(engine) -> tuple[str, tuple[str, ...]]:
    secret = new_secret()
    return secret, turn_on(engine, "lan", secret, code_at(secret, step_of(NOW - MINUTE * 10)), NOW - MINUTE * 10)


def test_with_the_second_step_a_password_alone_opens_nothing(lan, passwords) -> None:
    secret, _ = on(lan)
    half = sign_in(lan, passwords, "lan", PASSWORD, NOW)

    assert (who(lan, half, NOW), awaits_code(lan, half, NOW)) == (None, True)
    whole = enter_code(lan, half, code_at(secret, step_of(NOW)), NOW)
    assert who(lan, whole, NOW) is not None
    assert not awaits_code(lan, half, NOW)


def test_a_code_that_was_seen_over_a_shoulder_is_worth_nothing(lan, passwords) -> None:
    secret, _ = on(lan)
    code = code_at(secret, step_of(NOW))
    enter_code(lan, sign_in(lan, passwords, "lan", PASSWORD, NOW), code, NOW)

    with pytest.raises(Refused):
        enter_code(lan, sign_in(lan, passwords, "lan", PASSWORD, NOW), code, NOW)


def test_a_recovery_code_works_once_however_it_is_typed(lan, passwords) -> None:
    _, codes = on(lan)
    typed = codes[0].lower().replace("-", " ")

    assert len(set(codes)) == RECOVERY_CODES
    assert enter_code(lan, sign_in(lan, passwords, "lan", PASSWORD, NOW), typed, NOW)
    with pytest.raises(Refused):
        enter_code(lan, sign_in(lan, passwords, "lan", PASSWORD, NOW), typed, NOW)


def test_guessed_codes_are_locked_like_guessed_passwords(lan, passwords) -> None:
    on(lan)
    half = sign_in(lan, passwords, "lan", PASSWORD, NOW, "net")
    for _ in range(4):
        with pytest.raises(Refused):
            enter_code(lan, half, "000000", NOW)

    with pytest.raises(Locked):
        enter_code(lan, half, "000000", NOW)


def test_the_second_step_may_not_take_for_ever(lan, passwords) -> None:
    secret, _ = on(lan)
    half = sign_in(lan, passwords, "lan", PASSWORD, NOW)

    with pytest.raises(Refused):
        enter_code(lan, half, code_at(secret, step_of(NOW + CODE_WITHIN)), NOW + CODE_WITHIN)


def test_it_is_turned_on_by_a_right_code_alone_and_off_again(lan, passwords) -> None:
    for code in ("000000", "", "x"):
        with pytest.raises(Refused):
            turn_on(lan, "lan", SECRET, code, NOW)
    with pytest.raises(Refused):
        turn_on(lan, "lan", "không phải khóa", "123456", NOW)
    on(lan)
    turn_off(lan, "lan", NOW, "lan")

    assert who(lan, sign_in(lan, passwords, "lan", PASSWORD, NOW), NOW) is not None


def test_a_password_set_on_the_server_is_the_way_back_for_whoever_lost_everything(lan, passwords) -> None:
    on(lan)
    change_password(lan, passwords, "lan", "một câu hoàn toàn khác", NOW, "root")

    assert who(lan, sign_in(lan, passwords, "lan", "một câu hoàn toàn khác", NOW), NOW) is not None


# ---- invitations


def test_an_invitation_sets_a_password_once(engine, passwords) -> None:
    given = invite(engine, NewUser("minh", Role.INSPECTOR, not_an_officer=True), NOW, "quan-tri")

    with pytest.raises(Refused):
        sign_in(engine, passwords, "minh", "", NOW)
    assert invited(engine, given.grouped.lower(), NOW) == "minh"
    with pytest.raises(BadPassword):
        accept(engine, passwords, given.code, "matkhau12345", NOW)
    assert accept(engine, passwords, given.grouped, PASSWORD, NOW) == "minh"
    with pytest.raises(BadUser, match=r"invitation\.gone"):
        accept(engine, passwords, given.code, PASSWORD, NOW)
    assert who(engine, sign_in(engine, passwords, "minh", PASSWORD, NOW), NOW) is not None


def test_an_account_without_a_password_is_opened_by_none(engine, passwords) -> None:
    invite(engine, NewUser("minh", Role.INSPECTOR, not_an_officer=True), NOW, "quan-tri")

    for guess in ("", "nobody has this password"):
        with pytest.raises(Refused):
            sign_in(engine, passwords, "minh", guess, NOW)


def test_an_invitation_ends_by_itself_with_the_next_and_with_the_account(engine, passwords) -> None:
    given = invite(engine, NewUser("minh", Role.INSPECTOR, not_an_officer=True), NOW, "quan-tri")
    assert invited(engine, given.code, NOW + HOLDS) is None
    last_second = end_of(local_day(given.expires_at))
    assert invited(engine, given.code, last_second - timedelta(seconds=1)) == "minh"
    assert invited(engine, given.code, last_second + timedelta(seconds=1)) is None
    assert NOW + HOLDS - timedelta(days=1) < last_second < NOW + HOLDS

    again = reset(engine, "minh", NOW, "quan-tri")
    assert (invited(engine, given.code, NOW), invited(engine, again.code, NOW)) == (None, "minh")
    shut_out(engine, "minh", True, NOW, "quan-tri")
    assert invited(engine, again.code, NOW) is None


@pytest.mark.parametrize("by", ["invite", "reset"])
def test_an_old_slip_is_worth_nothing_once_a_password_was_set(lan, passwords, by: str) -> None:
    name = "minh" if by == "invite" else "lan"
    new = NewUser(name, Role.INSPECTOR, not_an_officer=True)
    slip = invite(lan, new, NOW, "root") if by == "invite" else reset(lan, name, NOW, "root")
    assert invited(lan, slip.code, NOW) == name
    change_password(lan, passwords, name, "một câu hoàn toàn khác", NOW, "root")

    with pytest.raises(BadUser, match=r"invitation\.gone"):
        accept(lan, passwords, slip.code, "câu của người nhặt được", NOW)
    with reading(lan) as connection:
        assert accounts.invitations_waiting(connection, NOW) == {}
    assert sign_in(lan, passwords, name, "một câu hoàn toàn khác", NOW)


def test_a_reset_ends_password_second_step_and_sessions(lan, passwords) -> None:
    on(lan)
    reset(lan, "lan", NOW, "quan-tri")

    with pytest.raises(Refused):
        sign_in(lan, passwords, "lan", PASSWORD, NOW)
    with reading(lan) as connection:
        assert [entry.detail["did"] for entry in entries(connection, 5)] == ["reset", "totp_on", "added"]


def test_the_first_administrator_is_made_once_and_a_lost_code_is_given_anew(engine, passwords) -> None:
    first = first_administrator(engine, "quan-tri", NOW)
    assert first is not None
    assert first_administrator(engine, "quan-tri", NOW) is None
    later = first_administrator(engine, "quan-tri", NOW + HOLDS)
    assert later is not None
    accept(engine, passwords, later.code, PASSWORD, NOW + HOLDS)

    assert first_administrator(engine, "other", NOW + 3 * HOLDS) is None


def test_the_last_administrator_stays_and_nobody_ends_their_own(engine) -> None:
    for name in ("a1", "a2"):
        invite(engine, NewUser(name, Role.ADMINISTRATOR, not_an_officer=True), NOW, "")

    with pytest.raises(BadUser, match="last_administrator"):
        shut_out(engine, "a1", True, NOW, "a1")
    shut_out(engine, "a2", True, NOW, "a1")
    with pytest.raises(BadUser, match="last_administrator"):
        move_user(engine, "a1", Role.TECHNICIAN, None, None, NOW, "x")


def test_an_administrator_makes_nobody_a_reader_who_is_not_linked(engine) -> None:
    invite(engine, NewUser("tung", Role.TECHNICIAN), NOW, "a1")

    with pytest.raises(BadUser, match="not_linked"):
        move_user(engine, "tung", Role.LEADER, None, None, NOW, "a1")
    with pytest.raises(BadUser, match="auditor_by_command"):
        move_user(engine, "tung", Role.AUDITOR, None, None, NOW, "a1")


def test_changing_ones_own_password_needs_it_and_ends_the_other_sessions(lan, passwords) -> None:
    mine, other = (sign_in(lan, passwords, "lan", PASSWORD, NOW) for _ in range(2))
    kept = session_hash(mine)

    with pytest.raises(Refused):
        change_own(lan, passwords, "lan", "sai", "một câu hoàn toàn khác", kept, NOW)
    change_own(lan, passwords, "lan", PASSWORD, "một câu hoàn toàn khác", kept, NOW)

    assert who(lan, mine, NOW) is not None
    assert who(lan, other, NOW) is None


def test_the_present_password_is_guessed_no_more_often_than_at_sign_in(lan, passwords) -> None:
    for _ in range(5):
        with pytest.raises(Refused):
            change_own(lan, passwords, "lan", "sai", "một câu hoàn toàn khác", b"", NOW, "net")

    with pytest.raises(Locked):
        change_own(lan, passwords, "lan", PASSWORD, "một câu hoàn toàn khác", b"", NOW, "net")
    with pytest.raises(Locked):
        sign_in(lan, passwords, "lan", PASSWORD, NOW, "net")


def test_a_password_that_was_reset_meanwhile_is_not_put_back(lan, passwords, monkeypatch) -> None:
    hashed = passwords.hash

    def meanwhile(password: str) -> str:
        change_password(lan, passwords, "lan", "câu của người quản trị", NOW, "root")
        return hashed(password)

    monkeypatch.setattr(passwords, "hash", lambda password: (monkeypatch.undo(), meanwhile(password))[1])
    with pytest.raises(Refused):
        change_own(lan, passwords, "lan", PASSWORD, "một câu hoàn toàn khác", b"", NOW)

    assert sign_in(lan, passwords, "lan", "câu của người quản trị", NOW)


def test_no_administrator_opens_the_account_of_the_auditor(engine, passwords) -> None:
    add_user(engine, passwords, "tung", PASSWORD, Role.AUDITOR, None, NOW, by="root")
    secret = new_secret()
    turn_on(engine, "tung", secret, code_at(secret, step_of(NOW)), NOW)

    with pytest.raises(BadUser, match="auditor_by_command"):
        reset(engine, "tung", NOW, "quan-tri")
    with pytest.raises(BadUser, match="auditor_by_command"):
        turn_off(engine, "tung", NOW, "quan-tri")
    shut_out(engine, "tung", True, NOW, "quan-tri")
    with pytest.raises(BadUser, match="auditor_by_command"):
        shut_out(engine, "tung", False, NOW, "quan-tri")

    set_disabled(engine, "tung", False, NOW, "root")
    assert awaits_code(engine, sign_in(engine, passwords, "tung", PASSWORD, NOW), NOW)
    turn_off(engine, "tung", NOW, "tung")
    assert who(engine, sign_in(engine, passwords, "tung", PASSWORD, NOW), NOW) is not None


def test_the_last_administrator_stays_whoever_asks(engine) -> None:
    for name in ("a1", "a2"):
        invite(engine, NewUser(name, Role.ADMINISTRATOR, not_an_officer=True), NOW, "")
    shut_out(engine, "a2", True, NOW, "a1")

    with pytest.raises(BadUser, match="last_administrator"):
        shut_out(engine, "a1", True, NOW, "a2")
    with pytest.raises(BadUser, match="last_administrator"):
        move_user(engine, "a1", Role.LEADER, None, None, NOW, "a2")
    shut_out(engine, "a2", False, NOW, "a1")
    shut_out(engine, "a1", True, NOW, "a2")


def test_two_administrators_who_shut_each_other_out_at_once_leave_one(engine, database_url) -> None:
    for name in ("a1", "a2"):
        invite(engine, NewUser(name, Role.ADMINISTRATOR, not_an_officer=True), NOW, "")
    other, begun, done = open_engine(database_url), threading.Event(), list[str]()

    def second() -> None:
        begun.set()
        with pytest.raises(BadUser, match="last_administrator"):
            shut_out(other, "a1", True, NOW, "a2")
        done.append("refused")

    thread = threading.Thread(target=second)
    with writing(engine) as connection:
        assert accounts.hold_administrators(connection) == {"a1", "a2"}
        thread.start()
        assert begun.wait(20)
        if engine.dialect.name == "postgresql":
            until(lambda: _somebody_waits_for(connection))
        assert not done  # it waits until the first has decided
        accounts.set_disabled(connection, "a2", True)
    thread.join(20)
    other.dispose()

    assert done == ["refused"]


def _somebody_waits_for(holder: Connection) -> bool:
    """Whether PostgreSQL's table of locks shows another transaction that waits for one that ``holder`` has."""
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))")
    return bool(holder.scalar(waiting))


def test_whatever_is_done_to_an_account_by_command_is_written_down_too(lan, passwords) -> None:
    invite(lan, NewUser("tung", Role.TECHNICIAN), NOW, "root")
    link_user(lan, "tung", None, True, None, NOW, "root")
    set_disabled(lan, "tung", True, NOW, "root")
    set_disabled(lan, "tung", False, NOW, "root")
    change_password(lan, passwords, "tung", "một câu hoàn toàn khác", NOW, "root")
    move_user(lan, "tung", Role.ADMINISTRATOR, None, None, NOW, "lan")

    with reading(lan) as connection:
        found = [(each.person, each.detail) for each in entries(connection, 9)]
    assert found.pop() == ("", {"user": "lan", "did": "added"})
    assert [detail["did"] for _, detail in found] == ["moved", "password", "enabled", "disabled", "linked", "invited"]
    assert {person for person, _ in found[1:]} == {"root"}
    assert (found[0][1]["from"], found[0][1]["to"]) == (["technician", None], ["administrator", None])


# ---- deputies and handing over


@pytest.fixture
def away(one, passwords):
    """The complaint is owned by Lan, who will be away; Minh answers too."""
    add_user(one.engine, passwords, "minh", PASSWORD, Role.INSPECTOR, UNIT, NOW, None, True)
    do(one, LAN, the(one), Action.TAKE)
    return one


MINH = SignedIn("minh", Role.INSPECTOR, UNIT, "")


def test_a_deputy_does_what_is_owned_by_who_is_away_on_these_days_alone(away) -> None:
    today = local_day(away.clock())
    assert not _acts(away, MINH)
    name_deputy(away.engine, "lan", "minh", (today, today + timedelta(days=3)), "lan", away.clock())
    during = _acts(away, MINH)
    away.clock.pass_by(days=5)

    assert (during, _acts(away, MINH)) == (True, False)


def test_a_deputy_ends_when_it_is_ended(away) -> None:
    today = local_day(away.clock())
    name_deputy(away.engine, "lan", "minh", (today, today + timedelta(days=3)), "lan", away.clock())
    (number,) = away.rows("deputies", "deputy_id")[0]
    end_deputy(away.engine, "lan", number, "lan", away.clock())

    assert not _acts(away, MINH)


def test_who_stood_in_and_on_which_days_stays_written_down(away) -> None:
    today = local_day(away.clock())
    days = (today, today + timedelta(days=3))
    name_deputy(away.engine, "lan", "minh", days, "lan", away.clock())
    (number,) = away.rows("deputies", "deputy_id")[0]
    end_deputy(away.engine, "lan", number, "lan", away.clock())
    end_deputy(away.engine, "lan", number, "lan", away.clock() + MINUTE)

    kept = away.rows("deputies", "absent", "deputy", "first_day", "last_day", "ended_at")
    assert kept == [("lan", "minh", *days, away.clock())]
    with reading(away.engine) as connection:
        did = [each.detail for each in entries(connection, 2)]
    told = {"user": "lan", "deputy": "minh", "first": days[0].isoformat(), "last": days[1].isoformat()}
    assert did == [told | {"did": "deputy_ended"}, told | {"did": "deputy"}]


@pytest.mark.parametrize("unit", ["H32.99", None])
def test_a_deputy_shares_a_unit_with_who_is_away(away, passwords, unit: str | None) -> None:
    away.reference(units=[{"unit_id": "H32.99", "name": "Xã Khác", "level": "commune", "parent_id": None}])
    add_user(away.engine, passwords, "xa", PASSWORD, Role.INSPECTOR, unit, NOW, None, True)
    shut_out(away.engine, "minh", True, NOW, "quan-tri")
    today = local_day(away.clock())
    with reading(away.engine) as connection:
        lan = accounts.user(connection, "lan")
        assert lan is not None
        offered = colleagues(connection, lan, today)

    assert ("xa" in offered, "minh" in offered) == (unit is None, False)
    if unit is not None:
        with pytest.raises(BadUser, match="deputy_who"):
            name_deputy(away.engine, "lan", "xa", (today, today), "lan", away.clock())


@pytest.mark.parametrize(
    ("deputy", "first", "days", "key"),
    [
        ("lan", 0, 1, "deputy_who"),
        ("nobody", 0, 1, "unknown"),
        ("minh", -9, 2, "deputy_days"),
        ("minh", 0, 400, "days"),
    ],
)
def test_a_deputy_that_cannot_be_is_refused(away, deputy: str, first: int, days: int, key: str) -> None:
    begins = away.clock().date() + timedelta(days=first)

    with pytest.raises(BadUser, match=key):
        name_deputy(away.engine, "lan", deputy, (begins, begins + timedelta(days=days)), "lan", away.clock())


def test_what_somebody_owns_is_handed_over_in_one_go_and_written_down(away) -> None:
    handed = hand_over(away.engine, SCHEMES, HEAD, "lan", "minh", away.clock())

    assert (handed.done, handed.left) == (1, 0)
    assert away.rows("complaint_standings", "owner") == [("minh",)]
    assert ("assign", "head") in away.rows("complaint_actions", "action", "by")


def test_nobody_hands_over_who_may_not_assign(away) -> None:
    handed = hand_over(away.engine, SCHEMES, LAN, "lan", "minh", away.clock())

    assert (handed.done, handed.left) == (0, 1)


def _acts(world, signed_in: SignedIn) -> bool:
    """Whether somebody may go on with the complaint as if it were theirs."""
    with reading(world.engine) as connection:
        try:
            found, case = visible(connection, signed_in, the(world), world.clock())
        except NotThere:
            return False
        person = person_of(connection, signed_in, local_day(world.clock()))
        return may_do(person, Action.START, found.line.subject, case)
