"""What holds for every request: HEAD, the host's name, one deadline, whose address it has, and who waits for whom."""

import asyncio
import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from select import select
from statistics import median
from time import perf_counter
from typing import Any

import pytest
import requests
import uvicorn
from fastapi import FastAPI, Request, Response
from msgspec.structs import replace
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from sync.district.accounts.passwords import MAX_WAITING, TooMany, Turns
from sync.district.api import patience
from sync.district.api.edge import Deadline, OnlyOurHosts, TooSlow, host_name
from sync.district.api.networks import WIDER, Allowances, networks_of
from sync.district.api.patience import PatientProtocol
from sync.district.api.problem import Problem
from sync.district.app import create_app
from sync.district.cli.serving import configured, words_about_hosts, words_about_the_proxy
from sync.district.services import Services
from sync.district.settings import Limits, Settings
from sync.district.web.rate_limit import MAX_MISSES, RateLimit
from sync.district.web.routes import web_router
from tests.district.conftest import NOON, Client, District, listening, serve, serve_app
from tests.district.test_http import problem

FORWARDED = {"X-Forwarded-For": "198.51.100.7"}


def settled(services: Services, **changes: Any) -> Services:
    return replace(services, settings=replace(services.settings, **changes))


@pytest.fixture
def pages(district: District) -> Iterator[Client]:
    with serve_app(create_app(district.services, [web_router(district.services)])) as client:
        yield client


# HEAD


@pytest.mark.parametrize(
    "path", ["/v1/health", "/", "/sign-in", "/figures.json", "/tra-cuu", "/cong-khai", "/nguoi-dan", "/nowhere"]
)
def test_head_says_what_get_would_and_sends_no_body(pages: Client, path: str) -> None:
    get = pages.session.get(pages.base + path, allow_redirects=False, timeout=30)
    head = pages.session.head(pages.base + path, timeout=30)

    assert head.status_code == get.status_code
    assert head.content == b""
    for name in ("Content-Type", "Location", "Cache-Control"):
        assert head.headers.get(name) == get.headers.get(name)
    assert head.headers.get("Content-Length") == get.headers.get("Content-Length")


def test_head_is_no_way_around_a_method_that_is_not_allowed(pages: Client) -> None:
    assert pages.session.head(f"{pages.base}/v1/batches", timeout=30).status_code == 405


# The host's name


def test_only_a_named_host_is_answered_and_this_machine_itself(district: District) -> None:
    services = settled(district.services, hosts=("langnghe.example.gov.vn",))
    with serve(services) as client:
        ours = client.get("/v1/health", Host="LangNghe.example.gov.vn:443")
        itself = client.get("/v1/health")
        other = client.get("/v1/health", Host="elsewhere.example")

    assert (ours.status_code, itself.status_code) == (200, 200)
    assert problem(other) == (403, "wrong-host")


def test_without_named_hosts_the_machine_answers_to_its_own_names_alone(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("socket.gethostname", lambda: "Mot-Cua.xa.example")
    services = settled(district.services, host="0.0.0.0", public_url="https://langnghe.example.gov.vn/x")
    with serve(services) as client:
        answered = {
            host: client.get("/v1/health", Host=host).status_code
            for host in ("mot-cua.xa.example:8765", "MOT-CUA", "langnghe.example.gov.vn", "localhost", "[::1]:80")
        }
        refused = [
            client.get("/v1/health", Host=host)
            for host in ("evil.example", "example", "evil.mot-cua.xa.example", "10.9.8.7", "0.0.0.0", "", "[")
        ]

    assert set(answered.values()) == {200}
    assert {problem(each) for each in refused} == {(403, "wrong-host")}


def test_a_name_that_is_not_ours_is_not_repeated(pages: Client) -> None:
    answer = pages.session.get(f"{pages.base}/complaints/", headers={"Host": "evil.example"}, allow_redirects=False)

    assert (answer.status_code, answer.headers.get("Location")) == (403, None)
    assert "evil.example" not in answer.text


@pytest.mark.parametrize(
    ("server", "host", "status"),
    [
        (("10.0.0.4", 8765), "10.0.0.4:8765", 200),
        (("::ffff:10.0.0.4", 8765), "10.0.0.4", 200),
        (("fd00::4", 8765), "[FD00:0::4]:8765", 200),
        (("10.0.0.4", 8765), "10.0.0.5", 403),
        (("/run/district.sock", None), "/run/district.sock", 403),
        (None, "10.0.0.4", 403),
    ],
)
@pytest.mark.parametrize("by_address", [True, False])
def test_the_address_a_request_arrived_at_is_a_name_of_ours_while_none_is_set(
    server: tuple[str, int | None] | None, host: str, status: int, by_address: bool
) -> None:
    scope = {"type": "http", "method": "GET", "path": "/", "server": server, "headers": [(b"host", host.encode())]}
    sent: list[Message] = []

    async def answering(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse("ok")(scope, receive, send)

    async def receive() -> Message:
        return {"type": "http.request", "body": b""}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(OnlyOurHosts(answering, (), by_address)(scope, receive, send))

    assert sent[0]["status"] == (status if by_address else 403)


@pytest.mark.parametrize(("header", "name"), [("A.vn:8080", "a.vn"), ("[::1]:80", "::1"), ("", ""), ("a.vn", "a.vn")])
def test_the_name_in_a_host_header(header: str, name: str) -> None:
    assert host_name(header) == name


# One deadline


@contextmanager
def patient(monkeypatch: pytest.MonkeyPatch, seconds: float) -> Iterator[int]:
    """A server with so much patience; gives its port."""
    monkeypatch.setattr(patience, "READ_SECONDS", seconds)
    monkeypatch.setattr("sync.district.api.edge.READ_SECONDS", seconds)
    app = FastAPI()
    app.add_middleware(Deadline)

    @app.post("/refusing")
    async def unread() -> Response:
        return Response("4", 429, {"Connection": "close"})

    @app.post("/")
    async def body(request: Request) -> int:
        return len(await request.body())

    listener = listening()
    server = uvicorn.Server(uvicorn.Config(app, http=PatientProtocol, log_level="critical", access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    yield listener.getsockname()[1]
    server.should_exit = server.force_exit = True
    thread.join(20)


@pytest.mark.parametrize("begun", [b"", b"POST / HT", b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "])
def test_a_head_that_does_not_come_in_time_ends_the_connection(monkeypatch: pytest.MonkeyPatch, begun: bytes) -> None:
    with patient(monkeypatch, 0.3) as port, socket.create_connection(("127.0.0.1", port), timeout=20) as slow:
        slow.sendall(begun)

        assert slow.recv(1000) == b""


def test_a_body_that_does_not_come_in_time_is_told_so_whoever_reads_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with patient(monkeypatch, 0.3) as port, socket.create_connection(("127.0.0.1", port), timeout=20) as slow:
        slow.sendall(b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 10\r\n\r\nhalf")

        assert slow.recv(1000).startswith(b"HTTP/1.1 408 ")


def test_a_second_request_on_a_connection_has_its_own_time(monkeypatch: pytest.MonkeyPatch) -> None:
    request = b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 4\r\n\r\nbody"
    with patient(monkeypatch, 0.5) as port, socket.create_connection(("127.0.0.1", port), timeout=20) as slow:
        for _ in range(2):
            slow.sendall(request)
            assert answered(slow).startswith(b"HTTP/1.1 200 ")
        slow.sendall(b"POST / HT")

        assert slow.recv(1000) == b""


def test_a_sender_who_is_refused_before_the_body_has_come_still_reads_the_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Closing at once would reset the connection, and a reset drops what the sender has not read yet."""
    head = b"POST /refusing HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 300000\r\n\r\n"
    with patient(monkeypatch, 20) as port, socket.create_connection(("127.0.0.1", port), timeout=20) as refused:
        refused.sendall(head)
        while not select([refused], [], [], 0)[0]:
            refused.sendall(b"x")
        refused.sendall(b"x" * 200_000)

        assert answered(refused).startswith(b"HTTP/1.1 429 ")
        assert refused.recv(1000) == b""


def test_a_refused_sender_who_goes_on_for_ever_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "LINGER_SECONDS", 0.3)
    head = b"POST /refusing HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 999999999999\r\n\r\n"
    with patient(monkeypatch, 20) as port, socket.create_connection(("127.0.0.1", port), timeout=20) as endless:
        endless.sendall(head)

        with pytest.raises((ConnectionResetError, BrokenPipeError)):
            send_for_ever(endless)


def send_for_ever(connection: socket.socket) -> None:
    while True:
        connection.sendall(b"x" * 1000)


def answered(connection: socket.socket) -> bytes:
    """One whole answer of the patient server, whose body is one digit."""
    said = b""
    while not said.endswith(b"\r\n\r\n4"):
        said += connection.recv(1000)
    return said


def test_pieces_that_keep_coming_do_not_move_the_deadline() -> None:
    async def whole() -> None:
        seen: list[int] = []

        async def reads(_scope: Any, receive: Any, _send: Any) -> None:
            while True:
                seen.append(len((await receive())["body"]))

        async def trickle() -> Message:
            await asyncio.sleep(0.01)
            return {"type": "http.request", "body": b"x", "more_body": True}

        with pytest.raises(TooSlow):
            await Deadline(reads, seconds=0.1)({"type": "http"}, trickle, trickle)  # type: ignore[arg-type]
        assert seen

    asyncio.run(whole())


# Whose address


@pytest.mark.parametrize(
    ("address", "networks"),
    [
        ("192.0.2.77", ["192.0.2.77/32", "192.0.2.0/24"]),
        ("::ffff:192.0.2.77", ["192.0.2.77/32", "192.0.2.0/24"]),
        ("2001:db8:1:2::3", ["2001:db8:1:2::/64", "2001:db8:1::/48"]),
        ("not an address", ["not an address"]),
        (None, []),
    ],
)
def test_the_networks_an_address_counts_for(address: str | None, networks: list[str]) -> None:
    assert [network for network, _ in networks_of(address)] == networks


def test_a_whole_48_of_households_has_no_more_than_eight_times_the_allowance() -> None:
    allowances = Allowances(5, clock=lambda: 0.0)
    admitted = 0
    for n in range(1_000):
        with suppress(Problem):
            allowances.admit(f"2001:db8:0:{n:x}::1")
            admitted += 1
    allowances.admit("2001:db8:1::1")

    assert admitted == 5 * WIDER


def test_the_brake_counts_the_48_around_a_household_as_well() -> None:
    brake = RateLimit()
    for n in range(MAX_MISSES * WIDER):
        assert not brake.holds(f"2001:db8:0:{n:x}::1", NOON)
        brake.missed(f"2001:db8:0:{n:x}::1", NOON)

    assert brake.holds("2001:db8:0:ffff::1", NOON)
    assert not brake.holds("2001:db8:1::1", NOON)


def test_one_network_guesses_enrolment_codes_only_so_often_and_others_do_not_wait(district: District) -> None:
    services = settled(district.services, limits=Limits(strangers_minute=3))
    guess = {"v": 1, "code": "AAAA-BBBB-CCCC", "public_key": "A" * 43 + "=", "software": "x"}

    def tried(client: Client, **headers: str) -> requests.Response:
        return client.session.post(f"{client.base}/v1/enrolment", json=guess, headers=headers, timeout=30)

    with serve(services) as client:
        guesses = [tried(client, **FORWARDED) for _ in range(4)]
        other = tried(client, **{"X-Forwarded-For": "203.0.113.9"})
        unknown = [tried(client).status_code for _ in range(6)]

    assert [answer.status_code for answer in guesses] == [403, 403, 403, 429]
    assert problem(guesses[-1]) == (429, "too-many")
    assert int(guesses[-1].headers["Retry-After"]) >= 1
    assert other.status_code == 403
    assert unknown == [403] * 6, "a proxy that names nobody does not make one of everybody"


def test_one_network_reads_what_costs_much_only_so_often_and_others_do_not_wait(district: District) -> None:
    services = settled(district.services, limits=Limits(strangers_minute=3))

    with serve_app(create_app(services, [web_router(services)])) as client:
        read = [client.session.get(f"{client.base}/cong-khai", headers=FORWARDED, timeout=30) for _ in range(4)]
        other = {"X-Forwarded-For": "203.0.113.9"}
        elsewhere = client.session.get(f"{client.base}/cong-khai", headers=other, timeout=30)

    assert [answer.status_code for answer in read] == [200, 200, 200, 429]
    assert int(read[-1].headers["Retry-After"]) >= 1
    assert elsewhere.status_code == 200


def test_a_proxy_that_names_nobody_is_told_of_once(district: District, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "sync.district.api.networks")
    with serve_app(create_app(settled(district.services, hosts=("langnghe.vn",)))) as client:
        for _ in range(3):
            client.session.post(f"{client.base}/v1/enrolment", json={}, headers={"Host": "langnghe.vn"}, timeout=30)

    assert [record.getMessage() for record in caplog.records].count(
        "the proxy at 127.0.0.1 sends no X-Forwarded-For: limits by address are off until it does"
    ) == 1


def test_at_its_start_the_server_says_whose_word_on_addresses_it_takes(district: District) -> None:
    settings: Settings = district.services.settings

    usual = words_about_the_proxy(settings)
    open_to_all = words_about_the_proxy(replace(settings, host="10.0.0.4"))
    named = words_about_the_proxy(replace(settings, host="10.0.0.4", proxies=("10.0.0.1",)))

    assert "127.0.0.1, ::1" in usual[0]
    assert (len(usual), len(open_to_all), len(named)) == (1, 2, 1)
    assert "limited as one" in open_to_all[1]
    assert configured(FastAPI(), replace(settings, proxies=("10.0.0.1",))).forwarded_allow_ips == ["10.0.0.1"]


def test_at_its_start_the_server_warns_that_it_answers_to_few_names(district: District) -> None:
    settings: Settings = district.services.settings

    (warning,) = words_about_hosts(replace(settings, hosts=()))

    assert "[server] hosts" in warning
    assert "127.0.0.1" in warning
    assert words_about_hosts(replace(settings, hosts=("langnghe.example.gov.vn",))) == []


# Who waits for whom


def test_sixty_sign_ins_of_strangers_do_not_slow_the_health_of_the_server(pages: Client) -> None:
    """The median of what a kiosk waits, while sixty strangers' passwords are hashed, is at most three times the idle
    one (or so short that nobody notices)."""

    def waited(times: int) -> float:
        taken = []
        for _ in range(times):
            before = perf_counter()
            assert pages.get("/v1/health").status_code == 200
            taken.append(perf_counter() - before)
        return median(taken)

    def signs_in(n: int) -> None:
        said = {"user_name": f"nobody{n}", "password": "wrong password"}
        answers.append(requests.post(f"{pages.base}/sign-in", data=said, timeout=300).status_code)

    answers: list[int] = []
    waited(10)
    idle = waited(40)
    strangers = [threading.Thread(target=signs_in, args=(n,)) for n in range(60)]
    for each in strangers:
        each.start()
    busy = waited(40)
    still = sum(each.is_alive() for each in strangers)
    for each in strangers:
        each.join(300)

    assert answers == [403] * 60
    assert still, "the sign-ins were over before anything was measured"
    assert busy < max(3 * idle, 0.05)


def test_more_sign_ins_than_can_wait_are_sent_away_at_once() -> None:
    async def crowd() -> list[object]:
        turns, go = Turns(), threading.Event()
        waiting = [asyncio.create_task(turns.take(lambda: go.wait(20))) for _ in range(MAX_WAITING)]
        await asyncio.sleep(0)
        late = await asyncio.gather(turns.take(lambda: True), return_exceptions=True)
        go.set()
        assert await asyncio.gather(*waiting) == [True] * MAX_WAITING
        return late

    assert [type(each) for each in asyncio.run(crowd())] == [TooMany]
