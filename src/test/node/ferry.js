// Where the server is, and what the models' originals in Python answer.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";

const GOLDEN = 1e-4;

/** What the test was started with; see NodeClientsIT. */
export function given(variable) {
  const value = process.env[variable];
  assert.ok(value, `${variable} is not set; NodeClientsIT sets it`);
  return value;
}

/** The rows of a model's golden.json. */
export function golden(model) {
  const file = path.join(given("FERRY_MODELS"), model, "golden.json");
  return JSON.parse(readFileSync(file, "utf8")).rows;
}

/** The rows that are a text and nothing more. */
export function plain(model) {
  const rows = golden(model).filter(
    (row) => row.text && !row.query && !row.prompt_name && !row.dimensions && !row.truncate,
  );
  assert.ok(rows.length >= 8, `only ${rows.length} rows`);
  return rows;
}

/** The one row of a model for which something holds. */
export function row(model, holds) {
  const found = golden(model).find(holds);
  assert.ok(found, `no such row of ${model}`);
  return found;
}

/** Numbers, nested or not, that are equal but for rounding. */
export function assertClose(actual, expected) {
  if (typeof expected === "number") {
    const most = GOLDEN * Math.max(1, Math.abs(expected));
    assert.ok(Math.abs(actual - expected) <= most, `${actual} is not ${expected}`);
    return;
  }
  assert.equal(actual.length, expected.length);
  expected.forEach((number, i) => assertClose(actual[i], number));
}

/** A model that cuts off nothing has no vector for a text of this length. */
export const LONG_TEXT = "ferry ".repeat(100);
