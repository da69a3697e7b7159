"""A target is reached or missed only where the whole interval says so."""

import pytest

from sync.district.measures.index import Counts, share_satisfied
from sync.district.measures.targets import TargetState, targeted


@pytest.mark.parametrize(
    ("satisfied", "rated", "state"),
    [
        (27, 30, TargetState.UNSURE),  # 90 %, Wilson .7438 to .9654
        (480, 500, TargetState.REACHED),  # 96 %, .9390 to .9740
        (83, 100, TargetState.UNSURE),  # 83 %, .7445 to .8911: exactly the target, and still not known
        (390, 500, TargetState.MISSED),  # 78 %, .7417 to .8141
        (29, 29, TargetState.TOO_FEW),
    ],
)
def test_a_share_is_judged_by_the_ends_of_its_interval(satisfied: int, rated: int, state: TargetState) -> None:
    counts = Counts({5: satisfied, 1: rated - satisfied}, 0)

    assert targeted(share_satisfied(counts, 30), 0.83, "Kế hoạch").state is state
