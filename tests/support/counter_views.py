"""What a counter's staff may find on the kiosk: a good week, a bad one, few ratings, none, many dossiers."""

from datetime import date, time

from kiosk.desk.shipped import shipped
from kiosk.domain.counter_figures import CounterFigures, Trend
from kiosk.domain.counter_notes import CounterNotes, OwnInquiry, OwnObjection, RatedHours
from kiosk.domain.released_remark import ReleasedBatch, ReleasedRemark
from kiosk.flow.state.counter_view import (
    CounterQueueView,
    CounterView,
    DueDossier,
    DueDossiers,
    DueList,
    PeriodView,
    Signer,
    Wish,
)

WEEK = date(2026, 11, 14), date(2026, 11, 20)
WEEK_BEFORE = date(2026, 11, 7), date(2026, 11, 13)
MONTH = date(2026, 11, 1), date(2026, 11, 20)
MONTH_BEFORE = date(2026, 10, 1), date(2026, 10, 31)
NEXT = date(2026, 11, 23)


def _wishes(question_id: str, *said: tuple[str, int]) -> tuple[Wish, ...]:
    options = {option.answer: option for option in shipped().question(question_id).options}
    return tuple(
        Wish(options[answer].words, options[answer].picture, n, answer if question_id == "bad" else "")
        for answer, n in said
    )


def _due(day: date, n: int, first: int = 1) -> DueList:
    codes = [f"H15.50.05.13-2611{first + at:02}-{975 + at:04}" for at in range(min(n, 8))]
    return DueList(n, tuple(DueDossier(code, day) for code in codes))


def due(late: int = 2, today: int = 4, tomorrow: int = 12) -> DueDossiers:
    """For all but one of the late ones nobody has apologised."""
    lists = (_due(date(2026, 11, 18), late), _due(date(2026, 11, 20), today, 5), _due(NEXT, tomorrow, 9))
    return DueDossiers(*lists, NEXT, unapologised=max(0, late - 1))


def remarks(count: int = 12) -> ReleasedBatch:
    """A batch of thanks and wishes, one of them as long as a remark may be."""
    longest = (
        "Được hướng dẫn điền tờ khai giúp, rất biết ơn vì tôi không viết được, con cháu đều đi làm xa, nếu không được "
        "giúp thì tôi đã phải về. Mong các cô chú luôn giữ được thái độ ân cần như vậy với người lớn tuổi và những "
        "người không rành chữ nghĩa, vì chúng tôi đi lại khó và hay ngại hỏi người khác."
    )
    texts = (
        ("officer", True, "Cán bộ giải thích rất kỹ, tôi nghe kém vẫn hiểu được hết."),
        ("procedure", False, "Nên ghi rõ ngay từ đầu cần những giấy tờ gì, để khỏi phải đi lại nhiều lần."),
        ("officer", True, longest),
        ("facilities", False, "Ghế chờ hỏng, người già phải đứng."),
    )
    return ReleasedBatch(MONTH_BEFORE[0], tuple(ReleasedRemark(*texts[n % 4]) for n in range(count)), count)


NOTES = CounterNotes(
    own=remarks(),
    of_unit=remarks(9),
    hours=RatedHours(MONTH_BEFORE[0], (8, 9, 10, 14)),
    objections=(
        OwnObjection(date(2026, 10, 1), "open", date(2026, 12, 4)),
        OwnObjection(date(2026, 9, 1), "not_agreed"),
        OwnObjection(date(2026, 8, 1), "agreed"),
    ),
    inquiries=(OwnInquiry(date(2026, 11, 12)), OwnInquiry(date(2026, 11, 20), date(2026, 11, 23))),
)
OPEN_HOURS = (7, 8, 9, 10, 11, 13, 14, 15, 16)


def good_week(signer: Signer) -> CounterView:
    """More satisfied than before, nothing late."""
    return CounterView(
        signer,
        week=PeriodView(*WEEK, CounterFigures(105, (0, 5, 10, 25, 65), 210, Trend.UP)),
        week_before=PeriodView(*WEEK_BEFORE, CounterFigures(80, (8, 10, 12, 20, 30), 190)),
        month=PeriodView(*MONTH, CounterFigures(280, (9, 21, 40, 80, 130), 600, Trend.SAME)),
        month_before=PeriodView(*MONTH_BEFORE, CounterFigures(300, (10, 24, 42, 90, 134), 640)),
        asked_in=PeriodView(*MONTH, CounterFigures(280)),
        wishes=_wishes("bad", ("waiting", 18), ("visits", 9), ("place", 6)),
        praise=_wishes("good", ("attitude", 41), ("guidance", 22), ("order", 7)),
        due=due(late=0),
        notes=NOTES,
        open_hours=OPEN_HOURS,
    )


def bad_week(signer: Signer) -> CounterView:
    """Less satisfied than before, dossiers past their day, and a long queue."""
    return CounterView(
        signer,
        week=PeriodView(*WEEK, CounterFigures(62, (18, 14, 12, 10, 8), 240, Trend.DOWN)),
        week_before=PeriodView(*WEEK_BEFORE, CounterFigures(80, (8, 10, 12, 20, 30), 190)),
        month=PeriodView(*MONTH, CounterFigures(190, (36, 31, 30, 43, 50), 580, Trend.DOWN)),
        month_before=PeriodView(*MONTH_BEFORE, CounterFigures(300, (10, 24, 42, 90, 134), 640)),
        asked_in=PeriodView(*MONTH, CounterFigures(190)),
        wishes=_wishes("bad", ("visits", 21), ("guidance", 14), ("attitude", 8)),
        due=due(late=37, today=14, tomorrow=126),
        notes=CounterNotes(of_unit=remarks(9), hours=RatedHours(MONTH_BEFORE[0], (8, 9), unknown=True)),
        queue=CounterQueueView(time(10, 45), 128, 149, 203),
    )


def few(signer: Signer) -> CounterView:
    """A number, and too few for a share."""
    return CounterView(
        signer,
        week=PeriodView(*WEEK, CounterFigures(None)),
        week_before=PeriodView(*WEEK_BEFORE, CounterFigures(0)),
        month=PeriodView(*MONTH, CounterFigures(9, None, 40)),
        month_before=PeriodView(*MONTH_BEFORE, CounterFigures(None)),
        asked_in=PeriodView(*MONTH, CounterFigures(9, None, 40)),
        due=due(late=1, today=0, tomorrow=1),
    )


def nothing(signer: Signer) -> CounterView:
    """The district has told nothing yet, and no list of dossiers names the counter."""
    return CounterView(signer)
