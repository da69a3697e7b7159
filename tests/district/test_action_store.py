"""Action plans in both databases, and their cards on the way to a kiosk."""

from datetime import timedelta

from kiosk.domain.reference import Notice, NoticeKind
from sync.district.domain.action_plan import ActionStep, Baseline, Card, CardState, PlanAction
from sync.district.domain.people import Role
from sync.district.store import action_plans as store
from sync.district.store.engine import reading, writing
from sync.district.times import local_day
from sync.protocol.snapshot import Change
from tests.district.conftest import NOON, District
from tests.district.test_snapshot import pull, tree
from tests.support.factories import UNIT

__all__ = ["tree"]
TODAY = local_day(NOON)
BASELINE = Baseline("reason/mot-cua/bad/waiting", "month", "2026-10", 45, 200)


def step(district: District, action: PlanAction, text: str = "", card: Card | None = None) -> ActionStep:
    return ActionStep(district.clock(), "chair", Role.LEADER, action, text, card=card)


def plan_of(district: District, unit: str = UNIT) -> int:
    made = ActionStep(
        district.clock(),
        "chair",
        Role.LEADER,
        PlanAction.MAKE,
        "Mở thêm một quầy",
        "clerk",
        local_day(district.clock()),
    )
    with writing(district.engine) as connection:
        store.begin(connection)
        return store.make(connection, unit, BASELINE, made)


def notices(changes: list[Change]) -> list[tuple[Notice, bool]]:
    return [(change.row, change.removed) for change in changes if isinstance(change.row, Notice)]


def test_a_plan_is_read_as_it_was_written(tree: District) -> None:
    card = Card("Thêm một quầy", "Nay có thêm một quầy.", local_day(tree.clock()), "One more", "One more counter now.")
    steps = [step(tree, PlanAction.FINISH, "Đã mở quầy"), step(tree, PlanAction.DRAFT_CARD, card=card)]
    first, second = plan_of(tree), plan_of(tree, "H32.14")
    with writing(tree.engine) as connection:
        for each in steps:
            store.add_step(connection, first, each)

    with reading(tree.engine) as connection:
        plan, other = store.plans_of(connection, None)
        assert [each.plan_id for each in store.plans_of(connection, {"H32.14"})] == [second]
        assert store.plans_of(connection, frozenset()) == []
        assert store.plan(connection, first) == plan
        assert store.plan(connection, 999) is None
    assert (plan.baseline, plan.steps[1:], plan.card_state) == (BASELINE, tuple(steps), CardState.DRAFTED)
    assert (plan.owner, other.unit_id) == ("clerk", "H32.14")


def test_a_card_reaches_the_kiosks_of_its_unit_and_is_gone_with_the_next_contact_after_it_was_withdrawn(
    tree: District,
) -> None:
    device_id, today = tree.box().device_id, local_day(tree.clock())
    card = Card("Thêm một quầy", "Nay có thêm một quầy.", today + timedelta(days=30), "One more", "One more counter.")
    with reading(tree.engine) as connection:
        _, cursor, _ = pull(tree, device_id)
    here, beside = plan_of(tree), plan_of(tree, "H32.14")
    with writing(tree.engine) as connection:
        for plan_id in (here, beside):
            plan = store.plan(connection, plan_id)
            assert plan is not None
            store.show_card(connection, plan, card, "deputy", tree.clock())

    changes, cursor, _ = pull(tree, device_id, cursor)

    english = {"en": {"title": card.title_en, "text": card.text_en}}
    shown = Notice(
        f"VIEC-{here}",
        UNIT,
        NoticeKind.ANSWERED,
        card.title,
        card.text,
        english,
        position=here,
        valid_from=today,
        valid_to=card.last_day,
    )
    assert [row for row, removed in notices(changes) if not removed] == [shown]
    with reading(tree.engine) as connection:
        (public,) = store.public_cards(connection, UNIT, today)
        assert public.words["en"] == (card.title_en, card.text_en)
        assert store.public_cards(connection, UNIT, card.last_day + timedelta(days=1)) == []

    with writing(tree.engine) as connection:
        plan = store.plan(connection, here)
        assert plan is not None
        store.take_card_back(connection, plan, "chair", tree.clock())
        store.take_card_back(connection, plan, "chair", tree.clock())
    changes, _, _ = pull(tree, device_id, cursor)

    assert [(row.notice_id, removed) for row, removed in notices(changes)] == [(f"VIEC-{here}", True)]
    with reading(tree.engine) as connection:
        assert store.public_cards(connection, UNIT, today) == []
