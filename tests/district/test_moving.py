"""A kiosk is moved, replaced, retired; the district itself moves. Nothing recorded is lost or counted twice."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from nacl.signing import SigningKey

from kiosk import settings
from kiosk.box.adoption import copy_from, put_on_shelf
from kiosk.box.opening import remembered
from kiosk.domain.reference import ENTRIES_OF_2
from kiosk.store import box_state
from kiosk.store.complaints import entry_version
from sync.agent.addresses import NEXT, address_of, note_address
from sync.agent.apply_response import apply_pages
from sync.agent.enrol import enrol
from sync.agent.shelves import Shelves
from sync.agent.transport import Transport
from sync.district.domain.device_change import ChangeKind
from sync.district.fleet.changing import ChangeRefusal, NotChanged, Order, move, retire
from sync.district.fleet.changing import replace as replace_device
from sync.district.fleet.enrolment import CodeRefused, code_hash, draw_code
from sync.district.fleet.enrolment import enrol as redeem
from sync.district.projection.project import rebuild
from sync.district.store import audit
from sync.district.store.device_changes import changes_of, note_move_known
from sync.district.store.devices import ACTIVE, RETIRED, device, lock_device, revoke
from sync.district.store.district_addresses import add_address
from sync.district.store.engine import reading, writing
from sync.protocol.chain import sign_address
from sync.protocol.enrolment import Enrolment
from sync.protocol.snapshot import DistrictAddress, Placement
from tests.district.conftest import COUNTER, UNIT, Client, District, serve
from tests.district.test_agent import Kiosk, enrolled
from tests.district.test_shelf_delivery import shelf_agent
from tests.support.factories import TODAY, dossier_code

OTHER, THERE = "H32.99", "H32.99-q1"


class OneClock(Transport):
    """Takes no time of day from the answers: kiosk and district have the test's clock, the web server the machine's."""

    last_contact = property(lambda _: None, lambda *_: None)  # type: ignore[assignment]


@pytest.fixture
def kiosk(district: District, client: Client, tmp_path: Path) -> Iterator[Kiosk]:
    made = enrolled(district, client, tmp_path / "kiosk")
    made.transport = OneClock
    made.store.close()
    made.start()
    yield made
    made.store.close()


@pytest.fixture
def two_units(district: District) -> District:
    district.reference(
        units=[
            {"unit_id": UNIT, "name": "Phường Một", "level": "commune", "parent_id": None},
            {"unit_id": OTHER, "name": "Phường Khác", "level": "commune", "parent_id": None},
        ],
        counters=[{"counter_id": THERE, "unit_id": OTHER, "name": "Quầy 1", "field": "Hộ tịch"}],
    )
    return district


def order(district: District, why: str = "dời sang trụ sở mới") -> Order:
    return Order("tam", why, district.clock())


def known(district: District, device_id: str):
    with reading(district.engine) as connection:
        found = device(connection, device_id)
    assert found is not None
    return found


def kinds(district: District, device_id: str) -> list[ChangeKind]:
    with reading(district.engine) as connection:
        return [change.kind for change in changes_of(connection, [device_id]).get(device_id, [])]


def hears(kiosk: Kiosk) -> None:
    """The kiosk asks for its snapshot, and once more: by that the district knows that it has taken the first over."""
    for _ in range(2):
        kiosk.seconds += 1_000
        kiosk.deliver()


def test_a_moved_kiosk_hears_of_its_place_and_what_it_recorded_before_counts_where_it_stood(
    two_units: District, kiosk: Kiosk
):
    hears(kiosk)
    kiosk.rate(1, 1)
    move(two_units.engine, kiosk.box.identity.device_id, OTHER, THERE, order(two_units))
    kiosk.rate(2, 2)  # it has not heard of it yet
    hears(kiosk)

    who = kiosk.agent.box.identity
    assert (who.unit_id, who.counter_id, who.moves) == (OTHER, THERE, 1)
    assert sorted(kiosk.rated()) == [(dossier_code(1), 1), (dossier_code(2), 2)]
    assert {unit for (unit,) in two_units.rows("ratings", "unit_id")} == {UNIT}
    assert kinds(two_units, who.device_id) == [ChangeKind.ENROLLED, ChangeKind.MOVED, ChangeKind.KNOWN]
    rebuild(two_units.engine, two_units.keys)
    assert len(kiosk.rated()) == 2


def test_after_a_restart_it_stands_where_it_was_moved_to_and_says_so_in_its_ledger(two_units: District, kiosk: Kiosk):
    hears(kiosk)
    with kiosk.store.read() as tx:
        assert entry_version(tx) >= ENTRIES_OF_2
    move(two_units.engine, kiosk.box.identity.device_id, OTHER, THERE, order(two_units))
    hears(kiosk)
    kiosk.store.close()
    kiosk.start()
    hears(kiosk)

    assert (kiosk.box.identity.unit_id, kiosk.box.identity.counter_id) == (OTHER, THERE)
    moved = [body for kind, body in two_units.rows("box_facts", "type", "body") if kind == "moved"]
    assert [(body["before"]["unit_id"], body["now"]["unit_id"]) for body in moved] == [(UNIT, OTHER)]


def test_from_the_day_after_it_heard_of_its_move_a_kiosk_says_nothing_more_of_where_it_stood(two_units: District):
    box = two_units.box()
    move(two_units.engine, box.device_id, OTHER, THERE, order(two_units))
    with writing(two_units.engine) as connection:
        note_move_known(connection, lock_device(connection, box.device_id), two_units.clock())
        note_move_known(connection, lock_device(connection, box.device_id), two_units.clock())
    box.rate(5)
    box.rate(4, day=TODAY + timedelta(days=1))
    box.rate(3, day=TODAY + timedelta(days=1), unit_id=OTHER, counter_id=THERE)
    two_units.accept(box)
    two_units.project()

    assert two_units.kinds() == ["elsewhere"]
    assert sorted((row[1], row[4]) for row in two_units.figures()) == [(UNIT, "5"), (OTHER, "3")]
    assert kinds(two_units, box.device_id) == [ChangeKind.ENROLLED, ChangeKind.MOVED, ChangeKind.KNOWN]


def test_a_move_that_is_not_our_districts_word_is_not_believed(two_units: District, kiosk: Kiosk):
    hears(kiosk)
    who = kiosk.agent.box.identity
    forged = Placement(1, OTHER, SigningKey.generate().sign(b"x").signature, THERE)
    whole = kiosk.agent._transport.snapshot("")
    assert whole is not None
    box, _ = apply_pages(kiosk.agent.box, [replace(whole, placement=forged)], kiosk.clock())

    assert box.identity == who


@pytest.mark.parametrize(
    ("device_id", "unit", "counter", "why", "refusal"),
    [
        ("nobody", OTHER, None, "x", ChangeRefusal.UNKNOWN_DEVICE),
        ("", "H99", None, "x", ChangeRefusal.UNKNOWN_PLACE),
        ("", OTHER, COUNTER, "x", ChangeRefusal.UNKNOWN_PLACE),
        ("", UNIT, COUNTER, "x", ChangeRefusal.SAME_PLACE),
        ("", OTHER, None, "  ", ChangeRefusal.NO_REASON),
        ("", OTHER, None, "x" * 501, ChangeRefusal.NO_REASON),
    ],
)
def test_what_cannot_be_moved_is_refused_and_nothing_changes(
    two_units: District, device_id: str, unit: str, counter: str | None, why: str, refusal: ChangeRefusal
):
    box = two_units.box()
    before = known(two_units, box.device_id)

    with pytest.raises(NotChanged) as raised:
        move(two_units.engine, device_id or box.device_id, unit, counter, order(two_units, why))

    assert raised.value.refusal is refusal
    assert known(two_units, box.device_id) == before
    assert kinds(two_units, box.device_id) == [ChangeKind.ENROLLED]


def test_a_retired_kiosk_is_still_heard_and_cannot_be_moved(two_units: District, kiosk: Kiosk):
    device_id = kiosk.box.identity.device_id
    kiosk.rate(1, 3)
    retire(two_units.engine, device_id, order(two_units))
    hears(kiosk)

    assert (kiosk.rated(), kiosk.pending) == ([(dossier_code(1), 3)], 0)
    assert kiosk.told(box_state.RETIRED) is True
    with pytest.raises(NotChanged) as raised:
        move(two_units.engine, device_id, OTHER, None, order(two_units))
    assert raised.value.refusal is ChangeRefusal.NOT_ACTIVE


def test_a_spare_takes_the_place_over_in_three_steps_and_the_old_disk_is_delivered(
    district: District, client: Client, kiosk: Kiosk, tmp_path: Path
):
    kiosk.rate(1, 1)
    kiosk.deliver()
    kiosk.rate(2, 2)
    kiosk.rate(3, 3)  # these two wait on a disk that starts nowhere any more
    old, disk = kiosk.box.identity.device_id, kiosk.settings.data
    code = draw_code()
    replace_device(district.engine, code, old, timedelta(hours=1), order(district, "màn hình vỡ"))

    configured = settings.load(environment={"KIOSK_DATA": str(tmp_path / "spare")})
    enrol(configured, client.base, code)
    spare = Kiosk(configured, district, kiosk.clock)
    (copy,) = copy_from(disk, configured.data)
    where = put_on_shelf(copy, configured.data)
    spare.rate(4, 4)
    shelves = Shelves(configured.data, lambda box: shelf_agent(spare, box), lambda: spare.seconds)
    while shelves.tick():
        pass
    spare.deliver()
    spare.store.close()

    assert (where.name, copy.lost_blocks, shelves.trouble) == (old, 0, "")
    new = known(district, spare.box.identity.device_id)
    assert (new.unit_id, new.counter_id, new.state, known(district, old).state) == (UNIT, COUNTER, ACTIVE, RETIRED)
    assert sorted(spare.rated()) == [(dossier_code(n), n) for n in (1, 2, 3, 4)]
    assert district.kinds() == []
    assert kinds(district, old) == [ChangeKind.ENROLLED, ChangeKind.REPLACED]


def test_two_codes_for_one_place_let_one_spare_in(district: District):
    old = district.box().device_id
    codes = [draw_code(), draw_code()]
    for code in codes:
        replace_device(district.engine, code, old, timedelta(hours=1), order(district))
    first, second = (Enrolment(code, bytes(SigningKey.generate().verify_key), "test/1") for code in codes)
    new = redeem(district.services, first)

    with pytest.raises(CodeRefused, match="used"):
        redeem(district.services, second)

    assert redeem(district.services, first).device_id == new.device_id  # its answer was lost
    with reading(district.engine) as connection:
        (came,) = changes_of(connection, [new.device_id])[new.device_id]
        given = [(each.person, each.detail) for each in audit.entries(connection, 2)]
    assert (came.kind, came.unit_id, came.counter_id, came.other_device) == (ChangeKind.ENROLLED, UNIT, COUNTER, old)
    assert (came.person, came.why) == ("tam", "dời sang trụ sở mới")
    assert given == [("tam", {"did": "code_given", "unit": UNIT})] * 2
    with pytest.raises(NotChanged) as raised:
        replace_device(district.engine, draw_code(), old, timedelta(hours=1), order(district))
    assert raised.value.refusal is ChangeRefusal.ALREADY_REPLACED


def test_the_spare_of_a_stolen_kiosk_takes_its_place_and_the_stolen_one_stays_shut_out(district: District):
    old, code = district.box().device_id, draw_code()
    with writing(district.engine) as connection:
        revoke(connection, old)
    replace_device(district.engine, code, old, timedelta(hours=1), order(district, "mất trộm"))
    new = redeem(district.services, Enrolment(code, bytes(SigningKey.generate().verify_key), "test/1"))

    assert (known(district, new.device_id).unit_id, known(district, old).state) == (UNIT, "revoked")
    assert len(code_hash(code)) == 32


# ---- the district moves


def announced(district: District, url: str, authorities: str = "", number: int = 1) -> None:
    signature = sign_address(number, url, authorities, district.services.receipt_key)
    with writing(district.engine) as connection:
        add_address(connection, DistrictAddress(number, url, signature, authorities), district.clock())


def test_kiosks_go_over_to_the_announced_address_and_say_so(district: District, kiosk: Kiosk):
    with serve(district.services) as elsewhere:
        announced(district, elsewhere.base)
        hears(kiosk)
        kiosk.rate(1)
        hears(kiosk)

        assert kiosk.agent.box.identity.district_url == elsewhere.base
        assert kiosk.rated() == [(dossier_code(1), 5)]
        assert known(district, kiosk.box.identity.device_id).health["address"] == 1
        kiosk.store.close()
        kiosk.start()
        assert kiosk.box.identity.district_url == elsewhere.base


def test_where_nobody_of_ours_answers_the_old_address_stays(district: District, kiosk: Kiosk):
    before = kiosk.box.identity.district_url
    announced(district, "https://127.0.0.1:9")
    hears(kiosk)
    kiosk.rate(1)
    hears(kiosk)

    assert kiosk.agent.box.identity.district_url == before
    assert kiosk.rated() == [(dossier_code(1), 5)]
    told = kiosk.told(NEXT)
    assert isinstance(told, dict)
    assert (told["url"], "no answer" in told["trouble"]) == ("https://127.0.0.1:9", True)


def test_the_announced_address_is_tried_too_when_the_old_one_is_gone(district: District, client: Client, kiosk: Kiosk):
    announced(district, "https://127.0.0.1:9")
    hears(kiosk)
    with serve(district.services) as elsewhere:
        with kiosk.store.write() as tx:
            address = kiosk.told(NEXT)
            assert isinstance(address, dict)
            box_state.put(tx, NEXT, address | {"url": elsewhere.base})
        kiosk.agent._transport = Transport("http://127.0.0.1:9", kiosk.box.keys.token)
        kiosk.rate(1)
        hears(kiosk)

        assert kiosk.agent.box.identity.district_url == elsewhere.base
        assert kiosk.rated() == [(dossier_code(1), 5)]


@pytest.mark.parametrize(
    ("number", "url", "right_key"),
    [(1, "https://elsewhere.example", False), (1, "http://elsewhere.example", True), (0, "https://a.example", True)],
)
def test_an_address_that_is_not_our_districts_word_or_not_private_is_not_noted(
    district: District, kiosk: Kiosk, number: int, url: str, right_key: bool
):
    key = district.services.receipt_key if right_key else SigningKey.generate()
    told = DistrictAddress(number, url, sign_address(number, url, "", key))
    with kiosk.store.write() as tx:
        note_address(tx, kiosk.box.identity, told)

    assert not kiosk.told(NEXT)


def test_a_ledger_on_the_shelf_goes_where_the_kiosk_of_the_same_district_went(
    district: District, client: Client, kiosk: Kiosk, tmp_path: Path
):
    other = enrolled(district, client, tmp_path / "other")
    other.store.close()
    moved = replace(kiosk.box, identity=replace(kiosk.box.identity, district_url="https://new.example"))
    remembered(moved, kiosk.settings.keys)

    assert address_of(other.box, kiosk.settings.keys) == ("https://new.example", "")
    assert address_of(other.box, other.settings.keys)[0] == client.base
