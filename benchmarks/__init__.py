"""Measures the operator on a real API server, beside a minimal client-go controller in the same run.

Not part of the operator's wheel. A benchmark reports: only with `--check` is a missed bound a failure.
"""
