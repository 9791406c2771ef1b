"""The custom resources as pydantic models, and the CRDs that are generated from them.

It is what the other adapters share, so it knows neither them nor the domain.
"""
