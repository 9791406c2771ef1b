"""All tests: unit, application, integration, e2e, reliability."""
