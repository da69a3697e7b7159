"""The ``district`` command as a technician runs it: real processes, killed at will."""

import os
import re
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest
import requests
import trustme
from nacl.pwhash import argon2id
from sqlalchemy import text

from sync.district.store.engine import open_engine, reading, writing
from sync.protocol.batch import DUPLICATE, STORED, decode_response
from sync.protocol.enrolment import Enrolment, Welcome
from tests.support.factories import COUNTER, UNIT, Box

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent.parent


@dataclass
class Command:
    """Runs ``district`` on one data folder."""

    data: Path
    servers: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {"DISTRICT_DATA": str(self.data), "DISTRICT_PORT": "0", "PYTHONPATH": str(ROOT)}

    @property
    def url(self) -> str:
        return f"sqlite:///{self.data / 'district.sqlite'}"

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "sync.district", *arguments],
            env=self.environment | environment,
            cwd=self.data.parent,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def serve(self, *arguments: str) -> tuple[subprocess.Popen[str], str]:
        """A server that is ready, and its address."""
        server = subprocess.Popen(
            [sys.executable, "-m", "sync.district", "serve", *arguments],
            env=self.environment,
            cwd=self.data.parent,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.servers.append(server)
        assert server.stdout is not None
        address = re.search(r"http://\S+", server.stdout.readline())
        assert address is not None
        return server, address[0]

    def one(self, query: str) -> object:
        engine = open_engine(self.url)
        with reading(engine) as connection:
            found = connection.execute(text(query)).scalar()
        engine.dispose()
        return found


@pytest.fixture
def command(tmp_path: Path) -> Iterator[Command]:
    made = Command(tmp_path / "data")
    yield made
    for server in made.servers:
        server.kill()
        server.wait(30)
        assert server.stdout is not None
        server.stdout.close()


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What ``district init`` leaves, with one unit and one counter: copied for each test, since a start takes long."""
    command = Command(tmp_path_factory.mktemp("template") / "data")
    assert command.run("init").returncode == 0
    engine = open_engine(command.url)
    with writing(engine) as connection:
        unit = "INSERT INTO units (unit_id, name, level, revision, removed) VALUES (:id, 'Phường', 'commune', 1, false)"
        counter = (
            "INSERT INTO counters (counter_id, unit_id, name, field, revision, removed) "
            "VALUES (:id, :unit, 'Quầy 1', '', 1, false)"
        )
        connection.execute(text(unit), {"id": UNIT})
        connection.execute(text(counter), {"id": COUNTER, "unit": UNIT})
        told = "(1, 'units', '', 1, '2026-11-21 00:00:00')"
        connection.execute(text(f"INSERT INTO revisions (revision, kind, file_name, rows, made_at) VALUES {told}"))
    engine.dispose()
    return command.data


@pytest.fixture
def ready(command: Command, template: Path) -> Command:
    """A district with one unit and one counter."""
    shutil.copytree(template, command.data)
    return command


def enrolled(command: Command, address: str) -> Box:
    box, code = Box(), command.run("device", "code", UNIT, "--counter", COUNTER).stdout.strip()
    body = Enrolment(code, bytes(box.key.verify_key), "test/1").encode()
    welcome = Welcome.decode(requests.post(f"{address}/v1/enrolment", json=body, timeout=30).json())
    box.device_id, box.token, box.sealing_key = welcome.device_id, welcome.token, welcome.sealing_public_key
    return box


def send(box: Box, address: str) -> list[str]:
    headers = {"Authorization": f"Bearer {box.token}", "Content-Type": "application/json", "Content-Encoding": "gzip"}
    response = requests.post(f"{address}/v1/batches", data=box.body(), headers=headers, timeout=30)
    return [result.status for result in decode_response(response.json()).results]


def projector_of(server: subprocess.Popen[str]) -> psutil.Process:
    """The server's child, once there is one."""
    while True:
        children = psutil.Process(server.pid).children()
        if children:
            return children[0]


def wait_for(command: Command, ratings: int) -> None:
    """Until so many ratings are counted; the test's own time limit ends it otherwise."""
    attempts = 0
    while command.one("SELECT count(*) FROM ratings") != ratings:
        attempts += 1
        assert attempts < 20_000


def test_init_makes_keys_that_only_their_owner_can_read(command: Command) -> None:
    first, again = command.run("init"), command.run("init")

    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in command.data.iterdir()}
    assert (first.returncode, again.returncode) == (0, 0)
    assert stat.S_IMODE(command.data.stat().st_mode) == 0o700
    assert {modes[name] for name in ("sealing.key", "receipt.key", "district.sqlite")} == {0o600}
    assert "the keys are kept" in again.stdout


def test_init_makes_the_first_administrator_and_shows_the_code_once(command: Command) -> None:
    first, again = command.run("init", "--administrator", "hien.pham"), command.run("init")

    assert "Administrator hien.pham" in first.stdout
    assert len(re.findall(r"^  [2-9A-Z]{4}(?:-[2-9A-Z]{4}){4}$", first.stdout, flags=re.MULTILINE)) == 1
    assert "Administrator" not in again.stdout
    assert command.run("init", "--administrator", "Hiền").returncode == 0


def test_from_a_code_to_a_figure(ready: Command) -> None:
    _, address = ready.serve()
    box = enrolled(ready, address)
    box.rate(4)

    assert send(box, address) == [STORED]

    wait_for(ready, 1)
    listed = ready.run("device", "list").stdout
    assert f"{box.device_id}  {UNIT}  {COUNTER}  active  last contact 20" in listed
    verified = ready.run("verify")
    assert (verified.returncode, verified.stdout.splitlines()[-1]) == (0, "In all 1 entries hold; nothing is wrong.")


def test_at_its_start_the_server_says_that_a_list_of_holidays_is_missing(ready: Command) -> None:
    server, _ = ready.serve()

    assert server.stdout is not None
    while "no list of holidays" not in (said := server.stdout.readline()):
        assert said, "the server ended"
    assert "district import holidays" in said


@pytest.mark.parametrize(("section", "name"), [("complaints", "deadlines"), ("figures", "indicators")])
def test_a_wrong_table_of_the_office_is_named_in_one_sentence(ready: Command, tmp_path: Path, section, name) -> None:
    (tmp_path / "own.toml").write_text("nonsense")
    (tmp_path / "settings.toml").write_text(f'[{section}]\n{name} = "own.toml"\n')
    ended = ready.run("--config", str(tmp_path / "settings.toml"), "serve")

    assert ended.returncode == 1
    assert ended.stderr.startswith(f"district: {tmp_path / 'own.toml'}: ")
    assert len(ended.stderr.splitlines()) == 1


def test_killing_the_server_loses_nothing_and_ends_its_projector(ready: Command) -> None:
    server, address = ready.serve()
    box = enrolled(ready, address)
    box.rate(4)
    projector = projector_of(server)
    assert send(box, address) == [STORED]

    server.send_signal(signal.SIGKILL)
    server.wait(30)
    psutil.wait_procs([projector], timeout=30)
    gone = not projector.is_running()
    _, address = ready.serve()
    box.rate(5)

    assert gone
    assert send(box, address) == [DUPLICATE, STORED]
    wait_for(ready, 2)


def test_a_killed_projector_is_started_again_and_counts_once(ready: Command) -> None:
    server, address = ready.serve()
    box = enrolled(ready, address)
    box.rate(4)
    send(box, address)
    wait_for(ready, 1)

    projector_of(server).kill()
    box.rate(5)
    send(box, address)

    wait_for(ready, 2)
    assert ready.one("SELECT sum(n) FROM tallies") == 2


def test_what_faces_the_network_works_without_the_key_that_opens(ready: Command) -> None:
    (ready.data / "sealing.key").rename(ready.data.parent / "elsewhere.key")
    _, address = ready.serve("--no-project")
    box = enrolled(ready, address)
    box.rate(4)

    assert send(box, address) == [STORED]

    missing = ready.run("project")
    (ready.data.parent / "elsewhere.key").rename(ready.data / "sealing.key")
    assert (missing.returncode, missing.stderr.count("\n")) == (1, 1)
    assert "restore the key from its backup" in missing.stderr
    assert ready.run("project").stdout == "1 entries projected.\n"
    assert ready.run("rebuild").stdout == "Every figure was made again from 1 entries.\n"


def test_a_projector_without_the_key_that_seals_contacts_does_not_start(ready: Command) -> None:
    receipt_key = ready.data / "receipt.key"
    receipt_key.rename(ready.data.parent / "elsewhere.key")

    for command in (["project", "--follow"], ["retention", "run"]):
        missing = ready.run(*command)
        assert (missing.returncode, missing.stderr.count("\n")) == (1, 1), command
        assert f"{receipt_key} cannot be read: the projector seals with it who citizens are" in missing.stderr

    (ready.data.parent / "elsewhere.key").rename(receipt_key)


def test_verify_names_the_first_entry_that_does_not_hold(ready: Command) -> None:
    _, address = ready.serve("--no-project")
    box = enrolled(ready, address)
    for _ in range(3):
        box.rate()
    send(box, address)
    engine = open_engine(ready.url)
    with writing(engine) as connection:
        connection.execute(text("DROP TRIGGER ledger_refuses_update"))
        connection.execute(text("UPDATE ledger SET sealed = x'00' WHERE seq = 2"))
    engine.dispose()

    verified = ready.run("verify")

    assert verified.returncode == 1
    assert f"! {box.device_id} epoch 1: the first entry that does not hold is 2: it was changed" in verified.stdout
    assert "In all 0 entries hold; 1 findings to look into." in verified.stdout


def test_a_revoked_box_is_refused(ready: Command) -> None:
    _, address = ready.serve("--no-project")
    box = enrolled(ready, address)

    revoked = ready.run("device", "revoke", box.device_id)

    assert revoked.returncode == 0
    headers = {"Authorization": f"Bearer {box.token}"}
    assert requests.get(f"{address}/v1/snapshot", headers=headers, timeout=30).status_code == 403


def test_a_kiosk_is_moved_replaced_and_retired_with_a_name_and_a_reason(ready: Command) -> None:
    _, address = ready.serve("--no-project")
    box, why = enrolled(ready, address), ("--why", "dời trụ sở", "--by", "Nguyễn Văn Tâm")

    moved = ready.run("device", "move", box.device_id, UNIT, *why)
    code = ready.run("device", "replace", box.device_id, *why)
    retired = ready.run("device", "retire", box.device_id, *why)
    shown = ready.run("device", "show", box.device_id)

    assert (moved.returncode, retired.returncode) == (0, 0)
    assert re.fullmatch(r"\w{4}-\w{4}-\w{4}\n", code.stdout)
    assert f"{box.device_id}  {UNIT}  -  retired" in ready.run("device", "list").stdout
    assert re.search(rf"Nguyễn Văn Tâm chuyển máy khỏi .*{COUNTER}.* \(lý do: dời trụ sở\)", shown.stdout)


def test_an_address_is_announced_and_shown_with_the_kiosks_that_do_not_use_it_yet(
    ready: Command, tmp_path: Path
) -> None:
    _, address = ready.serve("--no-project")
    box, pem = enrolled(ready, address), tmp_path / "ca.pem"
    pem.write_bytes(trustme.CA().cert_pem.bytes())
    before = ready.run("address", "show").stdout

    announced = ready.run("address", "announce", "https://langnghe.example.vn/", "--ca", str(pem))
    again = ready.run("address", "announce", "https://langnghe.example.vn", "--ca", str(pem))
    wrong = [
        ready.run("address", "announce", *words).stderr
        for words in (("http://a.example",), ("https://a.example?x",), ("https://a.example", "--ca", __file__))
    ]

    assert before.startswith("No address was announced")
    assert announced.stdout.startswith("Address 1: https://langnghe.example.vn.")
    assert "is the announced address already" in again.stderr
    assert ["https://HOST" in wrong[0], "https://HOST" in wrong[1], "no certificates" in wrong[2]] == [True] * 3
    assert f"{box.device_id}  {UNIT}  {COUNTER}  does not use it yet" in ready.run("address", "show").stdout


def test_a_counter_pin_is_printed_once_and_kept_hashed(ready: Command) -> None:
    pin = ready.run("counter-pin", COUNTER).stdout.strip()

    kept = str(ready.one("SELECT pin_hash FROM counter_pins"))
    assert re.fullmatch(r"\d{6}", pin)
    assert kept.startswith("$argon2id$")
    assert argon2id.verify(kept.encode(), pin.encode())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("device", "code", "H99"), "district import units"),
        (("device", "code", UNIT, "--counter", "other"), "has no counter"),
        (("device", "revoke", "nobody"), "district device list"),
        (("device", "move", "nobody", UNIT, "--why", "x"), "district device list"),
        (("device", "retire", "nobody", "--why", " "), "--why"),
        (("counter-pin", "nobody"), "district import"),
        (("--config", "/nonexistent.toml", "verify"), "cannot read the settings file"),
    ],
)
def test_a_failure_is_one_sentence_that_says_what_to_do(ready: Command, arguments: tuple[str, ...], said: str) -> None:
    failed = ready.run(*arguments)

    assert (failed.returncode, failed.stdout) == (1, "")
    assert failed.stderr.startswith("district: ")
    assert said in failed.stderr
    assert failed.stderr.count("\n") == 1


def test_whatever_the_umask_no_file_of_the_district_is_open_to_others(command: Command, tmp_path: Path) -> None:
    units = str(ROOT / "config/samples/units.csv")
    for words in (
        ("init",),
        ("import", "units", units),
        ("backup", str(tmp_path / "copy")),
        ("report", "month", "--unit", "H35", "--period", "2026-10", "--out", str(tmp_path / "month.docx")),
        ("export", "reference", "--out", str(tmp_path / "lists")),
    ):
        program = [sys.executable, "-m", "sync.district", *words]
        subprocess.run(
            program, env=command.environment, cwd=tmp_path, umask=0, check=True, timeout=60, capture_output=True
        )

    made = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(made) > 8
    assert {path.name: oct(stat.S_IMODE(path.stat().st_mode)) for path in made} == {path.name: "0o600" for path in made}


NO_UTF8 = os.fsdecode(b"don vi \xff")
"""A name as file systems and terminals of another encoding give it."""


def test_a_file_whose_name_is_no_utf8_is_imported_and_named(ready: Command, tmp_path: Path) -> None:
    file = tmp_path / f"{NO_UTF8}.csv"
    file.write_text(
        "M\u00e3 \u0111\u01a1n v\u1ecb,T\u00ean \u0111\u01a1n v\u1ecb,C\u1ea5p\nH77,X\u00e3 M\u1edbi,x\u00e3\n",
        encoding="utf-8",
    )

    done = ready.run("import", "units", str(file))
    missing = ready.run("import", "units", f"{file}.xlsx")

    assert (done.returncode, done.stderr) == (0, "")
    assert "don vi \ufffd.csv" in done.stdout
    assert (missing.returncode, missing.stderr) == (1, "")


@pytest.mark.parametrize("arguments", [("device", "code", NO_UTF8), ("user", "add", NO_UTF8, "--role", "auditor")])
def test_a_word_that_is_no_utf8_is_refused_in_a_sentence(ready: Command, arguments: tuple[str, ...]) -> None:
    failed = ready.run(*arguments)

    assert (failed.returncode, failed.stdout) == (2, "")
    assert "is not UTF-8" in failed.stderr
    assert "Traceback" not in failed.stderr


def test_a_terminal_without_vietnamese_letters_gets_codes_for_them(ready: Command) -> None:
    done = ready.run("import", "units", "nowhere.csv", PYTHONIOENCODING="ascii")

    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith("Kh\\xf4ng")


@pytest.mark.parametrize("arguments", [("user", "list"), ("import", "units", "units.csv")])
def test_a_language_that_there_is_not_is_refused_with_those_there_are(
    ready: Command, arguments: tuple[str, ...]
) -> None:
    failed = ready.run(*arguments, "--language", "xx")

    assert (failed.returncode, failed.stdout) == (2, "")
    assert re.search(r"choose from '?vi'?, '?en'?\)", failed.stderr), "Python 3.11 quotes them, 3.13 does not"
    assert "Traceback" not in failed.stderr


@pytest.mark.parametrize("name", ["verify", "serve", "project", "rebuild"])
def test_before_init_every_command_says_to_run_it(command: Command, name: str) -> None:
    failed = command.run(name)

    assert failed.returncode == 1
    assert "district init" in failed.stderr
    assert failed.stderr.count("\n") == 1


def test_a_database_that_cannot_be_reached_is_said_in_a_sentence(ready: Command) -> None:
    failed = ready.run("verify", DISTRICT_DATABASE_URL="postgresql://nobody@/nothing?host=/nonexistent")

    assert failed.returncode == 1
    assert "check DISTRICT_DATABASE_URL" in failed.stderr
    assert "Traceback" not in failed.stderr


@pytest.mark.parametrize(
    "name",
    [
        (),
        ("init",),
        ("serve",),
        ("project",),
        ("rebuild",),
        ("verify",),
        ("device",),
        ("device", "code"),
        ("device", "list"),
        ("device", "revoke"),
        ("device", "roll"),
        ("device", "move"),
        ("device", "replace"),
        ("device", "retire"),
        ("address", "announce"),
        ("address", "show"),
        ("backup",),
        ("key",),
        ("key", "backup"),
        ("key", "list"),
        ("key", "restore"),
        ("key", "roll"),
        ("counter-pin",),
    ],
)
def test_every_command_explains_itself(name: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    from sync.district.__main__ import main

    with pytest.raises(SystemExit) as left:
        main([*name, "--help"])

    assert left.value.code == 0
    assert capsys.readouterr().out.startswith("usage: district")


def test_a_stick_is_taken_and_answered(ready: Command, tmp_path: Path) -> None:
    _, address = ready.serve("--no-project")
    box, usb = enrolled(ready, address), tmp_path / "usb"
    box.rate(5)
    (usb / "langnghe").mkdir(parents=True)
    (usb / "langnghe" / "abcdefgh.lnb").write_bytes(box.body())
    (usb / "langnghe" / "ijklmnop.lnb").write_bytes(box.body()[:-9])

    first = ready.run("carry", "import", str(usb))
    nothing = ready.run("carry", "import", str(tmp_path))
    elsewhere = ready.run("carry", "import", str(usb / "langnghe" / "abcdefgh.lnb"), "--answers", str(tmp_path))

    assert first.returncode == 1
    assert f"{box.device_id}: 1 entries taken, 0 were here" in first.stdout
    assert "! ijklmnop.lnb: the body was cut short; export it again on the box" in first.stdout
    assert len(list((usb / "langnghe").glob("*.lna"))) == 1
    assert (nothing.returncode, "kiosk carry export" in nothing.stdout) == (1, True)
    assert (elsewhere.returncode, len(list((tmp_path / "langnghe").glob("*.lna")))) == (0, 1)
