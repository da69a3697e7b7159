"""Its texts say the same in both languages, and no remedy loses anything."""

import ast
from pathlib import Path

import pytest

from kiosk.__main__ import main
from kiosk.cli import doctor
from kiosk.cli.checks import check
from kiosk.cli.checks.check import CheckResult, local_time, rendered
from kiosk.paths import shared
from kiosk.settings import Settings
from kiosk.texts import read
from sync.protocol.health import Level
from tests.store.conftest import Clock

TEXTS = {language: read(shared("assets") / "texts" / "doctor" / f"{language}.toml") for language in doctor.LANGUAGES}
CHECKS = Path(check.__file__).parent


def words_in_code() -> set[str]:
    """``check.word`` of every literal call of ok, warning and failed."""
    found = set()
    for path in CHECKS.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("ok", "warning", "failed"):
                names = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
                if len(names) == 2:
                    found.add(".".join(names))
    return found


def test_both_languages_say_the_same_keys_with_the_same_places():
    assert TEXTS["vi"].keys() == TEXTS["en"].keys()
    for key, english in TEXTS["en"].items():
        assert set(places(english)) == set(places(TEXTS["vi"][key])), key


def places(text: str) -> list[str]:
    return [part.partition("}")[0] for part in text.split("{")[1:]]


def test_every_word_of_a_check_has_a_sentence_and_each_that_is_not_well_a_remedy():
    assert {word for word in words_in_code() if word not in TEXTS["en"]} == set()
    for path in CHECKS.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("warning", "failed"):
                names = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
                if len(names) == 2:
                    assert ".".join(names) + "_step" in TEXTS["en"]


@pytest.mark.parametrize("language", doctor.LANGUAGES)
def test_no_remedy_advises_what_would_lose_something(language: str):
    loss = ("rm ", "empty the", "delete", "enrol again", "xóa", "xoá", "đăng ký lại")

    assert [key for key, text in TEXTS[language].items() if any(word in text.lower() for word in loss)] == []


def test_the_language_is_the_locales_or_the_one_asked_for(settings: Settings, capsys, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LC_ALL", "vi_VN.UTF-8")
    main(["doctor"])
    vietnamese = capsys.readouterr().out
    main(["doctor", "--lang", "en"])

    assert "không có gì chờ gửi" in vietnamese
    assert "nothing waits" in capsys.readouterr().out
    assert len(vietnamese.strip().splitlines()) == len(doctor.examine(settings, Clock()))


def test_an_error_of_several_lines_stays_one_line():
    found = CheckResult("disk", Level.FAILED, "gone", {"folder": "/x", "error": "one\ntwo"})

    assert "one two" in rendered(found, doctor.load_strings("vi")).finding


def test_times_are_those_of_the_wall_clock_in_viet_nam():
    assert local_time("2026-11-20T20:05:00Z") == "21/11/2026 03:05"
