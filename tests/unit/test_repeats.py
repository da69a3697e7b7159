"""A second rating of the same dossier and stage is known, nothing of the codes is kept, and a day has an end."""

from kiosk.desk.repeats import RecentlyRated
from kiosk.domain.rating import Stage

CODE, OTHER = "H32.13-261121-00001", "H32.13-261121-00002"


def test_each_stage_of_a_dossier_is_remembered_by_itself() -> None:
    rated = RecentlyRated()
    rated.add(CODE, Stage.HAND_IN)
    rated.add(CODE, Stage.RETURN)
    rated.add(OTHER, Stage.RETURN)

    assert rated.stages(CODE) == {Stage.HAND_IN, Stage.RETURN}
    assert rated.stages(OTHER) == {Stage.RETURN}
    assert rated.stages("H32.13-261121-00003") == set()


def test_no_code_can_be_read_from_it() -> None:
    rated = RecentlyRated()
    rated.add(CODE, Stage.RETURN)

    assert CODE not in repr(vars(rated))
    assert vars(rated)["_seen"].keys() != vars(_same()).get("_seen", {}).keys()


def test_the_oldest_are_forgotten_first() -> None:
    rated = RecentlyRated(max_ratings=2)
    for code in (CODE, OTHER, "H32.13-261121-00003"):
        rated.add(code, Stage.RETURN)

    assert rated.stages(CODE) == set()
    assert rated.stages(OTHER) == {Stage.RETURN}


def _same() -> RecentlyRated:
    rated = RecentlyRated()
    rated.add(CODE, Stage.RETURN)
    return rated
