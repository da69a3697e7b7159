"""What is kept no longer is erased by the table of days, and the job says how many, never whose."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlalchemy import text, update

from sync.district import __main__ as district_command
from sync.district.cli.context import Context
from sync.district.complaints.actions import visible
from sync.district.complaints.retention import RESTORED, carry_out_times
from sync.district.domain.complaint_steps import Action
from sync.district.domain.personal_rules import KeptData, load_personal_rules
from sync.district.settings import Personal
from sync.district.store import retention
from sync.district.store.complaint_tables import complaints
from sync.district.store.contacts import seal_open_contacts
from sync.district.store.engine import reading, writing
from sync.district.store.erasure_list import ErasureList
from sync.district.store.privacy_tables import matter_keys
from sync.district.store.retention import give_back
from tests.district.complaint_office import HEAD, SCHEMES, SECOND, Office, open_office

RULES = load_personal_rules()
CONTACT, WORDS, BACKUPS = (RULES.kept_for(what) for what in KeptData)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    one = open_office(tmp_path)
    yield one
    one.district.engine.dispose()


def close(one: Office, name: str) -> None:
    one.do(HEAD, name, Action.ASSIGN, owner="binh.head")
    one.do(HEAD, name, Action.DRAFT, text="Đã sửa xong.")
    one.do(SECOND, name, Action.APPROVE)
    one.do(HEAD, name, Action.INFORM, reached="yes", by="call")
    one.do(HEAD, name, Action.CLOSE)


def run(one: Office, after: timedelta) -> dict[str, int]:
    district = one.district
    erased = ErasureList(district.services.settings.data)
    now = district.clock() + after
    return {each.rule: each.n for each in carry_out_times(district.engine, SCHEMES, RULES, erased, now)}


def kept(one: Office, name: str) -> tuple[str, bool]:
    with reading(one.district.engine) as connection:
        where = complaints.c.entry_id == one.ids[name]
        row = connection.execute(complaints.select().where(where)).one()
    return row.text, bool(row.folded_contact)


def test_a_closed_matter_loses_its_contact_and_years_later_its_words_and_an_open_one_neither(office: Office) -> None:
    close(office, "ramp")
    day = timedelta(days=1)

    assert run(office, CONTACT - day) == {RESTORED: 0, "words": 0, "contact": 0}
    assert run(office, CONTACT + day) == {RESTORED: 0, "words": 0, "contact": 1}
    assert kept(office, "ramp") == (kept(office, "ramp")[0], False)
    assert "đường dốc" in kept(office, "ramp")[0]
    assert run(office, CONTACT + day) == {RESTORED: 0, "words": 0, "contact": 0}
    assert run(office, WORDS + day) == {RESTORED: 0, "words": 1, "contact": 0}
    assert kept(office, "ramp") == ("", False)
    assert kept(office, "late")[1]
    assert len(ErasureList(office.district.services.settings.data).read()) == 2


def test_an_answered_matter_of_which_nothing_waits_ends_although_nobody_closed_it(office: Office) -> None:
    for name in ("ramp", "late"):
        office.do(HEAD, name, Action.ASSIGN, owner="binh.head")
        office.do(HEAD, name, Action.DRAFT, text="Đã sửa xong.")
        office.do(SECOND, name, Action.APPROVE)
    office.do(HEAD, "ramp", Action.INFORM, reached="yes", by="call")
    assert office.district.rows("complaint_standings", "open").count((False,)) == 0

    assert run(office, CONTACT - timedelta(days=1))["contact"] == 0
    assert run(office, CONTACT + timedelta(days=1))["contact"] == 1
    assert not kept(office, "ramp")[1]
    assert kept(office, "late")[1]  # whose citizen is still to be told


def test_while_somebody_reads_the_files_keep_what_was_erased_and_the_job_says_so(
    office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    close(office, "ramp")
    monkeypatch.setattr(retention, "give_back", partial(give_back, seconds=0.05))
    context = Context(office.district.services.settings, lambda: office.district.clock() + WORDS + timedelta(hours=1))
    parsed = district_command._parser(["retaining"]).parse_args(["retention", "run"])
    path = Path(str(office.district.engine.url.database))

    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM ledger").fetchall()
        assert parsed.run(parsed, context) == 1
        assert "files  0  could not be carried out in full" in capsys.readouterr().out
    assert ("files", True) in office.district.rows("retention_runs", "rule", "failed")
    assert ("words", False) in office.district.rows("retention_runs", "rule", "failed")
    assert "backups" not in {rule for (rule,) in office.district.rows("retention_runs", "rule")}  # none are named

    assert parsed.run(parsed, context) == 0
    assert office.district.rows("retention_runs", "rule").count(("files",)) == 1


def test_the_voice_of_a_comment_is_erased_so_long_after_the_last_step_though_nobody_closes_it(office: Office) -> None:
    office.tell("sung", kind="comment", contact=None, text="", sentences=[], sound_parts=1)
    office.box.attach(office.numbers["sung"], b"OggS tieng noi")
    office.district.accept(office.box)
    office.district.project()
    sounds = len(office.district.rows("complaint_attachments", "data"))
    day = timedelta(days=1)

    assert run(office, CONTACT - day)["contact"] == 0
    assert run(office, CONTACT + day)["contact"] == 1
    assert len(office.district.rows("complaint_attachments", "data")) == sounds - 1
    assert run(office, CONTACT + day)["contact"] == 0


def test_the_command_empties_the_ledger_removes_old_backups_and_shows_what_it_did(
    office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    close(office, "ramp")
    backups = tmp_path / "backups"
    for name, old in (("old", True), ("new", False), ("not-ours", True)):
        (backups / name).mkdir(parents=True)
        file = backups / name / ("district.sqlite" if name != "not-ours" else "photos.zip")
        file.write_bytes(b"x")
        at = (office.district.clock() + CONTACT).timestamp() - (BACKUPS.total_seconds() + 60 if old else 0)
        os.utime(file, (at, at))
    settings = replace(office.district.services.settings, personal=Personal(backups=backups))
    context = Context(settings, lambda: office.district.clock() + CONTACT + timedelta(hours=1))
    parser = district_command._parser(["retaining"])

    for command in ("run", "show"):
        parsed = parser.parse_args(["retention", command])
        assert parsed.run(parsed, context) == 0
    written = capsys.readouterr().out

    assert sorted(each.name for each in backups.iterdir()) == ["new", "not-ours"]
    assert written.count("contact  1") == written.count("backups  1") == 2
    assert office.ids["ramp"] not in written
    with sqlite3.connect(str(office.district.engine.url.database)) as database:
        emptied = database.execute("SELECT count(*) FROM ledger WHERE length(sealed) = 0").fetchone()
    assert emptied == (1,)


def test_contacts_that_an_older_release_kept_open_are_sealed_and_found_as_before(office: Office) -> None:
    engine, entry_id = office.district.engine, office.ids["ramp"]
    open_contact = {"name": "Lò Văn Páo", "phone": "0912 000 111", "address": "", "email": "", "reply_by": "call"}
    with writing(engine) as connection:
        connection.execute(matter_keys.delete().where(matter_keys.c.entry_id == entry_id))
        values = {"contact": open_contact, "folded_contact": "lo van pao 0912000111"}
        connection.execute(update(complaints).where(complaints.c.entry_id == entry_id).values(**values))

    assert (seal_open_contacts(engine), seal_open_contacts(engine)) == (1, 0)

    with reading(engine) as connection:
        row = connection.execute(text("SELECT contact, folded_contact FROM complaints WHERE kind = 'complaint'")).all()
    assert "0912" not in str(row)
    with reading(engine) as connection:
        assert visible(connection, HEAD, entry_id, office.district.clock())[0].contact == open_contact


@pytest.mark.parametrize(
    "change",
    ["[[keep]]\nwhat = 'contact'\ndays = 5", "[[request]]\nkind = 'money'\ndays = 5", "acknowledge = 'x'"],
    ids=["twice", "unknown", "strange"],
)
def test_an_office_s_own_table_that_is_none_is_refused(tmp_path: Path, change: str) -> None:
    shipped = Path("config/schemes/personal-data.toml").read_text("utf-8")
    (tmp_path / "own.toml").write_text(f"{shipped}\n{change}\n", "utf-8")

    with pytest.raises(ValueError, match=r"own\.toml"):
        load_personal_rules(tmp_path / "own.toml")


def test_the_shipped_table_keeps_a_contact_no_longer_than_the_consent_says() -> None:
    assert timedelta(days=731) >= CONTACT  # "24 tháng" in config/schemes/consent.toml
