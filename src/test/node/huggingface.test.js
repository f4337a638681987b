// The JavaScript client of Hugging Face, pointed at an endpoint of text-embeddings-inference.
import assert from "node:assert/strict";
import { test } from "node:test";
import { InferenceClient } from "@huggingface/inference";
import { assertClose, given, LONG_TEXT, plain, row } from "./ferry.js";

const ferry = given("FERRY");
const MODEL = "tiny-bert-embed";

/** Each call goes to the path of its task; ?model= or /models/NAME picks a model. */
const huggingface = (path) => new InferenceClient().endpoint(`${ferry}${path}`);

const cosine = (a, b) => dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
const dot = (a, b) => a.reduce((sum, x, i) => sum + x * b[i], 0);

test("features of one text", async () => {
  const golden = row(MODEL, (it) => it.text === "The ferry leaves at seven.");

  const embed = new InferenceClient().endpoint(`${ferry}/embed`);
  const vectors = await embed.featureExtraction({ inputs: "The ferry leaves at seven." });

  assertClose(vectors, [golden.output]);
});

test("features from the address of the server alone, and of one of its models", async () => {
  const golden = row(MODEL, (it) => it.text === "ferry");

  for (const path of ["", "/", `/models/${MODEL}`]) {
    const vectors = await huggingface(path).featureExtraction({ inputs: golden.text });

    assertClose(vectors, [golden.output]);
  }
});

test("features of a list", async () => {
  const rows = plain(MODEL);

  const vectors = await huggingface("/embed").featureExtraction({
    inputs: rows.map((it) => it.text),
  });

  assertClose(
    vectors,
    rows.map((it) => it.output),
  );
});

test("features by a prompt, with fewer dimensions", async () => {
  const golden = row(MODEL, (it) => it.dimensions && it.prompt_name);

  const vectors = await huggingface("/embed").featureExtraction({
    inputs: golden.text,
    prompt_name: golden.prompt_name,
    dimensions: golden.dimensions,
  });

  assertClose(vectors, [golden.output]);
});

test("features of a text that is cut, on the side that the client names in small letters", async () => {
  for (const side of ["left", "right"]) {
    const golden = row(MODEL, (it) => it.truncate === side);

    const vectors = await huggingface("/embed").featureExtraction({
      inputs: golden.text,
      truncate: true,
      truncation_direction: side,
    });

    assertClose(vectors, [golden.output]);
  }
});

test("features that are not scaled to length 1", async () => {
  const golden = row(MODEL, (it) => it.text === "ferry");

  const [vector] = await huggingface("/embed").featureExtraction({
    inputs: golden.text,
    normalize: false,
  });

  assert.ok(Math.abs(dot(vector, vector) - 1) > 0.01, `length is ${Math.sqrt(dot(vector, vector))}`);
  assertClose(cosine(vector, golden.output), 1);
});

test("features of each token", async () => {
  const golden = row(MODEL, (it) => it.tokens);

  const vectors = await huggingface("/embed_all").featureExtraction({ inputs: golden.text });

  assertClose(vectors, [golden.tokens]);
});

test("another model by its name, in the path or behind it", async () => {
  // The model does not scale its vectors, so it is asked not to.
  const [golden] = plain("tiny-mpnet-embed");

  for (const path of ["/models/tiny-mpnet-embed/embed", "/embed?model=tiny-mpnet-embed"]) {
    const asked = { inputs: golden.text, normalize: false };
    const vectors = await huggingface(path).featureExtraction(asked);

    assertClose(vectors, [golden.output]);
  }
});

test("similar sentences", async () => {
  const [source, ...others] = plain(MODEL);

  const scores = await huggingface("/similarity").sentenceSimilarity({
    inputs: { source_sentence: source.text, sentences: others.map((it) => it.text) },
  });

  assertClose(
    scores,
    others.map((it) => cosine(source.output, it.output)),
  );
});

test("labels of a text", async () => {
  // The client expects a list of answers, which text-embeddings-inference gives to a list alone.
  for (const golden of plain("tiny-roberta-classify")) {
    const labels = await huggingface("/models/tiny-roberta-classify/predict").textClassification({
      inputs: [[golden.text]],
      parameters: {},
    });

    assert.equal(labels.length, 3);
    labels.forEach(({ label, score }) => assertClose(score, golden.output[label]));
    const scores = labels.map((it) => it.score);
    assert.deepEqual(
      scores,
      scores.toSorted((a, b) => b - a),
    );
  }
});

test("mistakes are errors that say what to do", async () => {
  const cases = [
    ["/embed", { inputs: "" }, 400, "Empty"],
    ["/embed", { inputs: [] }, 400, "Empty"],
    ["/embed", { inputs: LONG_TEXT }, 422, "Validation"],
    ["/embed", { inputs: 7 }, 400, "Validation"],
    ["/embed", { inputs: "ferry", parameters: { top_k: 2 } }, 400, "Validation"],
    ["/embed", { inputs: "ferry", encoding_format: "base64" }, 400, "Validation"],
    ["/models/tiny-roberta-classify", { inputs: "ferry", parameters: { top_k: 2 } }, 400, "Validation"],
    ["/models/unknown/embed", { inputs: "ferry" }, 404, "NotFound"],
    ["/models/tiny-roberta-classify/embed", { inputs: "ferry" }, 424, "Backend"],
  ];
  for (const [path, body, status, type] of cases) {
    await assert.rejects(huggingface(path).featureExtraction(body), (error) => {
      const got = `${path} ${JSON.stringify(body).slice(0, 80)}: ${error} ${JSON.stringify(error.httpResponse)}`;
      assert.equal(error.name, "ProviderApiError", got);
      assert.equal(error.httpResponse.status, status, got);
      assert.equal(error.httpResponse.body.error_type, type, got);
      assert.ok(error.httpResponse.body.error.length > 10, got);
      assert.ok(error.httpResponse.requestId, got);
      return true;
    });
  }
});
