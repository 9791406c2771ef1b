"""Requests over HTTP to wherever authors of todos say, within bounds that an admin sets."""
