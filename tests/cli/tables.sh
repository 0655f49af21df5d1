#!/usr/bin/env bash
# What the config says of the sizes of tables: severities, messages, and what is wrong with the lists.
# shellcheck source=tests/cli/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

rule=(--select index-not-concurrent)
cat >1.sql <<'SQL'
CREATE INDEX events_kind_idx ON events (kind);
CREATE INDEX countries_name_idx ON countries (name);
CREATE INDEX other_name_idx ON app.other (name);
SQL

expect 1 "${rule[@]}" 1.sql
out "3 errors"
no_out "rows ("

cat >sizes.csv <<'CSV'
schema,table,rows,bytes
public,events,2600000,1234000000
public,countries,250,65536
CSV
echo 'table-sizes: sizes.csv' >unwedge.yaml
expect 1 "${rule[@]}" 1.sql
out "'events' has about 2.6 million rows (1.2 GB)."
out "'countries' has about 250 rows (66 kB)."
out "2:1: info:"
out "2 errors"

# Lists by name come before numbers; a rule's own severity in the config before both.
echo 'tables: {small: [app.*], large: [countries]}' >>unwedge.yaml
expect 1 "${rule[@]}" 1.sql
out "'app.other' is listed as small."
out "2:1: error:"
out "3:1: info:"
expect 1 "${rule[@]}" --severity index-not-concurrent=warning 1.sql
out "3 warnings"

# JSON, as json_agg() makes it.
echo '[{"schema": "public", "table": "events", "rows": 12, "bytes": 8192}]' >sizes.csv
expect 1 "${rule[@]}" 1.sql
out "1:1: info:"

# What is no list is an error, with its place.
printf 'name,rows\nevents,5\n' >sizes.csv
expect 2 1.sql
err "sizes.csv:1:1: The first line must name the columns 'table' and 'rows' or 'bytes'."
echo 'table-sizes: ../sizes.csv' >unwedge.yaml
expect 2 1.sql
err "unwedge.yaml:1:14:"
expect 2 config --show 1.sql
finish
