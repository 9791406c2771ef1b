"""Actions of Todos by the running operator, over the real API server."""
