"""What the author of an action says in expressions, and whether it can be evaluated: told before anything is done."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from myapp.domain.expression import ExpressionCompiler, ExpressionProblem


@dataclass(frozen=True, slots=True)
class ActionExpressions:
    """The texts by the fields that hold them, and the one name that all of them may refer to."""

    root: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def create_from_texts(cls, root: str, texts: Mapping[str, str]) -> Self:
        """Without the fields that say nothing."""
        return cls(root, {name: text for name, text in texts.items() if text})

    def problem(self, compiler: ExpressionCompiler) -> str:
        """The field, the place and what is wrong there; empty where all can be evaluated."""
        for name, text in self.texts.items():
            expression = compiler.compile(text, (self.root,))
            if isinstance(expression, ExpressionProblem):
                return f"{name}: {expression}"
        return ""


#: Of an action that is told without expressions.
NO_EXPRESSIONS = ActionExpressions()
