"""The thin HTTP edge for boxes: parse, call, translate."""
