"""The whole kiosk, database open and snapshot loaded, beside a Chromium kiosk page with the same screens.

Both are seen only from outside: pixels, clicks through the X server, /proc. Each has a display of its own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from time import perf_counter, sleep

from PIL import Image

from tests.bench.options import Options
from tests.bench.prepared import dossier_codes, prepare
from tests.bench.probe import Eye, IndistinguishableError, Spot, telling
from tests.bench.processes import cpu_seconds, pss_mb
from tests.bench.programs import HEIGHT, WIDTH, Chromium, Kiosk, Program, page
from tests.bench.table import Figure, Row, Target, summed
from tests.support.screen import Screen, screen

SCREENS = ("idle", "begin", "counters", "faces", "why")
REST_SECONDS = 0.5  # the kiosk is deaf to the second half of a double tap; both programs get the same rest
REST_AFTER_THANKS = 1.1
LEARNING_SECONDS = 1.2
TURNS = 12
SETTLE_SECONDS = 5.5  # long enough to see both poses of the idle screen's drawing
BESIDE = "Chromium page"


@dataclass
class Stand:
    """A program on its display, and what was learnt of its screens: the spot that shows each has come."""

    program: Program
    screen: Screen
    eye: Eye
    spots: list[Spot] = field(default_factory=list)
    drawn: Spot | None = None
    opened: Spot | None = None
    drawings: list[float] = field(default_factory=list)
    openings: list[float] = field(default_factory=list)
    taps: list[float] = field(default_factory=list)
    by_tap: list[list[float]] = field(default_factory=lambda: [[] for _ in SCREENS])


def measure(options: Options) -> Iterator[Row]:
    prepare(options.folder / "rig")
    with screen(WIDTH, HEIGHT) as first, screen(WIDTH, HEIGHT) as second, page() as url:
        kiosk = Kiosk(options.folder / "rig", first.name)
        stands = [
            Stand(kiosk, first, Eye(first.name)),
            Stand(Chromium(options.folder / "profile", second.name, url), second, Eye(second.name)),
        ]
        try:
            yield from _measured(stands, kiosk, options)
        finally:
            for stand in stands:
                stand.program.stop()
                stand.eye.close()


def _measured(stands: list[Stand], kiosk: Kiosk, options: Options) -> Iterator[Row]:
    ours, theirs = stands
    for stand in stands:
        _learn(stand)
    for _ in range(options.starts):
        for stand in stands:
            _start(stand)
            stand.program.stop()
    drawn, opened = "exec to the first drawn idle screen", "exec to the idle screen, database open, snapshot loaded"
    yield _beside(drawn, "ms", ours.drawings, theirs.drawings, Target("ratio", "≤", 1))
    yield _beside(opened, "ms", ours.openings, theirs.openings, Target("ratio", "≤", 1))
    for stand in stands:
        _start(stand)
    yield from _idle(ours, theirs, options.idle_seconds)
    for _ in range(TURNS):
        _journey(stands)
    yield _beside("touch to the drawn next screen", "ms", ours.taps, theirs.taps, Target("ratio", "≤", 1))
    yield _beside("touch to the drawn next screen, p95", "ms", ours.taps, theirs.taps, Target("p95 ratio", "≤", 1))
    for number, name in enumerate((*SCREENS[1:], SCREENS[0])):
        yield _beside(f"touch to the drawn {name}", "ms", ours.by_tap[number], theirs.by_tap[number])
    theirs.program.stop()
    yield _after_journeys(ours, kiosk, options.journeys)


def _beside(what: str, unit: str, ours: Sequence[float], theirs: Sequence[float], target: Target | None = None) -> Row:
    return Row("screen", what, unit, summed(ours), BESIDE, summed(theirs), target)


def _learn(stand: Stand) -> None:
    """One journey by eye: pictures of every screen, and where each is best told from the one before."""
    stand.program.start()
    begun = _not_empty(stand.screen)
    pictures = [[_settled(stand.screen)]]
    for place in stand.program.touches[:-1]:
        pictures.append([_next(stand.screen, place)])
    idle = _next(stand.screen, stand.program.touches[-1])
    sleep(SETTLE_SECONDS)
    pictures[0] = [idle, stand.screen.picture()]
    stand.spots = [telling(pictures[at - 1], pictures[at]) for at in range(len(SCREENS))]
    paper = Image.new("RGB", idle.size, idle.getpixel((2, 2)))
    empty = [Image.new("RGB", idle.size, colour) for colour in ("black", "white")]
    nothing = [*empty, paper]
    stand.drawn = telling(nothing, [begun])
    try:
        stand.opened = telling([*nothing, begun], pictures[0])
    except IndistinguishableError:  # nothing changes on the page after it was drawn
        stand.opened = stand.drawn
    stand.program.stop()


def _not_empty(shown: Screen) -> Image.Image:
    """The first picture with something on it, read once more: the X server may have been in the middle of it."""
    deadline = perf_counter() + 30
    while shown.picture().reduce(8).getcolors(50) is not None:
        if perf_counter() > deadline:
            raise TimeoutError("nothing was ever drawn")
    return shown.picture()


def _settled(shown: Screen) -> Image.Image:
    """The picture once it has stopped changing and is not empty."""
    deadline, last = perf_counter() + 30, shown.picture()
    while perf_counter() < deadline:
        sleep(REST_SECONDS)
        now = shown.picture()
        if now.tobytes() == last.tobytes() and now.reduce(8).getcolors(50) is None:
            return now
        last = now
    raise TimeoutError("the screen never came to rest")


def _next(shown: Screen, place: tuple[float, float]) -> Image.Image:
    sleep(LEARNING_SECONDS)
    shown.touch(*place)
    sleep(LEARNING_SECONDS)
    return _settled(shown)


def _start(stand: Stand) -> None:
    assert stand.drawn is not None
    assert stand.opened is not None
    stand.eye.waits_for(stand.drawn, gone=True)
    begun = stand.program.start()
    stand.drawings.append((stand.eye.waits_for(stand.drawn) - begun) * 1000)
    stand.openings.append((stand.eye.waits_for(stand.opened) - begun) * 1000)


def _idle(ours: Stand, theirs: Stand, seconds: int) -> Iterator[Row]:
    """Both rest at the same time; processor time is of the second half."""
    sleep(seconds / 2)
    before, begun = [cpu_seconds(stand.program.pid) for stand in (ours, theirs)], perf_counter()
    sleep(seconds / 2)
    spent = perf_counter() - begun
    shares = [
        (cpu_seconds(stand.program.pid) - cpu) / spent * 100 for stand, cpu in zip((ours, theirs), before, strict=True)
    ]
    memory = [Figure(1, pss_mb(stand.program.pid)) for stand in (ours, theirs)]
    yield Row("screen", f"memory after {seconds} s", "MB PSS", memory[0], BESIDE, memory[1], Target("ratio", "≤", 0.4))
    share = [Figure(1, value) for value in shares]
    yield Row("screen", "processor at idle", "% of a core", share[0], BESIDE, share[1], Target("median", "≤", 2))


def _journey(stands: Sequence[Stand]) -> None:
    """The rests are shared; the touches take turns."""
    for number, name in enumerate(SCREENS):
        sleep(REST_AFTER_THANKS if name == "why" else REST_SECONDS)
        for stand in stands:
            begun = perf_counter()
            stand.screen.touch(*stand.program.touches[number])
            spent = (stand.eye.waits_for(stand.spots[(number + 1) % len(SCREENS)]) - begun) * 1000
            stand.taps.append(spent)
            stand.by_tap[number].append(spent)


def _after_journeys(stand: Stand, kiosk: Kiosk, journeys: int) -> Row:
    """A scan and a touch each; beside it the memory after the first tenth, when every screen has been seen."""
    codes, warm = dossier_codes(), 0.0
    for number in range(journeys):
        kiosk.rig.scanner.scan(codes[number % len(codes)])
        kiosk.rig.kiosk.wait_for("screen Rate")
        sleep(REST_SECONDS)
        stand.screen.touch(*kiosk.touches[2])
        kiosk.rig.kiosk.wait_for("screen Why")
        if number == journeys // 10:
            warm = pss_mb(kiosk.pid)
    after, before = Figure(1, pss_mb(kiosk.pid)), Figure(1, warm)
    what = f"memory after {journeys:,} journeys"
    return Row("screen", what, "MB PSS", after, "after the first tenth", before, Target("ratio", "≤", 1.05))
