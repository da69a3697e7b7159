"""Language packs that no translator has to write: a language nobody speaks, with every part or with a tenth of them.

It stands for the languages to come (Mông, Thái, Ê Đê, …), whose words we do not have. Its letters wear accents that
Vietnamese has, and its texts are two fifths longer, as translations are.
"""

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from kiosk.languages.check import MAX_LONGER, expected_texts
from kiosk.languages.packs import typeface
from kiosk.paths import shared

PSEUDO = "qps"
NAME = "Ñẽđõ"
PLACE = re.compile(r"(\{[^}]*\})")
ACCENTED = str.maketrans("aeiouydAEIOUYD", "ãẽĩõũỹđÃẼĨÕŨỸĐ")


def pseudo(text: str) -> str:
    """Accented, and wider by two fifths or a word less; ``{places}`` as they were.

    >>> pseudo("Gửi đi, xin mời"), pseudo("{page}/{pages}")
    ('Gửĩ đĩ, xĩn mờĩ gửĩ đĩ,', '{page}/{pages}')
    """
    accented = "".join(part if PLACE.match(part) else part.translate(ACCENTED) for part in PLACE.split(text))
    longer = accented
    for word in PLACE.sub("", text).split():
        longer += f" {word.translate(ACCENTED).lower()}"
        if wide(longer) > MAX_LONGER * wide(text):
            break
        accented = longer
    return accented


def wide(text: str) -> float:
    return typeface().width(PLACE.sub("00", text))


def write_pack(
    folder: Path, language: str = PSEUDO, *, one_in: int = 1, name: str = NAME, sounds: bool = False
) -> Path:
    """A pack with every text, or one of so many; with ``sounds`` as many of those. Its folder, in ``folder``."""
    pack = folder / language
    (pack / "sounds").mkdir(parents=True)
    manifest = {"language": language, "name": name, "reviewer": "Nobody", "licence": "CC0-1.0"}
    lines = ["format = 1", *(f'{key} = "{value}"' for key, value in manifest.items())]
    (pack / "pack.toml").write_text("\n".join(lines) + "\n", "utf-8")
    for part, texts in expected_texts().items():
        kept = {key: pseudo(text) for at, (key, text) in enumerate(texts.items()) if at % one_in == 0}
        (pack / f"{part}.toml").write_text(toml_of(kept), "utf-8")
    files = sorted((shared("assets") / "languages" / "vi" / "sounds").glob("*.ogg"))
    for file in files[::one_in] if sounds else ():
        shutil.copy(file, pack / "sounds")
    return pack


def toml_of(texts: Mapping[str, str]) -> str:
    """Flat keys as a file: a table for what stands before the first dot, and quoted keys in it."""
    tables: dict[str, dict[str, str]] = {}
    for key, text in texts.items():
        table, dot, rest = key.partition(".")
        tables.setdefault(table if dot else "", {})[rest if dot else key] = text
    lines = [f'"{key}" = "{text}"' for key, text in tables.pop("", {}).items()]
    for table, rows in tables.items():
        lines += ["", f'["{table}"]', *(f'"{key}" = "{text}"' for key, text in rows.items())]
    return "\n".join(lines) + "\n"
