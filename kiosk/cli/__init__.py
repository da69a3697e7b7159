"""The technician's commands, one module each. Output is English, one line for each answer; exit 1 when something is
wrong.
"""
