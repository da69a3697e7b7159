"""A picture's way from the district to the boxes of the officer's own unit, by network and by stick, and off them."""

from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from kiosk.domain.reference import Officer, Portrait
from kiosk.flow.state.lobby import OfficerChoice
from sync.agent.apply_response import apply_pages
from sync.district.keys.files import make_keys
from sync.district.reference.portraits import import_portraits
from sync.district.reference.snapshot import MAX_PORTRAITS
from sync.protocol.snapshot import Change, SnapshotPage, decode_page, encode_page
from tests.district.conftest import Client, District
from tests.district.stick import at_the_district, back, out, usb
from tests.district.test_agent import Kiosk, enrolled
from tests.district.test_snapshot import pull, tree
from tests.support.factories import COUNTER, UNIT
from tests.support.portraits import photograph, portrait

__all__ = ["tree", "usb"]
MINE, OTHERS = "A1", "B1"  # officers of the tree: of our unit, and of the one beside it


@pytest.fixture
def kiosk(tree: District, client: Client, tmp_path: Path) -> Iterator[Kiosk]:
    made = enrolled(tree, client, tmp_path / "box")
    yield made
    made.store.close()


def bring(district: District, folder: Path, **people: int) -> None:
    """Imports a photograph of a person for each officer."""
    folder.mkdir(exist_ok=True)
    for number, person in people.items():
        (folder / f"{number}.jpg").write_bytes(photograph(person))
    outcome = import_portraits(district.engine, folder, district.clock())
    assert outcome.accepted, outcome


def move(district: District, number: str, unit: str, **more: Any) -> None:
    """An import of officers, in which one now belongs to a unit."""
    from tests.district.web_fixtures import bring as bring_file

    ended = f";{more['valid_to']}" if more else ""
    head = "Số hiệu;Mã đơn vị;Chức danh" + (";Ngày hết hiệu lực" if more else "")
    assert bring_file(district.engine, "officers", f"{head}\n{number};{unit};Chuyên viên{ended}\n").accepted


def shown(kiosk: Kiosk) -> dict[str, bytes]:
    """The officers a citizen can choose, with what is on their cards."""
    intake = kiosk.desk.lobby().intake
    assert intake is not None
    officers: tuple[OfficerChoice, ...] = intake.officers
    return {each.officer_number: each.portrait for each in officers}


def hear(kiosk: Kiosk) -> None:
    kiosk.seconds += 1000
    kiosk.deliver()


def pictures(changes: list[Change]) -> list[tuple[str, bool]]:
    return [(one.row.officer_number, one.removed) for one in changes if isinstance(one.row, Portrait)]


def test_a_face_reaches_the_boxes_of_its_own_unit_alone(tree: District, kiosk: Kiosk, tmp_path: Path):
    bring(tree, tmp_path / "p", A1=0, B1=1)
    hall = tree.box("H32.13.1", None).device_id
    province = tree.box("H32", None).device_id

    hear(kiosk)

    assert shown(kiosk) == {MINE: portrait(0)}
    assert [pictures(pull(tree, device)[0]) for device in (hall, province)] == [[], []]


def test_without_pictures_everything_is_as_it_was(kiosk: Kiosk):
    hear(kiosk)

    assert shown(kiosk) == {MINE: b""}


def test_a_picture_travels_once_and_again_only_when_it_changes(tree: District, tmp_path: Path):
    device = tree.box().device_id
    bring(tree, tmp_path / "p", A1=0)
    first, cursor, _ = pull(tree, device)
    bring(tree, tmp_path / "p", A1=0)
    move(tree, OTHERS, "H32.14")
    second, cursor, _ = pull(tree, device, cursor)
    bring(tree, tmp_path / "p", A1=2)

    third, _, _ = pull(tree, device, cursor)

    assert [pictures(changes) for changes in (first, second, third)] == [[(MINE, False)], [], [(MINE, False)]]


def test_a_picture_that_is_taken_away_is_gone_with_the_next_snapshot(tree: District, kiosk: Kiosk, tmp_path: Path):
    bring(tree, tmp_path / "p", A1=0)
    hear(kiosk)
    import_portraits(tree.engine, None, tree.clock(), remove=[MINE])

    hear(kiosk)

    assert shown(kiosk) == {MINE: b""}
    with kiosk.store.read() as tx:
        assert tx.exec_driver_sql("SELECT count(*) FROM portraits").scalar() == 0


def test_who_moves_to_another_unit_is_gone_from_here_and_seen_there(
    tree: District, kiosk: Kiosk, client: Client, tmp_path: Path
):
    bring(tree, tmp_path / "p", A1=0, B1=1)
    hear(kiosk)
    move(tree, MINE, "H32.14")
    move(tree, OTHERS, UNIT)

    hear(kiosk)

    assert shown(kiosk) == {OTHERS: portrait(1)}
    with kiosk.store.read() as tx:
        assert tx.exec_driver_sql("SELECT officer_number FROM portraits").scalars().all() == [OTHERS]


def test_who_serves_no_more_leaves_no_picture_behind_and_gets_it_back_on_returning(
    tree: District, kiosk: Kiosk, tmp_path: Path
):
    bring(tree, tmp_path / "p", A1=0)
    hear(kiosk)
    move(tree, MINE, UNIT, valid_to="20/11/2026")
    hear(kiosk)
    with kiosk.store.read() as tx:
        left = tx.exec_driver_sql("SELECT count(*) FROM portraits").scalar()

    move(tree, MINE, UNIT, valid_to="20/11/2027")
    hear(kiosk)

    assert (left, shown(kiosk)) == (0, {MINE: portrait(0)})


def test_a_large_office_gets_its_pictures_in_several_pages(tree: District):
    count = 2 * MAX_PORTRAITS + 1
    numbers = [f"N{number:03}" for number in range(count)]
    tree.reference(
        officers=[{"officer_number": one, "unit_id": UNIT, "post": "", "counter_id": COUNTER} for one in numbers],
        portraits=[{"officer_number": one, "picture": b64encode(portrait(0)).decode()} for one in numbers],
    )

    changes, _, pages = pull(tree, tree.box().device_id)

    assert pictures(changes) == [(one, False) for one in numbers]
    assert [len(pictures(list(one.changes))) for one in pages] == [MAX_PORTRAITS, MAX_PORTRAITS, 1]


def test_a_stick_brings_faces_too_and_takes_them_away(tree: District, kiosk: Kiosk, tmp_path: Path, usb: Path):
    bring(tree, tmp_path / "p", A1=0)
    out(kiosk, usb)
    at_the_district(tree, usb)
    back(kiosk, usb)
    came = shown(kiosk)
    import_portraits(tree.engine, None, tree.clock(), remove=[MINE])
    out(kiosk, usb)
    at_the_district(tree, usb)

    back(kiosk, usb)

    assert (came, shown(kiosk)) == ({MINE: portrait(0)}, {MINE: b""})


# ---- nobody may put one face in place of another


def offered(district: District, kiosk: Kiosk) -> SnapshotPage:
    changes, _, pages = pull(district, kiosk.box.identity.device_id)
    return replace(pages[-1], changes=tuple(changes), full=True)


@pytest.mark.parametrize("forgery", ["another's picture", "no signature", "no base64", "another district's signature"])
def test_a_face_that_our_district_has_not_signed_is_not_shown(
    tree: District, kiosk: Kiosk, tmp_path: Path, forgery: str
):
    bring(tree, tmp_path / "p", A1=0)
    move(tree, OTHERS, UNIT)
    bring(tree, tmp_path / "p", B1=1)
    page = offered(tree, kiosk)
    faces = {one.row.officer_number: one.row for one in page.changes if isinstance(one.row, Portrait)}
    forged = {
        "another's picture": replace(faces[MINE], picture=faces[OTHERS].picture, signature=faces[OTHERS].signature),
        "no signature": replace(faces[MINE], signature=""),
        "no base64": replace(faces[MINE], signature="ảnh"),
        "another district's signature": replace(faces[MINE], signature=_signed_by_another(tree, tmp_path)),
    }[forgery]
    changes = tuple(replace(one, row=forged) if one.row == faces[MINE] else one for one in page.changes)

    apply_pages(kiosk.box, [replace(page, changes=changes)], kiosk.clock())

    assert shown(kiosk) == {MINE: b"", OTHERS: portrait(1)}


def _signed_by_another(district: District, folder: Path) -> str:
    from sync.district.keys.files import load_receipt_key
    from sync.protocol.chain import sign_portrait

    (folder / "another").mkdir()
    make_keys(folder / "another")
    return b64encode(sign_portrait(MINE, portrait(0), load_receipt_key(folder / "another"))).decode()


# ---- old and new


def test_an_old_district_sends_no_faces_and_a_box_shows_none(tree: District, kiosk: Kiosk):
    encoded = encode_page(offered(tree, kiosk))
    encoded["rows"].pop("portraits", None)

    apply_pages(kiosk.box, [decode_page(encoded)], kiosk.clock())

    assert shown(kiosk) == {MINE: b""}


def test_an_old_box_passes_over_a_table_it_does_not_know(tree: District, tmp_path: Path):
    bring(tree, tmp_path / "p", A1=0)
    changes, _, pages = pull(tree, tree.box().device_id)
    encoded = encode_page(replace(pages[-1], changes=tuple(changes)))
    encoded["rows"]["faces of a later release"] = encoded["rows"].pop("portraits")

    kept = [type(one.row) for one in decode_page(encoded).changes]

    assert Officer in kept
    assert Portrait not in kept


def test_a_page_with_faces_has_the_same_tag_until_one_changes(tree: District, client: Client, tmp_path: Path):
    bring(tree, tmp_path / "p", A1=0)
    box = tree.box()
    first = client.get("/v1/snapshot", box)
    tree.clock.pass_by(minutes=5)

    again = client.get("/v1/snapshot", box, If_None_Match=first.headers["ETag"])
    bring(tree, tmp_path / "p", A1=1)
    other = client.get("/v1/snapshot", box, If_None_Match=first.headers["ETag"])

    assert (first.status_code, again.status_code, other.status_code) == (200, 304, 200)
    assert len(first.json()["rows"]["portraits"]) == 1
