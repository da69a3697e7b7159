"""Exports for auditors and for whoever recomputes the figures: tables with a documented schema, streamed to files."""
