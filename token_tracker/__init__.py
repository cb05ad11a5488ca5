"""token-tracker: what coding agents cost, read from their own logs."""

__version__ = "0.1.0"
