"""Records as public ticket systems send them become events by the maps in ``config/queue``, which are data."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from kiosk.cli.queue import map_of
from kiosk.domain.declared_settings import BadSettings
from kiosk.domain.queue_map import templates_from
from kiosk.paths import shared
from kiosk.queue.event import QueueEvent, Rename
from kiosk.queue.files import RefusedFile
from kiosk.queue.mapping import EventMap
from kiosk.queue.reading import RefusedRow, event_from
from kiosk.queue.sources.folder import events_in
from kiosk.settings import QueueOptions, load
from tests.support.tickets import at, fields


def shipped(name: str, folder: Path) -> QueueOptions:
    """The settings with a shipped map in place of the section ``[queue]``, as its first lines tell a technician."""
    settings = (shared("config") / "kiosk.toml").read_text(encoding="utf-8")
    section = (shared("config") / "queue" / f"{name}.toml").read_text(encoding="utf-8")
    before, after = re.split(r"^\[queue\]\n(?:(?!\[).*\n?)*", settings, flags=re.MULTILINE)
    (folder / "kiosk.toml").write_text(f"{before}{section}\n{after}", encoding="utf-8")
    return load(str(folder / "kiosk.toml"), {"KIOSK_DATA": str(folder)}).queue


def told(events: list[QueueEvent], options: QueueOptions) -> list[tuple[str, str, str, str, int]]:
    rename = Rename(options.counters, options.services)
    return [
        (str(each.kind), each.ticket, each.counter, each.service, each.at_ms) for each in map(rename.renamed, events)
    ]


def read(options: QueueOptions, name: str, content: str | dict[str, Any]) -> list[tuple[str, str, str, str, int]]:
    text = content if isinstance(content, str) else json.dumps(content)
    return told(events_in(name, text.encode(), map_of(options), options.delimiter), options)


@pytest.mark.parametrize("path", sorted((shared("config") / "queue").glob("*.toml")), ids=lambda path: path.stem)
def test_every_shipped_map_can_be_used(path: Path, tmp_path: Path):
    options = shipped(path.stem, tmp_path)

    assert options.has_source
    assert options.events


@pytest.mark.parametrize("path", sorted((shared("config") / "queue").glob("*.toml")), ids=lambda path: path.stem)
def test_every_shipped_map_says_what_it_takes_the_place_of(path: Path, tmp_path: Path):
    section = path.read_text(encoding="utf-8")
    settings = (shared("config") / "kiosk.toml").read_text(encoding="utf-8")
    (tmp_path / "kiosk.toml").write_text(f"{settings}\n{section}", encoding="utf-8")

    assert (
        "in place of the section [queue] of /etc/lang-nghe/kiosk.toml: a second section [queue] is refused" in section
    )
    with pytest.raises(BadSettings):
        load(str(tmp_path / "kiosk.toml"), {"KIOSK_DATA": str(tmp_path)})


def test_an_empty_number_of_who_waits_is_missing_for_a_line_alone():
    called = fields(kind="called", waiting="")
    line = {"ticket": "", "counter": "", "line": "land"}
    template = {name: f"{{{name}}}" for name in called if name != "v"} | {"line": "{line}"}
    used = EventMap(templates_from([template]))

    assert event_from(called).waiting is None
    assert [each.waiting for each in used.events(called)] == [None]
    for read in (event_from, used.events):
        with pytest.raises(RefusedRow, match="missing waiting"):
            read(fields(kind="line_state", waiting="", **line))


@pytest.mark.parametrize("rest", ['1,"b', '1,a\n1,"b', '1,a\n1,"b\n', '1\n1,"b\n"x', '"a'])
def test_a_quote_that_is_not_closed_is_a_refusal(rest: str):
    used = EventMap(templates_from([dict.fromkeys(("kind", "source", "office", "at", "event_id"), "{n}")]))
    with pytest.raises(RefusedFile):
        events_in("a.csv", f"n,m\n{rest}".encode(), used, ",")


FQM = """id,number,timestamp,date,name,p,pdt,pulledBy,on_hold,status,office_id,task_id
7,101,2026-12-01 08:00:00.000000,2026-12-01 00:00:00.000000,,True,2026-12-01 08:20:30.500000,3,False,Attended,1,2
8,102,2026-12-01 08:01:00.000000,2026-12-01 00:00:00.000000,,False,,0,False,Waiting,1,2
"""


def test_fqm(tmp_path: Path):
    assert read(shipped("fqm", tmp_path), "tickets.csv", FQM) == [
        ("issued", "101", "", "Hộ tịch", at("08:00")),
        ("called", "101", "H32.13-q1", "Hộ tịch", at("08:20:30") + 500),
        ("issued", "102", "", "Hộ tịch", at("08:01")),
    ]


def bcgov_period(number: int, name: str, start: str, end: str | None) -> dict[str, Any]:
    return {
        "period_id": number,
        "ps": {"ps_name": name},
        "time_start": f"2026-12-01T{start}Z",
        "time_end": end and f"2026-12-01T{end}Z",
        "csr": {"username": "someone"},
    }


def test_bcgov(tmp_path: Path):
    citizen = {
        "citizen_id": 1,
        "office_id": 12,
        "counter_id": 2,
        "ticket_number": "A7",
        "cs": {"cs_state_name": "Received Services"},
        "service_reqs": [
            {
                "service_id": 31,
                "quantity": 1,
                "sr_state": {"sr_code": "Complete"},
                "periods": [
                    bcgov_period(1, "Ticket Creation", "01:00:00", "01:00:10"),
                    bcgov_period(2, "Waiting", "01:00:10", "01:10:00"),
                    bcgov_period(3, "Invited", "01:10:00", "01:11:00"),
                    bcgov_period(4, "Being Served", "01:11:00", "01:20:00"),
                ],
            }
        ],
    }

    assert read(shipped("bcgov", tmp_path), "citizens.jsonl", citizen) == [
        ("issued", "A7", "", "31", at("08:00:10")),
        ("called", "A7", "2", "31", at("08:10")),
        ("started", "A7", "2", "31", at("08:11")),
        ("ended", "A7", "2", "31", at("08:20")),
    ]


def test_fiware(tmp_path: Path):
    options = shipped("fiware", tmp_path)
    monitor = {
        "id": "urn:ngsi-ld:QueueMonitor:1",
        "type": "QueueMonitor",
        "dateObserved": "2026-12-01T01:15:00Z",
        "officeName": "H32.13",
        "serviceId": "5",
        "serviceStatus": "Open",
        "queueLine": "A",
        "lastTicketIssued": 41,
        "ticketServed": 30,
        "ticketsToServe": 11,
    }
    (event,) = events_in("lines.jsonl", json.dumps(monitor).encode(), map_of(options), ",")

    assert (event.kind, event.line, event.waiting, event.at_ms) == ("line_state", "5", 11, at("08:15"))
    assert Rename(options.counters, options.services).renamed(event).line == "Đất đai"


def qminder(kind: str, **more: Any) -> dict[str, Any]:
    ticket = {"id": "5501", "location": 99, "line": 12345, "created": {"date": "2026-12-01T01:00:00Z"}}
    return {"type": kind, "data": ticket | more}


def test_qminder(tmp_path: Path):
    called = {"called": {"date": "2026-12-01T01:05:00Z", "caller": 3, "desk": 8}}
    sent = [
        qminder("ticket-created"),
        qminder("ticket-called", **called),
        qminder("ticket-served", **called, served={"date": "2026-12-01T01:09:00Z"}),
        qminder("ticket-labels-changed"),
    ]

    assert read(shipped("qminder", tmp_path), "hooks.jsonl", "\n".join(map(json.dumps, sent))) == [
        ("issued", "5501", "", "12345", at("08:00")),
        ("called", "5501", "8", "12345", at("08:05")),
        ("ended", "5501", "8", "12345", at("08:09")),
    ]


TABLE = """\ufeffSố vé;Lĩnh vực;Quầy;Giờ lấy số;Giờ gọi;Giờ kết thúc
A001;Đất đai;1;01/12/2026 08:00:00;01/12/2026 08:10:00;01/12/2026 08:20:00
A002;Đất đai;;01/12/2026 08:02:00;;
"""


def test_a_daily_table_of_a_ticket_box(tmp_path: Path):
    assert read(shipped("daily-table", tmp_path), "2026-12-01.csv", TABLE) == [
        ("issued", "A001", "", "Đất đai", at("08:00")),
        ("called", "A001", "H32.13-q1", "Đất đai", at("08:10")),
        ("ended", "A001", "H32.13-q1", "Đất đai", at("08:20")),
        ("issued", "A002", "", "Đất đai", at("08:02")),
    ]


@pytest.mark.parametrize(
    ("content", "row", "word", "field"),
    [
        (TABLE.replace("Giờ gọi", "Giờ mời"), 1, "no_column", "Giờ gọi"),
        (TABLE.replace("01/12/2026 08:10:00", "08:10 sáng"), 2, "not_a_time", "at"),
        (TABLE.replace("A002;", ""), 3, "columns", ""),
        (TABLE.replace(";1;", ";;"), 2, "missing", "counter"),
        (TABLE + "A003;Đất", 4, "torn", ""),
        (TABLE.encode("utf-16").decode("latin-1"), 1, "no_column", "Giờ gọi"),
    ],
)
def test_a_wrong_row_is_named_and_nothing_of_the_file_is_taken(
    content: str, row: int, word: str, field: str, tmp_path: Path
):
    with pytest.raises(RefusedFile) as refused:
        read(shipped("daily-table", tmp_path), "day.csv", content)

    assert (refused.value.refusal.row, refused.value.refusal.word, refused.value.refusal.field) == (row, word, field)


def test_what_has_no_map_must_be_the_event_itself():
    with pytest.raises(RefusedFile, match="unknown_field"):
        events_in("a.csv", b"number,colour\n1,red\n", EventMap(), ",")
    with pytest.raises(RefusedFile, match="row 2: torn"):
        events_in("a.jsonl", b'\n{"v": 1, "sour', EventMap(), ",")


def test_a_record_may_not_list_without_end(tmp_path: Path):
    citizen = {"service_reqs": [{"periods": [{"period_id": n} for n in range(2_000)]}]}

    with pytest.raises(RefusedRow, match="too_long"):
        map_of(shipped("bcgov", tmp_path)).events(citizen)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("http_port = 8479", "needs http_secret_file"),
        ('serial_port = "/dev/ttyS9"', "needs serial_pattern and events"),
        ('folder = "queue"', "must be a whole path"),
        ('serial_pattern = "("', "not a regular expression"),
        ('serial_pattern = "[A-Z]+"', "has no named group"),
        ('time_format = "%d/%m/%Y"', "does not hold a whole day and time"),
        ('delimiter = ", "', "must be one character"),
        ("counters = [1]", "must be a table of texts"),
        ('events = [{ kind = "called" }]', "event 1 needs source"),
        ("events = 5", "must be a list such as"),
        (
            'events = [{ kind = "k", source = "s", event_id = "e", at = "a", office = "o", colour = "red" }]',
            "no colour",
        ),
        ('events = [{ kind = "k", source = "s", event_id = "e", at = "a", office = "o", when = 7 }]', "when must be a"),
    ],
)
def test_settings_that_cannot_work_are_refused_with_what_to_write(text: str, why: str, tmp_path: Path):
    (tmp_path / "kiosk.toml").write_text(f"[queue]\n{text}\n")

    with pytest.raises(BadSettings, match=why):
        load(str(tmp_path / "kiosk.toml"), {"KIOSK_DATA": str(tmp_path)})
