"""What the demo makes of the examples where no pods run, and the server that answers in their place."""

import http.client
from urllib.parse import urlsplit

import pytest
import yaml

from deploy.demo.release import IMAGE, NAMESPACE, RBAC_FILE, SHOP_FILE, written_release
from deploy.demo.scenery import PodlessScenery


def request(url: str, method: str, path: str, body: str | None = None) -> tuple[int, str]:
    """Status and body."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
    connection.request(method, path, body)
    answer = connection.getresponse()
    found = answer.status, answer.read().decode()
    connection.close()
    return found


def test_without_pods_nothing_but_what_needs_them_changes() -> None:
    """Jobs become a short wait, replicas nothing; the template as it is written stays as it is."""
    written = written_release()
    with PodlessScenery() as scenery:
        adapted = scenery.adapt(written)

    assert written == written_release()
    (before,), (after,) = written, adapted
    assert before["metadata"] == after["metadata"]
    for section in ("steps", "finally"):
        for old, new in zip(before["spec"][section], after["spec"][section], strict=True):
            assert "job" not in new
            assert {name: new[name] for name in new if name not in ("wait", "resource")} == {
                name: old[name] for name in old if name not in ("wait", "resource", "job")
            }
            if "resource" in new:
                assert new["resource"]["manifest"]["spec"].pop("replicas") == 0
                assert old["resource"]["manifest"]["spec"].pop("replicas") != 0
                assert new["resource"] == old["resource"]


def test_the_server_answers_as_the_shop_does() -> None:
    """Staging's version, and a chat with one channel; it listens to this machine alone and ends."""
    with PodlessScenery() as scenery:
        given = scenery.params()
        url = given["shop"]
        assert set(given) <= {param["name"] for param in written_release()[0]["spec"]["params"]}
        assert given["chat"] == url
        assert scenery.settings == {"MYAPP_HTTP_ALLOWED_CIDRS": "127.0.0.1/32"}
        assert request(url, "GET", "/version") == (200, '{"version": "2.4"}')
        assert request(url, "POST", "/cgi-bin/say?channel=customers", "hello") == (201, '{"said": true}')
        assert request(url, "POST", "/cgi-bin/say?channel=x", "hello") == (404, "there is no channel x")
        assert request(url, "GET", "/cgi-bin/say?channel=customers")[0] == 404
        assert scenery.announcements() == ["customers: hello"]

    with pytest.raises(ConnectionError):
        request(url, "GET", "/version")


def test_examples_run_one_image_in_one_namespace() -> None:
    """It is the one that the demo loads, because no registry is asked."""
    files = (RBAC_FILE, SHOP_FILE)
    objects = [document for file in files for document in yaml.safe_load_all(file.read_text())] + written_release()
    namespaces = {each["metadata"].get("namespace") for each in objects if each["kind"] != "Namespace"}

    assert set(_images(objects)) == {IMAGE}
    assert namespaces == {NAMESPACE}


def _images(found: object) -> list[str]:
    if isinstance(found, dict):
        nested = [image for value in found.values() for image in _images(value)]
        return [found["image"], *nested] if isinstance(found.get("image"), str) else nested
    return [image for value in found for image in _images(value)] if isinstance(found, list) else []
