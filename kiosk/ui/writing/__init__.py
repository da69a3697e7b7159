"""Where a citizen writes: our own keyboard, number pad and text. ``board.WritingBoard`` is all of it together."""
