"""Threads that wait together: one leads, nobody is forgotten."""

from concurrent.futures import Future, ThreadPoolExecutor

from sync.district.store.fast_path.group_commit import GroupCommit, PendingWrite
from tests.district.test_next_batch import until


def joined(writers: GroupCommit[int], pool: ThreadPoolExecutor, numbers: range) -> list[Future[PendingWrite[int]]]:
    """So many threads that wait behind the leader, in order."""
    waiting = []
    for before, number in enumerate(numbers, len(writers)):
        waiting.append(pool.submit(writers.join, number))
        until(lambda before=before: len(writers) > before)
    return waiting


def test_the_leader_deals_with_all_who_wait_and_each_learns_its_own() -> None:
    writers, mine = GroupCommit[int](), None
    with ThreadPoolExecutor(4) as pool:
        mine = writers.join(0)
        waiting = joined(writers, pool, range(1, 5))
        for wish in writers.take():
            wish.granted = wish.what % 2 == 0
        writers.leave(mine)
        answered = [each.result(60) for each in waiting]

    assert [(wish.what, wish.done, wish.granted) for wish in (mine, *answered)] == [
        (number, True, number % 2 == 0) for number in range(5)
    ]
    assert not writers.join(5).done  # nobody leads any more


def test_who_came_after_the_leader_took_leads_next() -> None:
    writers = GroupCommit[int]()
    with ThreadPoolExecutor(2) as pool:
        mine = writers.join(0)
        writers.take()
        late = joined(writers, pool, range(1, 3))
        writers.leave(mine)
        leader = late[0].result(60)
        assert not leader.done
        assert [wish.what for wish in writers.take()] == [1, 2]
        writers.leave(leader)

        assert late[1].result(60).done


def test_a_leader_whose_turn_never_came_leaves_alone_and_hands_the_lead_on() -> None:
    writers = GroupCommit[int]()
    with ThreadPoolExecutor(1) as pool:
        mine = writers.join(0)
        behind = joined(writers, pool, range(1, 2))
        writers.leave(mine)

        assert not behind[0].result(60).done
        assert [wish.what for wish in writers.take()] == [1]
