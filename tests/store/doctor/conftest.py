"""``kiosk doctor``: each fault is broken on purpose; its line names cause and remedy in Vietnamese and English."""

from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from kiosk.box.box import Box
from kiosk.cli import doctor
from kiosk.cli.checks.check import Check
from kiosk.settings import Settings, load
from kiosk.store import box_state, identity
from tests.store.conftest import Clock


@pytest.fixture
def settings(box: Box, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("KIOSK_DATA", str(box.store.folder))
    monkeypatch.delenv("KIOSK_CONFIG", raising=False)
    return load()


def lines(settings: Settings, language: str = "en", clock: Callable[[], object] | None = None) -> dict[str, Check]:
    return {each.check: each for each in doctor.examine(settings, clock or Clock(), language)}  # type: ignore[arg-type]


def at(box: Box, url: str) -> None:
    with box.store.write() as tx:
        identity.keep(tx, replace(box.identity, district_url=url))


def keep(box: Box, name: str, value: object) -> None:
    with box.store.write() as tx:
        box_state.put(tx, name, value)


def spoiled(box: Box) -> None:
    box.store.close()
    box.store.file.write_bytes(b"\1" * 8192)
