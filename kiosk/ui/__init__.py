"""The Kivy screens: draw a state, raise events. Decisions are made in ``kiosk.flow``."""
