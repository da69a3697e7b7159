"""The pages of accounts over real HTTP: invitation, second step, sessions, confirming, administration, handing over."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from nacl import pwhash
from sqlalchemy import select

from sync.district.accounts import deputies, invitations
from sync.district.accounts.kiosk_pins import set_own_pin
from sync.district.accounts.passwords import Passwords
from sync.district.accounts.sign_in import CONFIRMED_FOR, Refused
from sync.district.accounts.users import set_disabled
from sync.district.domain.one_time_codes import code_at, step_of
from sync.district.domain.people import Role
from sync.district.store import deputies as store
from sync.district.store.accounts import UserRow, add_user
from sync.district.store.audit_tables import audit_entries
from sync.district.store.engine import StoreUnavailable, reading, writing
from sync.district.store.reference_tables import officer_pins
from sync.district.times import local_day
from sync.district.web import people_routes
from sync.district.web.formats import day, day_and_clock
from tests.district.complaint_office import HEAD, LAN, MINH, TECHNICIAN, Office, open_to_the_public
from tests.district.test_complaint_pages import browse, do, form_of
from tests.district.web_server import PASSWORD, Browser, hash_of_password, serving

NEW_PASSWORD = "trăng lên đỉnh núi"


@pytest.fixture
def office(tmp_path) -> Iterator[tuple[Office, str]]:
    with open_to_the_public(tmp_path) as opened:
        district = opened[0].district
        with writing(district.engine) as connection:
            row = UserRow("quan-tri", hash_of_password(), Role.ADMINISTRATOR, None, False, None, True, "Đỗ Thị Quản")
            add_user(connection, row, district.clock())
        yield opened


def administrator(office) -> Browser:
    browser = Browser(office[1])
    assert browser.sign_in("quan-tri", PASSWORD).status_code == 303
    return browser


def post(browser: Browser, path: str, form_on: str, **fields: str):
    return browser.post(path, {"form_token": form_of(browser, form_on)["form_token"], **fields})


def invite(browser: Browser, **fields: str):
    asked = {"user_name": "hoa.le", "full_name": "Lê Thị Hoa", "role": "inspector", "unit_id": "", **fields}
    return post(browser, "/people", "/people", **asked)


# ---- inviting


def test_an_administrator_invites_and_only_the_invited_knows_the_password(office) -> None:
    slip = invite(administrator(office))
    code = re.findall(r'id="code">([^<]+)<', slip.text)[0]
    guest = Browser(office[1])
    asked = guest.get(f"/invitation/{code}").text
    set_ = guest.post("/invitation", {"code": code, "password": NEW_PASSWORD, "again": NEW_PASSWORD})

    assert (slip.status_code, slip.headers["Cache-Control"]) == (200, "no-store")
    assert "Tài khoản: hoa.le" in asked
    assert (set_.status_code, "Đã đặt mật khẩu" in set_.text) == (200, True)
    assert guest.sign_in("hoa.le", NEW_PASSWORD).status_code == 303
    assert Browser(office[1]).get(f"/invitation/{code}").status_code == 404


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"user_name": "Lê Hoa"}, "chữ thường không dấu"),
        ({"user_name": LAN.user_name}, "Tên này đã có"),
        ({"role": "auditor"}, "Xin chọn một vai trò"),
        ({"role": "officer"}, "cần số hiệu công chức"),
        ({"unit_id": "H99"}, "Không có đơn vị này"),
        ({"officer_number": "CB-99"}, "Không có cán bộ nào"),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_stays(office, fields: dict[str, str], words: str) -> None:
    answer = invite(administrator(office), **fields)

    assert answer.status_code == 422
    assert words in answer.text
    assert "Lê Thị Hoa" in answer.text


@pytest.mark.parametrize("full_name", ["Lê \u202eaoH", "Lê\x1b[2J", "Lê" * 51])
def test_a_full_name_that_nobody_reads_as_it_stands_is_refused(office, full_name: str) -> None:
    answer = invite(administrator(office), full_name=full_name)

    assert (answer.status_code, "dài quá 100 ký tự hoặc có ký tự không nhìn thấy" in answer.text) == (422, True)


def test_a_full_name_is_kept_as_people_read_it_and_not_changed_into_one_nobody_reads(office) -> None:
    browser = administrator(office)
    invite(browser, full_name="  Lê   Thị Hoa ")
    where = "/people/hoa.le"
    wrong = post(browser, where, where, action="move", role="inspector", full_name="Hoa\u200b")

    assert (wrong.status_code, "ký tự không nhìn thấy" in wrong.text) == (422, True)
    assert "<h1>Lê Thị Hoa</h1>" in browser.get(where).text


def test_for_everybody_else_these_pages_are_not_there(office) -> None:
    for who in (HEAD, LAN, MINH, TECHNICIAN):
        browser = browse(office, who)
        token = form_of(browser, "/account")["form_token"]
        assert browser.get("/people").status_code == 404
        assert browser.get(f"/people/{LAN.user_name}").status_code == 404
        for path in ("/people", f"/people/{LAN.user_name}"):
            assert browser.post(path, {"form_token": token, "action": "disable", "role": "leader"}).status_code == 404
    stranger = Browser(office[1])
    for path in ("/people", "/account", f"/people/{LAN.user_name}"):
        assert stranger.get(path).headers["Location"] == "/sign-in"


def test_an_administrator_sees_no_complaint(office) -> None:
    browser = administrator(office)

    assert browser.get("/complaints").status_code == 404
    assert browser.get(f"/complaints/{office[0].ids['ramp']}").status_code == 404
    assert browser.get("/complaints/hand-over").status_code == 404
    assert browser.get("/complaints/rights").status_code == 200


# ---- changing accounts


def test_an_administrator_shuts_out_lets_in_moves_and_resets(office) -> None:
    browser, lan, path = administrator(office), browse(office, LAN), f"/people/{LAN.user_name}"

    assert post(browser, path, path, action="disable").status_code == 303
    assert lan.get("/").headers["Location"] == "/sign-in"
    assert "đã khóa" in browser.get(path).text
    assert post(browser, path, path, action="enable").status_code == 303
    assert post(browser, path, path, action="move", role="inspector", unit_id="H32.99").status_code == 303
    assert "Kiểm tra · Sở Nông nghiệp" in browser.get(path).text
    slip = post(browser, path, path, action="reset")
    assert "Phiếu mở tài khoản cho lan.nguyen" in slip.text
    assert Browser(office[1]).sign_in(LAN.user_name, PASSWORD).status_code == 403


def test_the_last_administrator_stays(office) -> None:
    browser = administrator(office)

    answer = post(browser, "/people/quan-tri", "/people/quan-tri", action="disable")
    assert invite(browser, user_name="hai", role="administrator").status_code == 200
    of_two = post(browser, "/people/quan-tri", "/people/quan-tri", action="move", role="leader", unit_id="")
    other = post(browser, "/people/hai", "/people/hai", action="disable")

    for refused in (answer, of_two):
        assert refused.status_code == 422
        assert "Không tự bỏ quyền quản trị" in refused.text
    assert other.status_code == 303


def test_an_auditors_account_is_opened_by_no_administrator(office) -> None:
    district = office[0].district
    with writing(district.engine) as connection:
        row = UserRow("kiem.toan", hash_of_password(), Role.AUDITOR, None, False, None, True, None)
        add_user(connection, row, district.clock())
    browser, path = administrator(office), "/people/kiem.toan"
    page = browser.get(path).text
    tried = [post(browser, path, path, action=action) for action in ("reset", "second_step_off", "move")]
    out = post(browser, path, path, action="disable")
    back = post(browser, path, path, action="enable")

    assert re.findall(r'name="action" value="(\w+)"', page) == ["disable"]
    assert "district user password" in page
    assert [answer.status_code for answer in tried] == [422, 422, 404]
    assert (out.status_code, back.status_code) == (303, 422)
    assert 'name="action"' not in browser.get(path).text


def test_the_password_is_asked_for_before_a_form_is_filled_in(office) -> None:
    browser, clock = administrator(office), office[0].district.clock
    clock.pass_by(minutes=CONFIRMED_FOR.total_seconds() / 60 + 1)

    for path in ("/people", f"/people/{LAN.user_name}"):
        asked = browser.get(path).text
        assert ("nhập lại mật khẩu" in asked, f'name="back" value="{path}"' in asked) == (True, True)
        assert '<p class="help"><a href="/">' in asked
    form = form_of(browser, "/people") | {"back": "/people", "password": PASSWORD}
    assert browser.post("/confirm", form).headers["Location"] == "/people"
    assert 'id="user_name"' in browser.get("/people").text


def test_the_address_on_a_slip_is_the_districts_own(office, tmp_path) -> None:
    world = office[0].district
    with serving(world.engine, tmp_path, world.clock, public_url="https://mot-cua.example") as address:
        slip = invite(administrator((office[0], address)))

    assert '<strong class="address">https://mot-cua.example/invitation</strong>' in slip.text
    assert "127.0.0.1" not in slip.text


def test_the_way_back_from_the_rights_is_there_for_everybody(office) -> None:
    for browser in (administrator(office), browse(office, HEAD)):
        (back,) = re.findall(r'<p class="back"><a href="([^"]+)"', browser.get("/complaints/rights").text)
        assert browser.get(back).status_code == 200


# ---- the database goes away


def unavailable(*_args: object) -> None:
    raise StoreUnavailable("gone")


def test_the_pages_say_that_the_database_is_not_there(office, monkeypatch) -> None:
    lan = browse(office, LAN)
    form = form_of(lan, "/account")
    monkeypatch.setattr(invitations, "invited", unavailable)
    monkeypatch.setattr(deputies, "end_deputy", unavailable)
    for answer in (Browser(office[1]).get("/invitation/ABC"), lan.post("/account/deputy", {**form, "end": "1"})):
        assert (answer.status_code, "text/html" in answer.headers["Content-Type"]) == (503, True)
        assert "Chưa mở được cơ sở dữ liệu" in answer.text
        assert answer.headers["Content-Security-Policy"]


def test_a_code_is_shown_whatever_fails_after_it_was_made(office, monkeypatch) -> None:
    browser = administrator(office)
    monkeypatch.setattr(people_routes, "recheck_open", unavailable)

    slip = invite(browser)

    assert (slip.status_code, 'id="code"' in slip.text) == (200, True)


def test_a_number_of_no_deputy_ends_none(office) -> None:
    lan = browse(office, LAN)

    assert post(lan, "/account/deputy", "/account", end="99999999999999999999").status_code == 303
    assert post(lan, "/account/deputy", "/account", end="x").status_code == 422


def test_no_one_time_code_stands_in_the_log(office, monkeypatch, caplog) -> None:
    def broken(*_args: object) -> None:
        raise RuntimeError("a fault")

    monkeypatch.setattr(invitations, "invited", broken)

    assert Browser(office[1]).get("/invitation/SECRETCODE23").status_code == 500
    assert "GET /invitation/{code} failed" in caplog.text
    assert "SECRETCODE23" not in "".join(record.getMessage() for record in caplog.records)


def test_a_form_of_elsewhere_changes_nothing(office) -> None:
    browser = administrator(office)

    answer = browser.post(f"/people/{LAN.user_name}", {"form_token": "x", "action": "disable"})

    assert answer.status_code == 403
    assert browse(office, LAN).get("/").status_code == 200


# ---- one's own account


def test_somebody_sees_and_ends_their_sessions(office) -> None:
    here, there = browse(office, LAN), browse(office, LAN)
    other = re.findall(r'name="which" value="([0-9a-f]{64})"', here.get("/account").text)

    assert len(other) == 2
    assert post(here, "/account/sessions", "/account", which="others").status_code == 303
    assert here.get("/account").status_code == 200
    assert there.get("/account").headers["Location"] == "/sign-in"


def test_nobody_ends_the_session_of_another(office) -> None:
    lan, head = browse(office, LAN), browse(office, HEAD)
    (of_head,) = re.findall(r'name="which" value="([0-9a-f]{64})"', head.get("/account").text)

    post(lan, "/account/sessions", "/account", which=of_head)

    assert head.get("/account").status_code == 200


def test_somebody_changes_their_password(office) -> None:
    lan = browse(office, LAN)
    wrong = post(lan, "/account/password", "/account", now_is="sai", password=NEW_PASSWORD, again=NEW_PASSWORD)
    differ = post(lan, "/account/password", "/account", now_is=PASSWORD, password=NEW_PASSWORD, again="khác")
    common = post(lan, "/account/password", "/account", now_is=PASSWORD, password="matkhau2026", again="matkhau2026")
    done = post(lan, "/account/password", "/account", now_is=PASSWORD, password=NEW_PASSWORD, again=NEW_PASSWORD)

    assert [answer.status_code for answer in (wrong, differ, common, done)] == [422, 422, 422, 200]
    assert "dễ đoán nhất" in common.text
    assert Browser(office[1]).sign_in(LAN.user_name, NEW_PASSWORD).status_code == 303


def test_a_session_left_open_is_no_place_to_guess_the_password(office) -> None:
    lan = browse(office, LAN)
    fields = {"now_is": "sai", "password": NEW_PASSWORD, "again": NEW_PASSWORD}
    wrong = [post(lan, "/account/password", "/account", **fields).status_code for _ in range(5)]
    locked = post(lan, "/account/password", "/account", **fields | {"now_is": PASSWORD})

    assert wrong == [422] * 5
    assert (locked.status_code, 'id="password-locked"' in locked.text) == (429, True)
    assert Browser(office[1]).sign_in(LAN.user_name, NEW_PASSWORD).status_code in (403, 429)


def test_the_second_step_is_turned_on_asked_for_and_turned_off(office) -> None:
    lan, clock = browse(office, LAN), office[0].district.clock
    page = lan.get("/account").text
    secret = re.findall(r'name="secret" value="([A-Z2-7]+)"', page)[0]
    wrong = post(lan, "/account/second-step", "/account", secret=secret, code="000000")
    on = post(lan, "/account/second-step", "/account", secret=secret, code=code_at(secret, step_of(clock())))
    assert wrong.status_code == 422
    assert 'id="recovery"' in on.text
    assert on.text.count("<li><code>") == 8

    clock.pass_by(minutes=2)
    again = Browser(office[1])
    asked = again.sign_in(LAN.user_name, PASSWORD)
    assert (asked.status_code, "Bước thứ hai" in asked.text) == (200, True)
    assert again.get("/").headers["Location"] == "/sign-in"
    assert again.post("/sign-in/code", {"code": "111111"}).status_code == 403
    assert again.post("/sign-in/code", {"code": code_at(secret, step_of(clock()))}).status_code == 303
    assert again.get("/").status_code == 200
    assert post(again, "/account/second-step", "/account", off="yes").status_code == 303
    assert Browser(office[1]).sign_in(LAN.user_name, PASSWORD).status_code == 303


def test_no_key_of_a_second_step_is_drawn_before_the_password_was_typed(office) -> None:
    lan, clock = browse(office, LAN), office[0].district.clock
    clock.pass_by(minutes=CONFIRMED_FOR.total_seconds() / 60 + 1)
    before = lan.get("/account").text
    asked = post(lan, "/account/second-step", "/account").text
    form = form_of(lan, "/account")
    back = lan.post("/confirm", {**form, "back": "/account", "password": PASSWORD})

    assert ('name="secret"' in before, 'action="/account/second-step"' in before) == (False, True)
    assert 'name="back" value="/account"' in asked
    assert back.headers["Location"] == "/account"
    assert 'name="secret"' in lan.get("/account").text


def test_contact_and_recording_need_the_password_typed_lately(office) -> None:
    lan, clock = browse(office, LAN), office[0].district.clock
    for name in ("ramp", "spoken"):
        assert do(lan, office, name, "take").status_code == 303
    path = f"/complaints/{office[0].ids['ramp']}"
    assert "0912" in post(lan, f"{path}/contact", path).text

    clock.pass_by(minutes=CONFIRMED_FOR.total_seconds() / 60 + 1)
    asked = post(lan, f"{path}/contact", path)
    sound = lan.get(f"/complaints/{office[0].ids['spoken']}").text
    wrong = post(lan, "/confirm", path, password="sai", back=path)
    elsewhere = post(lan, "/confirm", path, password=PASSWORD, back="https://example.org/")
    right = post(lan, "/confirm", path, password=PASSWORD, back=path)

    assert ("nhập lại mật khẩu" in asked.text, "0912" in asked.text) == (True, False)
    assert ("<audio" in sound, "trước khi nghe" in sound) == (False, True)
    assert wrong.status_code == 403
    assert elsewhere.headers["Location"] == "/"
    assert right.headers["Location"] == path
    assert "0912" in post(lan, f"{path}/contact", path).text


def test_somebody_names_their_deputy_who_then_goes_on(office) -> None:
    lan, minh, today = browse(office, LAN), browse(office, MINH), office[0].district.clock().date()
    assert do(lan, office, "ramp", "take").status_code == 303
    path = f"/complaints/{office[0].ids['ramp']}"
    before = 'class="act act-start"' in minh.get(path).text
    wrong = post(lan, "/account/deputy", "/account", deputy=MINH.user_name, first="x", last="")
    fields = {"deputy": MINH.user_name, "first": today.isoformat(), "last": (today + timedelta(days=9)).isoformat()}
    assert post(lan, "/account/deputy", "/account", **fields).status_code == 303

    assert wrong.status_code == 422
    assert (before, 'class="act act-start"' in minh.get(path).text) == (False, True)
    number = re.findall(r'name="end" value="(\d+)"', lan.get("/account").text)[0]
    assert post(lan, "/account/deputy", "/account", end=number).status_code == 303
    assert 'class="act act-start"' not in minh.get(path).text


def test_an_administrator_reads_who_stood_in_before_and_who_ended_it(office) -> None:
    clock, lan, path = office[0].district.clock, browse(office, LAN), f"/people/{LAN.user_name}"
    assert 'id="past-deputies"' not in administrator(office).get(path).text
    for first, last in ((0, 1), (3, 9), (20, 29)):
        days = [(local_day(clock()) + timedelta(days=each)).isoformat() for each in (first, last)]
        fields = {"deputy": MINH.user_name, "first": days[0], "last": days[1]}
        assert post(lan, "/account/deputy", "/account", **fields).status_code == 303
    second = re.findall(r'name="end" value="(\d+)"', lan.get("/account").text)[1]
    first_day = day(local_day(clock()))
    clock.pass_by(minutes=5)
    browser = administrator(office)
    assert post(browser, path, path, action="deputy_end", end=second).status_code == 303
    ended = day_and_clock(clock())
    clock.pass_by(days=2)
    page = administrator(office).get(path).text
    past = re.findall(r"<li>(.*?)</li>", page[page.index('id="past-deputies"') :])

    assert len(past) == 2, "the third is still to come"
    assert all(MINH.user_name in each and "do lan.nguyen đặt" in each for each in past)
    assert f"kết thúc sớm lúc {ended} (quan-tri)" in past[0]
    assert first_day in past[1]
    assert "kết thúc" not in past[1]


def test_no_more_than_ten_past_deputies_are_listed_the_newest_first(office) -> None:
    district, today = office[0].district, local_day(office[0].district.clock())
    with writing(district.engine) as connection:
        for n in range(12):
            when = today - timedelta(days=100 - n)
            store.add_deputy(connection, LAN.user_name, MINH.user_name, when, when, f"ai-{n}", district.clock())
    page = administrator(office).get(f"/people/{LAN.user_name}").text

    assert re.findall(r"do (ai-\d+) đặt", page) == [f"ai-{n}" for n in range(11, 1, -1)]


# ---- handing over


def test_a_leader_hands_over_what_somebody_owns(office) -> None:
    lan, head = browse(office, LAN), browse(office, HEAD)
    for name in ("ramp", "chairs"):
        assert do(lan, office, name, "take").status_code == 303
    page = head.get("/complaints/hand-over").text
    same = post(head, "/complaints/hand-over", "/complaints/hand-over", owner=LAN.user_name, to=LAN.user_name)
    done = post(head, "/complaints/hand-over", "/complaints/hand-over", owner=LAN.user_name, to=MINH.user_name)

    assert "lan.nguyen (đang phụ trách 2 việc)" in page
    assert same.status_code == 422
    assert "Đã bàn giao 2 việc" in done.text
    assert lan.get("/complaints/hand-over").status_code == 404


# ---- the PIN for kiosks


def pins(office) -> list[tuple[str, str, bool]]:
    with reading(office[0].district.engine) as connection:
        rows = connection.execute(select(officer_pins.c.staff_id, officer_pins.c.pin_hash, officer_pins.c.removed))
        return [tuple(row) for row in rows]


def test_an_officer_sets_their_pin_with_their_password_and_only_a_hash_is_kept(office) -> None:
    lan = browse(office, LAN)
    fields = {"now_is": PASSWORD, "pin": "240680", "again": "240680"}
    wrong = post(lan, "/account/kiosk-pin", "/account", **fields | {"now_is": "sai"})
    differ = post(lan, "/account/kiosk-pin", "/account", **fields | {"again": "240681"})
    weak = [
        post(lan, "/account/kiosk-pin", "/account", **fields | {"pin": pin, "again": pin}).status_code
        for pin in ("123456", "999999", "12345", "1234567", "24068a", "٢٤٠٦٨٠")
    ]
    before = pins(office)
    done = post(lan, "/account/kiosk-pin", "/account", **fields)
    ((staff_id, kept, _),) = pins(office)
    again = post(lan, "/account/kiosk-pin", "/account", **fields | {"pin": "802460", "again": "802460"})
    ((same_id, other, _),) = pins(office)

    assert ([wrong.status_code, differ.status_code, *weak], before) == ([422] * 8, [])
    assert (done.status_code, again.status_code) == (200, 200)
    assert "Đã đặt mã PIN" in done.text
    assert kept.startswith("$argon2id$")
    assert pwhash.verify(kept.encode(), b"240680")
    assert (same_id, kept == other) == (staff_id, False)
    assert LAN.officer_number not in staff_id
    assert "240680" not in lan.get("/account").text


def test_a_pin_set_while_its_owner_is_shut_out_or_reset_is_none(office, monkeypatch) -> None:
    """The slow hash takes a tenth of a second and more; what somebody else did meanwhile counts."""
    engine = office[0].district.engine
    hash_slowly = Passwords.hash

    def meanwhile(self: Passwords, word: str) -> str:
        set_disabled(engine, LAN.user_name, True, office[0].district.clock(), "an.admin")
        return hash_slowly(self, word)

    monkeypatch.setattr(Passwords, "hash", meanwhile)
    with pytest.raises(Refused):
        set_own_pin(engine, Passwords(), LAN, PASSWORD, "240680", office[0].district.clock())

    assert pins(office) == []


def test_a_weak_pin_costs_no_try_of_the_password(office) -> None:
    lan = browse(office, LAN)
    weak = {"now_is": PASSWORD, "pin": "111111", "again": "111111"}
    for _ in range(9):
        assert post(lan, "/account/kiosk-pin", "/account", **weak).status_code == 422

    assert Browser(office[1]).sign_in(LAN.user_name, PASSWORD).status_code == 303


def test_a_session_left_open_is_no_place_to_guess_the_password_for_a_pin(office) -> None:
    lan = browse(office, LAN)
    fields = {"now_is": "sai", "pin": "240680", "again": "240680"}
    wrong = [post(lan, "/account/kiosk-pin", "/account", **fields).status_code for _ in range(5)]
    locked = post(lan, "/account/kiosk-pin", "/account", **fields | {"now_is": PASSWORD})

    assert wrong == [422] * 5
    assert (locked.status_code, 'id="pin-locked"' in locked.text, pins(office)) == (429, True, [])


def test_a_pin_ends_with_its_owner_s_wish_and_with_their_account(office) -> None:
    fields = {"now_is": PASSWORD, "pin": "240680", "again": "240680"}
    lan, admin = browse(office, LAN), administrator(office)

    def ended(do) -> bool:
        post(browse(office, LAN), "/account/kiosk-pin", "/account", **fields)
        assert [removed for _, _, removed in pins(office)] == [False]
        do()
        ((_, kept, removed),) = pins(office)
        return removed and kept == ""

    assert ended(lambda: post(lan, "/account/kiosk-pin", "/account", end="yes"))
    assert ended(lambda: post(admin, f"/people/{LAN.user_name}", f"/people/{LAN.user_name}", action="disable"))
    post(admin, f"/people/{LAN.user_name}", f"/people/{LAN.user_name}", action="enable")
    assert ended(lambda: post(admin, f"/people/{LAN.user_name}", f"/people/{LAN.user_name}", action="reset"))
    with reading(office[0].district.engine) as connection:
        did = [row.detail.get("did") for row in connection.execute(select(audit_entries).order_by(audit_entries.c.at))]
    assert [each for each in did if each in ("pin", "pin_ended")] == ["pin", "pin_ended"] * 3


def test_who_is_no_officer_of_the_lists_has_no_pin(office) -> None:
    admin = administrator(office)
    fields = {"now_is": PASSWORD, "pin": "240680", "again": "240680"}

    assert post(admin, "/account/kiosk-pin", "/account", **fields).status_code == 404
    assert 'id="kiosk-pin"' not in admin.get("/account").text
    assert pins(office) == []
