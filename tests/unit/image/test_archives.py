"""Built images are found again by what they were made of."""

from pathlib import Path

import pytest

from deploy.image.archives import KEPT, content_key, provide_archive


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def write(path: Path, text: str) -> Path:
    """A file with that content."""
    path.write_text(text)
    return path


def test_the_key_follows_the_content(tmp_path: Path) -> None:
    """Content, names and parameters count; times and the order in which files are named do not."""
    one, two = write(tmp_path / "one", "1"), write(tmp_path / "two", "2")
    key = content_key([one, two], "tag")

    write(one, "1")
    assert content_key([two, one], "tag") == key
    assert content_key([one, two], "other") != key
    assert content_key([one], "tag") != key
    assert content_key([one.rename(tmp_path / "three"), two], "tag") != key
    assert content_key([write(one, "changed"), two], "tag") != key


def test_an_archive_is_built_once() -> None:
    """The second time it is there already; another key is another archive."""
    built: list[Path] = []

    def build(path: Path) -> None:
        built.append(path)
        path.write_text("image")

    first = provide_archive("registry.example/myapp:1.0", "a", build)

    assert provide_archive("registry.example/myapp:1.0", "a", build) == first
    assert provide_archive("registry.example/myapp:1.0", "b", build) != first
    assert (first.name, len(built)) == ("registry.example-myapp-1.0.a.tar", 2)


def test_an_interrupted_build_leaves_no_archive() -> None:
    """What is there is complete."""

    def interrupted(path: Path) -> None:
        path.write_text("half an image")
        raise KeyboardInterrupt

    def build(path: Path) -> None:
        path.write_text("image")

    with pytest.raises(KeyboardInterrupt):
        provide_archive("myapp:1.0", "a", interrupted)

    assert provide_archive("myapp:1.0", "a", build).read_text() == "image"


def test_old_archives_go() -> None:
    """The folder does not grow with every change, and other images' archives stay."""
    other = provide_archive("valkey:8", "x", lambda path: path.touch())

    paths = [provide_archive("myapp:1.0", str(number), lambda path: path.touch()) for number in range(KEPT + 2)]

    assert [path.exists() for path in paths] == [False] * 2 + [True] * KEPT
    assert other.exists()
