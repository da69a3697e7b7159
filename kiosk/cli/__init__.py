"""The technician's commands, one module each. English, one line an answer, exit 1 when something is wrong."""
