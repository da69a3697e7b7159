"""What is spoken into a box is played at the district, byte for byte: recorded and encoded by the real programs, sealed
in parts, sent over real HTTP or carried on a stick, whatever breaks on the way, and decoded again at the end."""

import os
import random
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from queue import Queue
from typing import Any

import pytest

from kiosk.domain.complaint import About
from kiosk.flow.state.complaint import FilledComplaint
from kiosk.flow.state.complaint_draft import ComplaintDraft, Manner
from kiosk.flow.state.recording import Recorded, SoundLevel
from kiosk.hardware.sound.microphone import MicrophoneEvent
from kiosk.hardware.sound.recorder import SoundRecorder
from kiosk.settings import MicrophoneOptions
from sync.agent.policy import Stride
from sync.district.domain.people import Role
from sync.protocol.attachment import PART_BYTES
from tests.district.conftest import UNIT, Client, District
from tests.district.hostile import HostileNetwork, hostile_network, nothing_happens, the_answer_is_lost
from tests.district.stick import at_the_district, back, out, usb
from tests.district.test_agent import Kiosk, LosesAnswers, enrolled
from tests.district.web_server import Browser, add_people, serving
from tests.support.rig import PATIENCE, Process

__all__ = ["usb"]
WORDS = "Tôi xin phản ánh việc phải chờ quá lâu ở quầy số ba. " * 17
SECONDS, HEAD = 50, "binh.head"
MICROPHONE = MicrophoneOptions(enabled=True, device="default", longest=SECONDS)


@pytest.fixture(scope="module")
def microphone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Somebody speaks Vietnamese into the box: a program stands for the sound card alone."""
    folder = tmp_path_factory.mktemp("arecord")
    subprocess.run(["espeak-ng", "-v", "vi", "-w", str(folder / "speech.wav"), WORDS], check=True)
    speech = f"(open({str(folder / 'speech.wav')!r}, 'rb').read()[44:] * 9)[: {SECONDS} * 32_000]"
    (folder / "arecord.py").write_text(f"import sys\nsys.stdout.buffer.write({speech})\n")
    (folder / "arecord").write_text(f'#!/bin/sh\nexec {sys.executable} {folder}/arecord.py "$@"\n')
    (folder / "arecord").chmod(0o755)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
        yield


@dataclass
class Spoken:
    """One góp ý by voice: the box, its receipt number, and the very bytes that were heard."""

    kiosk: Kiosk
    number: str
    data: bytes


def speak(kiosk: Kiosk) -> Spoken:
    """A citizen speaks for as long as one may, and sends it."""
    said: Queue[MicrophoneEvent | Any] = Queue()
    sound = SoundRecorder(MICROPHONE, said.put)
    sound.start()
    while isinstance(event := said.get(timeout=PATIENCE), SoundLevel):
        pass
    assert isinstance(event, Recorded)
    data = bytes(event.recording.data)
    kiosk.desk.sound = sound
    told = ComplaintDraft(wants_reply=False, about=About.OTHER, manner=Manner.SPOKEN, spoken_ms=event.recording.ms)
    receipt = kiosk.desk.save_words(FilledComplaint(told, "vi"))
    sound.forget()
    assert -(-len(data) // PART_BYTES) >= 3, "several parts"
    return Spoken(kiosk, receipt.number, data)


@pytest.fixture
def spoken(microphone: None, district: District, client: Client, tmp_path: Path) -> Iterator[Spoken]:
    kiosk = enrolled(district, client, tmp_path / "box")
    yield speak(kiosk)
    kiosk.store.close()


def played(district: District, number: str, folder: Path) -> bytes:
    """What the person who answers hears: signs in, opens the matter, presses play."""
    add_people(district.engine, (HEAD, Role.LEADER, UNIT))
    district.overnight()  # nobody sees a complaint on its day
    ((entry_id,),) = [row[:1] for row in district.rows("complaints", "entry_id", "receipt_number") if row[1] == number]
    with serving(district.engine, folder, district.clock) as address:  # type: ignore[arg-type]
        browser = Browser(address)
        assert browser.get(f"/complaints/{entry_id}").status_code != 200, "nobody listens without signing in"
        browser.sign_in(HEAD)
        page = browser.get(f"/complaints/{entry_id}").text
        assert "<audio" not in page, "only whose matter it is"
        fields = dict(re.findall(r'name="(form_token|seen)" value="([^"]+)"', page))
        browser.post(f"/complaints/{entry_id}", {"action": "take", **fields})
        (source,) = re.findall(r'<audio[^>]* src="([^"]+)"', browser.get(f"/complaints/{entry_id}").text)
        answer = browser.get(source)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "audio/ogg")
    assert district.rows("complaint_views", "what", "by") == [("sound", HEAD)]
    return answer.content


def seconds_of(data: bytes, folder: Path) -> float:
    """How long it is, decoded by opusdec to one channel of 16 bits at 16 kHz."""
    place = folder / "played.opus"
    place.write_bytes(data)
    assert (data[:4], data[28:36]) == (b"OggS", b"OpusHead"), "RFC 7845, section 3"
    command = ["opusdec", "--quiet", "--rate", "16000", str(place), "-"]
    return len(subprocess.run(command, capture_output=True, check=True).stdout) / 32_000


def kept_once(district: District, spoken: Spoken) -> bool:
    """Whether each part is held once, and nobody is accused."""
    parts = [row[1] for row in district.rows("complaint_attachments", "part", "part")]
    return parts == list(range(1, len(parts) + 1)) and len(parts) == -(-len(spoken.data) // PART_BYTES)


def test_what_was_said_is_heard_at_the_district_byte_for_byte(spoken: Spoken, district: District, tmp_path: Path):
    spoken.kiosk.deliver()

    heard = played(district, spoken.number, tmp_path)

    assert heard == spoken.data
    assert seconds_of(heard, tmp_path) == pytest.approx(SECONDS, rel=0.02)
    assert kept_once(district, spoken)


def test_nothing_of_it_lies_open_on_the_box(spoken: Spoken):
    files = [path.read_bytes() for path in spoken.kiosk.settings.data.rglob("*") if path.is_file()]

    assert files
    assert not any(b"OggS" in content or b"OpusHead" in content for content in files)


def test_a_box_that_starts_anew_between_the_parts_and_loses_every_other_answer_sends_all_once(
    spoken: Spoken, district: District, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    kiosk = spoken.kiosk
    kiosk.transport = LosesAnswers
    starts = 0
    while kiosk.pending and starts < 20:
        kiosk.start()  # nothing but the file and the keys is left
        starts += 1
        monkeypatch.setattr(LosesAnswers, "lost", starts % 2)
        kiosk.agent._stride = Stride(1, 1)
        kiosk.agent.tick()
    kiosk.deliver()

    assert starts > 2 * 3
    assert played(district, spoken.number, tmp_path) == spoken.data
    assert kept_once(district, spoken)
    assert district.kinds() == []


def test_a_stick_brings_it_too_and_once_beside_the_network(
    spoken: Spoken, district: District, usb: Path, tmp_path: Path
):
    out(spoken.kiosk, usb)
    at_the_district(district, usb)
    spoken.kiosk.deliver()  # before the answer has come back

    back(spoken.kiosk, usb)

    assert played(district, spoken.number, tmp_path) == spoken.data
    assert kept_once(district, spoken)
    assert spoken.kiosk.pending == 0


# ---- the real agent's process, killed


class Script(random.Random):
    """Misfortunes in their order; after them all is well."""

    def __init__(self, *misfortunes: Callable[[HostileNetwork, bytes], bytes | None]) -> None:
        super().__init__(1)
        self._left = list(misfortunes)

    def choice(self, of: Any) -> Any:
        return self._left.pop(0) if self._left else nothing_happens


def test_the_box_dies_halfway_through_the_parts_and_again_before_the_answer(
    microphone: None, district: District, client: Client, tmp_path: Path
):
    def it_dies_halfway(network: HostileNetwork, request: bytes) -> bytes | None:
        agent.kill()
        with socket.create_connection(network.district, timeout=PATIENCE) as upstream:
            upstream.sendall(request[: len(request) // 2])
            upstream.shutdown(socket.SHUT_WR)
            upstream.recv(65536)
        return None

    def it_dies_before_the_answer(network: HostileNetwork, request: bytes) -> bytes | None:
        agent.kill()
        return the_answer_is_lost(network, request)

    with hostile_network(client.base, Script(it_dies_halfway, it_dies_before_the_answer)) as network:
        kiosk = enrolled(district, Client(network.base, client.session), tmp_path / "box")
        spoken = speak(kiosk)
        network.calm = False
        environment = {**os.environ, "KIOSK_DATA": str(tmp_path / "box"), "PYTHONUNBUFFERED": "1"}
        (tmp_path / "kiosk.toml").write_text("[sync]\nspread = 0\n")
        environment["KIOSK_CONFIG"] = str(tmp_path / "kiosk.toml")
        agent = Process("sync", ["-m", "sync", "--verbose", "run"], environment, tmp_path / "sync.log")
        for _ in range(2):
            agent.start()
            agent.ended()
        agent.start()
        agent.wait_for("reference data applied")  # which is asked for once nothing waits
        agent.stop()
    district.project()
    kiosk.store.close()

    assert network.happened["it_dies_halfway"] == network.happened["it_dies_before_the_answer"] == 1
    assert played(district, spoken.number, tmp_path) == spoken.data
    assert kept_once(district, spoken)
