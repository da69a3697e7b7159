"""The sounds as shipped: equally loud, and the five scores equally long, so that nobody tells one from another."""

from pathlib import Path

import pytest

from kiosk.flow.input.prompts import ALIKE
from kiosk.hardware.sound.loudness import TARGET_DB, Clip, loudness, read, spoken
from kiosk.paths import shared

SOUNDS = shared("assets") / "languages"
LANGUAGES = pytest.mark.parametrize("language", ["vi", "en"])
GROUPS = pytest.mark.parametrize("group", ALIKE, ids=lambda group: group[0].partition(".")[0])


def clips(language: str, group: tuple[str, ...]) -> list[Clip]:
    return [read(SOUNDS / language / "sounds" / f"{name}.ogg") for name in group]


@LANGUAGES
@GROUPS
def test_the_five_scores_are_equally_loud_and_equally_long_within_a_tenth(language: str, group: tuple[str, ...]):
    found = clips(language, group)
    lengths = [clip.seconds for clip in found]
    speech = [last - first for first, last in map(spoken, found)]
    loud = [loudness(clip) for clip in found]

    assert len(found) == 5
    assert max(lengths) <= 1.001 * min(lengths)
    assert max(speech) <= 1.1 * min(speech)
    assert max(loud) - min(loud) < 1


@pytest.mark.slow
@LANGUAGES
def test_every_prompt_is_as_loud_as_the_others(language: str):
    strays = {
        path.stem: round(level, 1)
        for path in sorted((SOUNDS / language / "sounds").glob("*.ogg"))
        if abs((level := loudness(read(path))) - TARGET_DB) > 1.5
    }

    assert strays == {}


def test_what_is_measured_is_what_sounds(tmp_path: Path):
    tone = [8_000 if at // 20 % 2 else -8_000 for at in range(8_000)]
    padded = Clip(16_000, [*[0] * 4_000, *tone, *[0] * 12_000])

    assert spoken(padded) == pytest.approx((0.25, 0.75), abs=0.02)
    assert loudness(padded) == pytest.approx(loudness(Clip(16_000, tone)), abs=0.2)
    assert loudness(Clip(16_000, [s // 2 for s in tone])) == pytest.approx(loudness(Clip(16_000, tone)) - 6.02, abs=0.1)
    assert loudness(Clip(16_000, [0] * 8_000)) == -float("inf")


def test_both_voices_have_the_same_prompts():
    vietnamese, english = (
        {path.stem for path in (SOUNDS / language / "sounds").glob("*.ogg")} for language in ("vi", "en")
    )

    assert vietnamese == english
