"""Alerts: the kiosks are looked at each full hour, and whoever keeps them running is told by mail and webhook."""
