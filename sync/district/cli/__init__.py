"""The ``district`` command: one module for each group, with ``add_parser(subparsers)`` that sets ``run``.

``run(arguments, context)`` returns the exit status, or raises ``Stop`` with one sentence that says what to do.
"""
