"""The three adapters with real files, a real port on this machine and a real serial line."""

import hashlib
import hmac
import http.client
import json
import os
import pty
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from kiosk.clock import Moment, read_clock
from kiosk.domain.queue_map import templates_from
from kiosk.queue.book import QueueBook, Taken
from kiosk.queue.event import QueueEvent
from kiosk.queue.mapping import EventMap
from kiosk.queue.reading import Refusal
from kiosk.queue.sources.folder import MAX_FILE_BYTES, QueueFolder, events_in
from kiosk.queue.sources.http_source import MAX_BODY, WINDOW_S, QueueHttp, read_secret, signed
from kiosk.queue.sources.serial_source import MAX_LINE, LineReader, queue_line
from kiosk.settings import BadSettings, QueueOptions
from tests.support.tickets import at, fields

SECRET = b"s" * 40
NOW_S = at("08:15") // 1000


class Sink:
    """What the sources bring, and what they refuse."""

    def __init__(self) -> None:
        self.book = QueueBook()
        self.events: list[QueueEvent] = []
        self.refused: list[Refusal] = []
        self.came = threading.Event()

    def take(self, events: list[QueueEvent]) -> Taken:
        self.book.begin_day(read_clock().day)
        self.events += events
        self.came.set()
        return Taken(tuple(events))

    def refuse(self, refusal: Refusal) -> None:
        self.refused.append(refusal)


@pytest.fixture
def sink() -> Sink:
    return Sink()


# ---- a folder


class Folder:
    def __init__(self, path: Path, sink: Sink) -> None:
        self.path, self.now_s = path, 100.0
        self._watched = QueueFolder(path, EventMap(), ",", sink.take, sink.refuse)

    def write(self, name: str, *lines: str, end: str = "\n") -> None:
        (self.path / name).write_text("\n".join(lines) + end, encoding="utf-8")

    def look(self, seconds: float = 3.0) -> None:
        """Two looks with some time between them: the first sees a file, the second that it has not changed."""
        for _ in range(2):
            self._watched.look(self.now_s, (self.path.stat().st_mtime))
            self.now_s += seconds


@pytest.fixture
def folder(tmp_path: Path, sink: Sink) -> Folder:
    return Folder(tmp_path, sink)


def line(n: int, **more: Any) -> str:
    return json.dumps(fields(event_id=f"e{n}", ticket=f"A{n}") | more)


def test_a_file_is_read_once_it_stands_still_and_again_once_it_has_grown(folder: Folder, sink: Sink):
    folder.write("day.jsonl", line(1))
    folder.look(1.0)
    assert sink.events == []
    folder.look()
    folder.look()
    assert [event.ticket for event in sink.events] == ["A1"]

    folder.write("day.jsonl", line(1), line(2))
    folder.look()
    assert [event.ticket for event in sink.events] == ["A1", "A1", "A2"]


def test_a_file_with_one_wrong_row_is_not_taken_and_is_once_it_is_mended(folder: Folder, sink: Sink):
    folder.write("day.jsonl", line(1), line(2, kind="sung"))
    folder.look()
    folder.look()
    assert (sink.events, sink.refused) == ([], [Refusal(2, "unknown_kind", "kind")])

    folder.write("day.jsonl", line(1), line(2, kind="recalled"))
    folder.look()
    assert len(sink.events) == 2


def test_a_torn_file_waits_for_its_end(folder: Folder, sink: Sink):
    folder.write("day.jsonl", line(1), line(2)[:40], end="")
    folder.look()
    folder.write("day.jsonl", line(1), line(2))
    folder.look()

    assert [refusal.word for refusal in sink.refused] == ["torn"]
    assert len(sink.events) == 2


def test_what_is_no_finished_file_is_left_alone(folder: Folder, sink: Sink, tmp_path: Path):
    for name in ("day.csv.part", ".day.csv", "day.csv.tmp", "notes.doc"):
        folder.write(name, "rubbish")
    (tmp_path / "folder.csv").mkdir()
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "secret").write_text(line(1))
    (tmp_path / "link.jsonl").symlink_to(tmp_path / "secret")
    folder.look()

    assert (sink.events, sink.refused) == ([], [])


def test_a_file_of_another_week_and_one_that_is_too_large_are_not_read(folder: Folder, sink: Sink, tmp_path: Path):
    folder.write("old.jsonl", line(1))
    os.utime(tmp_path / "old.jsonl", (1, 1))
    with (tmp_path / "large.jsonl").open("wb") as file:
        file.truncate(MAX_FILE_BYTES + 1)
    folder.look()

    assert (sink.events, [each.word for each in sink.refused]) == ([], ["too_large"])


def test_of_too_many_files_the_newest_are_read_and_the_rest_is_refused_once(
    folder: Folder, sink: Sink, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("kiosk.queue.sources.folder.MAX_FILES", 3)
    now_s = int(tmp_path.stat().st_mtime)
    for n in range(5):
        folder.write(f"{n}.jsonl", line(n))
        os.utime(tmp_path / f"{n}.jsonl", (now_s - n, now_s - n))
    folder.look()
    folder.look()
    assert [event.ticket for event in sink.events] == ["A2", "A1", "A0"]
    assert sink.refused == [Refusal(0, "too_many")] * 2

    folder.write("new.jsonl", line(9))
    os.utime(tmp_path / "new.jsonl", (now_s + 1, now_s + 1))
    folder.look()
    folder._watched.read_again()
    folder.look()
    assert sink.events[3].ticket == "A9"
    assert len(sink.refused) == 2, "what was read once and makes room is no loss"


def test_a_file_that_cannot_be_read_or_understood_holds_up_no_other(
    folder: Folder, sink: Sink, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    folder.write("1.jsonl", "odd")
    folder.write("2.jsonl", "locked")
    folder.write("3.jsonl", line(3))
    read, opened = events_in, os.open

    def odd(name: str, *others: Any) -> list[QueueEvent]:
        if name == "1.jsonl":
            raise RecursionError
        return read(name, *others)

    def locked(path: Path, flags: int) -> int:
        if path.name == "2.jsonl":
            raise PermissionError(13, "Permission denied")
        return opened(path, flags)

    monkeypatch.setattr("kiosk.queue.sources.folder.events_in", odd)
    monkeypatch.setattr("kiosk.queue.sources.folder.os.open", locked)
    folder.look()
    folder.look()

    assert [event.ticket for event in sink.events] == ["A3"]
    assert sink.refused == [Refusal(0, "not_understood"), Refusal(0, "cannot_read")]


def test_a_table_whose_quote_is_not_closed_is_refused_and_read_once_it_is_whole(sink: Sink, tmp_path: Path):
    template = {name: text for name, text in fields(at="{at}", event_id="{n}").items() if name != "v"}
    used = EventMap(templates_from([template]))
    watched = QueueFolder(tmp_path, used, ",", sink.take, sink.refuse)
    now_s = tmp_path.stat().st_mtime
    for second, end in ((0, ""), (10, '"\n')):
        (tmp_path / "day.csv").write_text('n,at\n1\n1,"2026-12-01T08:15:00+07:00' + end)
        for more in (0, 3):
            watched.look(second + more, now_s)
    (tmp_path / "day.csv").write_text("n,at\n1,2026-12-01T08:15:00+07:00\n")
    for second in (20, 23):
        watched.look(second, now_s)

    assert sink.refused == [Refusal(2, "columns")] * 2
    assert len(sink.events) == 1


def test_a_folder_that_is_not_there_is_looked_for_again(tmp_path: Path, sink: Sink, caplog: pytest.LogCaptureFixture):
    watched = QueueFolder(tmp_path / "share", EventMap(), ",", sink.take, sink.refuse)
    for seconds in (0.0, 3.0):
        watched.look(seconds, 0.0)
    assert caplog.text.count("cannot be read") == 1

    (tmp_path / "share").mkdir()
    (tmp_path / "share" / "a.jsonl").write_text(line(1) + "\n")
    for seconds in (6.0, 9.0):
        watched.look(seconds, 0.0)
    assert len(sink.events) == 1


def test_after_the_clock_was_put_right_everything_is_read_again(folder: Folder, sink: Sink):
    folder.write("day.jsonl", line(1))
    folder.look()
    folder._watched.read_again()
    folder.look()

    assert [event.ticket for event in sink.events] == ["A1", "A1"]


# ---- HTTP


@pytest.fixture
def port(sink: Sink) -> Iterator[QueueHttp]:
    options = QueueOptions(http_port=0)
    server = QueueHttp(options, SECRET, EventMap(), sink.take, sink.refuse, lambda: NOW_S)
    server.start()
    yield server
    server.shutdown()
    server.server_close()


def post(server: QueueHttp, body: bytes, **headers: str) -> tuple[int, dict[str, Any]]:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=5)
    connection.request("POST", "/events", body, {"X-Queue-Signature": signed(SECRET, body, NOW_S)} | headers)
    response = connection.getresponse()
    return response.status, json.loads(response.read())


def test_signed_events_are_taken(port: QueueHttp, sink: Sink):
    assert port.server_address[0] == "127.0.0.1"
    assert post(port, f"{line(1)}\n{line(2)}\n".encode())[0] == 200
    assert post(port, json.dumps(fields(event_id="e3"), indent=2).encode()) == (
        200,
        {"new": 1, "known": 0, "left_out": 0},
    )
    assert [event.event_id for event in sink.events] == ["e1", "e2", "e3"]


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "t=,v1=",
        signed(b"another secret" * 4, line(1).encode(), NOW_S),
        signed(SECRET, line(2).encode(), NOW_S),
        signed(SECRET, line(1).encode(), NOW_S - WINDOW_S - 1),
        signed(SECRET, line(1).encode(), NOW_S + WINDOW_S + 1),
        signed(SECRET, line(1).encode(), NOW_S).replace("v1=", "v1=\u00e9"),
    ],
)
def test_what_is_not_signed_now_is_refused(port: QueueHttp, sink: Sink, signature: str):
    body = line(1).encode()

    assert post(port, body, **{"X-Queue-Signature": signature})[0] == 401
    assert (sink.events, sink.refused) == ([], [Refusal(0, "not_signed")])


def test_a_webhook_may_sign_the_body_alone(sink: Sink):
    options = QueueOptions(http_port=0, http_signature="body", http_header="X-Qminder-Signature")
    server = QueueHttp(options, SECRET, EventMap(), sink.take, sink.refuse)
    server.start()
    body = line(1).encode()
    right = hmac.new(SECRET, body, hashlib.sha256).hexdigest()
    answers = [post(server, body, **{"X-Qminder-Signature": each})[0] for each in (right, right[:-1] + "x", "")]
    server.shutdown()
    server.server_close()

    assert answers == [200, 401, 401]


def test_a_wrong_row_is_named_and_nothing_is_taken(port: QueueHttp, sink: Sink):
    status, answer = post(port, f"{line(1)}\n{line(2, office='')}".encode())

    assert (status, answer) == (400, {"row": 2, "error": "missing", "field": "office"})
    assert sink.events == []


def test_what_is_too_large_or_has_no_length_is_refused_unread(port: QueueHttp, sink: Sink):
    assert post(port, b"x" * 10, **{"Content-Length": str(MAX_BODY + 1)})[0] == 413
    assert post(port, b"", **{"Transfer-Encoding": "chunked", "Content-Length": "3"})[0] == 411
    connection = http.client.HTTPConnection("127.0.0.1", port.server_address[1], timeout=5)
    connection.request("GET", "/")
    assert connection.getresponse().status == 501
    assert sink.events == []


def test_a_caller_that_says_nothing_holds_up_nobody_for_long(port: QueueHttp, sink: Sink):
    with socket.create_connection(port.server_address[:2]) as silent:
        silent.sendall(b"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\n12")
        silent.shutdown(socket.SHUT_WR)
        assert post(port, line(1).encode())[0] == 200


def test_a_caller_that_drips_is_cut_off(port: QueueHttp, sink: Sink, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("kiosk.queue.sources.http_source.DEADLINE_S", 0.2)
    with socket.create_connection(port.server_address[:2], timeout=3) as slow:
        slow.sendall(b"POST / HTTP/1.1\r\nContent-Length: 500\r\n\r\n12")
        answer = post(port, line(1).encode())

    assert answer[0] == 200


def test_a_short_secret_is_refused_with_what_to_do(tmp_path: Path):
    (tmp_path / "secret").write_text("short\n")

    with pytest.raises(BadSettings, match="at least 32"):
        read_secret(tmp_path / "secret")
    with pytest.raises(BadSettings, match="cannot be read"):
        read_secret(tmp_path / "nothing")


# ---- a serial line


PATTERN = r"(?P<ticket>[A-Z]\d{3}) +QUAY +(?P<counter>\d{2})"
CALLED = EventMap(
    templates_from(
        [
            {
                "kind": "called",
                "source": "display",
                "office": "H32.13",
                "at": "{now}",
                "event_id": "{ticket}-{counter}",
                "ticket": "{ticket}",
                "counter": "{counter}",
            }
        ]
    )
)


def test_a_real_line_brings_what_its_pattern_finds(sink: Sink, monkeypatch: pytest.MonkeyPatch):
    ours, theirs = pty.openpty()
    is_open = threading.Event()
    monkeypatch.setattr(LineReader, "forget", lambda _: is_open.set())
    options = QueueOptions(serial_port=os.ttyname(theirs), serial_pattern=PATTERN)
    reader = queue_line(options, CALLED, read_clock, sink.take, sink.refuse)
    reader.start()
    try:
        assert is_open.wait(5)
        for part in (b"\x02WELCOME\r\nA012   QU", b"AY 03\r\n"):
            os.write(ours, part)
        assert sink.came.wait(5)
    finally:
        reader.stop()
        os.close(ours)
        os.close(theirs)

    assert [(each.kind, each.ticket, each.counter) for each in sink.events] == [("called", "A012", "03")]
    assert abs(sink.events[0].at_ms - read_clock().at_ms) < 10_000


def test_noise_is_passed_over_and_never_grows():
    reader = LineReader(PATTERN, CALLED, read_clock)

    assert list(reader.read(b"\xff\x00" * 5_000)) == []
    assert len(reader._rest) <= MAX_LINE
    assert list(reader.read(b"\nTOTAL 12\n\n")) == []
    assert len(list(reader.read(b"A001 QUAY 01\r\nA001 QUAY 01\r\n"))) == 2


def test_a_display_that_repeats_itself_contradicts_nothing_and_keeps_the_first_time():
    """The shipped map: the number is that of ticket and counter, and the time is that of the moment."""
    moment = Moment(datetime(2026, 12, 1, 1, 15, tzinfo=UTC), 0, "cafe")
    reader = LineReader(PATTERN, CALLED, lambda: moment)
    book = QueueBook()
    book.begin_day(moment.day)
    taken = []
    for _ in range(3):
        for events in reader.read(b"A012 QUAY 03\r\n"):
            taken.append(book.take(events, moment.at_ms, as_they_happen=True))
        moment = replace(moment, at=moment.at + timedelta(seconds=20))

    assert [(len(each.new), each.doubled, each.contradicted) for each in taken] == [(1, 0, 0), (0, 1, 0), (0, 1, 0)]
    assert [each.at_ms for each in book.events()] == [at("08:15")]


def test_half_a_line_of_an_earlier_connection_is_forgotten():
    reader = LineReader(PATTERN, CALLED, read_clock)
    list(reader.read(b"A001 QU"))
    reader.forget()

    assert list(reader.read(b"AY 01\n")) == []


def test_a_line_that_says_what_cannot_be_is_refused():
    odd = EventMap(templates_from([{"kind": "{ticket}", "source": "d", "office": "o", "at": "{now}", "event_id": "1"}]))

    assert list(LineReader(PATTERN, odd, read_clock).read(b"A001 QUAY 01\n")) == [Refusal(1, "unknown_kind", "kind")]


# ---- the documents


def test_the_command_of_the_document_sends_an_event(port: QueueHttp, sink: Sink, tmp_path: Path):
    """The block of docs/queue.md with curl, but for the port, the secret's file and where our command lies."""
    if not all(map(shutil.which, ("bash", "curl", "openssl"))):
        pytest.skip("curl or openssl is not on this machine")
    page = (Path(__file__).parents[2] / "docs" / "queue.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```\n(body=.+?)```", page, re.DOTALL)
    (tmp_path / "secret").write_bytes(SECRET)
    command = block.replace("8479", str(port.server_address[1])).replace(
        "/etc/lang-nghe/queue-secret", str(tmp_path / "secret")
    )
    command = command.replace("kiosk queue", f"{sys.executable} -m kiosk queue")
    port.clock_s = time.time

    done = subprocess.run(["bash", "-ec", command], capture_output=True, text=True, timeout=60, check=False)

    assert json.loads(done.stdout)["new"] == len(sink.events) > 0, done.stderr
