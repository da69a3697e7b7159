"""The checks of ``kiosk doctor``, one module for each part of a kiosk; each returns a text key and its values."""
