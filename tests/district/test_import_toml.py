"""Questionnaires, holidays and wordings are TOML: what an import believes of a cell, it believes of their texts."""

import json
import tomllib
from datetime import date, datetime, time
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from kiosk.paths import shared
from sync.district.reference.files.table import Unreadable
from sync.district.reference.report import report
from sync.district.reference.toml_file import read_toml
from sync.district.store.engine import Engine, reading
from sync.district.store.reference_tables import holidays, questionnaires, wordings
from sync.district.texts import load_texts
from tests.district.web_fixtures import bring

SCHEMES = shared("config") / "schemes"
TEXTS = load_texts()
FILES = {"questionnaire": "mot-cua.toml", "holidays": "holidays-2026.toml", "wording": "sentences.toml"}
TABLES = {"questionnaire": questionnaires, "holidays": holidays, "wording": wordings}
#: A text of each file, and where it stands.
SPOILT = {
    "questionnaire": ("Vì sao Ông/Bà chọn như vậy?", "questions[2].words.vi"),
    "holidays": ("Tết Dương lịch", "off[1].name"),
    "wording": ("Phải chờ lâu mà không ai giải thích.", "sentences[1].words.vi"),
}


def scheme(kind: str) -> str:
    return (SCHEMES / FILES[kind]).read_text(encoding="utf-8")


def rows(engine: Engine, kind: str) -> int:
    with reading(engine) as connection:
        return len(connection.execute(select(TABLES[kind])).all())


SHIPPED = (
    "mot-cua",
    "mot-cua-1",
    "mot-cua-2",
    "sipas",
    "khanh-hoa",
    "holidays-2026",
    "sentences",
    "consent",
    "consent-1",
)


@pytest.mark.parametrize("name", SHIPPED)
def test_what_is_shipped_is_read_as_it_stands(name):
    text = (SCHEMES / f"{name}.toml").read_text(encoding="utf-8")

    assert read_toml(text.encode()) == json.loads(json.dumps(tomllib.loads(text), default=date.isoformat))


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("Chờ \u202eiahp", "hidden_letters"),
        ("Chờ \\u001b[2J", "hidden_letters"),
        ("Chờ\\u0000", "hidden_letters"),
        ("??ng ký khai t?", "lost_letters"),
        ("Đăng k\ufffd", "lost_letters"),
    ],
)
def test_a_text_that_cannot_be_believed_is_refused_with_its_place(engine, kind, written, key):
    text, place = SPOILT[kind]

    outcome = bring(engine, kind, scheme(kind).replace(text, written, 1))

    assert [(problem.key, problem.column) for problem in outcome.reading.errors] == [(f"import.value.{key}", place)]
    assert f"Mục “{place}”: " in report(outcome, "a.toml", TEXTS)
    assert rows(engine, kind) == 0


def test_a_text_in_an_old_font_becomes_unicode_and_one_without_width_goes():
    content = read_toml('a = "§¨ng ký khai tö"\nb = ["Hộ\u200b tịch\\nĐất \\u200bđai"]'.encode())

    assert content == {"a": "Đăng ký khai tử", "b": ["Hộ tịch\nĐất đai"]}


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize("value", ["07:30:00", "nan", "-inf", "0.5", "9007199254740992", "[1, [2.5]]"])
def test_a_value_that_no_kiosk_can_be_sent_is_refused(engine, kind, value):
    outcome = bring(engine, kind, f"more = {value}\n{scheme(kind)}")

    assert [problem.key for problem in outcome.reading.errors] == ["import.toml.value"]
    assert rows(engine, kind) == 0


@pytest.mark.parametrize("name", ['"a\\u0000"', '"\\u200b"', '"ký\u202e"'])
def test_a_name_with_letters_nobody_sees_is_refused(name):
    with pytest.raises(Unreadable) as caught:
        read_toml(f"[part]\n{name} = 1".encode())

    assert (caught.value.key, caught.value.place) == ("import.value.hidden_letters", "part")


VALUES = st.recursive(
    st.text()
    | st.sampled_from(["a\0", "\x1b[2J", "\u202e", "??ng", "a^` o+?", "§¨ng", "\ud7ff\ue000", "nội\nquy"])
    | st.integers()
    | st.booleans()
    | st.dates()
    | st.datetimes()
    | st.times()
    | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def written(value: Any) -> str:
    """A value as TOML."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{written(name)} = {written(member)}" for name, member in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return json.dumps(value).replace("NaN", "nan").replace("Infinity", "inf")


@pytest.mark.parametrize("kind", FILES)
def test_whatever_a_toml_file_holds_it_is_kept_or_refused_with_a_sentence(engine, kind):
    kept = scheme(kind)

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(value=VALUES)
    @example(value={"a": [time(7, 30), float("nan"), "a\0"]})
    def holds(value: object) -> None:
        outcome = bring(engine, kind, f"more = {written(value)}\n{kept}", check=True)

        assert report(outcome, "a.toml", TEXTS)

    holds()
