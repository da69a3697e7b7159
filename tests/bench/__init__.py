"""Measures of the whole product, each beside a floor or a peer measured in the same run: ``python -m tests.bench``."""
