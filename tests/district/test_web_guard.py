"""What no page may let happen: headers, cookies, forms from elsewhere, scripts, wrong addresses."""

import re
import tomllib
from datetime import timedelta

import pytest
import requests

from kiosk.paths import shared
from sync.district.domain.people import Role
from sync.district.texts import load_texts
from tests.district.web_fixtures import bring_samples, empty_district
from tests.district.web_server import Browser, StillClock, add_people, enrol, rate, serving

CENTRE = "H35.88.01"
Q1 = f"{CENTRE}-Q1"


@pytest.fixture(scope="module")
def clock() -> StillClock:
    return StillClock()


@pytest.fixture(scope="module")
def address(tmp_path_factory, clock):
    """One district for all of these tests: none of them leaves anything behind but tries to sign in."""
    folder = tmp_path_factory.mktemp("guarded")
    engine = empty_district(folder)
    bring_samples(engine)
    add_people(engine, ("lan", Role.LEADER, None), ("minh", Role.LEADER, None))
    rate(engine, CENTRE, Q1, {5: 60})
    enrol(engine, "kiosk-1", CENTRE, Q1)
    with serving(engine, folder, clock) as base:
        yield base


@pytest.fixture
def browser(address) -> Browser:
    return Browser(address)


@pytest.mark.parametrize("path", ["/", "/sign-in", "/figures.json", "/?unit=nowhere", "/static/none.css"])
def test_every_answer_is_guarded(browser, path):
    browser.sign_in("lan")

    headers = browser.get(path).headers

    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script" not in policy
    assert "unsafe" not in policy
    assert (headers["X-Content-Type-Options"], headers["Cache-Control"]) == ("nosniff", "no-store")


def test_no_page_holds_a_script_a_style_or_an_address_elsewhere(browser):
    sign_in = browser.get("/sign-in").text
    browser.sign_in("lan")

    for page in (sign_in, browser.get("/").text, browser.get("/static/district.css?v=1").text):
        assert re.findall(r"<script|<style|style=|\son\w+=|https?:|@import|//[a-z]", page) == []


def test_the_cookie_is_kept_from_scripts_and_other_sites(browser):
    cookie = browser.sign_in("lan").headers["Set-Cookie"]

    assert cookie.startswith("session=")
    for part in ("HttpOnly", "Path=/", "SameSite=strict", "Max-Age=28800"):
        assert part in cookie


def test_behind_https_the_cookie_never_travels_in_clear(browser):
    answer = browser.post(
        "/sign-in", {"user_name": "lan", "password": "một câu dễ nhớ"}, headers={"X-Forwarded-Proto": "https"}
    )

    assert answer.headers["Set-Cookie"].startswith("__Host-session=")
    assert "Secure" in answer.headers["Set-Cookie"]
    assert answer.headers["Strict-Transport-Security"]


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "http://evil.test"}]
)
def test_a_form_from_another_site_is_refused(browser, headers):
    answer = browser.post("/sign-in", {"user_name": "lan", "password": "một câu dễ nhớ"}, headers=headers)

    assert answer.status_code == 403
    assert "Set-Cookie" not in answer.headers


def test_signing_out_needs_the_forms_token(browser):
    browser.sign_in("lan")

    assert browser.post("/sign-out", {"form_token": "guessed"}).status_code == 403
    assert browser.get("/").status_code == 200


def test_a_wrong_password_is_told_politely_and_the_fifth_locks(browser, clock):
    answers = [browser.sign_in("minh", "sai rồi nhé") for _ in range(6)]

    assert [answer.status_code for answer in answers] == [403] * 5 + [429]
    assert "Tên hoặc mật khẩu chưa đúng" in answers[0].text
    assert "Xin thử lại sau 10:01" in answers[5].text
    assert answers[5].headers["Retry-After"] == "60"
    assert browser.sign_in("minh").status_code == 429
    clock.now += timedelta(minutes=1)
    assert browser.sign_in("minh").status_code == 303


def test_what_a_stranger_types_is_escaped(browser):
    page = browser.sign_in('"><script>alert(1)</script>', "x").text

    assert "<script" not in page


def test_a_huge_form_is_refused_unread(browser, address):
    assert browser.post("/sign-in", {"user_name": "x" * 9000}).status_code == 413

    chunked = requests.post(f"{address}/sign-in", data=iter([b"user_name=x"]), timeout=20)
    assert chunked.status_code == 411


@pytest.mark.parametrize("path", ["/?period=forever", "/static/../vi.toml", "/static/vi.toml", "/language/../x"])
def test_an_address_that_is_none_is_refused(browser, path):
    browser.sign_in("lan")

    assert browser.get(path).status_code == 404


def test_the_language_can_be_changed_and_stays(browser):
    browser.get("/language/en")
    english = browser.get("/sign-in").text
    browser.get("/language/xx")

    assert '<html lang="en">' in english
    assert "Sign in" in english
    assert browser.get("/sign-in").text == english


def test_both_languages_have_the_same_keys_and_places():
    vietnamese, english = load_texts("vi"), load_texts("en")
    places = re.compile(r"\{(\w+)\}")

    raw = [
        tomllib.loads(path.read_text("utf-8")) for path in (shared("assets") / "texts" / "district").rglob("en.toml")
    ]
    assert {name for table in raw for name in table} == {key.split(".")[0] for key in vietnamese.entries}
    for key, text in vietnamese.entries.items():
        assert set(places.findall(text)) == set(places.findall(english.entries[key])), key
