"""Every parameter that a page declares, and every form as it stands on a page with its token: never a 500."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import quote

import pytest
import requests
from fastapi import APIRouter
from fastapi.dependencies.utils import get_flat_params
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.domain.receipt import mint
from sync.district.app import create_app
from sync.district.cli.serving import PAGES
from sync.district.domain.people import Role
from sync.district.store.accounts import UserRow, add_user
from sync.district.store.engine import writing
from tests.district.conftest import Client, District, serve_app
from tests.district.doubt_office import BURST, CLERK, examined, keep_month, made_month, open_office
from tests.district.doubt_office import UNIT as OFFICE
from tests.district.web_fixtures import bring
from tests.district.web_server import NUMBERS, PASSWORD, add_people, hash_of_password

PEOPLE = {
    "lan": Role.LEADER,
    "an": Role.OFFICER,
    "tung": Role.TECHNICIAN,
    "hoa": Role.AUDITOR,
    "hien": Role.ADMINISTRATOR,
}
"""The administrator comes last, and may shut out everybody."""
NASTY = [
    *(
        "",
        "a\0b",
        "\udc80",
        "%ff",
        "' OR 1=1 --",
        "9" * 400,
        "-1",
        "1e9",
        "é" * 300,
        "\U0001f600",
        "\r\nx: y",
        "//x.vn",
    ),
    *("0001-01", "9999-12-31", "2026-13", "2026-W54"),
]
RIGHT = {"/report.docx": "period=month&of=2026-10&unit=H35", "/report.xlsx": "period=month&of=2026-10&unit=H35"}
RIGHT["/periods/open"] = "unit=H35.88&of=2026-10"
RIGHT["/objections/new"] = f"counter={BURST}"
RIGHT["/inquiries/new"] = f"counter={BURST}"
RIGHT["/actions/new"] = "period=month&of=2026-10&unit=H35.88&concern=overall"
RIGHT["/late/review"] = f"unit={OFFICE}&officer=CB-2&period=month&of=2026-11"
"""What pages ask for that show nothing without it."""
WRITTEN = st.text(max_size=20) | st.sampled_from([each for each in NASTY if "\0" not in each and "\udc80" not in each])
STARTS = (
    "/",
    "/account",
    "/people",
    "/complaints",
    "/complaints/hand-over",
    "/complaints/templates",
    "/audit",
    "/doubts",
    "/inquiries",
    f"/inquiries/new?{RIGHT['/inquiries/new']}",
    "/conclusions",
    "/remarks",
    "/objections",
    f"/objections/new?{RIGHT['/objections/new']}",
    "/actions?show=all",
    f"/actions/new?{RIGHT['/actions/new']}",
    "/causes?period=month&of=2026-10",
    "/waiting?period=month&of=2026-10",
    "/late?stand=all&period=month&of=2026-11",
    "/kiosks",
    "/kiosks/settings",
    "/kiosks/settings/new",
    "/kiosks/enrol",
    "/tra-cuu",
)


@dataclass
class Form:
    """A form of a page, as a browser would send it."""

    action: str
    method: str
    hidden: dict[str, str] = field(default_factory=dict)
    fields: list[str] = field(default_factory=list)
    offered: dict[str, list[str]] = field(default_factory=dict)

    @property
    def kind(self) -> tuple[str, tuple[str, ...]]:
        """Two forms of one kind go to the same page and ask for the same."""
        return "/".join(self.action.split("/")[:3]), tuple(sorted({*self.fields, *self.hidden, *self.offered}))


class Page(HTMLParser):
    """The forms and the links of a page."""

    def __init__(self, at: str, text: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._at, self._select, self._open = at, "", False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and given.get("href", "").startswith("/"):
            self.links.append(given["href"].partition("#")[0])
        if tag == "form":
            self.forms.append(Form(given.get("action") or self._at, given.get("method", "get").lower()))
            self._open = True
        elif self._open and (name := given.get("name", "")):
            self._field(tag, name, given)
        elif tag == "option" and self._select and self._open:
            self.forms[-1].offered[self._select].append(given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = False
        if tag == "select":
            self._select = ""

    def _field(self, tag: str, name: str, given: dict[str, str]) -> None:
        form = self.forms[-1]
        if tag == "select":
            self._select = name
            form.offered.setdefault(name, [])
        elif given.get("type") in ("radio", "checkbox", "submit") or tag == "button":
            form.offered.setdefault(name, []).append(given.get("value", "on"))
        elif given.get("type") == "hidden":
            form.hidden[name] = given.get("value", "")
        else:
            form.fields.append(name)


@pytest.fixture
def office(district: District) -> Iterator[tuple[District, Client, list[APIRouter]]]:
    """A district with a complaint, ratings and one account of each role, and every page there is."""
    add_people(district.engine, *((name, role, None) for name, role in PEOPLE.items() if role is not Role.OFFICER))
    box = district.box()
    for score in (1, 5, 5, 4, 5, 5):
        box.rate(score)
    box.tell(mint().number)
    district.accept(box)
    district.overnight()
    open_office(district.engine)
    with writing(district.engine) as connection:
        clerk = UserRow("an", hash_of_password(), Role.OFFICER, OFFICE, False, CLERK, False)
        add_user(connection, clerk, district.services.now())
    late = "".join(f"{OFFICE}-261001-900{n},{BURST},CB-2,01/10/2026,05/10/2026\n" for n in (1, 2))
    assert bring(
        district.engine, "dossiers", f"Mã hồ sơ,Mã quầy,Số hiệu cán bộ,Ngày nhận,Ngày hẹn trả\n{late}"
    ).accepted
    keep_month(district.engine, made_month())
    assert examined(district.engine, district.services.now())
    routers = [page(district.services) for page in PAGES]
    with serve_app(create_app(district.services, routers)) as client:
        yield district, client, routers


def sign_in(client: Client, name: str) -> bool:
    client.session.cookies.clear()
    said = {"user_name": name, "password": PASSWORD}
    return client.session.post(f"{client.base}/sign-in", said, timeout=60, allow_redirects=False).status_code == 303


def routes_of(router: APIRouter) -> Iterator[tuple[str, list[str]]]:
    """Each page that is read, and every parameter of its address."""
    for route in router.routes:
        inner = getattr(route, "original_router", None)
        if inner:
            yield from routes_of(inner)
        elif "GET" in route.methods:
            yield route.path, [each.alias for each in get_flat_params(route.dependant) if each.alias != "request"]


def get(client: Client, address: str) -> requests.Response:
    return client.session.get(client.base + address, timeout=60, allow_redirects=False)


@pytest.mark.slow
def test_no_page_fails_whatever_stands_in_any_parameter_it_declares(office) -> None:
    _, client, routers = office
    pages = [(path, names) for router in routers for path, names in routes_of(router) if names and "{" not in path]
    asked, left = 0, dict(pages)
    for name in PEOPLE:
        assert sign_in(client, name)
        for path in [path for path in left if get(client, f"{path}?{RIGHT.get(path, '')}").status_code == 200]:
            for parameter in left.pop(path):
                others = [each for each in RIGHT.get(path, "").split("&") if not each.startswith(f"{parameter}=")]
                for value in NASTY:
                    query = "?" + "&".join([*others, f"{parameter}={quote(value, safe='', errors='surrogatepass')}"])
                    assert get(client, path + query).status_code < 500, (name, path, query)
                    asked += 1

    assert (asked > 300, left) == (True, {})


def forms_of(client: Client) -> list[Form]:
    """Every kind of form on the pages that this person can reach."""
    seen: set[str] = set()
    left, found = list(STARTS), dict[tuple[str, tuple[str, ...]], Form]()
    while left and len(seen) < 60:
        address = left.pop(0)
        if address in seen or address.startswith("/language"):
            continue
        seen.add(address)
        answer = get(client, address)
        if answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html"):
            page = Page(address, answer.text)
            left += [link for link in page.links if link not in seen]
            for form in page.forms:
                found.setdefault(form.kind, form)
    return [form for form in found.values() if form.action not in ("/sign-out", "/sign-in")]


@pytest.mark.slow
def test_no_form_fails_whatever_is_written_into_it(office) -> None:
    district, client, _ = office
    for name in PEOPLE:
        assert sign_in(client, name)
        outcomes = fill_in(district, client, name, forms_of(client))
        assert outcomes[403] < sum(outcomes.values()) / 3, outcomes  # the others were looked at


def fill_in(district: District, client: Client, name: str, forms: list[Form]) -> Counter[int]:
    """Sends this person's forms with much in them; how often each status was the answer."""
    outcomes: Counter[int] = Counter()
    assert len(forms) >= 3

    @settings(max_examples=60, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(data=st.data())
    def holds(data: st.DataObject) -> None:
        form = data.draw(st.sampled_from(forms))
        said = filled_in(data, form)
        address, sent = client.base + form.action, {"timeout": 60, "allow_redirects": False}
        answer = (
            client.session.get(address, params=said, **sent)
            if form.method == "get"
            else client.session.post(address, data=said, **sent)
        )
        assert answer.status_code < 500, (form.action, said)
        outcomes[answer.status_code] += 1
        name_again(district, client, name, forms)

    holds()
    return outcomes


def filled_in(data: st.DataObject, form: Form) -> dict[str, str]:
    """Something in every field, one of the offered values where a browser offers some, and one place spoilt."""
    said = dict(form.hidden)
    for each in form.fields:
        said[each] = data.draw(WRITTEN)
    for each, values in form.offered.items():
        said[each] = data.draw(st.sampled_from(values)) if values else ""
    spoilt = data.draw(st.sampled_from([*form.hidden, *form.fields, *form.offered, ""]))
    if spoilt and spoilt != "form_token":
        said[spoilt] = data.draw(WRITTEN)
    return said


def name_again(district: District, client: Client, name: str, forms: list[Form]) -> None:
    """Whoever signed themselves out signs in again, and whoever shut themselves out gets another account: the forms
    carry the token of the session that now is."""
    if get(client, "/account").status_code == 200:
        return
    if not sign_in(client, name):
        fresh = f"{name}-{next(NUMBERS)}"
        add_people(district.engine, (fresh, PEOPLE[name], None))
        assert sign_in(client, fresh)
    token = next(form.hidden["form_token"] for form in Page("", get(client, "/account").text).forms if form.hidden)
    for form in forms:
        if "form_token" in form.hidden:
            form.hidden["form_token"] = token
