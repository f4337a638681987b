"""Both files of every golden folder give the golden answers, alone and in a padded batch.

Run: python -m unittest discover -s src/test/python -p 'test_export*.py'
"""

import json
import unittest
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from safetensors.numpy import load_file

MODELS = Path(__file__).resolve().parents[1] / "resources/models"
FOLDERS = sorted(path.parent for path in MODELS.glob("*/golden.json"))
TOLERANCE = 1e-5


def runners(folder: Path) -> dict:
    script = torch.jit.load(str(folder / "model.pt"))
    session = onnxruntime.InferenceSession(str(folder / "model.onnx"), providers=["CPUExecutionProvider"])
    names = [put.name for put in session.get_inputs()]

    def run_script(inputs):
        with torch.inference_mode():
            outputs = script(*(torch.from_numpy(inputs[name]) for name in names))
        return [output.numpy() for output in (outputs if isinstance(outputs, tuple) else (outputs,))]

    return {"model.pt": run_script, "model.onnx": lambda inputs: session.run(None, {n: inputs[n] for n in names})}


def read(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def padded(rows: list[dict], pad: int) -> dict:
    longest = max(len(row["token_ids"]) for row in rows)
    inputs = {name: np.zeros((len(rows), longest), np.int64) for name in ("attention_mask", "token_type_ids")}
    inputs["input_ids"] = np.full((len(rows), longest), pad, np.int64)
    for i, row in enumerate(rows):
        length = len(row["token_ids"])
        inputs["input_ids"][i, :length] = row["token_ids"]
        inputs["attention_mask"][i, :length] = 1
        inputs["token_type_ids"][i, :length] = row.get("type_ids", 0)
    return inputs


def sentence_vector(folder: Path, hidden: np.ndarray, row: dict) -> np.ndarray:
    vector = pooled(read(folder / "1_Pooling/config.json"), hidden)
    for module in read(folder / "modules.json")[2:]:
        if module["type"].endswith("Dense"):
            weights = load_file(folder / module["path"] / "model.safetensors")
            vector = np.tanh(weights["linear.weight"] @ vector + weights["linear.bias"])
        else:
            vector = vector / np.linalg.norm(vector)
    if "dimensions" in row:
        vector = vector[: row["dimensions"]]
        vector = vector / np.linalg.norm(vector)
    return vector


def pooled(config: dict, hidden: np.ndarray) -> np.ndarray:
    older = {"pooling_mode_cls_token": "cls", "pooling_mode_max_tokens": "max", "pooling_mode_lasttoken": "lasttoken"}
    mode = config.get("pooling_mode") or next((older[key] for key in older if config[key]), "mean")
    return {
        "cls": lambda: hidden[0],
        "lasttoken": lambda: hidden[-1],
        "max": lambda: hidden.max(0),
        "mean": lambda: hidden.mean(0),
    }[mode]()


class GoldenModels(unittest.TestCase):
    def test_there_are_golden_models(self):
        self.assertGreaterEqual(len(FOLDERS), 11)

    def test_token_rows_alone_and_in_company(self):
        for folder in FOLDERS:
            golden = read(folder / "golden.json")
            if golden["task"] == "tensors":
                continue
            pad = read(folder / "config.json")["pad_token_id"]
            for file, run in runners(folder).items():
                for size in (1, len(golden["rows"])):
                    for at in range(0, len(golden["rows"]), size):
                        rows = golden["rows"][at : at + size]
                        with self.subTest(model=folder.name, file=file, rows=size, at=at):
                            self.compare(folder, rows, run(padded(rows, pad))[0])

    def compare(self, folder: Path, rows: list[dict], outputs: np.ndarray):
        for row, output in zip(rows, outputs, strict=True):
            if "raw" in row:
                expected, actual = row["raw"], output
            else:
                hidden = output[: len(row["token_ids"])]
                expected, actual = row["output"], sentence_vector(folder, hidden, row)
                if "tokens" in row:
                    np.testing.assert_allclose(hidden, row["tokens"], rtol=0, atol=TOLERANCE)
            np.testing.assert_allclose(actual, expected, rtol=0, atol=TOLERANCE)

    def test_tensor_rows(self):
        types = {"FP32": np.float32, "FP64": np.float64, "INT64": np.int64, "BOOL": np.bool_}
        for folder in FOLDERS:
            golden = read(folder / "golden.json")
            if golden["task"] != "tensors":
                continue
            signature = read(folder / "signature.json")
            inputs = {
                put["name"]: np.array([row["inputs"][put["name"]] for row in golden["rows"]], types[put["datatype"]])
                for put in signature["inputs"]
            }
            for file, run in runners(folder).items():
                with self.subTest(model=folder.name, file=file):
                    for put, output in zip(signature["outputs"], run(inputs), strict=True):
                        self.assertEqual(output.dtype, types[put["datatype"]])
                        expected = [row["output"][put["name"]] for row in golden["rows"]]
                        np.testing.assert_allclose(output, expected, rtol=0, atol=TOLERANCE)


if __name__ == "__main__":
    unittest.main()
