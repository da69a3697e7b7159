"""A rating: how satisfied a citizen was with one dossier at one stage."""

from enum import IntEnum, StrEnum


class Score(IntEnum):
    """The five levels of the public service survey, from worst to best."""

    VERY_DISSATISFIED = 1
    DISSATISFIED = 2
    NEUTRAL = 3
    SATISFIED = 4
    VERY_SATISFIED = 5


class Stage(StrEnum):
    """The point of the transaction that is rated (Điều 12 khoản 2 Thông tư 01/2018/TT-VPCP names the first two)."""

    HAND_IN = "hand_in"
    RETURN = "return"
    UNKNOWN = "unknown"


class Flag(StrEnum):
    """Plain facts about how a rating came about. The box records them, the district judges; ``DAY_UNKNOWN`` is the
    district's own."""

    NO_DOSSIER = "no_dossier"
    CODE_UNVERIFIED = "code_unverified"
    DOSSIER_UNKNOWN = "dossier_unknown"
    REPEAT = "repeat"
    CLOCK_UNSURE = "clock_unsure"
    DAY_UNKNOWN = "day_unknown"
    OUTSIDE_HOURS = "outside_hours"


class Transaction(StrEnum):
    """Whether the ticket system knows of somebody at the counter around the moment of a rating. The kiosk keeps no more
    of the queue than this; ``UNKNOWN`` also says that there is no ticket system, or that it is silent or late."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class InputMethod(StrEnum):
    """How the citizen told us which dossier it was."""

    SCAN = "scan"
    TYPED = "typed"
    COUNTER = "counter"


class Given(StrEnum):
    """With what a face was chosen: a finger on the glass, the number keys, the box of five buttons, without looking
    (``kiosk.flow.input.non_visual``), or one switch."""

    TOUCH = "touch"
    KEYS = "keys"
    BUTTONS = "buttons"
    EAR = "ear"
    SWITCH = "switch"


class CounterKnownBy(StrEnum):
    """How the kiosk knows the counter of a rating: from the dossier, because it is the kiosk's own, or because the
    citizen chose it."""

    DOSSIER = "dossier"
    OWN = "own"
    CITIZEN = "citizen"


class OfficerKnownBy(StrEnum):
    """How the officer of a rating can be known, the surest first: the dossier names one; one who is listed at this
    counter signed in there with their card (``kiosk.desk.seat``); the duty roster names one; or one alone is listed at
    the counter (the wire's word for that is older than the duty roster)."""

    DOSSIER = "dossier"
    CARD = "card"
    DUTY = "duty"
    ALONE = "roster"
