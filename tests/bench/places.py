"""``python -m tests.bench.places``: prints as JSON where the kiosk's controls are, asked of the same screens here.

In a process of its own: one that had the graphics library loaded would share its pages with the kiosk that is measured.
The counters to choose from are read as JSON from standard input.
"""

import json
import sys

from kiosk.flow.state.begin import BeginRating
from kiosk.flow.state.lobby import CounterChoice
from kiosk.flow.state.screens import Idle, PickCounter, Rate
from tests.bench.programs import HEIGHT, PANEL_MM, WIDTH
from tests.support.citizen import SUBJECT
from tests.support.twin import Twin


def main() -> None:
    counters = tuple(CounterChoice(**row) for row in json.load(sys.stdin))
    twin = Twin(WIDTH, HEIGHT, PANEL_MM)
    places = [
        twin.where(Idle(), twin.words("idle.rate")),
        twin.where(BeginRating(), twin.words("idle.no_paper")),
        twin.where(PickCounter(counters), counters[0].name),
        twin.where(Rate(SUBJECT, 0), 4),
        twin.where(Rate(SUBJECT, 0), "home"),
    ]
    print(json.dumps(places))


if __name__ == "__main__":
    main()
