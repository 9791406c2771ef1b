"""The Kubernetes API, as far as the application's ports need it."""
