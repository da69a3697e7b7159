"""Keep the filters of the list of complaints that somebody has named, for themselves alone."""

from datetime import datetime

from msgspec import Struct
from sqlalchemy import delete, func, insert, select

from sync.district.store.engine import Connection
from sync.district.store.people_tables import saved_views, users

MAX_OF_PERSON = 8
"""So many somebody has at a time: each is counted on their first page."""
_V = saved_views.c


class SavedView(Struct, frozen=True):
    """A filter and its name. ``address``: what stands behind the question mark of the list."""

    view_id: int
    name: str
    address: str


class TooManyViews(Exception):
    """Somebody has as many as they may have at a time."""


def views_of(connection: Connection, user_name: str) -> list[SavedView]:
    """What somebody has named, in the order in which they did."""
    wanted = select(_V.view_id, _V.name, _V.address).where(_V.user_name == user_name).order_by(_V.view_id)
    return [SavedView(*row) for row in connection.execute(wanted)]


def save_view(connection: Connection, user_name: str, name: str, address: str, at: datetime) -> None:
    """Keeps a filter under a name; one of the same name is replaced. Raises ``TooManyViews``."""
    connection.execute(select(users.c.user_name).where(users.c.user_name == user_name).with_for_update())
    connection.execute(delete(saved_views).where(_V.user_name == user_name, _V.name == name))
    held = connection.scalar(select(func.count()).where(_V.user_name == user_name))
    if int(held or 0) >= MAX_OF_PERSON:
        raise TooManyViews
    values = {"user_name": user_name, "name": name, "address": address, "made_at": at}
    connection.execute(insert(saved_views).values(values))


def forget_view(connection: Connection, user_name: str, view_id: int) -> None:
    """Forgets one of somebody's own; of another's nothing happens."""
    connection.execute(delete(saved_views).where(_V.view_id == view_id, _V.user_name == user_name))
