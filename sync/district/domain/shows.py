"""The views of the list of complaints. Pure."""

from enum import StrEnum


class Show(StrEnum):
    """Which complaints the list shows. ``MINE``: those one owns, or does for somebody who is away. ``OVERDUE``: past
    the citizen's date; ``STEP_LATE``: late inside the office alone. ``STUCK``: nobody can carry them on, and it is
    one's own level that has to see to it. ``TO_INFORM``: the citizen is still to be told something,
    also where the matter is closed. ``SUPPLEMENTED``: the citizen added something that nobody has read.
    ``QUESTIONS``: what citizens asked about procedures and nobody has answered.
    ``TO_CONCLUDE``: it is about somebody's conduct and has no approved conclusion, or one that is to be made anew; the
    list has what was answered before that too."""

    OPEN = "open"
    MINE = "mine"
    NEW = "new"
    UNOWNED = "unowned"
    DUE_TODAY = "due_today"
    OVERDUE = "overdue"
    STEP_LATE = "step_late"
    STUCK = "stuck"
    TO_INFORM = "to_inform"
    SUPPLEMENTED = "supplemented"
    QUESTIONS = "questions"
    TO_CONCLUDE = "to_conclude"
    ALL = "all"
