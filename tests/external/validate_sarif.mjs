#!/usr/bin/env node
// validate_sarif.mjs FILE…
//
// Holds SARIF files against the official schema (with ajv) and the rules of Microsoft's multitool,
// those of GitHub code scanning included. Neither alone finds everything. Fails on any error or
// warning; exits with 77 when the tools are not there. They are looked for in the folder that
// UNWEDGE_NPM_DIR names, or build/npm of this checkout, where scripts/setup puts them.

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const kSkipped = 77;
const kShownLevels = ["error", "warning"];

const checkout = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const npmDir = resolve(process.env.UNWEDGE_NPM_DIR || join(checkout, "build/npm"));
const multitoolDir = join(npmDir, "node_modules/@microsoft/sarif-multitool-linux");
const multitool = join(multitoolDir, "Sarif.Multitool");

function requireOrSkip(load) {
  try {
    return load(createRequire(join(npmDir, "package.json")));
  } catch (error) {
    console.log(`skipped: ajv or ajv-formats is not in ${npmDir} (scripts/setup fetches them): ${error.code}`);
    process.exit(kSkipped);
  }
}

function schemaFaults(file) {
  const schema = JSON.parse(readFileSync(join(multitoolDir, "sarif-2.1.0.json"), "utf8"));
  const isDraft4 = String(schema.$schema).includes("draft-04");
  const [Ajv, addFormats] = requireOrSkip((load) => [
    load(isDraft4 ? "ajv-draft-04" : "ajv/dist/2020").default,
    load("ajv-formats").default,
  ]);
  const ajv = new Ajv({ allErrors: true, strict: false });
  addFormats(ajv);
  const validate = ajv.compile(schema);
  if (validate(JSON.parse(readFileSync(file, "utf8")))) return [];
  return validate.errors.map((error) => `schema: ${error.instancePath} ${error.message}`);
}

// Its exit status is 0 even when it has found errors; they are in the report that it writes.
function multitoolFaults(file) {
  const folder = mkdtempSync(join(tmpdir(), "unwedge-sarif-"));
  try {
    const report = join(folder, "report.sarif");
    const run = spawnSync(
      multitool,
      ["validate", file, "--rule-kind", "Sarif;Ghas", "--output", report, "--log", "ForceOverwrite"],
      { encoding: "utf8" },
    );
    if (run.error || run.status !== 0 || !existsSync(report)) {
      return [`multitool did not run: ${run.error ?? run.stdout + run.stderr}`];
    }
    const { runs } = JSON.parse(readFileSync(report, "utf8"));
    const notices = runs[0].invocations?.flatMap((one) => one.toolExecutionNotifications ?? []) ?? [];
    const failures = notices.filter((notice) => notice.level === "error");
    const results = runs[0].results.filter((one) => kShownLevels.includes(one.level ?? "warning"));
    return [...failures, ...results].map((one) => `multitool: ${one.level ?? "warning"} ${describe(one)}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function describe(result) {
  const line = result.locations?.[0]?.physicalLocation?.region?.startLine ?? "?";
  const { text, id, arguments: values } = result.message;
  return `${result.ruleId ?? ""} line ${line}: ${text ?? [id, ...(values ?? [])].join(" ")}`;
}

const files = process.argv.slice(2);
if (files.length === 0) {
  console.error("usage: validate_sarif.mjs FILE…");
  process.exit(2);
}
if (!existsSync(multitool)) {
  console.log(`skipped: there is no ${multitool} (scripts/setup fetches it)`);
  process.exit(kSkipped);
}
let valid = true;
for (const file of files) {
  const faults = [...schemaFaults(file), ...multitoolFaults(resolve(file))];
  for (const fault of faults) console.log(`${file}: ${fault}`);
  if (faults.length === 0) console.log(`${file}: valid`);
  valid &&= faults.length === 0;
}
process.exit(valid ? 0 : 1);
