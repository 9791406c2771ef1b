"""The adapters: kopf, the Kubernetes API, pydantic models, HTTP. Each implements a port of the application."""
