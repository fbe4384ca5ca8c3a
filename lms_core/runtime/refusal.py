"""Why a program of ours did not start, as one line for its operator."""


class StartRefused(Exception):
    """Something outside the program keeps it from starting; ``str()`` says in one line what, and what to do."""
