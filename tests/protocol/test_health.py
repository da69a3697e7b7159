"""What a kiosk says of its parts: judged the same for the doctor and for the district, whatever a kiosk sends."""

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.flow.state.printing import Trouble
from kiosk.paths import shared
from sync.protocol.health import FACTS, Judged, Level, judged_health

MINUTE, DAY = 60_000, 86_400_000

FIELDS = ["tests", "errors", "forgot", "fsync_p99_ms", "last_error", "state", "restarts"]
SAID: list[tuple[str, Any, Level, str]] = [
    ("card", {"tests": 0}, Level.WARNING, "untested"),
    ("card", {"tests": 9, "fsync_p99_ms": 5, "wear_percent": 10}, Level.OK, "fine"),
    ("card", {"tests": 9, "fsync_p99_ms": 5_000}, Level.WARNING, "slow"),
    ("card", {"tests": 9, "wear_percent": 90}, Level.WARNING, "worn"),
    ("card", {"tests": 9, "errors": 1, "last_error": "Input/output error"}, Level.FAILED, "failing"),
    ("screen", {"state": "draws", "restarts": 2}, Level.OK, "draws"),
    ("screen", {"state": "draws", "restarts": 3}, Level.WARNING, "restarted"),
    ("screen", {"state": "frozen", "restarts": 0}, Level.FAILED, "frozen"),
    ("screen", {"state": "gone", "restarts": 0}, Level.FAILED, "gone"),
    ("screen", {"state": "gave_up", "restarts": 6}, Level.FAILED, "gave_up"),
    ("disk", "roomy", Level.OK, "roomy"),
    ("disk", "low", Level.WARNING, "low"),
    ("disk", "full", Level.FAILED, "full"),
    ("disk", "read_only", Level.FAILED, "read_only"),
    ("touch", "there", Level.OK, "there"),
    ("touch", "absent", Level.FAILED, "absent"),
    ("renderer", "hardware", Level.OK, "hardware"),
    ("renderer", "software", Level.OK, "software"),
    ("scanner", "present", Level.OK, "present"),
    ("scanner", "absent", Level.FAILED, "absent"),
    ("printer", "present", Level.OK, "present"),
    ("printer", "paper_low", Level.WARNING, "paper_low"),
    ("printer", "absent", Level.FAILED, "absent"),
    *(("printer", str(trouble), Level.FAILED, str(trouble)) for trouble in Trouble),
    ("picture", "covers", Level.OK, "covers"),
    ("picture", "partial", Level.FAILED, "partial"),
    ("clock_offset_ms", 119_000, Level.OK, "right"),
    ("clock_offset_ms", 5 * MINUTE, Level.WARNING, "slow"),
    ("clock_offset_ms", -5 * MINUTE, Level.WARNING, "fast"),
    ("clock_offset_ms", 400 * DAY, Level.WARNING, "slow_days"),
    ("clock_offset_ms", -3 * DAY, Level.WARNING, "fast_days"),
    ("queue", "speaks", Level.OK, "speaks"),
    ("queue", "silent", Level.WARNING, "silent"),
    ("queue", "not_running", Level.FAILED, "not_running"),
    ("settings", {"number": 3, "word": "used"}, Level.OK, "used"),
    ("settings", {"number": 3, "word": "refused"}, Level.WARNING, "refused"),
    ("settings", {"number": 3, "word": "failed"}, Level.WARNING, "failed"),
    *(("update", {"version": "0.3.0", "word": word}, Level.OK, word) for word in ("fetching", "waiting", "installing")),
    ("update", {"version": "0.3.0", "word": "kept", "why": ""}, Level.OK, "kept"),
    ("update", {"version": "0.3.0", "word": "off"}, Level.WARNING, "off"),
    ("update", {"version": "0.3.0", "word": "gone_back", "why": "screen_dark"}, Level.WARNING, "gone_back"),
    ("update", {"version": "0.3.0", "word": "refused", "why": "unsigned"}, Level.WARNING, "refused"),
    ("software", "0.1.0", Level.OK, "version"),
]


def judged(name: str, value: object) -> Judged:
    return judged_health({name: value})[name]


@pytest.mark.parametrize(("name", "value", "level", "word"), SAID)
def test_each_fact_has_its_level_and_its_word(name: str, value: object, level: Level, word: str):
    assert (judged(name, value).level, judged(name, value).word) == (level, word)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_word_is_said_on_the_district_s_page_and_no_other(language: str):
    texts = tomllib.loads((shared("assets") / "texts" / "district" / f"{language}.toml").read_text("utf-8"))["health"]

    assert {name: set(words) for name, words in texts.items()} == {
        name: {word for fact, _, _, word in SAID if fact == name} for name in FACTS
    }
    for name, value, _, word in SAID:
        assert "{" not in texts[name][word].format_map(judged(name, value).values)


@given(st.dictionaries(st.sampled_from(sorted(FACTS)), st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(FIELDS), inner),
)))  # fmt: skip
def test_whatever_a_kiosk_sends_is_judged_or_left_out(health: dict[str, Any]):
    for name, fact in judged_health(health).items():
        assert name in FACTS
        assert all(len(str(value)) <= 80 for value in fact.values.values())
