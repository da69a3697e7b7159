"""The udev rules: each is one that udev can read, and gives only names that the settings speak of."""

import re

from kiosk.paths import shared

RULES = shared("config") / "udev" / "70-lang-nghe.rules"
PART = re.compile(r'(SUBSYSTEM|KERNEL|ATTRS\{\w+\}|ENV\{\w+\}|SYMLINK|GROUP|MODE)(==|\+=|=)"([^"]+)"')


def rules() -> list[list[tuple[str, str, str]]]:
    """The rules with their examples, as (key, operator, value)."""
    lines = [line.removeprefix("#") for line in RULES.read_text("utf-8").splitlines()]
    written = [line for line in lines if line.startswith("SUBSYSTEM")]
    return [[PART.fullmatch(part).groups() for part in line.split(", ")] for line in written]


def test_every_rule_finds_something_and_names_it():
    for rule in rules():
        assert [operator for _, operator, _ in rule].count("==") >= 2
        assert len([value for key, operator, value in rule if (key, operator) == ("SYMLINK", "+=")]) == 1


def test_the_names_are_those_of_the_three_devices():
    names = {value for rule in rules() for key, _, value in rule if key == "SYMLINK"}

    assert names == {"lang-nghe/scanner", "lang-nghe/printer", "lang-nghe/buttons"}
    assert "/dev/lang-nghe/printer" in (shared("config") / "kiosk.toml").read_text("utf-8")


def test_a_modem_manager_keeps_its_hands_off_serial_devices():
    serial = [rule for rule in rules() if ("SUBSYSTEM", "==", "tty") in rule]

    assert serial
    assert all(("ENV{ID_MM_DEVICE_IGNORE}", "=", "1") in rule for rule in serial)
