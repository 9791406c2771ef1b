"""The state cache in Redis: bodies of todos that the process need not hold. It may lose anything at any time."""
