"""The on-screen keyboard, the number pad and the text above them."""
