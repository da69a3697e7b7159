"""A release that is really built and really run: a venv made without a network, the kiosk's own commands in it, and the
ledger of a kiosk that goes on. What stands in: the wheel brings a program that runs this checkout, and nobody asks
systemd."""

import base64
import os
import subprocess
import sys
import sysconfig
from hashlib import sha256
from pathlib import Path

import pytest

from kiosk.__main__ import main
from kiosk.box.box import Box
from kiosk.box.sign_of_life import WELL_SECONDS, SignOfLife
from kiosk.store.verify import verify
from kiosk.updates import handing as handing_module
from kiosk.updates.handing import this_platform
from kiosk.updates.installer import Installer, Places
from kiosk.updates.journal import UpdateStep, read_journal
from kiosk.updates.machine import InstalledKiosk
from sync.protocol.software_release import Payload
from tests.store.conftest import Clock, box, clock, desk, district
from tests.support.booted import boot, cannot_boot
from tests.support.updates import NEW, OLD, TRUSTED, manifest_of, packed, wheel

__all__ = ["box", "clock", "desk", "district"]

ROOT = Path(__file__).parents[2]
HERE = f"{ROOT}:{sysconfig.get_path('purelib')}"
PROGRAM = """
import os, sys
def main():
    if sys.argv[1] == "--version":
        print("{version}")
        return
    if sys.argv[1] == "run" and {broken}:
        sys.exit(1)
    os.environ["PYTHONPATH"] = {path!r}
    os.execv(sys.executable, [sys.executable, "-m", "kiosk", *sys.argv[1:]])
"""


def payload(version: str = NEW, *, broken: bool = False, path: str = "", calls_itself: str = "") -> bytes:
    """A real payload: one wheel, named by its hash. ``broken``: its screen ends at once. ``path``: where it finds the
    program that it stands for. ``calls_itself``: the version of that program, where it is another."""
    info = f"lang_nghe-{version}.dist-info"
    files = {
        "lang_nghe_trial.py": PROGRAM.format(path=path or HERE, broken=broken, version=calls_itself or version),
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: lang-nghe\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": "[console_scripts]\nkiosk = lang_nghe_trial:main\n",
    }
    lines = [
        f"{name},sha256={base64.urlsafe_b64encode(sha256(text.encode()).digest()).decode().rstrip('=')},{len(text)}"
        for name, text in files.items()
    ]
    content = wheel(files | {f"{info}/RECORD": "\n".join([*lines, f"{info}/RECORD,,"]) + "\n"})
    pinned = f"lang-nghe=={version} --hash=sha256:{sha256(content).hexdigest()}\n"
    return packed({"requirements.txt": pinned.encode(), f"wheels/lang_nghe-{version}-py3-none-any.whl": content})


def manifest(content: bytes) -> bytes:
    return manifest_of(content, payloads=[Payload(this_platform(), len(content), sha256(content).digest())])


@pytest.fixture
def config(box: Box, tmp_path: Path) -> Path:
    path = tmp_path / "kiosk.toml"
    keys = ", ".join(f'"{key.hex()}"' for key in TRUSTED)
    path.write_text(f"[update]\nkeys = [{keys}]\n", "utf-8")
    return path


class Quiet(InstalledKiosk, frozen=True):
    """A kiosk whose screen draws, and on which nobody asks systemd."""

    def restart(self) -> None:
        return

    def sign(self) -> tuple[SignOfLife | None, bool]:
        now = Clock()()
        return SignOfLife(now.boot, now.up_s, drawn_s=now.up_s + WELL_SECONDS, futile=0), True


@pytest.fixture
def places(box: Box, tmp_path: Path) -> Places:
    made = Places(tmp_path / "library", tmp_path / "state", box.store.folder / handing_module.FOLDER)
    made.state.mkdir()
    (made.library / "releases").mkdir(parents=True)
    return made


@pytest.mark.parametrize(
    ("word", "why"), [(UpdateStep.KEPT, ""), (UpdateStep.REFUSED, "other_version")], ids=["well", "other-version"]
)
def test_a_release_from_a_stick_is_built_tried_and_taken_into_use_if_it_is_the_version_that_was_signed(
    box: Box,
    config: Path,
    places: Places,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    word: UpdateStep,
    why: str,
):
    asked = ["/usr/bin/python3", "-c", "import sys; print(*sys.version_info[:2])"]
    theirs = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.split()
    if theirs != [str(number) for number in sys.version_info[:2]]:
        pytest.skip("Debian's own Python is another than this one")
    content = payload(calls_itself="" if word is UpdateStep.KEPT else "0.2.9")
    stick = tmp_path / "stick" / "langnghe"
    stick.mkdir(parents=True)
    (stick / f"lang-nghe-{NEW}.lnr.json").write_bytes(manifest(content))
    (stick / f"lang-nghe-{NEW}-{this_platform()}.lnr").write_bytes(content)
    monkeypatch.setenv("KIOSK_CONFIG", str(config))
    monkeypatch.setenv("KIOSK_DATA", str(box.store.folder))
    user, group = os.geteuid(), os.getegid()
    machine = Quiet(box.store.folder, config, tmp_path / "run", user if user == 0 else None, group)
    present = places.release(OLD) / "bin" / "kiosk"
    present.parent.mkdir(parents=True)
    path = f"{ROOT}:{sysconfig.get_path('purelib')}"
    present.write_text(f'#!/bin/sh\nPYTHONPATH={path} exec /usr/bin/python3 -m kiosk "$@"\n', "utf-8")
    present.chmod(0o755)
    for link in (places.current, places.updater):
        link.symlink_to(f"releases/{OLD}")

    assert main(["update", "take", str(tmp_path / "stick"), "--now", "--lang", "en"]) == 0
    Installer(places, machine, TRUSTED, this_platform(), Clock(), lambda _: None).run()

    found = read_journal(places.state)
    assert found is not None
    assert (found.step, found.why, found.version) == (word, why, NEW)
    if word is UpdateStep.REFUSED:
        assert os.readlink(places.current) == f"releases/{OLD}"
        return
    for part in ("", "bin", "bin/kiosk", "pyvenv.cfg"):
        assert (places.current / part).stat().st_mode & 0o004, "the kiosk's own user runs what root builds"
    assert not (places.handed / "trial").exists()
    with box.store.read() as tx:
        who = box.identity
        assert verify(tx, who.device_id, bytes(box.keys.device.verify_key), who.receipt_public_key).flaw == ""
    assert f"Release {NEW} is installed now" in capsys.readouterr().out


INSTALLED = r"""
library=usr/lib/lang-nghe-kiosk
mkdir -p $library
mount -t tmpfs -o size=400m tmpfs $library
mkdir -p $library/releases/0.1.0/bin
mv usr/bin/kiosk $library/releases/0.1.0/bin/kiosk
printf '#!/bin/sh\nexec /usr/lib/lang-nghe-kiosk/current/bin/kiosk "$@"\n' >usr/bin/kiosk
chmod 755 usr/bin/kiosk
ln -s releases/0.1.0 $library/current
ln -s releases/0.1.0 $library/updater
cp opt/lang-nghe/config/systemd/lang-nghe-update.{path,service} etc/systemd/system/
cp opt/out/kiosk.toml etc/lang-nghe/kiosk.toml
chroot . install -d -o lang-nghe -m 0700 /var/lib/lang-nghe/updates
cp opt/out/manifest.json opt/out/payload var/lib/lang-nghe/updates/
chroot . chown -R lang-nghe: /var/lib/lang-nghe
"""
GOES_BACK = r"""
systemctl start lang-nghe-display lang-nghe-kiosk lang-nghe-update.path
until_state lang-nghe-kiosk active
until_drawn
kiosk update status --lang en
kiosk update now --lang en
journal=/var/lib/lang-nghe-kiosk-update/journal.json
for _ in $(seq 400); do grep -q '"gone_back"\|"refused"\|"kept"' $journal 2>/dev/null && break; sleep 0.5; done
cat $journal; echo
until_state lang-nghe-update.service failed
until_state lang-nghe-kiosk active
until_drawn
kiosk update status --lang en
kiosk doctor --lang en | grep -E "^(ok|warning|broken) +(screen|update)"
readlink /usr/lib/lang-nghe-kiosk/current /usr/lib/lang-nghe-kiosk/updater
ls /usr/lib/lang-nghe-kiosk/releases /var/lib/lang-nghe/updates
stat -c '%U %a %n' /var/lib/lang-nghe-kiosk-update/journal.json
"""


@pytest.mark.slow
@pytest.mark.skipif(bool(cannot_boot()), reason=cannot_boot())
def test_under_the_shipped_units_a_release_whose_screen_ends_at_once_is_taken_back_by_itself(
    tmp_path: Path, config: Path
):
    content = payload(broken=True, path="/opt/lang-nghe:/opt/site")
    (tmp_path / "payload").write_bytes(content)
    (tmp_path / "manifest.json").write_bytes(manifest(content))

    said = boot(tmp_path, GOES_BACK, INSTALLED)

    assert f"release {NEW} is here and is installed when the office is closed" in said
    assert '"step":"gone_back"' in said
    assert '"why":"screen_gave_up"' in said
    assert f"release {NEW} did not come up here (the screen did not come up)" in said
    assert said.count("releases/0.1.0\n") == 2
    assert NEW not in said.partition("releases/0.1.0\nreleases/0.1.0\n")[2].replace("journal", "")
    assert "root 644 /var/lib/lang-nghe-kiosk-update/journal.json" in said
