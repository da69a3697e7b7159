"""The district's settings, checked once."""

import tomllib
from pathlib import Path

import pytest

from kiosk.domain.declared_settings import BadSettings, declared
from kiosk.paths import shared
from sync.district.settings import Settings, load_settings


def load(tmp_path: Path, content: str, **environment: str) -> Settings:
    path = tmp_path / "district.toml"
    path.write_text(content, encoding="utf-8")
    return load_settings(environment, path)


def test_the_example_says_what_holds_without_it(tmp_path: Path) -> None:
    example = load_settings({}, shared("config") / "district.toml")

    assert load(tmp_path, "") == example
    parsed = tomllib.loads((shared("config") / "district.toml").read_text("utf-8"))
    sections = {f"{name}.{each}" for name, values in parsed.items() if isinstance(values, dict) for each in values}
    assert {setting.key for _, setting in declared(Settings)} == sections | {"data"}
    assert (example.host, example.minimum_n, example.group_floor) == ("127.0.0.1", 30, 5)


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    settings = load(
        tmp_path,
        'data = "/a"\n[server]\nport = 1\n[database]\nurl = "sqlite:///x"\n',
        DISTRICT_DATA="/b",
        DISTRICT_PORT="0",
        DISTRICT_HOST="::1",
        DISTRICT_DATABASE_URL="postgresql://u:secret@h/d",
    )

    assert (settings.data, settings.port, settings.host) == (Path("/b"), 0, "::1")
    assert settings.database_url == "postgresql://u:secret@h/d"
    assert "secret" not in repr(settings)


def test_the_named_file_wins_over_the_environment(tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    other.write_text("[figures]\nminimum_n = 50\n")

    assert load(tmp_path, "[figures]\nminimum_n = 40\n", DISTRICT_CONFIG=str(other)).minimum_n == 40
    assert load_settings({"DISTRICT_CONFIG": str(other)}).minimum_n == 50


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[figures]\nminimum = 3\n", r"\[figures\] has no minimum; there are: minimum_n, group_floor"),
        ("[figures]\ngroup_floor = 4\n", "from 5"),
        ("[server]\nport = '80'\n", "whole number"),
        ("data = 5\n", "text in quotes"),
        ("data = \n", "not TOML"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, content: str, said: str) -> None:
    with pytest.raises(BadSettings, match=said):
        load(tmp_path, content)


@pytest.mark.parametrize("port", ["x", "-1", "65536", "１"])
def test_a_wrong_port_in_the_environment_is_named(tmp_path: Path, port: str) -> None:
    with pytest.raises(BadSettings, match="DISTRICT_PORT"):
        load(tmp_path, "", DISTRICT_PORT=port)
