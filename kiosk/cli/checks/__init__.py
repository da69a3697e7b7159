"""What ``kiosk doctor`` looks at, one module for each part of a kiosk; each check says a text key and its values."""
