"""From a bare Debian to a counted rating, by the commands of the runbook's pages and nothing else.

Two packages are built on one fresh machine and installed on two others, which share a network with nobody. Their units
are the shipped ones, started by systemd; the screen is touched on every face.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from tests.support.clean_debian import X_SERVER, Machine, Network, cannot_make, checkout, until
from tests.support.rig import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(cannot_make()), reason=cannot_make())]

NAME, PROXY = "langnghe.example.gov.vn", "/etc/nginx/sites-available/lang-nghe.conf"
UNIT, PASSWORD = "H35.88.01", "đường làng xanh 2026"
FACES = {5: 119, 4: 316, 3: 514, 2: 711, 1: 909}
"""The middle of each face across a panel of 1024×600, by its score."""
DOSSIERS = [f"H35.88.01-261102-000{n}" for n in range(1, 6)]
DISPLAY = (
    "export DISPLAY=:0 XAUTHORITY=/run/lang-nghe-display/authority; ln -sfn /run/lang-nghe-display/x11 /tmp/.X11-unix"
)
HARDWARE = {"touch", "sounds", "district"}
"""What doctor finds on a machine without a panel, a sound card and a network cable."""


def blocks(page: str) -> list[list[str]]:
    """The commands of each block of a page, without what a comment says of them."""
    found = re.findall(r"```\n(.*?)```", (ROOT / "docs" / page).read_text("utf-8"), re.DOTALL)
    return [[line.split(" #")[0].strip() for line in block.splitlines()] for block in found]


class Offices:
    """A district's server and a kiosk, each on a machine of its own, and the commands that a person typed there."""

    def __init__(self, district: Machine, kiosk: Machine) -> None:
        self.district, self.kiosk = district, kiosk
        self.typed: list[str] = []

    def type(self, machine: Machine, command: str, as_typed: str = "") -> str:
        self.typed.append(as_typed or command)
        return machine.run(command)

    def edit(self, machine: Machine, file: str, *changes: tuple[str, str]) -> None:
        """As somebody with an editor: each text is there, and is replaced."""
        path = machine.folder / file.removeprefix("/")
        text = path.read_text("utf-8")
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new)
        path.write_text(text, "utf-8")
        self.typed.append(f"editor {file}")


@pytest.fixture(scope="module", params=["trixie", "bookworm"])
def offices(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Offices]:
    folder = tmp_path_factory.mktemp(request.param)
    fresh = Machine.fresh(folder / "fresh", request.param)
    builder = fresh.copy(folder / "builder")
    checkout(builder.folder / "root" / "lang-nghe")
    builder.install(
        "apt-get update -q; apt-get install -y -q --no-install-recommends make; cd /root/lang-nghe; make deb"
    )
    district, kiosk = fresh.copy(folder / "district"), fresh.copy(folder / "kiosk")
    for name, machine, stands_in in (
        ("district", district, "openssl"),
        ("kiosk", kiosk, "xvfb xauth xdotool imagemagick"),
    ):
        package = next((builder.folder / "root/lang-nghe/build/deb").glob(f"lang-nghe-{name}_*.deb"))
        (machine.folder / "root" / package.name).write_bytes(package.read_bytes())
        machine.install(f"apt-get update -q; apt-get install -y -q --no-install-recommends {stands_in}")
    network = Network()
    made = Offices(district, kiosk)
    try:
        _install(made)
        for machine in (district, kiosk):
            hosts = machine.folder / "etc" / "hosts"
            hosts.write_text(f"127.0.0.1 localhost {NAME}\n", "utf-8")
            machine.boot(network)
        yield made
    finally:
        for machine in (district, kiosk):
            machine.stop()
        network.stop()


def _install(made: Offices) -> None:
    """The first command of each page. The rest of the package's work, its venv, needs no network."""
    for machine, page in ((made.district, "runbook-district.en.md"), (made.kiosk, "runbook-kiosk.en.md")):
        command = blocks(page)[0][0]
        assert command.startswith("apt-get install ./lang-nghe-")
        machine.install(f"cd /root; {command.replace('install', 'install -y -q', 1)}")
        made.typed.append(command)
    screen = made.kiosk.folder / "usr/bin/X"
    screen.unlink()
    screen.write_text(X_SERVER, "utf-8")
    screen.chmod(0o755)


def _bring_up_the_district(made: Offices) -> None:
    commands = blocks("runbook-district.en.md")[0][1:]
    lists = made.district.folder / "srv" / "lists"
    lists.mkdir()
    for path in (*(ROOT / "config/samples").iterdir(), ROOT / "config/schemes/holidays-2026.toml"):
        (lists / path.name).write_bytes(path.read_bytes())
    for command in commands:
        if command.startswith("editor "):
            own = (("hosts = []", f'hosts = ["{NAME}"]'), ('public_url = ""', f'public_url = "https://{NAME}"'))
            made.edit(made.district, command.split()[1], *own)
        elif command.startswith("district user add"):
            made.type(made.district, f"echo '{PASSWORD}' | {command} --password-stdin", command)
        else:
            made.type(made.district, command)


def _put_tls_in_front(made: Offices) -> None:
    """The page's commands for an authority of one's own, and the three steps in the file's first lines."""
    certificates = next(block for block in blocks("operations.md") if any("authority.key" in line for line in block))
    made.type(made.district, "mkdir -p /etc/ssl/lang-nghe; cd /etc/ssl/lang-nghe\n" + "\n".join(certificates))
    shipped = (ROOT / "config/nginx/lang-nghe.conf").read_text("utf-8")
    for step in re.findall(r"^#   (\S.*?)(?:  +#.*)?$", shipped, re.MULTILINE):
        if not step.startswith("editor"):
            made.type(made.district, step)
    authority = (made.district.folder / "etc/ssl/lang-nghe/authority.pem").read_bytes()
    (made.kiosk.folder / "etc/lang-nghe/authority.pem").write_bytes(authority)


def _enrol_the_kiosk(made: Offices) -> None:
    own = (("panel_width_mm = 0", "panel_width_mm = 223"), ('side = ""', 'side = "right"'))
    authority = ('ca_file = ""', 'ca_file = "/etc/lang-nghe/authority.pem"')
    made.edit(made.kiosk, "/etc/lang-nghe/kiosk.toml", *own, authority)
    page = (ROOT / "docs/runbook-kiosk.en.md").read_text("utf-8")
    restart = re.search(r"`(systemctl restart [^`]+)`", page)
    assert restart
    made.type(made.kiosk, restart[1])
    code = made.type(made.district, f"district device code {UNIT}").strip()
    made.type(made.kiosk, f"kiosk enrol https://{NAME} {code}")
    until(lambda: status(made)["last_contact_at"])


def status(made: Offices) -> dict[str, object]:
    answer: dict[str, object] = json.loads(made.kiosk.run("kiosk status --json"))
    return answer


def shown(made: Offices) -> Image.Image:
    made.kiosk.run(f"{DISPLAY}; import -window root /root/shown.png")
    with Image.open(made.kiosk.folder / "root" / "shown.png") as picture:
        return picture.convert("RGB")


def shows_faces(picture: Image.Image) -> bool:
    """The worst face is red, the best is green: no other screen has both at their places."""
    worst, best = (picture.getpixel((FACES[score], 290)) for score in (1, 5))
    assert isinstance(worst, tuple)
    assert isinstance(best, tuple)
    return worst[0] > 200 > 140 > worst[1] and best[1] > 140 > 110 > best[0]


def rate(made: Offices, dossier: str, score: int) -> None:
    before = status(made)["entries"]
    made.kiosk.run(f"{DISPLAY}; xdotool type --delay 15 {dossier}; xdotool key Return")
    until(lambda: shows_faces(shown(made)))
    made.kiosk.run(f"{DISPLAY}; xdotool mousemove {FACES[score]} 350 sleep 0.2 mousedown 1 sleep 0.1 mouseup 1")
    until(lambda: status(made)["entries"] != before)


def test_two_packages_and_one_page_each_lead_to_counted_ratings(offices: Offices, tmp_path: Path) -> None:
    _bring_up_the_district(offices)
    _put_tls_in_front(offices)
    _enrol_the_kiosk(offices)
    until(lambda: status(offices)["snapshot"])

    for dossier, score in zip(DOSSIERS, FACES, strict=True):
        rate(offices, dossier, score)
    offices.type(offices.kiosk, "kiosk-sync once")
    until(lambda: not status(offices)["pending"])

    print("\n".join(offices.typed))
    doctor = offices.kiosk.run("kiosk doctor --lang en || true")
    assert {line.split()[1] for line in doctor.splitlines() if not line.startswith("ok")} <= HARDWARE, doctor
    scores = (
        "import sqlite3; "
        "print(*sqlite3.connect('/var/lib/lang-nghe-district/district.sqlite').execute('SELECT score FROM ratings'))"
    )
    until(lambda: offices.district.run(f'python3 -c "{scores}"').count(",") == len(DOSSIERS))
    counted = offices.district.run(f'python3 -c "{scores}"')
    assert sorted(re.findall(r"\d", counted)) == ["1", "2", "3", "4", "5"]
    assert "nothing is wrong" in offices.district.run("district verify")
