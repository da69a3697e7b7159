"""A questionnaire is data: what it may say, and how it is told what is wrong."""

import copy
import tomllib
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from kiosk.desk.shipped import shipped
from kiosk.domain.questionnaire import in_language, newest_in_force, questionnaire_from
from kiosk.paths import shared

SCHEMES = sorted(p for p in (shared("config") / "schemes").glob("*.toml") if "questionnaire_id" in p.read_text("utf-8"))
IMAGES = shared("assets") / "images"
READ = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in SCHEMES}


def broken(change: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """The shipped questionnaire with one thing changed."""
    data = copy.deepcopy(READ["mot-cua"])
    change(data)
    return data


def question(data: dict[str, Any], question_id: str) -> dict[str, Any]:
    return next(row for row in data["questions"] if row["question_id"] == question_id)


@pytest.mark.parametrize("name", READ)
def test_every_shipped_scheme_is_valid_and_speaks_vietnamese_and_english(name: str) -> None:
    questionnaire = questionnaire_from(READ[name])

    for each in questionnaire.questions[1:]:
        wordings = [each.words, *(option.words for option in each.options)]
        assert all({"vi", "en"} <= dict(wording).keys() for wording in wordings)
        assert [o.picture for o in each.options if o.picture and not (IMAGES / f"{o.picture}.png").is_file()] == []


@pytest.mark.parametrize("name", READ)
def test_no_scheme_calls_itself_the_survey_it_is_not(name: str) -> None:
    questionnaire = questionnaire_from(READ[name])
    words = [w for q in questionnaire.questions for each in (q, *q.options) for _, w in each.words]

    assert [text for text in words if "sipas" in text.lower() or "PAR INDEX" in text] == []


def test_three_schemes_and_the_earlier_versions_are_there() -> None:
    assert {questionnaire_from(data).reference for data in READ.values()} == {
        "mot-cua/1",
        "mot-cua/2",
        "mot-cua/3",
        "khanh-hoa/1",
        "sipas/1",
    }


def test_the_indicators_carry_the_values_of_the_law() -> None:
    worth = {
        each.indicator: [None if option.excluded else option.value for option in each.options]
        for each in shipped().questions
        if each.indicator
    }

    assert worth == {"1": [2, 1, 0, None], "3": [2, 1, 0, None], "4": [2, 1, 0]}


def test_a_language_without_words_hears_vietnamese() -> None:
    assert in_language(shipped().question("time").options[1].words, "ede") == "Đúng hẹn"


def test_of_several_in_force_the_newest_is_asked() -> None:
    every = [questionnaire_from(data) for data in READ.values() if data["questionnaire_id"] == "mot-cua"]

    assert [newest_in_force(every, date(2026, *day)) for day in ((10, 31), (11, 14), (11, 28), (11, 29))] == [
        None,
        *sorted(every, key=lambda each: each.version),
    ]


def test_one_that_has_ended_is_not_in_force() -> None:
    survey = questionnaire_from(READ["sipas"])

    assert [survey.in_force(date(2026, 12, day)) for day in (1, 31)] == [True, True]
    assert not survey.in_force(date(2027, 1, 1))


FAULTS: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "nothing": (lambda d: d.update(questions=[]), "asks nothing"),
    "no version": (lambda d: d.pop("version"), "version is missing"),
    "no overall": (lambda d: d["questions"].pop(0), "first question must be"),
    "twice": (lambda d: d["questions"].append(question(d, "time")), "same question_id"),
    "no answer": (lambda d: question(d, "time")["options"][0].pop("answer"), "question time: answer is missing"),
    "no words": (lambda d: question(d, "time").pop("words"), "question time: .*words in Vietnamese"),
    "words as text": (lambda d: question(d, "time").update(words="Sớm?"), "question time: words must be a table"),
    "words in English alone": (lambda d: question(d, "time").update(words={"en": "Early?"}), "words in Vietnamese"),
    "kind": (lambda d: question(d, "time").update(kind="many"), "question time: kind must be"),
    "one option": (lambda d: question(d, "time").update(options=question(d, "time")["options"][:1]), "2 to 5 options"),
    "ten reasons": (
        lambda d: question(d, "bad")["options"].append({"answer": "x", "words": {"vi": "x"}}),
        "question bad: it needs 2 to 9",
    ),
    "answer twice": (lambda d: question(d, "time")["options"][0].update(answer="late"), "same answer"),
    "value": (lambda d: question(d, "time")["options"][0].update(value=3), "question time: value must be 2, 1, 0"),
    "true is no value": (lambda d: question(d, "time")["options"][0].update(value=True), "value must be"),
    "condition on a stranger": (lambda d: question(d, "time").update(show_when={"mood": ["bad"]}), "show_when mood"),
    "condition never met": (lambda d: question(d, "time").update(show_when={"stage": ["later"]}), "show_when stage"),
    "condition on a later one": (lambda d: question(d, "time").update(show_when={"agencies": ["more"]}), "earlier"),
    "private that nothing opens": (lambda d: question(d, "time").update(private=True), "private questions"),
    "opens a stranger": (lambda d: question(d, "time")["options"][0].update(opens="x"), "private questions"),
    "stage": (lambda d: question(d, "stage")["options"][0].update(answer="visit"), "answers about the stage"),
    "dossier": (lambda d: question(d, "warned").update(question_id="dossier"), "choose another"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named(name: str) -> None:
    change, message = FAULTS[name]

    with pytest.raises(ValueError, match=message):
        questionnaire_from(broken(change))  # type: ignore[arg-type]
