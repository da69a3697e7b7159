"""Go over to another release of the software, and back by itself when that one does not come up."""
