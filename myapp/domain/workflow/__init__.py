"""Workflows: graphs of steps, each of which becomes a todo, or a run of a template, when it is ready to be done."""
