"""What is erased leaves the ledger, whatever way it came; and nobody makes a rating, or a complaint that no citizen
asked to erase, pass for it.
"""

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DatabaseError

from kiosk.domain.receipt import mint
from sync.district.cli.checkpointing import published
from sync.district.cli.verifying import verify_all, verify_log
from sync.district.complaints.erasing import erase
from sync.district.complaints.recompute import recompute_open
from sync.district.domain.deadlines import load_schemes
from sync.district.domain.erasure import ErasureScope, Why
from sync.district.domain.merkle_log import LeafKind
from sync.district.domain.personal_request import PersonalRequest
from sync.district.domain.personal_rules import RequestKind
from sync.district.projection.checkpoint import make_checkpoint
from sync.district.projection.emptying import empty_erased, empty_late_copies
from sync.district.projection.project import rebuild
from sync.district.store import tables as t
from sync.district.store.engine import reading, writing
from sync.district.store.ledger import envelope_json
from sync.district.store.personal_requests import requests_of
from sync.district.store.public_log import every_leaf
from tests.district.conftest import District
from tests.district.test_erasing import CONTACT, OF_CONTACT, opened_entries
from tests.support.factories import Box

SCHEMES = load_schemes()
TOKEN = "A".ljust(22, "_")
BRIBE = "Cán bộ đòi phong bì 500 nghìn, đòi hối lộ mới trả hồ sơ."
FORGED = (
    "UPDATE ledger SET type = 'comment', sealed = '' WHERE seq = 1",
    "INSERT INTO erasures (complaint_id, scope, why, at) "
    "SELECT entry_id, 'all', 'asked', '{at}' FROM ledger WHERE seq = 1",
    "INSERT INTO erased_entries (device_id, epoch, seq, complaint_id, scope, emptied_at) "
    "SELECT device_id, epoch, seq, entry_id, 'all', '{at}' FROM ledger WHERE seq = 1",
)
"""How whoever owns the database deletes a rating: three statements, once the triggers are gone."""


@pytest.fixture
def box(district: District) -> Box:
    return district.box()


def erased(district: District, entry_id: str, scope: ErasureScope = ErasureScope.CONTACT) -> None:
    with writing(district.engine) as connection:
        erase(connection, SCHEMES, entry_id, scope, Why.WITHDRAWN, district.clock())


def emptied(district: District) -> int:
    total = 0
    while done := empty_erased(district.engine, district.keys, district.clock()):
        total += done
    return total


def checkpoint(district: District) -> None:
    district.clock.pass_by(days=1)
    services = district.services
    files = published(services.settings, district.clock())
    make_checkpoint(district.engine, services.receipt_key, district.clock(), files)


def troubles(district: District) -> list[str]:
    with reading(district.engine) as connection:
        lines = verify_all(connection)[1]
        lines += verify_log(connection, bytes(district.services.receipt_key.verify_key))
    return [line for line in lines if line.startswith("!")]


def forge(district: District, statements: tuple[str, ...] = FORGED) -> None:
    for statement in statements:
        district.tamper(statement.format(at="2026-11-21 05:00:00.000000"), "ledger", "erasures")


# ---- promise 4


def test_a_rating_that_is_made_to_pass_for_an_erased_comment_is_found(district: District, box: Box):
    for score in (1, 5):
        box.rate(score=score)
    district.accept(box)
    checkpoint(district)
    forge(district, FORGED[:1])
    assert "the first entry that does not hold is 1: it was changed" in troubles(district)[0]

    forge(district, FORGED[1:])  # the erasure, too

    found = f"! public log: {box.device_id} epoch 1, what entries up to 2 are about is not what was published"
    assert troubles(district) == [found]
    checkpoint(district)
    checkpoint(district)
    assert troubles(district) == [found]


def test_a_complaint_that_is_emptied_though_nothing_says_that_it_was_erased_is_found(district: District, box: Box):
    box.tell(mint().number, contact=CONTACT, text="Ghế hỏng.")
    box.rate()
    district.accept(box)
    district.project()

    district.tamper("UPDATE ledger SET sealed = '' WHERE seq = 1", "ledger")

    assert "the first entry that does not hold is 1" in troubles(district)[0]


def test_an_erasure_stands_in_the_public_log_and_what_is_changed_there_afterwards_is_found(
    district: District, box: Box
):
    told = box.tell(mint().number, contact=CONTACT, text="Ghế hỏng.")
    box.rate()
    district.accept(box)
    district.project()
    erased(district, told.entry_id)
    assert emptied(district) == 1
    for _ in range(3):
        checkpoint(district)

    with reading(district.engine) as connection:
        kinds = [leaf.kind for leaf in every_leaf(connection)]
    assert (kinds.count(LeafKind.ERASED), kinds.count(LeafKind.ENVELOPES)) == (1, 1)
    assert troubles(district) == []
    district.tamper("DELETE FROM erased_entries")
    assert f"! public log: {box.device_id} epoch 1, erased entry 1 is not what was published" in troubles(district)


def test_an_erasure_that_was_kept_out_of_the_log_is_found(district: District, box: Box):
    told = box.tell(mint().number, contact=CONTACT, text="Ghế hỏng.")
    district.accept(box)
    district.project()
    checkpoint(district)
    checkpoint(district)
    district.clock.pass_by(days=-2)

    erased(district, told.entry_id)
    emptied(district)

    assert troubles(district) == [f"! public log: {box.device_id} epoch 1, erased entry 1 is not in it"]


def test_the_database_empties_nothing_that_no_erasure_leads_to(district: District, box: Box):
    box.tell(mint().number, contact=CONTACT, text="Ghế hỏng.")
    district.accept(box)
    with writing(district.engine) as connection:
        connection.execute(text(FORGED[2].format(at="2026-11-21 05:00:00.000000")))

    with pytest.raises(DatabaseError, match="append-only"), writing(district.engine) as connection:
        connection.execute(text("UPDATE ledger SET sealed = ''"))
    with writing(district.engine) as connection:
        connection.execute(text("UPDATE erased_entries SET emptied_at = NULL"))
    assert emptied(district) == 0


# ---- whatever way it came


def test_what_was_erased_waits_for_a_key_that_is_not_there(district: District, box: Box):
    told = box.tell(mint().number, contact=CONTACT, text="Ghế hỏng.", receipt_token=TOKEN)
    district.accept(box)
    district.project()
    erased(district, told.entry_id)

    assert empty_erased(district.engine, {}, district.clock()) == 0
    assert emptied(district) == 1

    rebuild(district.engine, district.keys)
    assert district.rows("complaints", "text", "erased") == [("Ghế hỏng.", "contact")]


@pytest.mark.parametrize("first", [True, False], ids=["before", "after"])
def test_a_complaint_that_was_issued_twice_is_erased_in_both_places(district: District, box: Box, first: bool):
    told = box.tell(mint().number, contact=CONTACT, text="Ghế hỏng.", receipt_token=TOKEN)
    district.accept(box)
    district.project()
    if not first:
        erased(district, told.entry_id)
        emptied(district)
    box.open_epoch()  # the kiosk was restored and delivers it once more
    box.record(told)
    district.accept(box)
    district.project()
    if first:
        erased(district, told.entry_id)
    emptied(district)

    assert not any(word in opened_entries(district) for word in OF_CONTACT)
    rebuild(district.engine, district.keys)
    assert district.rows("complaints", "text", "contact", "erased") == [("Ghế hỏng.", None, "contact")]
    assert troubles(district) == []


def test_a_complaint_that_was_set_aside_when_it_was_erased_is_erased_when_it_can_be_read(district: District, box: Box):
    told = box.tell(mint().number, contact=CONTACT, text="Ghế hỏng.", receipt_token=TOKEN)
    district.accept(box)
    district.project()
    erased(district, told.entry_id)
    rebuild(district.engine, {})  # without the key: it is set aside
    assert district.rows("complaints", "entry_id") == []

    with writing(district.engine) as connection:
        connection.execute(text("INSERT INTO projection_queue SELECT batch_id, received_at FROM batches"))
    district.project()

    assert district.rows("complaints", "contact", "erased") == [(None, "contact")]


@pytest.mark.parametrize("table", ["conflicts", "refused_entries"])
def test_what_of_an_erased_complaint_stands_beside_the_ledger_is_emptied_too(district: District, box: Box, table: str):
    told = box.tell(mint().number, contact=CONTACT, text="Ghế hỏng.", receipt_token=TOKEN)
    rated = box.rate()
    district.accept(box)
    district.project()
    erased(district, told.entry_id)
    emptied(district)
    of = {
        "conflicts": {"kind": "fork", "found_at": district.clock()},
        "refused_entries": {"batch_id": 1, "reason": "x"},
    }
    with writing(district.engine) as connection:
        for seq, entry in ((1, told), (2, rated)):
            place = {"device_id": box.device_id, "epoch": 9, "seq": seq, "hash": bytes(32)}
            row = of[table] | place | {"envelope": envelope_json(entry)}
            connection.execute(insert(t.metadata.tables[table]).values(**row))

    assert empty_late_copies(district.engine) == 1
    assert empty_late_copies(district.engine) == 0

    kept = {row["type"]: row["sealed"] for (row,) in district.rows(table, "envelope")}
    assert kept["complaint"] == ""
    assert kept["rating"] != ""
    with pytest.raises(DatabaseError, match="append-only"), writing(district.engine) as connection:
        connection.execute(text(f"UPDATE {table} SET envelope = '{{}}'"))


# ---- who may see it stays


@pytest.mark.parametrize("scope", list(ErasureScope))
def test_who_may_see_a_report_of_bribery_is_the_same_after_an_erasure_and_a_rebuild(
    district: District, box: Box, scope: ErasureScope
):
    number = mint().number
    told = box.tell(number, contact=CONTACT, text=BRIBE, about="rule", sound_parts=0, sentences=[])
    box.supplement(number, BRIBE)
    district.accept(box)
    district.overnight()
    before = _seen_by(district)
    assert before == [[(True,)], [(True,)], [("heads",)]]

    erased(district, told.entry_id, scope)
    emptied(district)
    rebuild(district.engine, district.keys)
    recompute_open(district.engine, SCHEMES, district.clock())

    assert _seen_by(district) == before


def _seen_by(district: District) -> list[list[object]]:
    columns = {"complaints": "sensitive", "complaint_supplements": "sensitive", "complaint_standings": "restriction"}
    return [district.rows(table, column) for table, column in columns.items()]


def test_a_comment_stays_a_comment_after_an_erasure(district: District, box: Box):
    number = mint().number
    box.tell(number, kind="comment", contact=None, text="", sentences=[], sound_parts=1, receipt_token=TOKEN)
    box.attach(number, b"OggS tieng noi")
    box.withdraw(number, TOKEN)
    district.accept(box)
    district.project()

    assert district.rows("complaint_attachments", "data") == []
    assert emptied(district) == 2
    kept = ("kind", "erased", "reply_by", "sound_parts")
    before = district.rows("complaints", *kept)
    assert before == [("comment", "contact", "", 0)]
    rebuild(district.engine, district.keys)
    assert district.rows("complaints", *kept) == before
    assert [row.kind for row in _asked(district)] == [RequestKind.WITHDRAW]


def _asked(district: District) -> list[PersonalRequest]:
    (entry_id,) = district.rows("complaints", "entry_id")[0]
    with reading(district.engine) as connection:
        return requests_of(connection, entry_id)
