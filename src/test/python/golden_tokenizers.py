"""Tokenizers of the kinds that encoders use, made from a few sentences: the same files each time."""

import math
import os
from collections import Counter
from collections.abc import Iterable

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast

from golden_texts import SENTENCES

os.environ["TOKENIZERS_PARALLELISM"] = "false"

BERT = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]", "mask_token": "[MASK]"}
ROBERTA = {"cls_token": "<s>", "pad_token": "<pad>", "sep_token": "</s>", "unk_token": "<unk>", "mask_token": "<mask>"}
TYPED = ["input_ids", "token_type_ids", "attention_mask"]
UNTYPED = ["input_ids", "attention_mask"]


def finish(
    tokenizer: Tokenizer, limit: int, special: dict[str, str], inputs: list[str], **settings
) -> PreTrainedTokenizerFast:
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, model_max_length=limit, model_input_names=inputs, **special, **settings
    )


def template(tokenizer: Tokenizer, single: str, pair: str, *special: str) -> None:
    tokens = [(token, tokenizer.token_to_id(token)) for token in special]
    tokenizer.post_processor = processors.TemplateProcessing(single=single, pair=pair, special_tokens=tokens)


def word_piece(limit: int, special: dict[str, str], inputs: list[str], lowercase: bool = True):
    """BERT and its kin. MPNet has the same pieces between RoBERTa's special tokens."""
    normalizer, words = normalizers.BertNormalizer(lowercase=lowercase), pre_tokenizers.BertPreTokenizer()
    counts = count_pieces(
        (word for text in SENTENCES for word, _ in words.pre_tokenize_str(normalizer.normalize_str(text))), inner="##"
    )
    vocabulary = {piece: i for i, piece in enumerate([*special.values(), *ranked(counts, "##")][:420])}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token=special["unk_token"], max_input_chars_per_word=100))
    tokenizer.normalizer, tokenizer.pre_tokenizer, tokenizer.decoder = normalizer, words, decoders.WordPiece()
    cls, sep = special["cls_token"], special["sep_token"]
    second = f"{sep}:0 {sep}:0 $B:0 {sep}:0" if sep == "</s>" else f"{sep}:0 $B:1 {sep}:1"
    template(tokenizer, f"{cls}:0 $A:0 {sep}:0", f"{cls}:0 $A:0 {second}", cls, sep)
    return finish(tokenizer, limit, special, inputs)


def count_pieces(words: Iterable[str], inner: str = "") -> Counter[str]:
    """How often each run of up to six letters occurs; `inner` marks those that do not begin a word. The library's own
    trainers of these two kinds break ties by chance."""
    return Counter(
        (inner if start else "") + word[start:end]
        for word in words
        for start in range(len(word))
        for end in range(start + 1, min(start + 6, len(word)) + 1)
    )


def ranked(counts: Counter[str], inner: str = "") -> list[str]:
    """Letters of Latin texts first, then the pieces that save most."""
    letters = sorted(piece for piece in counts if len(piece.removeprefix(inner)) == 1 and piece[-1] < "\u0250")
    return letters + sorted(counts.keys() - set(letters), key=lambda piece: (-counts[piece] * len(piece), piece))


def byte_pairs(limit: int, special: dict[str, str], **settings):
    """RoBERTa: bytes, so no text is unknown. ModernBERT: the same with BERT's special tokens."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=400,
        special_tokens=list(special.values()),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(SENTENCES, trainer)
    cls, sep = special["cls_token"], special["sep_token"]
    second = f"{sep} {sep} $B {sep}" if sep == "</s>" else f"{sep} $B {sep}"
    template(tokenizer, f"{cls} $A {sep}", f"{cls} $A {second}", cls, sep)
    return finish(tokenizer, limit, special, UNTYPED, **settings)


def unigram(limit: int, special: dict[str, str]):
    """SentencePiece's way: spaces are letters. XLM-R with RoBERTa's special tokens, DeBERTa with BERT's."""
    normalizer, spaces = normalizers.NFKC(), pre_tokenizers.Metaspace()
    counts = count_pieces(
        word for text in SENTENCES for word, _ in spaces.pre_tokenize_str(normalizer.normalize_str(text))
    )
    pieces = ranked(counts)[: 420 - len(special)]
    total = sum(counts[piece] for piece in pieces)
    scored = [(piece, round(math.log(counts[piece] / total), 4)) for piece in pieces]
    special_tokens = list(special.values())
    tokenizer = Tokenizer(
        models.Unigram([(token, 0.0) for token in special_tokens] + scored, special_tokens.index(special["unk_token"]))
    )
    tokenizer.add_special_tokens(special_tokens)
    tokenizer.normalizer, tokenizer.pre_tokenizer, tokenizer.decoder = normalizer, spaces, decoders.Metaspace()
    cls, sep = special["cls_token"], special["sep_token"]
    second = f"{sep} {sep} $B {sep}" if sep == "</s>" else f"{sep} $B {sep}"
    template(tokenizer, f"{cls} $A {sep}", f"{cls} $A {second}", cls, sep)
    return finish(tokenizer, limit, special, UNTYPED)
