"""The kustomize overlays, built by kubectl: they say what the chart says, and a real API server takes them."""
