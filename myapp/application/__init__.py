"""The use cases: keep what the cluster says, decide by the domain, act through ports.

Knows the domain and asyncio; knows neither kopf nor HTTP nor pydantic. What it needs of the world stands in ``ports``.
"""
