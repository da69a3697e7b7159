"""A language that nobody speaks: every text of the Vietnamese file, longer, as translations are.

It stands for the languages to come (Mông, Thái, Ê Đê, …), whose words we do not have yet.
"""

import re
from collections.abc import Mapping

SHORT = 12
NAMES = ("product", "language_name")
PLACE = re.compile(r"\{\w+\}")


def pseudo(words: Mapping[str, str]) -> dict[str, str]:
    """Long texts a third longer, short ones a little more; ``{places}`` as often as before.

    >>> pseudo({"bar.home": "Trang đầu", "counter.page": "{page}/{pages}"})
    {'bar.home': X}
    """
    return {key: text if key in NAMES else _longer(text) for key, text in words.items()}


def _longer(text: str) -> str:
    parts = [word for word in text.split(" ") if not PLACE.search(word)]
    more = len(text) * (0.4 if len(text) <= SHORT else 0.3)
    added: list[str] = []
    for word in parts:
        if len(" ".join(added)) >= more or len(text) < 4:
            break
        added.append(word)
    return " ".join([text, *added])
