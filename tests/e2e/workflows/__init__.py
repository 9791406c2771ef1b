"""Workflows on a real API server, with the real operator and the real kubectl."""
