"""The same done about several matters at once: all of them or none, each by the rules of one, and why not."""

import re
from pathlib import Path

import pytest
import requests

from sync.district.complaints.bulk import MAX_AT_ONCE, LeftOut, Ticked, act_on_all
from sync.district.domain.complaint_steps import Action
from sync.district.domain.people import SignedIn
from sync.district.store.complaints import last_actions
from sync.district.store.engine import reading
from tests.district.complaint_office import ELSEWHERE, HEAD, LAN, MINH, SCHEMES, Office, open_office, open_to_the_public
from tests.district.test_complaint_pages import browse, form_of
from tests.district.test_complaints import HEAD as HEAD_OF_ONE
from tests.district.test_complaints import one as one_complaint
from tests.district.test_complaints import the
from tests.district.web_server import Browser

one = one_complaint
__all__ = ["one"]


@pytest.fixture
def world(tmp_path: Path) -> Office:
    return open_office(tmp_path)


def at_once(world: Office, who: SignedIn, names: str, action: Action, **fields: str) -> dict[str, str]:
    """Does it, as seen just now; why it could not be done, by the short names."""
    district, ids = world.district, [world.ids[name] for name in names.split()]
    with reading(district.engine) as connection:
        seen = last_actions(connection, ids)
    ticked = [Ticked(entry_id, seen[entry_id]) for entry_id in ids]
    left = act_on_all(district.engine, SCHEMES, who, ticked, action, fields, district.clock())
    named = {entry_id: name for name, entry_id in world.ids.items()}
    return {named[each.entry_id]: each.why for each in left}


def owners(world: Office) -> dict[str, str | None]:
    owned = dict(world.district.rows("complaint_standings", "entry_id", "owner"))
    return {name: owned[entry_id] for name, entry_id in world.ids.items()}


def test_all_are_done_each_written_into_its_own_history(world: Office) -> None:
    assert at_once(world, HEAD, "late ramp chairs", Action.ASSIGN, owner="lan.nguyen") == {}

    done = world.district.rows("complaint_actions", "complaint_id", "action", "by")
    assert {owner for name, owner in owners(world).items() if name in ("late", "ramp", "chairs")} == {"lan.nguyen"}
    assert sorted(done) == sorted((world.ids[name], "assign", HEAD.user_name) for name in ("late", "ramp", "chairs"))


def test_one_that_cannot_be_done_leaves_all_as_they_were_and_says_why(world: Office) -> None:
    assert at_once(world, HEAD, "late rude", Action.ASSIGN, owner=ELSEWHERE.user_name) == {
        "late": "owner",
        "rude": "owner",
    }
    assert at_once(world, LAN, "late ramp bribe", Action.TAKE) == {"bribe": "not_there"}
    assert at_once(world, LAN, "late chairs", Action.ASSIGN, owner="lan.nguyen") == {
        "late": "not_allowed_assign",
        "chairs": "not_allowed_assign",
    }
    world.do(MINH, "ramp", Action.TAKE)
    assert at_once(world, LAN, "late ramp", Action.TAKE) == {"ramp": "not_allowed_take"}
    assert at_once(world, HEAD, "late ramp", Action.INFORM, by="call", reached="yes") == {
        "late": "not_allowed_inform",
        "ramp": "not_allowed_inform",
    }

    assert len(world.district.rows("complaint_actions", "action")) == 1
    assert {name: owner for name, owner in owners(world).items() if owner} == {"ramp": MINH.user_name}


def test_who_was_told_is_noted_at_once_and_those_with_nothing_to_tell_are_named(world: Office) -> None:
    for name in ("late", "ramp"):
        world.do(HEAD, name, Action.TAKE)
        world.do(HEAD, name, Action.ASK_MORE, text="Xin cho biết số hồ sơ.")
    waiting = at_once(world, HEAD, "late ramp rude", Action.INFORM, by="call", reached="yes")

    assert waiting == {"rude": "not_allowed_inform"}
    assert at_once(world, HEAD, "late ramp", Action.INFORM, by="pigeon", reached="yes") == dict.fromkeys(
        ("late", "ramp"), "by"
    )
    assert at_once(world, HEAD, "late ramp", Action.INFORM, by="call", reached="yes") == {}
    told = dict(world.district.rows("complaint_standings", "entry_id", "to_inform"))
    assert [told[world.ids[name]] for name in ("late", "ramp")] == [None, None]


def test_what_somebody_else_did_meanwhile_is_not_passed_over(one) -> None:
    entry_id = the(one)
    ticked = [Ticked(entry_id, 0)]
    taken = act_on_all(one.engine, SCHEMES, HEAD_OF_ONE, ticked, Action.TAKE, {}, one.clock())
    again = act_on_all(one.engine, SCHEMES, HEAD_OF_ONE, ticked, Action.ASSIGN, {"owner": "head"}, one.clock())

    assert (taken, again) == ((), (LeftOut(entry_id, "changed"),))
    assert one.rows("complaint_actions", "action") == [("take",)]


# ---- the list


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory):
    with open_to_the_public(tmp_path_factory.mktemp("bulk")) as opened:
        yield opened


def send(browser: Browser, names: list[str], office: tuple[Office, str], **fields: str) -> requests.Response:
    page = browser.get("/complaints").text
    boxes = dict(re.findall(r'name="matter" value="([0-9a-f-]{36})(\.\d+)"', page))
    ids = office[0].ids
    form = {"form_token": form_of(browser, "/complaints")["form_token"], "list": "show=unowned"}
    matters = [ids[name] + boxes.get(ids[name], ".0") for name in names]
    return browser.post("/complaints/bulk", form | {"matter": matters} | fields)


def test_the_list_ticks_does_and_reports(office) -> None:
    lan, head = browse(office, LAN), browse(office, HEAD)
    refused = send(lan, ["late", "bribe"], office, action="take")
    box = f'value="{office[0].ids["late"]}.0" form="bulk" checked'
    assert refused.status_code == 409
    assert "Chưa ghi gì cả, vì 1 việc không làm được bước này" in refused.text
    assert "Trong đó 1 việc không còn ở trang này" in refused.text
    assert office[0].ids["bribe"] not in refused.text
    assert box in refused.text

    done = send(head, ["late", "ramp"], office, action="assign", owner="lan.nguyen")
    page = head.get(done.headers["Location"]).text
    assert done.headers["Location"] == "/complaints?done=assign&n=2&show=unowned"
    assert "Đã ghi “Giao người phụ trách” cho 2 việc." in page
    assert office[0].ids["late"] not in page[page.index('id="register"') :]


def test_nothing_ticked_is_said_and_what_no_list_sends_is_not_there(office) -> None:
    head = browse(office, HEAD)

    assert "Chưa chọn việc nào" in send(head, [], office, action="take").text
    for fields in ({"action": "approve"}, {"action": "take", "matter": "x"}, {"action": "take", "matter": "a.b"}):
        assert send(head, ["late"], office, **fields).status_code == 404
    many = [f"{n}.0" for n in range(MAX_AT_ONCE + 1)]
    token = form_of(head, "/complaints")["form_token"]
    assert head.post("/complaints/bulk", {"form_token": token, "action": "take", "matter": many}).status_code == 404
    assert head.post("/complaints/bulk", {"action": "take", "matter": "a.0"}).status_code == 403


def test_what_somebody_may_not_do_is_not_offered(office) -> None:
    page = browse(office, LAN).get("/complaints?show=all").text

    assert 'value="assign"' not in page
    assert ('value="take"' in page, 'value="inform"' in page) == (True, True)
