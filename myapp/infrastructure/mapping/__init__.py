"""Between the API's objects, as dictionaries, and the domain's."""
