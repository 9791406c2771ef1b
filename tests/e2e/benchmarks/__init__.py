"""The benchmarks' clients against the real API server and the real operator."""
