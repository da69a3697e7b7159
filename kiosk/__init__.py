"""Lắng Nghe on the kiosk: the citizen's screens and the sealed ledger behind them. A month offline is normal."""

__version__ = "0.1.0"
