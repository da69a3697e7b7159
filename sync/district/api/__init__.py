"""The thin HTTP edge for kiosks: parse, call, translate."""
