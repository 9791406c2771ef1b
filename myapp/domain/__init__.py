"""What a todo is and how it moves, as plain data and pure functions.

Nothing in this package imports more than the standard library, reads a clock, awaits or talks to anybody.
"""
