"""Questionnaires, holidays and wordings are TOML: what an import believes of a cell, it believes of their texts."""

import copy
import json
import tomllib
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from kiosk.domain.questionnaire import questionnaire_from
from kiosk.paths import shared
from sync.district.domain.answers_body import answers_from
from sync.district.domain.rating_body import rating_from
from sync.district.reference.files.table import Unreadable
from sync.district.reference.holidays import read_holidays
from sync.district.reference.questionnaire import read_questionnaire
from sync.district.reference.report import report
from sync.district.reference.toml_file import read_toml
from sync.district.reference.wording import read_wording
from sync.district.store.engine import Engine, reading
from sync.district.store.reference_tables import holidays, questionnaires, wordings
from sync.district.texts import load_texts
from tests.district.web_fixtures import bring
from tests.support.factories import answers_body, rating_body

SCHEMES = shared("config") / "schemes"
TEXTS = load_texts()
FILES = {"questionnaire": "mot-cua.toml", "holidays": "holidays-2026.toml", "wording": "sentences.toml"}
TABLES = {"questionnaire": questionnaires, "holidays": holidays, "wording": wordings}
READERS: dict[str, Callable[[bytes], object]] = {
    "questionnaire": read_questionnaire,
    "holidays": read_holidays,
    "wording": read_wording,
}
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
    "consent-2",
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
    @example(value="Một câu")
    def holds(value: object) -> None:
        text = written(value)
        brought = [f"more = {text}\n{kept}", kept.replace(f'"{SPOILT[kind][0]}"', text, 1)]
        for each in brought:
            assert report(bring(engine, kind, each, check=True), "a.toml", TEXTS)

    holds()


ODD = ["x" * 64, "x" * 65, "a/b", "a b", "a\nb", "đ", "-", "A.b_c-1", "\uff11", "9" * 63]
IDS = st.text(max_size=8) | st.sampled_from(ODD)
QUESTION = """
[[questions]]
question_id = {question}
options = [{{ answer = {answer}, words = {{ vi = "A" }} }}, {{ answer = "b", words = {{ vi = "B" }} }}]
words = {{ vi = "C" }}
"""
HEAD = "questionnaire_id = {name}\nversion = {version}\nvalid_from = 2026-01-01\n"
OVERALL = '[[questions]]\nquestion_id = "overall"\noptions = ["1", "2", "3", "4", "5"]\n'


@settings(max_examples=300)
@given(name=IDS, version=st.integers(-1, 10**10), question=IDS, answer=IDS)
@example(name="x" * 64, version=1, question="q", answer="a")
@example(name="mot-cua", version=3, question="a\nb", answer="a")
def test_whatever_an_imported_questionnaire_is_called_its_answers_can_be_counted(name, version, question, answer):
    asked = OVERALL + QUESTION.format(question=json.dumps(question), answer=json.dumps(answer))
    try:
        content = read_questionnaire((HEAD.format(name=json.dumps(name), version=version) + asked).encode())
    except Unreadable:
        return
    reference = questionnaire_from(content).reference
    said = {"questionnaire": reference, "answers": {question: [answer]}}

    assert rating_from(rating_body() | {"questionnaire": reference}).questionnaire == reference
    assert answers_from(answers_body("01a1fb67-1800-7000-8000-000000000001") | said).answers == ((question, answer),)


@pytest.mark.parametrize("written", ['"mot\\ncua"', '"một-cửa"', '"' + "x" * 65 + '"'])
def test_an_id_that_would_set_complaints_aside_is_refused(written):
    sentence = f'version = 3\n[[sentences]]\nid = {written}\nwords = {{ vi = "A" }}'
    consent = f'version = {written}\nwords = {{ vi = "A" }}'

    for text in (sentence, consent):
        with pytest.raises(Unreadable) as caught:
            read_wording(text.encode())
        assert caught.value.key in ("import.toml.bad_id", "import.wording.version")


@pytest.mark.parametrize("version", ["true", "[1]", "0", "{ a = 1 }"])
def test_sentences_have_a_version_that_can_be_named(version):
    with pytest.raises(Unreadable) as caught:
        read_wording(f'version = {version}\n[[sentences]]\nid = "a"\nwords = {{ vi = "A" }}'.encode())

    assert caught.value.key == "import.wording.version"


def test_what_ends_before_it_begins_is_refused():
    days = "valid_from = 2026-11-29\nvalid_to = 2026-11-28\n"

    for read, kind in ((read_questionnaire, "questionnaire"), (read_wording, "wording")):
        text = "\n".join(line for line in scheme(kind).splitlines() if not line.startswith("valid_"))
        with pytest.raises(Unreadable):
            read((days + text).encode())


def named(value: Any, above: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    """The place of every name in a file whose names are given by its form."""
    found: list[tuple[object, ...]] = []
    if isinstance(value, dict):
        for name, member in value.items():
            found += [(*above, name), *(named(member, (*above, name)) if name not in ("words", "show_when") else [])]
    if isinstance(value, list):
        for number, member in enumerate(value):
            found += named(member, (*above, number))
    return found


@pytest.mark.parametrize(("kind", "name"), [*FILES.items(), ("wording", "consent.toml")])
def test_a_misspelt_name_is_refused_wherever_it_stands(kind, name):
    content = tomllib.loads((SCHEMES / name).read_text(encoding="utf-8"))
    kept = sorted({tuple(1 if isinstance(each, int) else each for each in place) for place in named(content)}, key=str)

    for place in [place for place in kept if place[-1] not in ("valid_from", "valid_to") or kind == "questionnaire"]:
        spoilt = copy.deepcopy(content)
        inside = spoilt
        for step in place[:-1]:
            inside = inside[step]
        if place[-1] not in inside:
            continue
        inside[f"{place[-1]}x"] = inside.pop(place[-1])
        with pytest.raises(Unreadable) as caught:
            READERS[kind]("".join(f"{written(each)} = {written(member)}\n" for each, member in spoilt.items()).encode())
        assert "wrong" in caught.value.key or caught.value.key.endswith(("year", "version")), place


@pytest.mark.parametrize("value", ['"no"', "0", "[]"])
def test_what_is_yes_or_no_is_nothing_else(value):
    text = scheme("questionnaire").replace("\nprivate = true", f"\nprivate = {value}", 1)

    with pytest.raises(Unreadable):
        read_questionnaire(text.encode())
