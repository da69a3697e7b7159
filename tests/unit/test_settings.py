"""The box's settings: what is wrong is named with its section, and what to write instead."""

import tomllib
from datetime import date
from pathlib import Path

import pytest

from kiosk.domain.declared_settings import BadSettings, declared
from kiosk.domain.dossier_code import DossierCode
from kiosk.paths import shared
from kiosk.settings import Settings, load

EXAMPLE = (shared("config") / "kiosk.toml").read_text("utf-8")


def written(folder: Path, text: str) -> dict[str, str]:
    (folder / "kiosk.toml").write_text(text, encoding="utf-8")
    return {"KIOSK_CONFIG": str(folder / "kiosk.toml"), "KIOSK_DATA": str(folder)}


def test_the_example_is_whole():
    settings = load(environment={"KIOSK_DATA": "/somewhere"})

    assert (settings.default_language, settings.idle_seconds, settings.keys) == ("vi", 45, Path("/somewhere/keys"))


def test_what_a_file_leaves_out_has_its_default(tmp_path: Path):
    settings = load(environment=written(tmp_path, "[times]\nidle = 60\n"))

    assert (settings.idle_seconds, settings.thanks_seconds) == (60, 8)


def test_the_example_says_every_setting_and_what_holds_without_it(tmp_path: Path):
    example, empty = load(environment=written(tmp_path, EXAMPLE)), load(environment=written(tmp_path, ""))

    assert {setting.key for _, setting in declared(Settings)} == keys_in(EXAMPLE)
    assert example == empty


def keys_in(text: str) -> set[str]:
    return {f"{section}.{name}" for section, names in tomllib.loads(text).items() for name in names}


def test_the_named_file_wins_over_the_environment(tmp_path: Path):
    environment = written(tmp_path, "[times]\nidle = 60\n")
    (tmp_path / "other.toml").write_text("[times]\nidle = 90\n")

    assert load(str(tmp_path / "other.toml"), environment).idle_seconds == 90


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[time]\nidle = 60\n", r"\[time\] is no section"),
        ("[times]\nidel = 60\n", r"\[times\] has no idel"),
        ('[times]\nidle = "60"\n', r"\[times\] idle must be a whole number from 10 to 600, not '60'"),
        ("[times]\nidle = 5\n", r"\[times\] idle must be a whole number from 10 to 600"),
        ('[languages]\ndefault = "tay"\n', "not among those offered"),
        ('[dossier_code]\npattern = "("\n', "not a regular expression"),
        ('[dossier_code]\npattern = "abc"\n', "named groups"),
        ('[buttons]\nletters = "1134"\n', "five different ASCII characters"),
        ('[typing]\nmethod = "azerty"\n', r"\[typing\] method must be one of 'telex', 'vni', 'marks'"),
        ('[printer]\nflow = "dtr"\n', r"\[printer\] flow must be one of 'none', 'hardware', 'software', not 'dtr'"),
        ("[printer]\npaper_mm = 76\n", r"\[printer\] paper_mm must be one of 58, 80, not 76"),
        ("[microphone]\nlongest = 600\n", r"\[microphone\] longest must be a whole number from 5 to 120"),
        ("[speech]\nvolume = 9\n", r"\[speech\] volume must be a whole number from 1 to 3"),
        ("idle = 60\n", "is no section"),
        ("[times\n", "not TOML"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, said: str):
    with pytest.raises(BadSettings, match=said):
        load(environment=written(tmp_path, text))


def test_a_file_that_is_not_there_says_what_to_copy(tmp_path: Path):
    with pytest.raises(BadSettings, match=r"copy the example config/kiosk\.toml"):
        load(str(tmp_path / "none.toml"), {})


def test_a_pattern_of_an_older_settings_file_counts_beside_those_of_the_law(tmp_path: Path):
    pattern = "(?P<unit>XA)-(?P<ymd>[0-9]{6})-(?P<seq>[0-9]{4})"
    codes = load(environment=written(tmp_path, f"[dossier_code]\npattern = '{pattern}'\n")).code_patterns

    assert codes.find("XA-261101-0001", date(2026, 11, 21)) == DossierCode("XA-261101-0001")
    assert codes.find("H35.13-261101-0001", date(2026, 11, 21)) == DossierCode("H35.13-261101-0001")


def test_a_dated_pattern_can_be_added_on_a_box(tmp_path: Path):
    text = "[[dossier_code.formats]]\npattern = '(?P<code>VN[0-9]{12})'\nvalid_from = 2026-11-01\n"
    codes = load(environment=written(tmp_path, text)).code_patterns

    assert codes.find("VN202611010001", date(2026, 11, 21)) == DossierCode("VN202611010001")


@pytest.mark.parametrize("formats", ["7", "[7]", "[{ pattern = '(' }]", "[{ valid_from = 2027-01-01 }]"])
def test_a_dated_pattern_that_cannot_be_used_is_refused_by_name(tmp_path: Path, formats: str):
    with pytest.raises(BadSettings, match=r"\[dossier_code\] formats"):
        load(environment=written(tmp_path, f"[dossier_code]\nformats = {formats}\n"))
