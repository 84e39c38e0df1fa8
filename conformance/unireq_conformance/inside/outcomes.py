"""Outcomes: what came of a step with a body, JSON-able, as `content` says what is expected.

Rule: the type of what came is part of it. What is no such thing as `Request` promises is an error,
in words that no error of unireq has.
"""

from __future__ import annotations

import json
import traceback
from typing import Any, TypeAlias

import unireq
from unireq_conformance import content
from unireq_conformance.inside.findings import real_dict

Outcome: TypeAlias = dict[str, Any]


def outcome_of_error(error: Exception) -> Outcome:
    """The class of an error of unireq, with its status; of any other what it says, and where."""
    if isinstance(error, unireq.UnireqError):
        return content.error(type(error).__name__, getattr(error, "status", None))
    return content.error("".join(traceback.format_exception(error, limit=-3)))


def _unlike(expected: str, value: object) -> Outcome:
    return content.error(f"expected {expected}, got {type(value).__name__}")


def outcome_of_octets(data: object) -> Outcome:
    """The bytes, or their digest."""
    return content.octets(data) if type(data) is bytes else _unlike("bytes", data)


def outcome_of_text(value: object) -> Outcome:
    """The text."""
    return content.text(value) if type(value) is str else _unlike("str", value)


def outcome_of_json(value: object) -> Outcome:
    """The value, if it is what JSON can say."""
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError) as error:
        return content.error(f"a value that is no JSON: {error}")
    return content.json_value(value)


def _file(upload: unireq.UploadedFile) -> dict[str, Any]:
    found = upload.read()
    pieces = b"".join(upload.chunks(3)) if upload.size < content.SHOWN else found
    if not found == pieces == upload.file.read() == upload.read() or type(found) is not bytes:
        return {"error": "the content differs by the way that it is read"}
    upload.file.seek(0)
    return {
        "filename": upload.filename,
        "safe_filename": upload.safe_filename,
        "content_type": upload.content_type,
        "headers": dict(upload.headers),
        "size": upload.size,
        **content.octets(found),
    }


def _value(value: object) -> Any:
    if isinstance(value, unireq.UploadedFile):
        return _file(value)
    return value if type(value) is str else {"error": f"a {type(value).__name__}"}


def outcome_of_form(form: unireq.FormData) -> Outcome:
    """The parts, in order."""
    return content.form((name, _value(value)) for name, value in form.parts())


def outcome_of_mapping(form: unireq.FormData) -> Outcome:
    """The form and its files, as the dicts that they are."""
    finding = next(real_dict("form", form), None)
    if finding is not None:
        return content.error(f"no real dict: {finding}")
    files = form.files
    if dict not in type(files).__mro__ or len(files) != len(dict(files)):
        return content.error("form.files is no real dict")
    return {
        "dict": dict(form),
        "lists": {name: form.getlist(name) for name in form},
        "items": [list(pair) for pair in form.multi_items()],
        "files": {name: _file(files[name]) for name in files},
        "file_lists": {name: [_file(each) for each in files.getlist(name)] for name in files},
        "absent": [form.getlist("absent"), files.getlist("absent"), form.get("absent")],
    }
