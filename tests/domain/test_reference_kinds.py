"""A kind of reference data is declared once; what imports, tables and the snapshot do with it follows."""

from datetime import date

import pytest
from msgspec import Struct

from kiosk.domain.reference import KINDS, TIME_OF, Audience, Dossier
from kiosk.domain.reference_fields import Code, Key, ReferenceField, fields_of, key_of
from kiosk.store import tables as kiosk_tables
from sync.district.reference.translations import PARTS
from sync.district.store.reference_tables import AUDIENCE_COLUMN
from sync.district.store.reference_tables import reference as district_tables
from sync.district.store.roster_tables import shifts
from sync.district.store.rosters import ROSTER
from tests.district.web_fixtures import CATALOGUE

ONLY_ON_THE_WAY = {"portraits": {"signature"}}
FOUND_BY_NAME = {"procedure_name"}


class Parking(Struct, frozen=True):
    parking_id: Key[Code]
    places: int
    since: date | None = None
    words: dict[str, str] = {}


def test_a_field_is_read_from_its_annotation():
    assert fields_of(Parking) == (
        ReferenceField("parking_id", str, 64, is_key=True, is_optional=False),
        ReferenceField("places", int, 0, is_key=False, is_optional=False),
        ReferenceField("since", date, 0, is_key=False, is_optional=True),
        ReferenceField("words", dict, 0, is_key=False, is_optional=False),
    )
    assert key_of(Dossier) == ("dossier_code",)


def test_a_type_that_no_table_keeps_is_refused():
    class Odd(Struct, frozen=True):
        odd_id: Key[Code]
        share: float

    with pytest.raises(TypeError, match="share"):
        fields_of(Odd)


def test_every_kind_has_a_key_and_the_column_that_decides_who_gets_it():
    for name, kind in KINDS.items():
        kept = district_tables[name].columns.keys() if name in district_tables else kind.row.__struct_fields__
        assert key_of(kind.row), name
        assert AUDIENCE_COLUMN.get(kind.audience, key_of(kind.row)[0]) in kept, name


def test_the_columns_of_a_file_are_the_fields_of_its_kind():
    from_file = {name: kind for name, kind in KINDS.items() if kind.from_file}

    assert set(CATALOGUE.kinds) == {*from_file, ROSTER}
    for name in from_file:
        rules = CATALOGUE.kinds[name]
        said = {rule.field for rule in rules} - FOUND_BY_NAME
        gathered = {field for field in said if field.partition("_")[0] in PARTS and field.partition("_")[2]}
        told_with_a_date = set(TIME_OF.values())
        fields = {
            field.name: field
            for field in fields_of(from_file[name].record)
            if field.type is not dict and field.name not in told_with_a_date
        }
        assert said - gathered == set(fields), name
        assert [rules[0].field] == list(key_of(from_file[name].row)), name
        for rule in rules:
            most = fields[rule.field].max_length if rule.field in fields else 0
            assert not most or rule.longest <= most, rule.field


def test_the_columns_of_a_roster_make_shifts_and_no_text_is_longer_than_the_table_keeps():
    rules = {rule.field: rule for rule in CATALOGUE.kinds[ROSTER]}
    kept = {"counter_id", "officer_number", "day", "phone"}

    assert set(rules) == {*kept, "unit_id", "duty", "part", "hours"}
    assert {name for name, rule in rules.items() if rule.is_key} == {"day", "counter_id", "duty", "part", "hours"}
    for name in (*kept - {"day"}, "unit_id"):
        assert rules[name].longest <= shifts.c[name].type.length, name


def test_both_ends_keep_every_field_that_is_sent():
    hashed = {"dossiers": {"dossier_code"}}
    for name, kind in KINDS.items():
        sent = set(kind.row.__struct_fields__) - ONLY_ON_THE_WAY.get(name, set())
        kept = set(kiosk_tables.reference[name].columns.keys())
        assert sent - kept == hashed.get(name, set()), name
        if kind.audience is not Audience.ONE_KIOSK:
            assert sent <= set(district_tables[name].columns.keys()), name
