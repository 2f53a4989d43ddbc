# SPDX-License-Identifier: MIT
"""docs/stoker.schema.json, made strict: a field that it does not name is refused.

As published it lets a document have further fields, since fields may be added
at any time; but not without their being documented.
"""
import copy
import json
import os
import pathlib

import jsonschema

PUBLISHED = json.loads((pathlib.Path(os.environ["top_srcdir"]) /
                        "docs/stoker.schema.json").read_text())
DOCUMENTS = [alternative["$ref"].rsplit("/", 1)[1] for alternative in PUBLISHED["anyOf"]]
# Below these, "properties" is a condition and no list of fields.
CONDITIONS = {"if", "then", "else", "not"}


def strict(schema):
    if isinstance(schema, list):
        return [strict(inner) for inner in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: value if key in CONDITIONS else strict(value) for key, value in schema.items()}
    if "properties" in made and made.get("type") == "object":
        made.setdefault("additionalProperties", False)
    return made


def validator(schema, name):
    """For one kind of document, so that its errors are about that kind."""
    one = copy.copy(schema)
    del one["anyOf"]
    one["$ref"] = f"#/$defs/{name}"
    return jsonschema.Draft202012Validator(one)


STRICT = {name: validator(strict(PUBLISHED), name) for name in DOCUMENTS}


def weight(error):
    """How little the document is like what the schema wants there."""
    if error.validator == "type" and not error.path:
        return 1000
    if error.validator == "additionalProperties":
        return len(set(error.instance) - set(error.schema["properties"]))
    return min((sum(map(weight, branch)) for branch in branches(error)), default=1)


def branches(error):
    """The errors of each alternative of an anyOf."""
    found = {}
    for inner in error.context:
        found.setdefault(inner.schema_path[0], []).append(inner)
    return list(found.values())


def sentences(errors):
    for error in errors:
        alternatives = branches(error)
        if alternatives:
            yield from sentences(min(alternatives, key=lambda b: sum(map(weight, b))))
        else:
            yield f"{error.json_path}: {error.message[:300]}"


def problems(document):
    """What is wrong with it as the kind of document that it is most like; [] is good."""
    best = None
    for name, checker in STRICT.items():
        errors = list(checker.iter_errors(document))
        if not errors:
            return []
        score = sum(map(weight, errors))
        if best is None or score < best[0]:
            best = score, name, errors
    return [f"not as docs/stoker.schema.json has '{best[1]}':", *sentences(best[2])]
