"""Typed fakes, one per port of the application. They keep a small world in memory and record what was asked of them."""
