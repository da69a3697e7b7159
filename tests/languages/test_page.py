"""docs/languages.md: what it says to write is written, and its commands are run, as they stand on the page."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.languages.packs import load_packs
from kiosk.paths import shared

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "languages.md").read_text("utf-8")
BLOCKS = re.findall(r"```(sh|toml)\n(.*?)```", PAGE, re.DOTALL)
#: commands of the machine: what they are given is told, or done without leave
SHIMS = {
    "kiosk": f'exec {sys.executable} -m kiosk "$@"',
    "sudo": 'exec "$@"',
    "systemctl": 'echo "systemctl $*"',
}


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A folder in which ``/etc/lang-nghe`` lies, and the commands of a kiosk."""
    etc, bin_ = tmp_path / "etc" / "lang-nghe", tmp_path / "bin"
    etc.mkdir(parents=True)
    bin_.mkdir()
    (etc / "kiosk.toml").write_text((shared("config") / "kiosk.toml").read_text("utf-8"), "utf-8")
    for name, body in SHIMS.items():
        (bin_ / name).write_text(f"#!/bin/sh\n{body}\n", "utf-8")
        (bin_ / name).chmod(0o755)
    return tmp_path


def run(machine: Path, commands: str) -> str:
    here = {"PATH": f"{machine / 'bin'}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"}
    here |= {"KIOSK_CONFIG": str(machine / "etc/lang-nghe/kiosk.toml"), "KIOSK_DATA": str(machine / "data")}
    script = commands.replace("/etc/lang-nghe", str(machine / "etc/lang-nghe"))
    done = subprocess.run(
        ["sh", "-eu", "-c", script], cwd=machine, env=here, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, ""), commands
    return done.stdout


def test_a_pack_made_by_the_page_is_offered_by_the_kiosk(machine: Path):
    printed = []
    for kind, content in BLOCKS:
        if kind == "toml":
            (machine / content.split("\n")[0].removeprefix("# ")).write_text(content, "utf-8")
        else:
            printed.append(run(machine, content))

    folder = machine / "etc/lang-nghe/languages"
    packs = load_packs(("vi", "en", "hmn"), "vi", folder)
    assert (packs.refused, [*packs.offered]) == ((), ["vi", "en", "hmn"])
    assert packs.strings()["hmn"]["bar.home"] == "…"
    assert "screen.toml idle.title: missing: Mời Ông/Bà đánh giá việc giải quyết hồ sơ" in printed[1]
    assert "Hmoob (hmn)" in printed[-1]
    assert re.search(r"languages +offered: Tiếng Việt, English, Hmoob", printed[-1])
    assert "systemctl restart lang-nghe-kiosk" in printed[-1]


def test_the_page_has_what_is_tried():
    assert [kind for kind, _ in BLOCKS] == ["sh", "toml", "toml", "sh", "sh", "sh"]
