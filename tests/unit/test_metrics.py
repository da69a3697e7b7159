"""Sizes from a panel's real millimetres and the distance of the eyes."""

import math

from hypothesis import given
from hypothesis import strategies as st

from kiosk.ui.metrics import CAPITAL_PER_EM, Panel, metrics_for, usual_distance_mm

PANELS = st.builds(
    Panel,
    width=st.integers(800, 3840),
    height=st.integers(600, 3840),
    width_mm=st.floats(120, 1250),
    distance_mm=st.floats(250, 1200),
)


@given(PANELS)
def test_a_capital_h_spans_at_least_0_7_degrees_at_any_panel(panel: Panel) -> None:
    sizes = metrics_for(panel)

    capital_mm = sizes.body * CAPITAL_PER_EM / panel.px_per_mm

    assert math.degrees(math.atan(capital_mm / panel.eyes_mm)) >= 0.699


@given(PANELS)
def test_a_target_is_never_below_44_pixels(panel: Panel) -> None:
    assert metrics_for(panel).target >= 44


def test_a_target_is_20_millimetres_on_the_usual_panel() -> None:
    panel = Panel(1080, 1920, 268)

    assert metrics_for(panel).target / panel.px_per_mm >= 20


def test_the_distance_given_wins_over_the_usual() -> None:
    near, far = (metrics_for(Panel(1080, 1920, 268, distance_mm)).body for distance_mm in (400, 900))

    assert far > near


def test_larger_steps_make_larger_text() -> None:
    sizes = [metrics_for(Panel(1080, 1920, 268), step).body for step in (0, 1, 2)]

    assert sorted(set(sizes)) == sizes


def test_people_step_back_from_larger_panels() -> None:
    distances = [usual_distance_mm(inches * 25.4) for inches in (7, 10.1, 15.6, 21.5, 32, 55)]

    assert sorted(distances) == distances
