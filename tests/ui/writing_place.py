"""A place in which something is written, in a whole kiosk: for what the board does behind a window and a keyboard."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest

from kiosk.flow import writing as w
from kiosk.flow.step import step
from kiosk.flow.words import Effect, Event, Rules, State, WentHome
from kiosk.flow.writing import Kind, Writing, beginning
from tests.board import frame
from tests.driver import Driver


@dataclass(frozen=True, slots=True)
class Write:
    """A field that is being written."""

    writing: Writing


def open_place(kiosk: Driver, patch: pytest.MonkeyPatch, kind: Kind = Kind.WORDS, text: str = "") -> Any:
    """Brings the kiosk to a place where ``text`` stands in a field; the board that shows it. Enter goes home."""
    import kiosk.shell as shell
    import kiosk.ui.stage as stage

    usual = stage.page_class
    patch.setattr(stage, "page_class", lambda place: _page_type() if place is Write else usual(place))
    patch.setattr(shell, "step", _step)
    kiosk.app.shell.state = replace(kiosk.state, place=Write(beginning(kind, text)))
    kiosk.app.stage.draw(kiosk.state)
    kiosk.clock.advance(2)
    kiosk.frames(2)
    return kiosk.page.board


def _step(state: State, event: Event, now: float, rules: Rules) -> tuple[State, Sequence[Effect]]:
    if isinstance(state.place, Write) and isinstance(event, w.WritingEvent):
        return replace(state, place=Write(w.written(state.place.writing, event)), touched_at=now), []
    return step(state, event, now, rules)


def _page_type() -> Any:
    from kiosk.ui.screens.page import Page
    from kiosk.ui.writing.board import WritingBoard

    class WritePage(Page):
        confidential = True

        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            board = WritingBoard(m=self.m, words=self.words, size_hint=(None, None))
            box = frame(self.m)["board"]
            board.pos, board.size = box.pos, box.size
            board.bind(on_written=lambda _, event: self.emit(event), on_done=lambda _: self.emit(WentHome()))
            self.add_widget(board)
            self.ids["board"] = board

        def show(self, place: Write, now: float) -> None:
            self.board.show(place.writing)

        def forget(self) -> None:
            self.board.forget()

    return WritePage
