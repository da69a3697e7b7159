"""What a citizen withdraws is gone from every table and every file; what was counted and chained stays."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from kiosk.domain.receipt import mint
from sync.district.cli.verifying import verify_all
from sync.district.complaints import personal
from sync.district.complaints.actions import Changed, Form, act, act_within, visible
from sync.district.complaints.erasing import erase
from sync.district.complaints.mailing import write_mails
from sync.district.complaints.recompute import recompute_open
from sync.district.complaints.retention import erase_again
from sync.district.domain.complaint_steps import Action
from sync.district.domain.deadlines import load_schemes
from sync.district.domain.erasure import ErasureScope, Why
from sync.district.domain.people import Role, SignedIn
from sync.district.domain.personal_request import RequestChannel
from sync.district.domain.personal_rules import RequestKind, load_personal_rules
from sync.district.domain.rating_body import Sealed, unsealed
from sync.district.domain.release import shown_before
from sync.district.projection.emptying import empty_erased
from sync.district.projection.loop import ProjectorLoop
from sync.district.projection.project import rebuild
from sync.district.store import complaint_register as register
from sync.district.store import personal_requests
from sync.district.store import tables as t
from sync.district.store.accounts import UserRow, add_user
from sync.district.store.all_tables import full_metadata
from sync.district.store.complaints import last_actions
from sync.district.store.engine import reading, writing
from sync.district.store.erasure_list import ErasureList
from sync.district.store.retention import give_back
from sync.district.times import local_day
from sync.district.web.own_data import own_data
from tests.district.conftest import District
from tests.support.factories import UNIT

SCHEMES = load_schemes()
NAME, PHONE, ADDRESS, EMAIL = "Lường Thị Khuyên", "0987 654 321", "bản Nà Hừ, xã Bum Nưa", "khuyen.luong@example.vn"
WORDS = "lường thị khuyên xin hỏi: hồ sơ ngọc lan nộp hai tháng chưa có kết quả."
ADDED = "Tôi bổ sung bản sao trích lục, gọi 0987.654.321 giúp tôi."
SOUND = b"OggS" + b"tieng noi cua ba Khuyen" * 200
CONTACT = {"name": NAME, "phone": PHONE, "address": ADDRESS, "email": EMAIL, "reply_by": "email"}
HEAD = SignedIn("binh.head", Role.LEADER, UNIT, "")
OF_CONTACT = ("khuyên", "khuyen", "654321", "654 321", "654.321", "hừ", "bum nưa")
OF_WORDS = ("ngọc lan", "ngoc lan", "trích lục", "trich luc")
"""What nothing may contain afterwards, in small letters."""


class Matter:
    """A complaint with everything that can be made of it: a recording, words added on both ways, a call that was noted,
    a mail in the outbox, a second complaint of the same citizen that was merged into it."""

    def __init__(self, district: District) -> None:
        self.district, self.box = district, district.box()
        with writing(district.engine) as connection:
            add_user(connection, UserRow("binh.head", "x", Role.LEADER, UNIT, False, None, True), district.clock())
        self.number, self.other = mint().number, mint().number
        self.id = self._tell(self.number, "A", WORDS)
        self.merged = self._tell(self.other, "B", f"{WORDS} Xin xem giúp.", sound_parts=0)
        self.box.attach(self.number, SOUND, parts=2)
        self.box.rate()
        district.accept(self.box)
        district.overnight()
        self.do(Action.TAKE)
        self.do(Action.MERGE, who=self.merged, into=self.id)
        self.do(Action.ASK_MORE, text="Đề nghị bà Lường Thị Khuyên bổ sung.")
        write_mails(district.engine, "https://mc.example.vn", district.clock())
        self.box.supplement(self.number, ADDED, token="A".ljust(22, "_"))
        district.accept(self.box, self.box.batch(first=6))
        district.overnight()

    def _tell(self, number: str, token: str, words: str, sound_parts: int = 2) -> str:
        body = {"receipt_token": token.ljust(22, "_"), "text": words, "contact": CONTACT, "about": "rule"}
        return self.box.tell(number, **body, sound_parts=sound_parts, sentences=[]).entry_id

    def do(self, action: Action, who: str = "", **fields: str) -> None:
        district, entry_id = self.district, who or self.id
        with reading(district.engine) as connection:
            seen = visible(connection, HEAD, entry_id, district.clock())[1].last_action
        district.clock.pass_by(minutes=7)
        act(district.engine, SCHEMES, HEAD, entry_id, Form(action, fields, seen), district.clock())

    def erase(self, scope: ErasureScope) -> list[str]:
        with writing(self.district.engine) as connection:
            return erase(connection, SCHEMES, self.id, scope, Why.WITHDRAWN, self.district.clock())

    def empty(self) -> int:
        return empty_erased(self.district.engine, self.district.keys, self.district.clock())


@pytest.fixture
def matter(district: District) -> Matter:
    return Matter(district)


def rows_that_hold(district: District, words: tuple[str, ...]) -> list[str]:
    """Every table with a value that holds one of some words, bytes and JSON as text included."""
    found = []
    with reading(district.engine) as connection:
        for name in sorted(full_metadata.tables):
            for row in connection.execute(text(f"SELECT * FROM {name}")):
                if any(word in _as_text(value) for value in row for word in words):
                    found.append(name)
    return sorted(set(found))


def _as_text(value: Any) -> str:
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("utf-8", "replace").lower()
    return str(value).lower().encode().decode("unicode_escape").encode("latin-1", "replace").decode("utf-8", "replace")


def files_that_hold(district: District, words: tuple[str, ...]) -> list[str]:
    """Every file beside the database, whatever it is, that holds one of some words: as it is, or as JSON writes it."""
    folder = Path(str(district.engine.url.database)).parent if district.engine.dialect.name == "sqlite" else None
    folders = [district.services.settings.data, *([folder] if folder else [])]
    wanted = [form for word in words for form in _written(word)]
    files = {path for each in folders for path in each.rglob("*") if path.is_file()}
    return sorted(path.name for path in files if any(form in path.read_bytes().lower() for form in wanted))


def _written(word: str) -> set[bytes]:
    return {word.encode(), word.encode("unicode_escape"), word.encode("ascii", "backslashreplace")}


def opened_entries(district: District) -> str:
    """Whatever the private key opens of the ledger, as text."""
    names = Sealed.__struct_fields__
    with reading(district.engine) as connection:
        query = t.ledger.join(t.batches, t.batches.c.batch_id == t.ledger.c.batch_id).select()
        rows = connection.execute(query).mappings().all()
    entries = [Sealed(**{name: row[name] for name in names}) for row in rows if row["sealed"]]
    return " ".join(str(unsealed(entry, district.keys)) for entry in entries).lower()


def test_a_contact_stands_nowhere_in_the_database_while_it_is_kept(matter: Matter) -> None:
    with reading(matter.district.engine) as connection:
        found = register.whole(connection, matter.id)

    assert found is not None
    assert found.contact == CONTACT
    with reading(matter.district.engine) as connection:
        kept = connection.execute(text("SELECT contact, folded_contact FROM complaints")).all()
    assert not any("khuy" in str(row).lower() or "0987" in str(row) for row in kept)


def test_what_is_withdrawn_cannot_be_opened_from_that_moment_on(matter: Matter) -> None:
    done = matter.erase(ErasureScope.CONTACT)

    assert sorted(done) == sorted([matter.id, matter.merged])
    with reading(matter.district.engine) as connection:
        found, case = visible(connection, HEAD, matter.id, matter.district.clock())
        assert (found.contact, found.erased, found.line.kind, case.owner) == (None, "contact", "complaint", "binh.head")
        assert (case.reply_by, case.incomplete, found.line.text) == (
            *("kiosk", False),
            "[…] xin hỏi: hồ sơ ngọc lan nộp hai tháng chưa có kết quả.",
        )
    assert rows_that_hold(matter.district, OF_CONTACT) == []
    assert matter.erase(ErasureScope.CONTACT) == []


@pytest.mark.parametrize("scope", list(ErasureScope))
def test_after_an_erasure_no_table_file_or_key_tells_what_was_erased(matter: Matter, scope: ErasureScope) -> None:
    gone = OF_CONTACT if scope is ErasureScope.CONTACT else (*OF_CONTACT, *OF_WORDS)
    assert any(word in opened_entries(matter.district) for word in gone)

    matter.erase(scope)
    assert matter.empty() == 5  # two complaints, two parts of a recording, what was added; the rating stays

    assert rows_that_hold(matter.district, gone) == []
    assert not any(word in opened_entries(matter.district) for word in gone)
    assert matter.district.rows("complaint_attachments", "data") == []
    give_back(matter.district.engine)
    assert files_that_hold(matter.district, gone) == []
    _and_everything_else_stays(matter, gone)


def test_what_was_kept_after_one_erasure_is_in_no_file_after_a_wider_one(matter: Matter) -> None:
    matter.erase(ErasureScope.CONTACT)
    matter.empty()
    matter.erase(ErasureScope.ALL)
    matter.empty()

    assert give_back(matter.district.engine)
    assert files_that_hold(matter.district, (*OF_CONTACT, *OF_WORDS)) == []
    if matter.district.engine.dialect.name == "postgresql":  # its files are not ours to read
        with reading(matter.district.engine) as connection:
            vacuumed = text("SELECT relname FROM pg_stat_user_tables WHERE last_vacuum IS NOT NULL")
            assert {"ledger", "erased_entries", "refused_entries", "conflicts"} <= {*connection.scalars(vacuumed)}


def _and_everything_else_stays(matter: Matter, gone: tuple[str, ...]) -> None:
    """The chain holds, the rating counts, a rebuild tells the same and brings nothing back, and what arrives late is
    erased too."""
    district = matter.district
    before = [district.rows(name, *columns) for name, columns in KEPT_COLUMNS.items()]
    with reading(district.engine) as connection:
        held, lines = verify_all(connection)
    assert held == len(matter.box.entries)
    assert not any(line.startswith("!") for line in lines)
    assert any("5 of them erased" in line for line in lines)

    rebuild(district.engine, district.keys)
    recompute_open(district.engine, SCHEMES, district.clock())  # nothing was released yet, so that it stood as of then

    assert [district.rows(name, *columns) for name, columns in KEPT_COLUMNS.items()] == before
    assert len(district.rows("ratings", "entry_id")) == 1
    assert rows_that_hold(district, gone) == []
    matter.box.attach(matter.number, SOUND + b"x")
    district.accept(matter.box, matter.box.batch(first=7))
    district.project()
    matter.empty()
    assert rows_that_hold(district, gone) == []
    assert district.rows("complaint_attachments", "data") == []


KEPT_COLUMNS = {
    "complaints": ("entry_id", "kind", "text", "folded", "erased", "reply_by", "token_hash", "receipt_number"),
    "complaint_standings": ("entry_id", "state", "owner", "open", "due_on", "folded_added", "merged_into"),
    "ratings": ("entry_id", "score", "counted"),
}


def test_a_page_that_was_open_before_an_erasure_writes_nothing_that_names_the_citizen(matter: Matter) -> None:
    district = matter.district
    with reading(district.engine) as connection:
        seen = visible(connection, HEAD, matter.id, district.clock())[1].last_action
        assert last_actions(connection, [matter.id]) == {matter.id: seen}
    matter.erase(ErasureScope.CONTACT)

    late = Form(Action.DRAFT, {"text": f"Kính gửi bà {NAME}."}, seen)
    with pytest.raises(Changed):
        act(district.engine, SCHEMES, HEAD, matter.id, late, district.clock())
    with reading(district.engine) as connection:
        assert last_actions(connection, [matter.id]) == {matter.id: seen + 1}
    matter.do(Action.CLASSIFY, about="rule", sensitive="no")
    assert rows_that_hold(district, OF_CONTACT) == []


def test_what_is_asked_of_a_matter_that_is_merged_later_stays_in_the_register_and_on_the_receipt(
    district: District,
) -> None:
    with writing(district.engine) as connection:
        add_user(connection, UserRow("binh.head", "x", Role.LEADER, UNIT, False, None, True), district.clock())
    box, numbers = district.box(), [mint().number, mint().number]
    told = {"contact": CONTACT, "about": "rule", "sound_parts": 0, "sentences": [], "text": WORDS}
    first, later = [
        box.tell(number, receipt_token=name.ljust(22, "_"), **told).entry_id
        for number, name in zip(numbers, "AB", strict=True)
    ]
    district.accept(box)
    district.overnight()
    erased = ErasureList(district.services.settings.data)
    asked = (RequestKind.DELETE, RequestChannel.PAGE, district.clock())
    with writing(district.engine) as connection:
        personal.ask(connection, SCHEMES, erased, later, *asked)

    with writing(district.engine) as connection:
        seen = visible(connection, HEAD, later, district.clock())[1].last_action
        form = Form(Action.MERGE, {"into": first}, seen)
        act_within(connection, SCHEMES, HEAD, later, form, district.clock())

    with writing(district.engine) as connection:
        person = register.person_of(connection, HEAD, local_day(district.clock()))
        found = personal_requests.requests_seen(connection, person, shown_before(district.clock()))
        assert [(each.complaint_id, each.ending) for each in found] == [(first, numbers[1][-4:])]
        of_page = own_data(connection, register.whole(connection, later), load_personal_rules())
        assert [each.kind for each in of_page.requests] == [RequestKind.DELETE]
        assert personal.ask(connection, SCHEMES, erased, first, *asked) == found[0].request_id
        personal.carry_out(connection, SCHEMES, erased, 1, first, RequestKind.DELETE, district.clock(), "chau.second")
    assert district.rows("complaints", "erased") == [("all",), ("all",)]


def test_what_is_withdrawn_at_a_kiosk_is_erased_when_it_arrives_before_the_complaint_or_after(
    district: District,
) -> None:
    first, later, number, stranger = district.box(), district.box(), mint().number, mint().number
    told = {"contact": CONTACT, "receipt_token": "A".ljust(22, "_"), "text": "Ghế hỏng."}
    later.tell(number, **told)
    first.tell(stranger, **told | {"receipt_token": "B".ljust(22, "_")})
    first.withdraw(number, "A".ljust(22, "_"))
    first.withdraw(stranger, "A".ljust(22, "_"))
    district.accept(first)
    district.project()
    assert district.rows("personal_requests", "kind") == []

    district.accept(later)
    erased = ErasureList(district.services.settings.data)
    follower = ProjectorLoop(district.engine, district.keys, SCHEMES, district.clock, erased=erased)
    for _ in range(4):
        follower.tick()

    withdrawn = [entry_id for entry_id, how in district.rows("complaints", "entry_id", "erased") if how]
    assert erased.read() == [(withdrawn[0], ErasureScope.CONTACT, Why.WITHDRAWN)]  # the kiosk may be lost
    assert district.rows("personal_requests", "kind", "channel", "by") == [("withdraw", "kiosk", "")]
    assert sorted(district.rows("complaints", "receipt_number", "erased")) == sorted(
        [(number, "contact"), (stranger, None)]
    )
    empty_erased(district.engine, district.keys, district.clock())
    rebuild(district.engine, district.keys)
    assert len(district.rows("personal_requests", "kind")) == 1
    assert (number, "contact") in district.rows("complaints", "receipt_number", "erased")


def test_the_database_lets_nothing_be_taken_away_that_no_erasure_names(matter: Matter) -> None:
    engine = matter.district.engine
    for change in (
        "UPDATE ledger SET sealed = ''",
        "UPDATE complaint_actions SET content = '{}'",
        "UPDATE erasures SET scope = 'all'",
        "DELETE FROM personal_requests",
    ):
        if "erasures" in change:
            matter.erase(ErasureScope.CONTACT)
        if "personal" in change and engine.dialect.name == "sqlite":
            continue  # a trigger of each row, and there is none yet
        with pytest.raises(DatabaseError, match="append-only"), writing(engine) as connection:
            connection.execute(text(change))
    matter.empty()
    with pytest.raises(DatabaseError, match="append-only"), writing(engine) as connection:
        connection.execute(text("UPDATE ledger SET sealed = '' WHERE type = 'rating'"))


def test_what_a_restored_backup_brings_back_is_erased_again(matter: Matter) -> None:
    erased = ErasureList(matter.district.services.settings.data)
    erased.add([matter.id, "no-such-matter"], ErasureScope.CONTACT, Why.TIME_ENDED)

    assert erase_again(matter.district.engine, SCHEMES, erased, matter.district.clock()) == 1
    assert rows_that_hold(matter.district, OF_CONTACT) == []
    assert erase_again(matter.district.engine, SCHEMES, erased, matter.district.clock()) == 0
    assert set(matter.district.rows("erasures", "why")) == {("time_ended",)}
