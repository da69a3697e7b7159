"""Back-pressure: who sends too much, or to a district that has too much to do, is told when to return."""

import threading

import pytest
import requests

from sync.district.api.pressure import Pressure
from sync.district.api.problem import Problem
from sync.district.settings import Limits
from sync.district.store import tables as t
from sync.district.store.engine import writing
from sync.district.store.upsert import insert_new
from sync.protocol.batch import decode_response
from tests.district.conftest import Client, District, limited, serve
from tests.district.test_http import problem
from tests.support.factories import Box


class Seconds:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def rated(district: District) -> Box:
    box = district.box()
    box.rate()
    return box


def test_a_box_that_sends_too_often_is_told_when_to_return_and_another_is_not(district: District) -> None:
    box, other = rated(district), rated(district)
    with serve(limited(district, per_device_minute=2).services) as client:
        answers = [client.post_batch(box) for _ in range(3)]
        calm = client.post_batch(other)

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert problem(answers[2]) == (429, "too-many")
    assert 1 <= int(answers[2].headers["Retry-After"]) <= 31
    assert calm.status_code == 200


def test_an_allowance_fills_up_again_with_time(district: District) -> None:
    seconds = Seconds()
    pressure = Pressure(district.engine, Limits(per_device_minute=60), seconds)
    for _ in range(60):
        pressure.admit("box-1")
    with pytest.raises(Problem):
        pressure.admit("box-1")

    seconds.now += 1.01

    pressure.admit("box-1")


def test_more_at_once_than_a_process_can_take_is_sent_away(district: District) -> None:
    pressure = Pressure(district.engine, Limits(in_flight=1))

    with pressure.request(), pytest.raises(Problem) as away, pressure.request():
        raise AssertionError("a second one came in")
    with pressure.request():
        pass

    assert (away.value.status, away.value.slug, away.value.headers["Retry-After"]) == (503, "busy", "5")


def test_a_slow_body_of_one_device_never_takes_another_s_place(district: District) -> None:
    """There is one place, and a box that sends half a body does not have it."""
    box, other = rated(district), rated(district)
    with serve(limited(district, in_flight=1).services) as client:
        go, begun = threading.Event(), threading.Event()

        def halves():
            yield box.body()[:20]
            begun.set()
            go.wait(20)
            yield box.body()[20:]

        def until_taken():
            while client_post(client, box, halves()) == 503:  # it came just while the one place was taken
                pass

        slow = threading.Thread(target=until_taken)
        slow.start()
        begun.wait(20)
        calm = [client.post_batch(other).status_code for _ in range(5)]
        go.set()
        slow.join(20)

    assert calm == [200] * 5
    assert len(district.rows("ledger", "seq")) == 2, "the slow one came whole as well"


def test_one_device_has_two_bodies_under_way_at_most(district: District) -> None:
    pressure = Pressure(district.engine, Limits())

    with pressure.body("box-1"), pressure.body("box-1"):
        with pytest.raises(Problem) as away, pressure.body("box-1"):
            raise AssertionError("a third one came in")
        with pressure.body("box-2"):
            pass
    with pressure.body("box-1"):
        pass

    assert (away.value.status, away.value.slug) == (429, "too-many")


def test_bodies_under_way_are_held_within_bounds_and_forgotten_when_they_end(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.district.api.pressure.MAX_READ_BYTES", 100)
    pressure = Pressure(district.engine, Limits())

    with pressure.body("box-1") as one, pressure.body("box-2") as two:
        one.grew(60)
        with pytest.raises(Problem) as away:
            two.grew(60)
    with pressure.body("box-2") as again:
        again.grew(100)

    assert (away.value.status, away.value.slug) == (503, "busy")


def client_post(client: Client, box: Box, body: object) -> int:
    headers = {"Authorization": f"Bearer {box.token}", "Content-Type": "application/json", "Content-Encoding": "gzip"}
    return requests.post(f"{client.base}/v1/batches", data=body, headers=headers, timeout=30).status_code


def queue(district: District, batches: int) -> None:
    rows = [{"batch_id": 1_000 + n, "queued_at": district.clock()} for n in range(batches)]
    with writing(district.engine) as connection:
        insert_new(connection, t.projection_queue, rows)


def test_a_district_that_lags_behind_asks_for_a_pause_and_then_takes_nothing_more(district: District) -> None:
    box = rated(district)
    queue(district, 6)
    with serve(limited(district, waiting_batches=10).services) as client:
        slower = decode_response(client.post_batch(box).json())
    queue(district, 12)
    with serve(limited(district, waiting_batches=10).services) as client:
        stopped = client.post_batch(box)

    assert slower.pause_s == 30
    assert slower.receipt is not None
    assert problem(stopped) == (503, "behind")
    assert stopped.headers["Retry-After"] == "60"


def test_a_district_with_little_to_do_asks_for_nothing(district: District) -> None:
    box = rated(district)
    with serve(limited(district, waiting_batches=10).services) as client:
        assert decode_response(client.post_batch(box).json()).pause_s == 0


def test_a_token_that_was_remembered_and_then_replaced_no_longer_opens_the_door(district: District) -> None:
    box = rated(district)
    with serve(district.services) as client:
        assert client.post_batch(box).status_code == 200
        with writing(district.engine) as connection:
            connection.execute(t.devices.update().values(token_hash=b"n" * 32))

        assert problem(client.post_batch(box)) == (401, "unknown-token")
        assert problem(client.post_batch(box)) == (401, "unknown-token")
