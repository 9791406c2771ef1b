"""The domain: data in, data out, no fakes."""
