"""Reference data: in from the files one-stop software exports, out to the boxes as a snapshot."""
