"""Names of todos."""

from myapp.domain.todo_key import TodoKey


def test_text_is_what_kubectl_users_write() -> None:
    """Namespace and name with a slash between."""
    assert str(TodoKey("shop", "deploy")) == "shop/deploy"


def test_a_neighbour_lives_in_the_same_namespace() -> None:
    """Dependencies are named without a namespace."""
    assert TodoKey("shop", "deploy").beside("build") == TodoKey("shop", "build")


def test_the_same_name_elsewhere_is_another_key() -> None:
    """Two namespaces may use one name; equal keys find each other in a dict."""
    assert TodoKey("shop", "deploy") != TodoKey("bank", "deploy")
    assert {TodoKey("shop", "deploy"): 1}[TodoKey("shop", "deploy")] == 1
