"""The public page: how a matter stands, by number or code, without a word that tells whose it is; a verdict, once."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.domain.receipt import checked, mint
from sync.district.domain.complaint_steps import Action
from sync.district.web.rate_limit import MAX_MISSES, WITHIN, RateLimit
from tests.district.complaint_office import (
    HEAD,
    SECOND,
    open_to_the_public,
)
from tests.district.conftest import NOON
from tests.district.test_complaint_pages import browse, office, standing_office
from tests.support.factories import CONTACT

__all__ = ["office", "standing_office"]


# ---- the public page


def matter(page: str) -> str:
    return re.findall(r'id="matter" data-state="(\w+)"', page)[0]


def test_a_citizen_asks_by_number_and_by_the_code_on_the_receipt(standing_office) -> None:
    browser, number = browse(standing_office), standing_office[0].numbers["ramp"]

    by_number = browser.post("/tra-cuu", {"number": f" {number[:4]} {number[4:8]}-{number[8:]} "})
    by_token = browser.get("/tra-cuu/" + "ramp".ljust(22, "_"))

    assert matter(by_number.text) == matter(by_token.text) == "received"
    for answer in (by_number, by_token):
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"
        assert number not in answer.url
        for secret in ("đường dốc", "Nguyễn", CONTACT["phone"]):
            assert secret not in answer.text


def test_a_slip_in_the_number_is_told_without_looking_it_up(standing_office) -> None:
    browser, number = browse(standing_office), standing_office[0].numbers["ramp"]
    swapped = number[:6] + number[7] + number[6] + number[8:]

    assert "một chữ số bị sai" in browser.post("/tra-cuu", {"number": number[:-1]}).text
    if swapped != number:
        assert browser.post("/tra-cuu", {"number": swapped}).status_code == 422


def test_a_number_that_has_not_arrived_is_said_to_be_on_its_way(standing_office) -> None:
    answer = browse(standing_office).post("/tra-cuu", {"number": mint().number})

    assert answer.status_code == 404
    assert "còn trên đường" in answer.text


@pytest.mark.parametrize("token", ["x" * 22, "short", "x" * 500, "..%2f..%2fetc"])
def test_a_code_that_opens_nothing_says_so(standing_office, token) -> None:
    assert browse(standing_office).get(f"/tra-cuu/{token}").status_code == 404


def test_guessing_numbers_is_slowed_down(tmp_path: Path) -> None:
    with open_to_the_public(tmp_path) as opened:
        browser = browse(opened)
        browser.session.headers["X-Forwarded-For"] = "198.51.100.7"
        guesses = [browser.post("/tra-cuu", {"number": checked(f"10000{n:09}")}) for n in range(MAX_MISSES + 1)]
        opened[0].district.clock.pass_by(minutes=11)
        after = browser.post("/tra-cuu", {"number": opened[0].numbers["ramp"]})

    assert [guess.status_code for guess in guesses] == [404] * MAX_MISSES + [429]
    assert guesses[-1].headers["Retry-After"] == "600"
    assert after.status_code == 200


def test_the_brake_counts_a_households_misses_as_one_and_forgets() -> None:
    brake = RateLimit()
    for n in range(MAX_MISSES):
        assert not brake.holds(f"2001:db8::{n:x}", NOON)
        brake.missed(f"2001:db8::{n:x}", NOON)

    assert brake.holds("2001:db8::ffff", NOON)
    assert not brake.holds("2001:db8:0:1::1", NOON)
    assert not brake.holds("192.0.2.1", NOON)
    assert not brake.holds("2001:db8::1", NOON + WITHIN + timedelta(seconds=1))


def test_many_who_share_an_address_and_find_their_matter_hold_up_nobody(standing_office) -> None:
    browser, number = browse(standing_office), standing_office[0].numbers["ramp"]

    answers = {browser.post("/tra-cuu", {"number": number}).status_code for _ in range(MAX_MISSES + 5)}

    assert answers == {200}


def test_a_citizen_reads_the_answer_and_judges_it_once(office) -> None:
    world = office[0]
    world.do(HEAD, "ramp", Action.TAKE)
    world.do(HEAD, "ramp", Action.DRAFT, text="Đã lắp đường dốc tạm.")
    world.do(SECOND, "ramp", Action.APPROVE)
    browser, token = browse(office), "ramp".ljust(22, "_")

    page = browser.get(f"/tra-cuu/{token}").text
    thanks = browser.post("/tra-cuu/danh-gia", {"token": token, "opinion": "go_on"}).text
    again = browser.post("/tra-cuu/danh-gia", {"number": world.numbers["ramp"], "opinion": "satisfied"}).text

    assert "Đã lắp đường dốc tạm." in page
    assert 'value="go_on"' in page
    assert "Đã ghi nhận: Chưa xong, xin giải quyết tiếp" in thanks
    assert matter(thanks) == "with_office"
    assert "đã được đánh giá trước đó" in again
    assert world.district.rows("complaint_actions", "action", "by")[-1] == ("verdict", "")


def test_a_verdict_without_an_answer_or_of_another_kind_is_not_taken(standing_office) -> None:
    browser, token = browse(standing_office), "late".ljust(22, "_")

    assert browser.post("/tra-cuu/danh-gia", {"token": token, "opinion": "furious"}).status_code == 422
    browser.post("/tra-cuu/danh-gia", {"token": token, "opinion": "satisfied"})
    assert standing_office[0].district.rows("complaint_actions", "action") == []


def test_an_overdue_answer_is_owned_up_to(office) -> None:
    office[0].district.clock.pass_by(days=30)

    page = browse(office).get("/tra-cuu/" + "ramp".ljust(22, "_")).text

    assert "Đã quá hạn trả lời" in page


def test_the_public_page_speaks_english_when_asked(standing_office) -> None:
    page = browse(standing_office).get("/tra-cuu/" + "ramp".ljust(22, "_"), params={"lang": "en"}).text

    assert '<html lang="en">' in page
    assert "The office has received it" in page


def test_a_verdict_by_the_number_alone_is_not_confirmed_and_leaves_the_citizen_theirs(office) -> None:
    world, _ = office
    world.do(HEAD, "ramp", Action.TAKE)
    world.do(HEAD, "ramp", Action.DRAFT, text="Đã lắp đường dốc tạm.")
    world.do(SECOND, "ramp", Action.APPROVE)
    browser, handler = browse(office), browse(office, HEAD)
    path = f"/complaints/{world.ids['ramp']}"
    number, token = world.numbers["ramp"], "ramp".ljust(22, "_")

    by_number = browser.post("/tra-cuu/danh-gia", {"number": number, "opinion": "satisfied"}).text
    seen = handler.get(path).text
    again = browser.post("/tra-cuu/danh-gia", {"number": number, "opinion": "satisfied"}).text
    by_token = browser.post("/tra-cuu/danh-gia", {"token": token, "opinion": "not_satisfied"}).text
    after = handler.get(path).text

    assert "chưa được xác nhận" in by_number
    assert 'id="unconfirmed"' in seen
    assert "đã được đánh giá trước đó" in again
    assert "Không hài lòng" in by_token
    assert 'id="unconfirmed"' not in after


def test_a_handler_never_sees_the_whole_receipt_number(office) -> None:
    world, _ = office
    number = world.numbers["ramp"]

    page = browse(office, HEAD).get(f"/complaints/{world.ids['ramp']}").text

    assert number not in page.replace(" ", "")
    assert f"**** {number[-4:]}" in page
