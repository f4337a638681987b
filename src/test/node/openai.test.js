// The official SDK of OpenAI.
import assert from "node:assert/strict";
import { test } from "node:test";
import OpenAI from "openai";
import { assertClose, given, LONG_TEXT, plain, row } from "./ferry.js";

const ferry = given("FERRY");
const MODEL = "tiny-bert-embed";

const openai = new OpenAI({ baseURL: `${ferry}/v1`, apiKey: "unused" });

/** The ids of a text's own tokens, without the special ones around them. */
const ids = (golden) => golden.token_ids.slice(1, -1);

test("one text has its vector", async () => {
  const golden = row(MODEL, (it) => it.text === "The ferry leaves at seven.");

  const answer = await openai.embeddings.create({
    model: "tiny-bert-embed",
    input: "The ferry leaves at seven.",
  });

  assert.equal(answer.object, "list");
  assert.equal(answer.model, MODEL);
  assert.equal(answer.data.length, 1);
  assert.equal(answer.data[0].object, "embedding");
  assertClose(answer.data[0].embedding, golden.output);
  assert.equal(answer.usage.prompt_tokens, golden.token_ids.length);
  assert.equal(answer.usage.total_tokens, golden.token_ids.length);
});

test("a list has a vector for each text, in its order", async () => {
  const rows = plain(MODEL);

  const { data, usage } = await openai.embeddings.create({
    model: MODEL,
    input: rows.map((it) => it.text),
  });

  assert.deepEqual(
    data.map((it) => it.index),
    rows.map((_, i) => i),
  );
  rows.forEach((golden, i) => assertClose(data[i].embedding, golden.output));
  assert.equal(
    usage.prompt_tokens,
    rows.reduce((sum, golden) => sum + golden.token_ids.length, 0),
  );
});

test("floats and base64 are the same numbers", async () => {
  const golden = row(MODEL, (it) => it.text === "ferry");
  const asked = { model: MODEL, input: golden.text };

  const floats = await openai.embeddings.create({ ...asked, encoding_format: "float" });
  const base64 = await openai.embeddings.create({ ...asked, encoding_format: "base64" });
  const decoded = await openai.embeddings.create(asked);

  assertClose(floats.data[0].embedding, golden.output);
  assert.equal(typeof base64.data[0].embedding, "string");
  const bytes = Buffer.from(base64.data[0].embedding, "base64");
  assert.equal(bytes.length, 4 * golden.output.length);
  const numbers = golden.output.map((_, i) => bytes.readFloatLE(4 * i));
  assert.deepEqual(numbers, floats.data[0].embedding.map(Math.fround));
  assert.deepEqual(decoded.data[0].embedding, numbers);
});

test("token ids stand for a text", async () => {
  const golden = row(MODEL, (it) => it.text === "The ferry leaves at seven.");

  const { data, usage } = await openai.embeddings.create({ model: MODEL, input: ids(golden) });

  assert.equal(data.length, 1);
  assertClose(data[0].embedding, golden.output);
  assert.equal(usage.prompt_tokens, golden.token_ids.length);
});

test("lists of token ids stand for texts", async () => {
  const rows = plain(MODEL).filter((golden) => ids(golden).length <= 32);

  const { data } = await openai.embeddings.create({ model: MODEL, input: rows.map(ids) });

  rows.forEach((golden, i) => assertClose(data[i].embedding, golden.output));
});

test("fewer dimensions are the first ones, scaled to length 1", async () => {
  const golden = row(MODEL, (it) => it.dimensions && !it.prompt_name);

  const { data } = await openai.embeddings.create({
    model: MODEL,
    input: golden.text,
    dimensions: golden.dimensions,
  });

  assertClose(data[0].embedding, golden.output);
});

test("the models are listed", async () => {
  const names = [];
  for await (const model of openai.models.list()) {
    assert.equal(model.object, "model");
    assert.ok(Number.isInteger(model.created), `created is ${model.created}`);
    names.push(model.id);
  }

  assert.ok(names.includes(MODEL), names.join());
});

test("a model is found by its name", async () => {
  const model = await openai.models.retrieve(MODEL);

  assert.equal(model.id, MODEL);
  assert.equal(model.object, "model");
});

test("an unknown model is a NotFoundError", async () => {
  const expected = { constructor: OpenAI.NotFoundError, status: 404, code: "model_not_found" };

  const asked = openai.embeddings.create({ model: "unknown", input: "ferry" });
  await assert.rejects(asked, expected);

  await assert.rejects(openai.models.retrieve("unknown"), expected);
});

test("what cannot be embedded is a BadRequestError that says why", async () => {
  const cases = [
    [{ input: "" }, /empty/],
    [{ input: [] }, /empty/],
    [{ input: ["ferry", ""] }, /1.*empty/],
    [{ input: LONG_TEXT }, /64/],
    [{ input: { text: "ferry" } }, /input/],
    [{ input: [1_000_000] }, /1000000|vocabulary/],
    [{ input: "ferry", dimensions: 33 }, /dimensions/],
    [{ input: "ferry", dimensions: 0 }, /dimensions/],
    [{ input: "ferry", encoding_format: "hex" }, /encoding_format/],
    [{ input: "ferry", model: "tiny-roberta-classify" }, /classif/],
    [{ input: "ferry", dimension: 8 }, /dimension/],
  ];
  for (const [body, why] of cases) {
    await assert.rejects(openai.embeddings.create({ model: MODEL, ...body }), (error) => {
      const got = `${JSON.stringify(body).slice(0, 80)}: ${error}`;
      assert.ok(error instanceof OpenAI.BadRequestError, got);
      assert.equal(error.status, 400, got);
      assert.match(error.message, why, got);
      assert.equal(error.type, "invalid_request_error", got);
      return true;
    });
  }
});

test("a request has an id that the error carries", async () => {
  const asked = openai.embeddings.create(
    { model: "unknown", input: "ferry" },
    { headers: { "x-request-id": "from-the-test" } },
  );

  await assert.rejects(asked, { requestID: "from-the-test" });
});

test("what OpenAI has and Ferry has not is a clear error", async () => {
  const asked = openai.chat.completions.create(
    { model: MODEL, messages: [{ role: "user", content: "Ahoy!" }] },
    { maxRetries: 0 },
  );

  await assert.rejects(asked, (error) => {
    assert.ok(error instanceof OpenAI.APIError, `${error}`);
    assert.equal(error.status, 501, `${error}`);
    assert.match(error.message, /\/v1\/chat\/completions/, `${error}`);
    return true;
  });
});
