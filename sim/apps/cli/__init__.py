"""The command line `sim`, one module per command.

A command imports what it needs inside its functions, and types under TYPE_CHECKING: `sim --help` then loads none of the
heavy libraries and answers at once.
"""
