"""The cleaning layer: a cell is repaired when its meaning is beyond doubt, else its fault is named."""
