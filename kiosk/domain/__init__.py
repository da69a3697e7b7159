"""The shared words and rules of a one-stop counter. Standard library only; both ends import it."""
