"""The operator under restarts, broken connections, hostile objects and a failing API server."""
