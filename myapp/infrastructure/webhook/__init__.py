"""Tells a webhook what people should hear of, as CloudEvents."""
