"""One file per command of `kubectl todo`: parse, call the use case, print."""
