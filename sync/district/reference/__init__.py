"""Reference data: imported from what one-stop software exports, sent to the kiosks as a snapshot."""
