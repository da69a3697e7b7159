"""The runbook: a page each in two languages, with nothing on it that the program does not know.

That each command and option exists, and each link leads somewhere, is held for all pages by ``tests/test_docs.py``.
"""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests import gallery

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = {
    (about, language): (DOCS / f"runbook-{about}.{language}.md").read_text(encoding="utf-8")
    for about in ("kiosk", "district")
    for language in ("vi", "en")
}
MAX_LINES, MAX_WORDS = 70, 800
"""A page of A4 on both sides."""
PROGRAMS = r"kiosk-sync|kiosk|district|apt-get|systemctl"


def texts(language: str) -> set[str]:
    """Every text that a citizen, officer or technician reads in a language."""
    folders = (ROOT / "assets" / "texts", ROOT / "assets" / "languages")
    files = {path for folder in folders for path in folder.rglob("*.toml") if language in (path.stem, path.parent.name)}
    return {text for path in files for text in strings(tomllib.loads(path.read_text(encoding="utf-8")))}


def strings(values: Any) -> list[str]:
    if isinstance(values, dict):
        return [text for each in values.values() for text in strings(each)]
    return [values] if isinstance(values, str) else []


def commands(page: str) -> list[str]:
    """The commands in the order of the page, without the reader's language and what a comment says of them."""
    blocks = re.findall(r"```\n(.*?)```", page, re.DOTALL)
    lines = [part.strip() for block in blocks for line in block.splitlines() for part in line.split("#")[0].split(";")]
    inline = re.findall(rf"`((?:{PROGRAMS}) [^`]+)`", page)
    return [re.sub(r" --lang (vi|en)", "", line) for line in [*lines, *inline] if line]


@pytest.mark.parametrize(("about", "language"), list(PAGES))
def test_a_page_is_short_enough_to_be_used(about: str, language: str):
    page = PAGES[about, language]

    assert len(page.splitlines()) <= MAX_LINES
    assert len(page.split()) <= MAX_WORDS


@pytest.mark.parametrize("about", ["kiosk", "district"])
def test_both_languages_give_the_same_commands_in_the_same_order(about: str):
    vietnamese, english = (commands(PAGES[about, language]) for language in ("vi", "en"))

    assert vietnamese == english
    assert len(vietnamese) > 12


@pytest.mark.parametrize(("about", "language"), list(PAGES))
def test_what_the_page_quotes_is_what_a_screen_says(about: str, language: str):
    page = re.sub(r"```.*?```|`[^`]*`", "", PAGES[about, language], flags=re.DOTALL)
    quoted = {text for text in re.findall(r'"([^"\n]*)"', page) if len(text) > 5}

    assert quoted
    assert quoted - texts(language) == set()


@pytest.mark.parametrize(("about", "language"), list(PAGES))
def test_units_settings_and_variables_on_the_page_are_there(about: str, language: str):
    page = PAGES[about, language]
    example = (ROOT / "config" / f"{about}.toml").read_text(encoding="utf-8") + (
        ROOT / "config" / "kiosk.toml"
    ).read_text("utf-8")
    settings = {
        name for values in re.findall(r"^(?:\[\w+\]|(\w+) =)", example, re.MULTILINE) for name in [values] if name
    }

    units = set(re.findall(r"\b(lang-nghe-[a-z]+)(?![a-z_.*-])", page))
    named = set(re.findall(r"`(?:\[\w+\] )?([a-z]+(?:_[a-z]+)+)`", page))

    assert [unit for unit in units if not (ROOT / "config" / "systemd" / f"{unit}.service").exists()] == []
    assert named - settings == set()
    assert [port for port in re.findall(r"127\.0\.0\.1:(\d+)", page) if f"port = {port}" not in example] == []


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_capacity_follows_from_what_was_measured(language: str):
    page = PAGES["district", language]
    measured = (DOCS / "measurements.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([\d.,]+) \| ([\d.,]+) \| \D*([\d.,]+) %", page, re.MULTILINE)
    thousands = "." if language == "vi" else ","

    assert len(rows) == 4
    assert "| PostgreSQL, 8 clients | 0.52–0.56 / 0.46–0.74 / 0.70–1.45 | 3.2 /" in measured
    assert "| SQLite, 8 clients | 0.26 / 0.67 / 0.63 | 2.6 /" in measured
    assert "| 4,813 / 5,217 |" in measured
    assert all(
        each in page for each in (("3,2 ms", "2,6 ms", "4.813") if language == "vi" else ("3.2 ms", "2.6 ms", "4,813"))
    )
    for kiosks, batches, percent in rows:
        a_second = int(kiosks.replace(thousands, "")) / 300
        assert float(batches.replace(",", ".")) == pytest.approx(a_second, rel=0.02)
        assert float(percent.replace(",", ".")) == pytest.approx(a_second * 3.2 / 1000 * 100, rel=0.08, abs=0.1)


def test_its_picture_is_one_that_the_gallery_makes():
    for file, places in gallery.RUNBOOK_STRIPS.items():
        with Image.open(gallery.RUNBOOK / file) as picture:
            assert picture.width // len(places) > 300
        assert all(f"assets/images/runbook/{file}" in PAGES["kiosk", language] for language in ("vi", "en"))
