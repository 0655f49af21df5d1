#!/usr/bin/env python3
"""validate_json.py FILE…

Holds JSON reports against schema/report.schema.json, and what `unwedge explain` writes (files named
*explain*) against schema/explain.schema.json. The schema lets readers meet fields that were
added later; here, fields that it does not name are faults. Exits with 77 when python3-jsonschema is
not there.
"""

import json
import pathlib
import sys

SKIPPED = 77
SCHEMAS = pathlib.Path(__file__).resolve().parents[2] / "schema"


def closed(schema):
    """The schema without room for fields that it does not name."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    result = {key: closed(part) for key, part in schema.items()}
    # A field of the report may be called "properties"; only objects that are typed are schemas.
    if isinstance(schema.get("properties"), dict) and schema.get("type") == "object":
        result["additionalProperties"] = False
    return result


def main():
    files = sys.argv[1:]
    if not files:
        print("usage: validate_json.py FILE…", file=sys.stderr)
        return 2
    try:
        import jsonschema
    except ImportError:
        print("skipped: there is no Python module jsonschema (Debian: python3-jsonschema)")
        return SKIPPED

    valid = True
    for file in files:
        kind = "explain" if "explain" in pathlib.Path(file).name else "report"
        schema = json.loads((SCHEMAS / f"{kind}.schema.json").read_text(encoding="utf-8"))
        jsonschema.Draft7Validator.check_schema(schema)
        validator = jsonschema.Draft7Validator(closed(schema))
        report = json.loads(pathlib.Path(file).read_text(encoding="utf-8"))
        faults = list(validator.iter_errors(report))
        for fault in faults:
            place = "/".join(str(part) for part in fault.absolute_path)
            print(f"{file}: {place}: {fault.message}")
        if not faults:
            print(f"{file}: valid")
        valid = valid and not faults
    return 0 if valid else 1


if __name__ == "__main__":
    sys.exit(main())
