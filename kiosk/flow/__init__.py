"""Decide what the screen shows next. Pure: no clock, SQL or Kivy; time and data come in as arguments."""
