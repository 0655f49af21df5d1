#!/usr/bin/env python3
"""The schema of unwedge.yaml and the program agree: both take, or both refuse, the same configs.

UNWEDGE names the binary. Ends with 77 (skipped) where python3-jsonschema or python3-yaml is missing.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

try:
    import jsonschema
    import yaml
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

GOOD = """
---
{}
---
preset: strict
---
preset: recommended
rules: {all: info, locking: error, require-concurrent-index-creation: warning}
---
rules: {index-not-concurrent: warning, syntax-error: "off"}
---
rules:
exclude:
acks:
---
exclude: [old/, '*.generated.sql', 'db/**/x?.sql', 'app/[id]/']
---
postgres: 11
fail-on: never
runner: psql
---
acks:
  - {path: db/1.sql, reason: It was tiny.}
  - path: a b.sql
    rules: [index-not-concurrent]
    reason: It was tiny.
    until: "2027-03-31"
    ticket: 17
  - {path: ..a/b.sql, reason: x}
"""

BAD = """
[a]
---
rule: {}
---
preset: pedantic
---
preset:
---
rules: [index-not-concurrent]
---
rules: {index-not-concurent: off}
---
rules: {index-not-concurrent: warn}
---
rules: {index-not-concurrent: true}
---
rules: {index-not-concurrent: }
---
exclude: old/
---
exclude: ['!a']
---
exclude: ['']
---
exclude: [[a]]
---
postgres: 10
---
postgres: 19
---
postgres: "15"
---
postgres: 15.2
---
fail-on: none
---
fail-on: off
---
runner: make
---
runner:
---
acks: {path: a.sql, reason: x}
---
acks: [a.sql]
---
acks: [{path: a.sql}]
---
acks: [{reason: x}]
---
acks: [{path: a.sql, reason: ''}]
---
acks: [{path: a.sql, reason: ' '}]
---
acks: [{path: /a.sql, reason: x}]
---
acks: [{path: ../a.sql, reason: x}]
---
acks: [{path: '*.sql', reason: x}]
---
acks: [{path: a.sql, reason: x, rules: index-not-concurrent}]
---
acks: [{path: a.sql, reason: x, rules: []}]
---
acks: [{path: a.sql, reason: x, rules: [locking]}]
---
acks: [{path: a.sql, reason: x, rules: [ack-unused]}]
---
acks: [{path: a.sql, reason: x, until: '2027-13-01'}]
---
acks: [{path: a.sql, reason: x, until: soon}]
---
acks: [{path: a.sql, reason: x, note: y}]
"""


def main():
    unwedge = os.path.realpath(os.environ["UNWEDGE"])
    schema = json.loads(subprocess.check_output([unwedge, "config", "--schema"]))
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    preset = pathlib.Path(__file__).parent.parent / "rules" / "presets"
    samples = [(text, True) for text in GOOD.split("---\n")]
    samples += [(file.read_text(), True) for file in sorted(preset.glob("*.yaml"))]
    samples += [(text, False) for text in BAD.split("---\n")]

    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "a.sql").write_text("SELECT 1;\n")
        config = pathlib.Path(folder) / "unwedge.yaml"
        for text, good in samples:
            config.write_text(text)
            run = subprocess.run([unwedge, "config", "--show", "a.sql"], cwd=folder,
                                 capture_output=True, check=False, text=True)
            by_program = run.returncode == 0
            by_schema = validator.is_valid(yaml.safe_load(text))
            if by_program != good or by_schema != good:
                failures += 1
                print(f"should be {'taken' if good else 'refused'}; the program: {by_program}, "
                      f"the schema: {by_schema}\n{text}{run.stderr}")
    print(f"{len(samples)} configs, {failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
