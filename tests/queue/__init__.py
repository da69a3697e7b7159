"""Tests of the queue: events, rules, adapters."""
