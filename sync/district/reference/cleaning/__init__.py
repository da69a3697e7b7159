"""The cleaning layer: a cell becomes what its author meant when that is beyond doubt, else it names its fault."""
