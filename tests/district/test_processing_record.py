"""The processing record is true: every column that may hold something about a person stands in it, and no other."""

from sqlalchemy import Boolean, Date, Integer

from sync.district.domain.personal_rules import KeptData, RequestKind, load_personal_rules
from sync.district.domain.processing_record import RECORD_FIELDS, load_processing_record
from sync.district.store.all_tables import full_metadata
from sync.district.store.metadata import UtcDateTime

RECORD = load_processing_record()
NUMBERS = (Integer, Boolean, Date, UtcDateTime)
COLUMNS = [(table.name, column) for table in full_metadata.tables.values() for column in table.c]


def test_every_column_that_may_hold_words_stands_in_the_record_once() -> None:
    wordy = [(table, column.name) for table, column in COLUMNS if not isinstance(column.type, NUMBERS)]

    assert len(wordy) > 300
    assert [f"{table}.{name}" for table, name in wordy if len(RECORD.of(table, name)) != 1] == []


def test_the_record_names_no_column_that_is_not_there() -> None:
    there = {f"{table}.{column.name}" for table, column in COLUMNS}
    called = {column.name for _, column in COLUMNS}
    activities = RECORD.activity

    assert {name for each in activities for name in each.columns} | set(RECORD.plain.columns) <= there
    assert {name for each in activities for name in each.names} | set(RECORD.plain.names) <= called
    assert set(RECORD.plain.tables) <= set(full_metadata.tables)


def test_what_a_citizen_tells_stands_with_an_activity_that_erases_it() -> None:
    told = [
        *(("complaints", name) for name in ("contact", "folded_contact", "text", "folded")),
        *(("complaint_attachments", "data"), ("complaint_supplements", "text"), ("ledger", "sealed")),
    ]
    erasing = {each.id for each in RECORD.activity if each.keeps}

    assert {RECORD.of(*each) for each in told} == {("matters",)}
    assert erasing == {"matters"}


def test_the_record_says_everything_in_both_languages() -> None:
    for each in RECORD.activity:
        assert all(each.words(field, "vi") != each.words(field, "en") for field in ("name", *RECORD_FIELDS))


def test_the_shipped_rules_give_each_kind_of_request_its_days() -> None:
    rules = load_personal_rules()

    assert {kind: rules.days_for(kind) for kind in RequestKind} == {
        RequestKind.WITHDRAW: 15, RequestKind.VIEW: 10, RequestKind.CORRECT: 10,
        RequestKind.RESTRICT: 15, RequestKind.OBJECT: 15, RequestKind.DELETE: 20,
    }  # fmt: skip
    assert (rules.acknowledge_working_days, rules.breach_hours) == (2, 72)
    assert all(rules.kept_for(what).days > 0 for what in KeptData)
