"""Tables of action plans: append-only facts. ``district rebuild`` leaves them alone."""

from sqlalchemy import JSON, Column, Date, Integer, String, Table, Text

from sync.district.store.metadata import PositionType, UtcDateTime, metadata

action_plans = Table(  # what a plan began from; the share as it was told then
    "action_plans",
    metadata,
    Column("plan_id", PositionType, primary_key=True, autoincrement=True),
    Column("unit_id", String(64), nullable=False, index=True),
    Column("concern", String(300), nullable=False),  # the key of sync.district.measures.causes.Concern
    Column("period_name", String(16), nullable=False),  # sync.district.measures.period.PeriodName
    Column("period_of", String(16), nullable=False),
    Column("k", Integer, nullable=False),
    Column("n", Integer, nullable=False),
)

action_steps = Table(  # what people did to a plan; the first step makes it
    "action_steps",
    metadata,
    Column("step_id", PositionType, primary_key=True, autoincrement=True),
    Column("plan_id", PositionType, nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("person", String(64), nullable=False),
    Column("role", String(16), nullable=False),  # of the person then
    Column("action", String(16), nullable=False),  # sync.district.domain.action_plan.PlanAction
    Column("text", Text, nullable=False),  # empty: nothing was written
    Column("owner", String(64), nullable=False),  # empty: it stays whose it was
    Column("due_on", Date),
    Column("card", JSON(none_as_null=True)),  # sync.district.domain.action_plan.Card
)

ACTION_FACTS = ("action_plans", "action_steps")
