"""One-time codes for PINs: an officer without an account sets their own, nobody else knows it, nobody guesses it."""

import re
import threading
from datetime import date, timedelta

import pytest
from nacl.pwhash import verify

from sync.district.accounts.kiosk_pins import BadPin
from sync.district.accounts.passwords import Passwords
from sync.district.accounts.pin_codes import LENGTH, BadCode, give_code, officer_of, set_pin_by_code, withdraw_code
from sync.district.accounts.sign_in import hash_of_code
from sync.district.domain.people import Role
from sync.district.store.accounts import UserRow, add_user
from sync.district.store.audit import entries
from sync.district.store.engine import Engine, reading, writing
from sync.district.store.people_tables import pin_codes
from sync.district.store.reference_tables import officer_pins as pins
from sync.district.web.rate_limit import MAX_MISSES
from tests.district.test_roster_pages import send, signed_in
from tests.district.web_fixtures import NOW, bring, bring_samples
from tests.district.web_server import Browser, StillClock, add_people, hash_of_password, serving

CENTRE, OFFICER = "H35.88.01", "CB-0201"
PIN, PASSWORDS = "482915", Passwords()


@pytest.fixture
def office(engine: Engine) -> Engine:
    bring_samples(engine)
    return engine


def codes(engine: Engine) -> list:
    with reading(engine) as connection:
        return list(connection.execute(pin_codes.select()))


def pin_hashes(engine: Engine) -> dict[str, str]:
    with reading(engine) as connection:
        return {row.officer_number: row.pin_hash for row in connection.execute(pins.select())}


def did(engine: Engine) -> list[tuple[str, str]]:
    with reading(engine) as connection:
        return [(each.detail["did"], each.person) for each in reversed(entries(connection, 20)) if each.what == "pin"]


def test_a_code_sets_one_pin_once_and_each_step_is_written_down(office: Engine) -> None:
    given = give_code(office, CENTRE, OFFICER, NOW, "lan")
    whose = officer_of(office, given.grouped.lower(), NOW)

    set_pin_by_code(office, PASSWORDS, given.grouped.lower(), PIN, NOW)
    with pytest.raises(BadCode):
        set_pin_by_code(office, PASSWORDS, given.code, "739146", NOW)

    assert whose == OFFICER
    assert len(given.code) == LENGTH
    assert verify(pin_hashes(office)[OFFICER].encode(), PIN.encode())
    assert codes(office) == []
    assert did(office) == [("code_given", "lan"), ("pin", "")]


def test_the_database_and_the_log_hold_no_code(office: Engine) -> None:
    given = give_code(office, CENTRE, OFFICER, NOW, "lan")

    assert given.code not in repr(given)
    assert [bytes(row.code_hash) for row in codes(office)] == [hash_of_code(given.code)]


def test_a_code_ends_with_its_third_day_with_a_new_one_and_when_it_is_withdrawn(office: Engine) -> None:
    first = give_code(office, CENTRE, OFFICER, NOW, "lan")
    second = give_code(office, CENTRE, OFFICER, NOW, "lan")
    late = second.expires_at + timedelta(seconds=1)

    assert officer_of(office, first.code, NOW) is None
    assert officer_of(office, second.code, second.expires_at - timedelta(seconds=1)) == OFFICER
    assert officer_of(office, second.code, late) is None
    assert second.expires_at.date() == date(2026, 11, 22)
    with pytest.raises(BadCode):
        set_pin_by_code(office, PASSWORDS, second.code, PIN, late)
    withdraw_code(office, CENTRE, OFFICER, NOW, "lan")
    assert officer_of(office, second.code, NOW) is None


def test_a_weak_pin_is_refused_and_the_code_is_still_good(office: Engine) -> None:
    given = give_code(office, CENTRE, OFFICER, NOW, "lan")

    for weak in ("123456", "000000", "12345", "48291a"):
        with pytest.raises(BadPin):
            set_pin_by_code(office, PASSWORDS, given.code, weak, NOW)

    assert officer_of(office, given.code, NOW) == OFFICER


def test_who_left_or_sits_elsewhere_or_has_an_account_gets_none(office: Engine) -> None:
    with writing(office) as connection:
        own = UserRow("an", hash_of_password(), Role.OFFICER, CENTRE, False, "CB-0101", False)
        add_user(connection, own, NOW)
    given = give_code(office, CENTRE, "CB-0301", NOW, "lan")
    left = f"Số hiệu,Đơn vị,Vị trí,Đến ngày\nCB-0301,{CENTRE},Công chức,19/11/2026\n"
    assert bring(office, "officers", left).accepted

    for number in ("CB-0301", "CB-9999", "CB-0101"):
        with pytest.raises(BadCode):
            give_code(office, CENTRE, number, NOW, "lan")
    with pytest.raises(BadCode):
        give_code(office, "H35.89", OFFICER, NOW, "lan")
    with pytest.raises(BadCode):
        set_pin_by_code(office, PASSWORDS, given.code, PIN, NOW)
    assert pin_hashes(office) == {}


def test_of_two_who_use_one_code_at_once_one_sets_the_pin(office: Engine) -> None:
    given, done, refused = give_code(office, CENTRE, OFFICER, NOW, "lan"), [], []

    def use(pin: str) -> None:
        try:
            done.append(set_pin_by_code(office, PASSWORDS, given.code, pin, NOW))
        except BadCode:
            refused.append(pin)

    threads = [threading.Thread(target=use, args=(pin,)) for pin in (PIN, "739146")]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert (done, len(refused)) == ([OFFICER], 1)


# ---- on the pages


@pytest.fixture
def address(office: Engine, tmp_path):
    add_people(
        office,
        ("lan", Role.LEADER, CENTRE),
        ("an", Role.OFFICER, CENTRE),
        ("binh", Role.LEADER, "H35.89"),
        ("hai", Role.ADMINISTRATOR, None),
    )
    with serving(office, tmp_path, StillClock()) as base:
        yield base


@pytest.mark.parametrize("giver", ["lan", "hai"])
def test_a_head_prints_a_slip_and_the_officer_sets_a_pin_that_no_page_shows(office, address, giver: str) -> None:
    slip = send(signed_in(address, giver), "/pins", {"unit": CENTRE, "officer": OFFICER, "action": "give"})
    code = re.search(r'id="code">([A-Z0-9-]+)<', slip.text)[1]
    officer = Browser(address)

    asked = officer.get(f"/pin/{code}")
    done = officer.post("/pin", {"code": code, "pin": PIN, "again": PIN})
    again = officer.post("/pin", {"code": code, "pin": PIN, "again": PIN})

    assert slip.status_code == 200
    assert f"Cán bộ {OFFICER}" in asked.text
    assert 'id="done"' in done.text
    assert again.status_code in (404, 422)
    assert "hết hạn" in again.text
    assert PIN not in done.text + signed_in(address, giver).get("/pins").text
    assert verify(pin_hashes(office)[OFFICER].encode(), PIN.encode())


def test_others_give_no_slips_and_a_head_none_of_another_unit(office, address) -> None:
    form = {"unit": CENTRE, "officer": OFFICER, "action": "give"}

    assert Browser(address).get("/pins").status_code == 303
    assert [signed_in(address, name).get("/pins").status_code for name in ("an", "binh")] == [404, 404]
    assert [send(signed_in(address, name), "/pins", form).status_code for name in ("an", "binh")] == [404, 404]
    assert send(signed_in(address, "lan"), "/pins", form | {"form_token": "x"}).status_code == 403
    assert send(signed_in(address, "lan"), "/pins", form | {"action": "everything"}).status_code == 404
    assert codes(office) == []


def test_guessing_codes_is_slowed_to_nothing(office, address) -> None:
    give_code(office, CENTRE, OFFICER, NOW, "lan")
    stranger = Browser(address)
    stranger.session.headers["X-Forwarded-For"] = "198.51.100.7"

    answers = [stranger.get(f"/pin/{'A' * 15}{n}").status_code for n in range(MAX_MISSES + 2)]
    posted = stranger.post("/pin", {"code": "A" * LENGTH, "pin": PIN, "again": PIN})

    assert answers == [404] * MAX_MISSES + [429] * 2
    assert posted.status_code == 429
    assert pin_hashes(office) == {}
