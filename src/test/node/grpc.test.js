// The Open Inference Protocol over gRPC, by stubs that are made of the .proto at run time.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { credentials, loadPackageDefinition, status } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { assertClose, given, LONG_TEXT, plain, row } from "./ferry.js";

const ferryGrpc = given("FERRY_GRPC");
const proto = given("FERRY_PROTO");
const MODEL = "tiny-bert-embed";

const { inference } = loadPackageDefinition(loadSync(proto, { keepCase: true, defaults: true }));
const client = new inference.GRPCInferenceService(ferryGrpc, credentials.createInsecure());
after(() => client.close());

/** One call, as a promise. */
function call(method, request, options = { deadline: Date.now() + 30_000 }, service = client) {
  return new Promise((resolve, reject) => {
    service[method](request, options, (error, answer) => (error ? reject(error) : resolve(answer)));
  });
}

/** Texts as BYTES of the raw form: a length before each. */
function rawTexts(texts) {
  return Buffer.concat(
    texts.flatMap((text) => {
      const bytes = Buffer.from(text);
      const length = Buffer.alloc(4);
      length.writeUInt32LE(bytes.length);
      return [length, bytes];
    }),
  );
}

/** Numbers out of the raw form. */
function rawFloats(bytes) {
  return Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i));
}

/** An output's numbers, whichever form they came in. */
function floats(answer, name) {
  const at = answer.outputs.findIndex((it) => it.name === name);
  assert.ok(at >= 0, JSON.stringify(answer.outputs));
  const raw = answer.raw_output_contents[at];
  return raw ? rawFloats(raw) : answer.outputs[at].contents.fp32_contents;
}

const rows = (numbers, width) =>
  Array.from({ length: numbers.length / width }, (_, i) => numbers.slice(i * width, (i + 1) * width));

test("the server lives and is ready", async () => {
  assert.equal((await call("ServerLive", {})).live, true);
  assert.equal((await call("ServerReady", {})).ready, true);
  assert.equal((await call("ModelReady", { name: MODEL })).ready, true);
});

test("the server says what it is", async () => {
  const answer = await call("ServerMetadata", {});

  assert.equal(answer.name, "ferry");
  assert.ok(answer.version, "no version");
});

test("a model says what it takes and gives", async () => {
  const answer = await call("ModelMetadata", { name: MODEL });

  assert.equal(answer.name, MODEL);
  assert.deepEqual(answer.versions, ["1"]);
  const text = answer.inputs.find((it) => it.name === "text");
  assert.equal(text.datatype, "BYTES");
  assert.deepEqual(text.shape.map(Number), [-1]);
  const [output] = answer.outputs;
  assert.equal(output.name, "embedding");
  assert.equal(output.datatype, "FP32");
  assert.deepEqual(output.shape.map(Number), [-1, 32]);
});

test("texts in the raw form", async () => {
  const golden = plain(MODEL);

  const answer = await call("ModelInfer", {
    model_name: MODEL,
    id: "seven",
    inputs: [{ name: "text", datatype: "BYTES", shape: [golden.length] }],
    raw_input_contents: [rawTexts(golden.map((it) => it.text))],
  });

  assert.equal(answer.model_name, MODEL);
  assert.equal(answer.id, "seven");
  assert.deepEqual(answer.outputs[0].shape.map(Number), [golden.length, 32]);
  assertClose(
    rows(floats(answer, "embedding"), 32),
    golden.map((it) => it.output),
  );
});

test("a text in the typed form", async () => {
  const golden = row(MODEL, (it) => it.text === "The ferry leaves at seven.");

  const vector = await new Promise((resolve, reject) => {
    client.ModelInfer(
      {
        model_name: "tiny-bert-embed",
        inputs: [
          {
            name: "text",
            datatype: "BYTES",
            shape: [1],
            contents: { bytes_contents: [Buffer.from("The ferry leaves at seven.")] },
          },
        ],
      },
      (error, answer) => (error ? reject(error) : resolve(answer.outputs[0].contents.fp32_contents)),
    );
  });

  assertClose(vector, golden.output);
});

test("token ids in the typed form", async () => {
  const golden = row(MODEL, (it) => it.text === "The ferry leaves at seven.");
  const tensor = (name, numbers) => ({
    name,
    datatype: "INT64",
    shape: [1, numbers.length],
    contents: { int64_contents: numbers },
  });

  const answer = await call("ModelInfer", {
    model_name: MODEL,
    inputs: [
      tensor("input_ids", golden.token_ids),
      tensor(
        "attention_mask",
        golden.token_ids.map(() => 1),
      ),
    ],
  });

  assertClose(floats(answer, "embedding"), golden.output);
});

test("tensors of several types, in both forms", async () => {
  const golden = row("tiny-tabular", (it) => it.inputs);
  const { numbers, codes, member } = golden.inputs;
  const tensors = [
    { name: "numbers", datatype: "FP32", shape: [1, 4] },
    { name: "codes", datatype: "INT64", shape: [1, 2] },
    { name: "member", datatype: "BOOL", shape: [1, 1] },
  ];
  const contents = [{ fp32_contents: numbers }, { int64_contents: codes }, { bool_contents: member }];
  const raw = [
    Buffer.from(Float32Array.from(numbers).buffer),
    Buffer.from(BigInt64Array.from(codes.map(BigInt)).buffer),
    Buffer.from(member.map(Number)),
  ];

  const typed = await call("ModelInfer", {
    model_name: "tiny-tabular",
    inputs: tensors.map((it, i) => ({ ...it, contents: contents[i] })),
  });
  const binary = await call("ModelInfer", {
    model_name: "tiny-tabular",
    inputs: tensors,
    raw_input_contents: raw,
  });

  assertClose(floats(typed, "price"), golden.output.price);
  assertClose(floats(binary, "price"), golden.output.price);
});

test("only the outputs that are asked for", async () => {
  const golden = row("tiny-tabular", (it) => it.inputs);
  const { numbers, codes, member } = golden.inputs;

  const answer = await call("ModelInfer", {
    model_name: "tiny-tabular",
    inputs: [
      { name: "numbers", datatype: "FP32", shape: [1, 4], contents: { fp32_contents: numbers } },
      { name: "codes", datatype: "INT64", shape: [1, 2], contents: { int64_contents: codes } },
      { name: "member", datatype: "BOOL", shape: [1, 1], contents: { bool_contents: member } },
    ],
    outputs: [{ name: "price" }],
  });

  assert.deepEqual(
    answer.outputs.map((it) => it.name),
    ["price"],
  );
});

test("mistakes have the codes of the protocol, and say what is wrong", async () => {
  const text = { name: "text", datatype: "BYTES", shape: [1] };
  const one = { ...text, contents: { bytes_contents: [Buffer.from("ferry")] } };
  const cases = [
    ["ModelInfer", { model_name: "unknown", inputs: [one] }, status.NOT_FOUND, /unknown/],
    ["ModelInfer", { model_name: MODEL, model_version: "9", inputs: [one] }, status.NOT_FOUND, /9/],
    ["ModelMetadata", { name: "unknown" }, status.NOT_FOUND, /unknown/],
    ["ModelInfer", { model_name: MODEL, inputs: [] }, status.INVALID_ARGUMENT, /input/],
    [
      "ModelInfer",
      { model_name: MODEL, inputs: [{ ...one, name: "texts" }] },
      status.INVALID_ARGUMENT,
      /texts/,
    ],
    [
      "ModelInfer",
      { model_name: MODEL, inputs: [{ ...one, shape: [2] }] },
      status.INVALID_ARGUMENT,
      /text/,
    ],
    [
      "ModelInfer",
      { model_name: MODEL, inputs: [{ ...one, datatype: "BF16" }] },
      status.INVALID_ARGUMENT,
      /BF16/,
    ],
    [
      "ModelInfer",
      { model_name: MODEL, inputs: [text], raw_input_contents: [Buffer.from([9, 0, 0, 0, 1])] },
      status.INVALID_ARGUMENT,
      /text/,
    ],
    [
      "ModelInfer",
      { model_name: MODEL, inputs: [text], raw_input_contents: [rawTexts([LONG_TEXT])] },
      status.INVALID_ARGUMENT,
      /64/,
    ],
  ];
  for (const [method, request, code, why] of cases) {
    await assert.rejects(call(method, request), (error) => {
      const got = `${method} ${JSON.stringify(request).slice(0, 120)}: ${error}`;
      assert.equal(error.code, code, got);
      assert.match(error.details, why, got);
      return true;
    });
  }
});

test("what the protocol has and Ferry has not is unimplemented, and says so", async () => {
  await assert.rejects(call("CudaSharedMemoryStatus", {}), (error) => {
    assert.equal(error.code, status.UNIMPLEMENTED);
    assert.match(error.details, /memory/);
    return true;
  });
});
