"""Whatever anybody puts into an address or a form of any page, signed in or not: never a 500."""

from collections.abc import Iterator
from itertools import product
from urllib.parse import quote

import pytest
from fastapi import APIRouter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.domain.receipt import mint
from sync.district.app import create_app
from sync.district.domain.complaint_steps import Action
from sync.district.domain.people import Role
from sync.district.reports.kinds import ReportKind
from sync.district.reports.routes import report_router
from sync.district.web.routes import web_router
from tests.district.conftest import Client, District, serve_app
from tests.district.web_server import PASSWORD, add_people
from tests.support.factories import UNIT

Office = tuple[Client, APIRouter, str]
PEOPLE = {"nobody": None, "lan": Role.LEADER, "tung": Role.TECHNICIAN, "hoa": Role.AUDITOR}
NASTY = [
    "",
    "\0",
    "a\0b",
    "\udc80",
    "%00",
    "%ff",
    "../../x",
    "' OR 1=1 --",
    "9" * 400,
    "١٢٣",
    "-1",
    "é" * 300,
    "\U0001f600",
]
FORMS = [
    b"", b"=", b"&&&", b"%00=%00", b"number=%00", b"text=%ED%A0%80", b"seen=x", b"seen=99999999999999999999",
    b"action=take&seen=-1", b"a" * 8_000, b"\xff\xfe=\xff", b"number=" + b"1" * 7_000, b"a=1&" * 1_500,
]  # fmt: skip
TYPES = [
    "application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=unicode_escape",
    "multipart/form-data; boundary=x; charset=unicode_escape", "multipart/form-data", "text/plain",
    "application/json", "",
]  # fmt: skip


def pages_of(router: APIRouter) -> list[tuple[str, str]]:
    """Every page: its method, and its path with names in braces."""
    found: list[tuple[str, str]] = []
    for route in router.routes:
        inner = getattr(route, "original_router", None)
        found += pages_of(inner) if inner else [(method, route.path) for method in route.methods]
    return sorted(found)


def names_read(router: APIRouter) -> dict[str, set[str]]:
    """The names after the question mark that each page reads, by its path."""
    found: dict[str, set[str]] = {}
    for route in router.routes:
        inner = getattr(route, "original_router", None)
        if inner:
            found |= names_read(inner)
        elif "GET" in route.methods:
            found[route.path] = {each.alias for each in route.dependant.query_params}
    return found


@pytest.fixture
def office(district: District) -> Iterator[Office]:
    add_people(district.engine, *((name, role, None) for name, role in PEOPLE.items() if role))
    box = district.box()
    number = mint().number
    complaint = box.tell(number)
    district.accept(box)
    district.overnight()
    parts = [web_router(district.services), report_router(district.services)]
    router = APIRouter(routes=[route for part in parts for route in part.routes])
    with serve_app(create_app(district.services, parts)) as client:
        yield client, router, complaint.entry_id


def sign_in(client: Client, name: str) -> None:
    client.session.cookies.clear()
    if PEOPLE[name]:
        said = {"user_name": name, "password": PASSWORD}
        assert client.session.post(f"{client.base}/sign-in", said, timeout=30, allow_redirects=False).status_code == 303


def filled(path: str, entry_id: str, values: list[str]) -> Iterator[str]:
    """The path with each value in each place, the other places right."""
    names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    right = {
        "entry_id": entry_id,
        "sha256": "0" * 64,
        "language": "vi",
        "name": "site.css",
        "token": "x" * 22,
        "number": "1",
    }
    for name, value in product(names, values):
        each = path
        for other in names:
            said = quote(value, safe="", errors="surrogatepass") if other == name else right[other]
            each = each.replace("{" + other + "}", said)
        yield each
    if not names:
        yield path


@pytest.mark.slow
@pytest.mark.parametrize("name", PEOPLE)
def test_no_page_fails_whatever_stands_in_its_address(office: Office, name: str) -> None:
    client, router, entry_id = office
    sign_in(client, name)
    asked, reads = 0, names_read(router)
    for method, path in pages_of(router):
        for address in filled(path, entry_id, NASTY) if method == "GET" else ():
            for query in queries(reads[path]) if "{" not in path else ["", "?lang=%00"]:
                for verb in ("GET", "HEAD") if query == "" and "{" in path else ("GET",):
                    answer = client.session.request(
                        verb, client.base + address + query, timeout=30, allow_redirects=False
                    )
                    assert answer.status_code < 500, (verb, address, query)
                    asked += 1

    assert asked > 100


def queries(names: set[str]) -> Iterator[str]:
    """Each value under each of these names alone, and under every name that any page reads at once."""
    yield ""
    if "kind" in names:
        yield from (f"?kind={kind}&unit={UNIT}&period=month&of=2026-11" for kind in ReportKind)
    for value in NASTY[1:7]:
        said = quote(value, safe="", errors="surrogatepass")
        yield from (f"?{name}={said}" for name in sorted(names))
        yield "?" + "&".join(f"{name}={said}" for name in QUERY)


QUERY = ("period", "of", "first", "tree", "unit", "show", "number", "lang", "kind", "closing")


@pytest.mark.slow
@pytest.mark.parametrize("name", PEOPLE)
def test_no_page_fails_whatever_stands_in_its_form(office: Office, name: str) -> None:
    client, router, entry_id = office
    sign_in(client, name)
    asked = 0
    for method, path in pages_of(router):
        if method != "POST" or path == "/sign-out":
            continue
        for address in {path.replace("{entry_id}", entry_id), path.replace("{entry_id}", "%00")}:
            for body, kind in [*product(FORMS, TYPES[:1]), *product(FORMS[:4], TYPES)]:
                headers = {"Content-Type": kind} if kind else {}
                answer = client.session.post(
                    client.base + address, data=body, headers=headers, timeout=30, allow_redirects=False
                )
                assert answer.status_code < 500, (address, body[:40], kind)
                asked += 1

    assert asked > 100


@pytest.mark.slow
def test_no_action_on_a_complaint_fails_whatever_its_fields_hold(office: Office) -> None:
    client, _, entry_id = office
    sign_in(client, "lan")
    page = client.session.get(f"{client.base}/complaints/{entry_id}", timeout=30).text
    token = page.partition('name="form_token" value="')[2].partition('"')[0]
    assert token
    text = st.text(max_size=30) | st.sampled_from([each for each in NASTY if each.isprintable()])
    names = ("text", "unit_id", "owner", "question", "answer")

    @settings(max_examples=60, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(
        action=st.sampled_from(list(Action)),
        seen=st.sampled_from(["-1", "0", "1", "99999999999999999999999", "x", ""]),
        fields=st.fixed_dictionaries({name: text | st.just(UNIT) for name in names}),
    )
    def holds(action: str, seen: str, fields: dict[str, str]) -> None:
        said = {"form_token": token, "action": str(action), "seen": seen, **fields}
        encoded = "&".join(f"{key}={quote(value, safe='', errors='surrogatepass')}" for key, value in said.items())
        answer = client.session.post(
            f"{client.base}/complaints/{entry_id}",
            data=encoded,
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            timeout=30,
            allow_redirects=False,
        )
        assert answer.status_code < 500, said

    holds()
