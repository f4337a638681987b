"""Exports of tiny originals: what is written, what is refused, and that a refusal leaves nothing.

Needs requirements-export.txt. Run: python -m unittest discover -s src/test/python -p 'test_export*.py'
"""

import contextlib
import io
import json
import sys
import tempfile
import unittest
import unittest.mock
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "main/python"))

from model_export.quiet import quieten

quieten()

import numpy
import onnx
import onnxruntime
import torch
from torch import nn

import export_model
import golden_originals as originals
from model_export import compiled
from model_export.errors import ExportError
from model_export.export import export_module
from model_export.signature import Signature, TensorSpec

ROW = Signature((TensorSpec("x", "FP32", (-1, 4)),), (TensorSpec("y", "FP32", (-1, 4)),))
EXAMPLES = (torch.tensor([[1.0, 2, 3, 4], [-1, -2, -3, -4], [0, 1, 0, 1]]),)


def chain(*kinds: str, **paths: str) -> list[dict]:
    """A modules.json; a module's path is its number and kind, the first's the model's folder itself."""
    default = {kind: f"{i}_{kind}" if i else "" for i, kind in enumerate(kinds)}
    return [
        {"type": f"sentence_transformers.models.{kind}", "path": path} for kind, path in (default | paths).items()
    ]


class Branches(nn.Module):
    """A trace keeps the branch that its examples took."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if x.shape[0] > 2:
            return x * 2
        return x - 1


class LeavesTorch(nn.Module):
    """Neither traced (the rows of the example stay) nor scripted (NumPy)."""

    def forward(self, x):
        return torch.from_numpy(numpy.repeat(x.detach().numpy()[:1], len(x), 0))


class Exports(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.scratch = Path(scratch.name)
        self.target = self.scratch / "models" / "tiny"

    def original(self, write) -> Path:
        folder = self.scratch / "original"
        write(folder)
        return folder

    def run_tool(self, *arguments) -> tuple[int, str]:
        told = io.StringIO()
        with contextlib.redirect_stdout(told), contextlib.redirect_stderr(told):
            status = export_model.main([str(argument) for argument in arguments])
        return status, told.getvalue()

    def refused(self, expected: str, *arguments):
        status, told = self.run_tool(*arguments)
        self.assertEqual(status, 2, told)
        self.assertIn(expected, told)
        self.assertFalse(self.target.exists())
        self.assertEqual(list(self.scratch.glob("models/.*")), [])

    def test_precisions_are_marked_and_close(self):
        originals_by_shape = (
            originals.bert_embed,
            originals.modernbert_embed,
            originals.roberta_classify,
            originals.vit,
        )
        for write in originals_by_shape:
            source = self.scratch / write.__name__
            write(source)
            for precision in ("fp16", "int8"):
                with self.subTest(model=write.__name__, precision=precision):
                    target = self.scratch / f"{write.__name__}-{precision}"
                    status, told = self.run_tool(source, target, "--precision", precision)
                    self.assertEqual(status, 0, told)
                    files = json.loads((target / "manifest.json").read_text())["files"]
                    self.assertEqual({file["precision"] for file in files.values()}, {precision})

    def test_pooled_files_answer_with_sentence_vectors(self):
        for write in (originals.bert_embed, originals.deberta_embed, originals.modernbert_embed, originals.mpnet_embed):
            with self.subTest(model=write.__name__):
                source, target = self.scratch / write.__name__, self.scratch / f"{write.__name__}-pooled"
                write(source)
                status, told = self.run_tool(source, target, "--pooled")
                self.assertEqual(status, 0, told)
                session = onnxruntime.InferenceSession(str(target / "model.onnx"))
                self.assertEqual([put.name for put in session.get_outputs()], ["sentence_embedding"])
                file = json.loads((target / "manifest.json").read_text())["files"]["model.pt"]
                self.assertEqual(file["output"], "sentence_embedding")
                self.assertEqual(file["dimensions"], 16 if write is originals.deberta_embed else 32)
                self.assertFalse((target / "modules.json").exists())
                self.assertFalse((target / "1_Pooling").exists())

    def test_files_are_what_older_runtimes_read_and_name_no_place(self):
        status, told = self.run_tool(self.original(originals.deberta_embed), self.target)
        self.assertEqual(status, 0, told)
        model = onnx.load(self.target / "model.onnx")
        self.assertLessEqual(model.ir_version, 10)
        self.assertLessEqual(max(opset.version for opset in model.opset_import), 21)
        self.assertNotIn("torch.device", torch.jit.load(str(self.target / "model.pt")).code)
        for file in self.target.rglob("*"):
            if file.is_file():
                self.assertNotIn(str(self.scratch).encode(), file.read_bytes(), file)
                self.assertNotIn(str(Path.home()).encode() + b"/", file.read_bytes(), file)

    def test_a_scripted_file_keeps_the_branches_that_a_trace_loses(self):
        with contextlib.redirect_stdout(io.StringIO()):
            export_module(Branches(), ROW, EXAMPLES, self.target, "branches")
        loaded = torch.jit.load(str(self.target / "model.pt"))
        self.assertEqual(loaded(EXAMPLES[0]).tolist(), (EXAMPLES[0] * 2).tolist())
        self.assertEqual(loaded(EXAMPLES[0][:1]).tolist(), (EXAMPLES[0][:1] - 1).tolist())

    def test_what_answers_differently_is_not_written(self):
        with contextlib.redirect_stdout(io.StringIO()), self.assertRaisesRegex(ExportError, "does not answer"):
            export_module(LeavesTorch(), ROW, EXAMPLES, self.target, "numpy")
        self.assertEqual(list(self.scratch.glob("models/*")) + list(self.scratch.glob("models/.*")), [])

    def test_refusals_say_what_to_do(self):
        cases = {
            "generates text": {"architectures": ["GPT2LMHeadModel"]},
            "encoder-decoder": {"architectures": ["T5ForConditionalGeneration"], "is_encoder_decoder": True},
            "labels tokens": {"architectures": ["BertForTokenClassification"]},
            "--trust-remote-code": {"auto_map": {"AutoModel": "modeling.Own"}},
        }
        for expected, change in cases.items():
            with self.subTest(expected):
                source = self.original(originals.electra_regression)
                config = json.loads((source / "config.json").read_text())
                (source / "config.json").write_text(json.dumps(config | change))
                self.refused(expected, source, self.target)

    def test_files_of_another_shape_are_refused(self):
        cases = (
            ("config.json", "config.json holds no object", []),
            ("config.json", "architectures must be a list", {"architectures": "BertModel"}),
            ("config.json", "architectures must be names", {"architectures": [7]}),
            ("config.json", "id2label must be an object", {"id2label": ["a"]}),
            ("config_sentence_transformers.json", "holds no object", []),
            ("modules.json", "must be a list of modules", {}),
            ("modules.json", "must be a list of modules", [7]),
            ("modules.json", "must be a list of modules", [{"type": "sentence_transformers.models.Transformer"}]),
            ("modules.json", "must be a list of modules", chain("Transformer", Pooling="../../elsewhere")),
            ("modules.json", "must be a list of modules", chain("Transformer", Pooling="a/../../elsewhere")),
            ("modules.json", "must be a list of modules", chain("Transformer", Pooling="/etc")),
            ("modules.json", "must be a list of modules", chain("Transformer", Pooling="C:\\etc")),
        )
        for file, expected, content in cases:
            with self.subTest(content):
                source = self.original(originals.bert_embed)
                (source / file).write_text(json.dumps(content))
                self.refused(expected, source, self.target)

    def test_a_target_that_cannot_be_made_is_refused(self):
        (self.scratch / "models").touch()
        self.refused("cannot be written", self.original(originals.bert_embed), self.target)

    def test_chains_that_ferry_does_not_apply_are_refused(self):
        cases = (
            ("modules.json", "Pooling, Normalize, Dense", chain("Transformer", "Pooling", "Normalize", "Dense")),
            ("modules.json", "in the order Transformer, Dense", chain("Transformer", "Dense")),
            ("modules.json", "the module pylate.Dense", [*chain("Transformer"), {"type": "pylate.Dense", "path": "1"}]),
            ("modules.json", "has no Pooling", chain("Transformer")),
            ("1_Pooling/config.json", "a pooling by mean and cls", {"pooling_mode": ["mean", "cls"]}),
            ("1_Pooling/config.json", "leaves prompts out", {"pooling_mode": "mean", "include_prompt": False}),
            ("2_Normalize/config.json", "a module on token_embeddings", {"module_input_name": "token_embeddings"}),
            ("config_sentence_transformers.json", "is a CrossEncoder of the modules", {"model_type": "CrossEncoder"}),
        )
        for file, expected, content in cases:
            with self.subTest(expected):
                source = self.original(originals.bert_embed)
                originals.write(content, source / file)
                self.refused(expected, source, self.target)
        dense = {"in_features": 32, "out_features": 16, "bias": True}
        for expected, change in (
            ("a Dense with use_residual", {"use_residual": True}),
            ("the activation own.Tanh", {"activation_function": "own.Tanh"}),
        ):
            with self.subTest(expected):
                source = self.original(originals.deberta_embed)
                originals.write(dense | change, source / "2_Dense/config.json")
                self.refused(expected, source, self.target)

    def test_a_cross_encoders_activation_is_one_that_ferry_has(self):
        source = self.original(originals.bert_rerank)
        originals.write(
            {"model_type": "CrossEncoder", "activation_fn": "torch.nn.modules.activation.Tanh"},
            source / "config_sentence_transformers.json",
        )
        self.refused("has the activation torch.nn.modules.activation.Tanh", source, self.target)

    def test_the_tokenizer_is_what_transformers_makes_of_both_files(self):
        source = self.original(originals.bert_embed)
        settings = json.loads((source / "tokenizer_config.json").read_text())
        change = {"tokenizer_class": "BertTokenizer", "do_lower_case": False}
        originals.write(settings | change, source / "tokenizer_config.json")
        status, told = self.run_tool(source, self.target, "--formats", "onnx")
        self.assertEqual(status, 0, told)
        self.assertIn("other than in the source: normalizer", told)
        normalizer = json.loads((self.target / "tokenizer.json").read_text())["normalizer"]
        self.assertEqual((normalizer["type"], normalizer["lowercase"]), ("BertNormalizer", False))

    def test_what_a_tokenizer_does_not_obey_is_not_said_any_more(self):
        source = self.original(originals.bert_embed)
        settings = json.loads((source / "tokenizer_config.json").read_text())
        originals.write(settings | {"do_lower_case": False}, source / "tokenizer_config.json")
        status, told = self.run_tool(source, self.target, "--formats", "onnx")
        self.assertEqual(status, 0, told)
        self.assertEqual((self.target / "tokenizer.json").read_bytes(), (source / "tokenizer.json").read_bytes())
        self.assertIs(json.loads((self.target / "tokenizer_config.json").read_text())["do_lower_case"], True)

    def test_a_signature_whose_rows_vary_has_an_example(self):
        signature = Signature((TensorSpec("x", "FP32", (-1, -1)),), (TensorSpec("y", "FP32", (-1, -1)),))
        with contextlib.redirect_stdout(io.StringIO()):
            export_module(nn.ReLU(), signature, EXAMPLES, self.target, "any")
        written = json.loads((self.target / "signature.json").read_text())
        self.assertEqual(written["inputs"][0]["example"], [4])
        self.assertNotIn("example", ROW.as_json(EXAMPLES)["inputs"][0])

    def test_refusals_of_files(self):
        source = self.original(originals.bert_embed)
        self.refused("is a model for the task embed", source, self.target, "--task", "rerank")
        self.refused("--pooled makes one vector", source, self.target, "--task", "embed_all", "--pooled")
        (source / "model.safetensors").rename(source / "weights.away")
        self.refused("cannot be loaded", source, self.target)
        (source / "tokenizer.json").rename(source / "tokenizer.away")
        self.refused("save_pretrained(FOLDER)", source, self.target)
        (source / "config.json").write_text("{")
        self.refused("config.json is not valid JSON", source, self.target)
        self.refused("there is no folder", self.scratch / "nothing", self.target)

    def test_weights_too_large_for_one_file_lie_beside_it(self):
        with unittest.mock.patch("model_export.onnx_file.WRITER_LIMIT", 1000):
            status, told = self.run_tool(self.original(originals.bert_embed), self.target, "--formats", "onnx")
        self.assertEqual(status, 0, told)
        files = json.loads((self.target / "manifest.json").read_text())["files"]
        self.assertEqual(sorted(files), ["model.onnx", "model.onnx.data"])
        onnxruntime.InferenceSession(str(self.target / "model.onnx"))

    def test_a_head_that_was_never_trained_is_refused(self):
        source = self.original(originals.bert_embed)
        (source / "modules.json").unlink()
        config = json.loads((source / "config.json").read_text())
        (source / "config.json").write_text(json.dumps(config | {"architectures": ["BertForSequenceClassification"]}))
        self.refused("has no weights for", source, self.target)

    def test_a_compiled_file_says_what_it_takes(self):
        status, told = self.run_tool(self.original(originals.bert_embed), self.target, "--formats", "pt2")
        self.assertEqual(status, 0, told)
        with zipfile.ZipFile(self.target / "model.pt2") as package:
            names = package.namelist()
            metadata = next(name for name in names if name.endswith("wrapper_metadata.json"))
            facts = json.loads(json.loads(package.read(metadata))["ferry"])
            # By its name loaders before PyTorch 2.13 find the metadata; its content would name places.
            sources = [package.read(name) for name in names if name.endswith(".cpp")]
        self.assertEqual(sources, [b"// left out\n"])
        self.assertEqual({name.split("/")[0] for name in names}, {"model"})
        tokens = {"datatype": "INT64", "shape": ["batch", "sequence"]}
        names = ("input_ids", "attention_mask", "token_type_ids")
        self.assertEqual(facts["inputs"], [{"name": name} | tokens for name in names])
        output = {"name": "last_hidden_state", "datatype": "FP32", "shape": ["batch", "sequence", 32]}
        self.assertEqual(facts["outputs"], [output])
        self.assertEqual(facts["axes"], {"batch": {"min": 1}, "sequence": {"min": 1, "max": 64}})
        manifest = json.loads((self.target / "manifest.json").read_text())
        self.assertEqual(manifest["files"]["model.pt2"]["device"], "cpu")

    def test_refusals_of_compiled_files(self):
        source = self.original(originals.bert_embed)
        given = (source, self.target, "--formats", "pt2")
        self.refused("for int8 take --formats onnx", *given, "--precision", "int8")
        if not torch.cuda.is_available():
            self.refused("PyTorch sees none here", *given, "--device", "cuda")
        with unittest.mock.patch.dict("os.environ", {"CXX": "no-such-compiler"}):
            self.refused("needs a C++ compiler", *given)

    def test_a_library_with_a_cpp_library_of_its_own_is_refused(self):
        for needed, refused in (("libtorch_cpu.so libgcc_s.so.1", True), ("libtorch_cpu.so libstdc++.so.6", False)):
            raw = Path(self.enterContext(tempfile.TemporaryDirectory())) / "raw.pt2"
            with zipfile.ZipFile(raw, "w") as package:
                package.writestr("m/data/aotinductor/model/a.kernel.so", "")
                package.writestr("m/data/aotinductor/model/a.wrapper.so", needed)
            if refused:
                with self.assertRaisesRegex(ExportError, "set CXX to a compiler that does not"):
                    compiled.refuse_own_cpp_library(str(raw))
            else:
                compiled.refuse_own_cpp_library(str(raw))

    def test_a_full_target_stays_as_it_is(self):
        source = self.original(originals.bert_embed)
        self.target.mkdir(parents=True)
        (self.target / "kept").touch()
        status, told = self.run_tool(source, self.target)
        self.assertEqual(status, 2)
        self.assertIn("not empty", told)
        self.assertEqual([path.name for path in self.target.iterdir()], ["kept"])


if __name__ == "__main__":
    unittest.main()
