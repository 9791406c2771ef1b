"""The kinds that people name on the command line, with the words for each."""

from enum import StrEnum

API_GROUP = "todo.myapp.dev"
API_VERSION = f"{API_GROUP}/v1alpha1"


class Kind(StrEnum):
    """A kind by its name in the API."""

    TODO = "Todo"
    RUN = "TodoWorkflow"
    TEMPLATE = "TodoTemplate"

    @property
    def noun(self) -> str:
        """The word for one in a sentence."""
        return self.lower().removeprefix("todo") or "todo"

    @property
    def plural(self) -> str:
        """The resource's name in RBAC and in the API's paths."""
        return f"{self.lower()}s"

    @property
    def printed(self) -> str:
        """How kubectl begins the line about one: `todoworkflow.todo.myapp.dev`."""
        return f"{self.lower()}.{API_GROUP}"

    @property
    def prefixes(self) -> frozenset[str]:
        """What may stand before the slash of KIND/NAME."""
        long = {str(self.lower()), self.plural, self.printed, f"{self.plural}.{API_GROUP}", _SHORT[self]}
        return frozenset(long | {self.noun, f"{self.noun}s"})


_SHORT = {Kind.TODO: "td", Kind.RUN: "tdw", Kind.TEMPLATE: "tdt"}
