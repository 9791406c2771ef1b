"""myapp: a Kubernetes operator for todo-driven workflows."""

__version__ = "0.1.0"
