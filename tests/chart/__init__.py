"""The Helm chart: what it renders, what a real API server says to it, and how its releases live."""
