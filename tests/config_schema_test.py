#!/usr/bin/env python3
"""The schema of unwedge.yaml and the program agree: both take, or both refuse, the same configs. The built-in runners'
profiles are written as the schema says, and the pages in docs/ show valid configs and describe every key of a profile.

UNWEDGE names the binary. Ends with 77 (skipped) where python3-jsonschema or python3-yaml is missing.
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

try:
    import jsonschema
    import yaml
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

ROOT = pathlib.Path(__file__).parent.parent

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
runners:
migrations:
check-down: false
---
tables: {small: [countries, 'lookup.*'], large: }
---
tables:
---
check-down: true
migrations:
  - {path: db, runner: atlas, mode: tx_all_pending}
  - {path: ., mode: script_defined}
  - {path: 'app/**/*.up.sql', runner: acme}
  - {path: ./a.sql, runner: psql}
runners:
  acme: {transaction: {mode: tx_per_file, split: lines}}
---
runners:
  goose: {transaction: {mode: tx_all_pending}}
  dump.2: {sections: {kind: none}}
  acme:
    source: we wrote it
    recognise:
      content: ['(?m)^-- acme']
      siblings: [acme.lock, {file: '../{stem}.json', matches: a, lacks: b, upwards: true}]
      paths: []
    sections: {kind: in-file, up: '-- up', down: '-- down', starts-up: true, first-down-ends: false}
    transaction:
      mode: tx_per_file
      split: separator
      separator: '--> next'
      non-transactional: [VACUUM]
      variants:
        - {when: {package: acme, at-least: 7.4, below: '8'}, mode: script_defined}
        - {name: quick, opt-out: true, when: {file: a.conf}, mode: implicit_whole_message, split: whole}
        - {when: {file: {file: a.conf, lacks: b}, marker: c}, mode: script_defined}
      way-out: {line: '-- no tx', down-line: '-- none', place: a file that has}
      ignored-opt-outs: [{line: '-- notx', why: it is misspelt}]
    session: {lock-timeout: 5s, resets-settings: true, build-danger: none, build-cure: No., build-cured-by: [a]}
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
runner: Make
---
runner:
---
check-down: sometimes
---
check-down:
---
runners: [goose]
---
runners: {acme: }
---
runners: {acme: {}}
---
runners: {acme: {transaction: {mode: tx_per_file}}}
---
runners: {acme: {sections: {kind: in-file}}}
---
runners: {Acme: {transaction: {mode: tx_per_file, split: whole}}}
---
runners: {unknown: {transaction: {mode: tx_per_file, split: whole}}}
---
runners: {goose: {name: goose}}
---
runners: {goose: {transaction: {mode: tx_per_migration}}}
---
runners: {goose: {transaction: {mode: unknown}}}
---
runners: {goose: {transaction: {split: line}}}
---
runners: {goose: {transaction: {reopens: 1}}}
---
runners: {goose: {transaction: {variants: [{mode: tx_per_file}]}}}
---
runners: {goose: {transaction: {variants: [{when: {}, mode: tx_per_file}]}}}
---
runners: {goose: {transaction: {variants: [{when: {path: a}}]}}}
---
runners: {goose: {transaction: {variants: [{when: {below: 2}, mode: tx_per_file}]}}}
---
runners: {goose: {transaction: {variants: [{when: {package: a, below: x}, mode: tx_per_file}]}}}
---
runners: {goose: {transaction: {way-out: {place: a}}}}
---
runners: {goose: {transaction: {ignored-opt-outs: [{line: a}]}}}
---
runners: {goose: {recognise: {content: a}}}
---
runners: {goose: {recognise: {contents: [a]}}}
---
runners: {goose: {recognise: {siblings: [{matches: a}]}}}
---
runners: {goose: {recognise: {siblings: ['']}}}
---
runners: {goose: {sections: {up: }}}
---
runners: {goose: {session: {build-danger: hang}}}
---
migrations: db
---
migrations: [db]
---
migrations: [{path: db}]
---
migrations: [{runner: psql}]
---
migrations: [{path: /db, runner: psql}]
---
migrations: [{path: ../db, runner: psql}]
---
migrations: [{path: '!db', runner: psql}]
---
migrations: [{path: 'a\\b', runner: psql}]
---
migrations: [{path: db, runner: }]
---
migrations: [{path: db, mode: unknown}]
---
migrations: [{path: db, mode: script_defined, split: whole}]
---
tables: {smal: [a]}
---
tables: [a]
---
tables: {small: [a.b.c]}
---
tables: {large: a}
---
table-sizes: ''
---
migrations: [{path: db, schema: ''}]
---
migrations: [{path: db, schema: /etc/passwd}]
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


def profile_failures(schema):
    """What is wrong with the profiles that unwedge is built with."""
    validator = jsonschema.Draft7Validator({**schema, "$ref": "#/definitions/new-runner"})
    failures = []
    for file in sorted((ROOT / "src" / "migration" / "runners").glob("*.yaml")):
        profile = yaml.safe_load(file.read_text())
        if profile.pop("name", None) != file.stem:
            failures.append(f"{file.name}: 'name' must be {file.stem}")
        if "source" not in profile:
            failures.append(f"{file.name}: 'source' is missing")
        for error in validator.iter_errors(profile):
            failures.append(f"{file.name}: {'/'.join(map(str, error.path))}: {error.message}")
    return failures


def keys_in(definition):
    """The keys that a definition has, and those of the maps and lists in it."""
    for name, value in definition.get("properties", {}).items():
        yield name
        yield from keys_in(value)
        yield from keys_in(value.get("items", {}))


def undocumented_keys(schema):
    page = (ROOT / "docs" / "runners.md").read_text()
    definitions = schema["definitions"]
    keys = set(keys_in(definitions["runner"])) | set(keys_in(definitions["file-sign"]["anyOf"][1]))
    return [f"docs/runners.md does not describe `{key}`" for key in sorted(keys) if f"`{key}`" not in page]


def main():
    unwedge = os.path.realpath(os.environ["UNWEDGE"])
    schema = json.loads(subprocess.check_output([unwedge, "config", "--schema"]))
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    preset = ROOT / "rules" / "presets"
    samples = [(text, True) for text in GOOD.split("---\n")]
    samples += [(file.read_text(), True) for file in sorted(preset.glob("*.yaml"))]
    for page in ("configuration.md", "runners.md"):
        text = (ROOT / "docs" / page).read_text()
        samples += [(block, True) for block in re.findall(r"^```yaml\n(.*?)^```", text, re.DOTALL | re.MULTILINE)]
    samples += [(text, False) for text in BAD.split("---\n")]

    wrong = profile_failures(schema) + undocumented_keys(schema)
    for line in wrong:
        print(line)
    failures = len(wrong)
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "a.sql").write_text("SELECT 1;\n")
        for named, text in (("legacy/structure.sql", ""), ("db/table-sizes.csv", "table,rows\n")):
            file = pathlib.Path(folder) / named
            file.parent.mkdir()
            file.write_text(text)
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
