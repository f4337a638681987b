"""The one kind of failure that is told without a stack trace."""


class ExportError(Exception):
    """A sentence that says what cannot be exported and what to do about it."""
