"""Where a unit receives citizens is written on a page by its head, kept with its history, and told in public."""

import pytest

from kiosk.domain.reference import Reception
from sync.district.domain.contact_place import MAX_LENGTHS, ContactPlace, WrongPlace, contact_place
from sync.district.domain.people import Role
from sync.district.store import receptions as store
from sync.district.store.audit import entries
from sync.district.store.engine import Engine, reading, writing
from sync.district.store.imports import Origin
from sync.district.store.reference_versions import whole_history
from tests.district.conftest import District
from tests.district.test_notices import rows
from tests.district.test_roster_pages import send, signed_in
from tests.district.test_snapshot import pull
from tests.district.web_fixtures import NOW, bring, bring_samples
from tests.district.web_server import Browser, StillClock, add_people, serving
from tests.support.factories import UNIT

CENTRE = "H35.88.01"
PLACE = {"name": "Phòng Tiếp công dân", "address": "Số 12 phố Thử", "phone": "0263 3 850 123", "hours": "Thứ Hai"}


@pytest.fixture
def address(engine: Engine, tmp_path):
    bring_samples(engine)
    add_people(
        engine,
        ("lan", Role.LEADER, CENTRE),
        ("an", Role.OFFICER, CENTRE),
        ("binh", Role.LEADER, "H35.89"),
        ("hai", Role.ADMINISTRATOR, None),
    )
    with serving(engine, tmp_path, StillClock()) as base:
        yield base


def places(engine: Engine) -> dict[str, ContactPlace]:
    with reading(engine) as connection:
        return store.places(connection)


@pytest.mark.parametrize("who", ["lan", "hai"])
def test_a_head_writes_the_place_and_the_public_reads_it_with_the_day_it_was_looked_at(engine, address, who) -> None:
    editor = signed_in(address, who)

    written = send(editor, "/contact-places", {"unit": CENTRE, **PLACE})
    again = send(editor, "/contact-places", {"unit": CENTRE, **PLACE})
    public = Browser(address).get("/co-quan").text

    assert (written.status_code, again.status_code) == (200, 200)
    assert 'id="done"' in written.text
    assert places(engine)[CENTRE] == ContactPlace(**PLACE)
    assert "Thông tin được kiểm tra ngày 20/11/2026" in public
    assert 'href="tel:02633850123"' in public
    with reading(engine) as connection:
        noted = [each.detail["did"] for each in reversed(entries(connection, 9)) if each.what == "contact"]
        versions = whole_history(connection, "receptions", None)[CENTRE]
    assert noted == ["written", "checked"]
    assert len(versions) == 1  # looking at it makes no new version


def test_nobody_else_writes_and_a_head_none_of_another_unit(engine, address) -> None:
    form = {"unit": CENTRE, **PLACE}

    assert Browser(address).get("/contact-places").status_code == 303
    assert signed_in(address, "an").get("/contact-places").status_code == 404
    assert signed_in(address, "binh").get(f"/contact-places?unit={CENTRE}").status_code == 404
    assert [send(signed_in(address, name), "/contact-places", form).status_code for name in ("an", "binh")] == [
        404,
        404,
    ]
    assert send(signed_in(address, "lan"), "/contact-places", form | {"form_token": "x"}).status_code == 403
    assert places(engine) == {}


def test_what_cannot_be_taken_is_said_beside_its_field_and_nothing_is_lost(engine, address) -> None:
    editor = signed_in(address, "lan")

    nameless = send(editor, "/contact-places", {"unit": CENTRE, **PLACE, "name": " "})
    script = send(editor, "/contact-places", {"unit": CENTRE, **PLACE, "phone": "<b>gọi chị Lan</b>"})

    assert (nameless.status_code, script.status_code) == (422, 422)
    assert "Xin ghi tên nơi tiếp" in nameless.text
    assert 'value="Số 12 phố Thử"' in nameless.text
    assert "<b>gọi" not in script.text
    assert places(engine) == {}


def test_a_file_and_the_page_write_the_same_place(engine: Engine) -> None:
    bring_samples(engine)
    file = f"Mã đơn vị,Nơi tiếp công dân,Địa chỉ,Điện thoại,Giờ tiếp\n{CENTRE},{','.join(PLACE.values())}\n"
    with writing(engine) as connection:
        store.write_place(connection, CENTRE, ContactPlace(**PLACE), Origin("", NOW, "lan"))

    outcome = bring(engine, "receptions", file)

    assert (outcome.new, outcome.changed, outcome.unchanged) == (0, 0, 1)


def test_a_kiosk_gets_what_was_written_on_the_page(district: District) -> None:
    device_id = district.box().device_id
    with writing(district.engine) as connection:
        store.write_place(connection, UNIT, ContactPlace(**PLACE), Origin("", NOW, "lan"))

    changes, _, _ = pull(district, device_id)

    assert rows(changes, Reception) == [Reception(UNIT, **PLACE)]


@pytest.mark.parametrize("field", MAX_LENGTHS)
def test_the_longest_texts_are_taken_and_one_letter_more_is_not(field: str) -> None:
    longest = PLACE | {field: "1" * MAX_LENGTHS[field]}

    assert contact_place(**longest) == ContactPlace(**longest)
    with pytest.raises(WrongPlace, match=field):
        contact_place(**PLACE | {field: "1" * (MAX_LENGTHS[field] + 1)})


def test_a_place_is_one_line_of_clean_letters() -> None:
    assert contact_place(" Phòng\n102\u202e ", "", "", "") == ContactPlace("Phòng 102")
