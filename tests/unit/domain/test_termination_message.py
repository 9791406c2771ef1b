"""What a container says at its end, as outputs."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myapp.domain.form import Scalar
from myapp.domain.termination_message import LONGEST, UnreadableOutputsError, read_outputs


@pytest.mark.parametrize(
    ("message", "outputs"),
    [
        ("", {}),
        ("  \n", {}),
        ("digest=sha256:abc\nsize=12\n", {"digest": "sha256:abc", "size": "12"}),
        ("a=b=c", {"a": "b=c"}),
        ("empty=", {"empty": ""}),
        ("a=1\r\nb=2", {"a": "1", "b": "2"}),
        ('{"digest": "sha256:abc", "size": 12, "ok": true, "ratio": 0.5}', None),
        ('{"gone": null, "kept": 1}', {"kept": 1}),
        ('{"list": [1, 2], "map": {"a": "b"}}', {"list": "[1,2]", "map": '{"a":"b"}'}),
        ("{}", {}),
        ("all is well", {}),
        ("a=1\nand that was it", {}),
        ("2 = 3", {}),
    ],
)
def test_read(message: str, outputs: dict[str, Scalar] | None) -> None:
    """A JSON object or lines of key=value are outputs; any other text is for people."""
    assert read_outputs(message) == (json.loads(message) if outputs is None else outputs)


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ('{"a": ', "begins as a JSON object and is none"),
        ('{"a": 1} and more', "begins as a JSON object and is none"),
        ('{"a b": 1}', "found the name 'a b', allowed is a letter"),
        ('{"a": 9223372036854775808}', "allowed are numbers of 64 bits"),
        ('{"a": 1e999}', "allowed are numbers of 64 bits"),
        ('{"a": NaN}', "allowed are numbers of 64 bits"),
        ("a=" + "x" * LONGEST, "bytes, at which Kubernetes cuts it off, allowed are 4095"),
        ('{"a": "' + "x" * LONGEST, "Kubernetes cuts it off at 4096"),
        ("\n".join(f"n{number}=x" for number in range(33)), "found 33 outputs, allowed are 32"),
        ("{" * 5000, "begins as a JSON object and is none"),
    ],
)
def test_refused(message: str, told: str) -> None:
    """What was meant as outputs and cannot be read says what was found and what is allowed."""
    with pytest.raises(UnreadableOutputsError, match=told):
        read_outputs(message)


@given(st.text(max_size=300))
def test_any_text(message: str) -> None:
    """Whatever a container says, it is read or refused."""
    try:
        outputs = read_outputs(message)
    except UnreadableOutputsError:
        return
    assert all(isinstance(value, str | int | float | bool) for value in outputs.values())
