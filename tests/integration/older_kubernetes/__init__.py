"""What holds where the API server is older than the newest policy kind: Kubernetes before 1.36."""
