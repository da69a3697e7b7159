"""The ESC/POS receipt printer: port, session, status, typesetting."""
