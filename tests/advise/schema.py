# SPDX-License-Identifier: Apache-2.0
"""Holds a JSON value against the part of JSON Schema that docs/advise.schema.json uses."""

TYPES = {"string": str, "boolean": bool, "array": list, "object": dict, "null": type(None)}


def is_of(value, kind):
    if kind == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    if kind == "number":
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return isinstance(value, TYPES[kind])


def faults(value, schema, root, place="$"):
    """What is wrong with a value, a line each."""
    if "$ref" in schema:
        schema = root if schema["$ref"] == "#" else root["$defs"][schema["$ref"].rsplit("/", 1)[1]]
    if "anyOf" in schema:
        tried = [faults(value, one, root, place) for one in schema["anyOf"]]
        return [] if any(not one for one in tried) else tried[-1]
    if "const" in schema and value != schema["const"]:
        return [f"{place} is {value!r}, not {schema['const']!r}"]
    if "enum" in schema and value not in schema["enum"]:
        return [f"{place} is {value!r}, none of {schema['enum']}"]
    kinds = schema.get("type", [])
    kinds = kinds if isinstance(kinds, list) else [kinds]
    if kinds and not any(is_of(value, kind) for kind in kinds):
        return [f"{place} is {value!r}, not of type {kinds}"]
    found = []
    if isinstance(value, list):
        for i, item in enumerate(value):
            found += faults(item, schema.get("items", {}), root, f"{place}[{i}]")
    if isinstance(value, dict):
        known = schema.get("properties", {})
        found += [f"{place}.{key} is missing" for key in schema.get("required", [])
                  if key not in value]
        others = schema.get("additionalProperties", True)
        for key, item in value.items():
            if key in known:
                found += faults(item, known[key], root, f"{place}.{key}")
            elif others is False:
                found.append(f"{place}.{key} is not in the schema")
            elif isinstance(others, dict):
                found += faults(item, others, root, f"{place}.{key}")
    return found
