"""Makes model.onnx and tokenizer.json: a cross-encoder so small that it can lie beside the tests.

Its logit is the number of words that question and passage share, from embeddings that are unit vectors. It has the
inputs and outputs of a real one. Needs the packages onnx, numpy and tokenizers.
"""

from pathlib import Path

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper, save
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

HERE = Path(__file__).parent
WORDS = "the a of bees keep warm shiver hive invoice due may lighthouse keeper vectors qdrant stores cluster heat".split()
VOCABULARY = {token: i for i, token in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", *WORDS])}

tokenizer = Tokenizer(models.WordLevel(VOCABULARY, unk_token="[UNK]"))
tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
tokenizer.post_processor = processors.TemplateProcessing(
    single="[CLS] $A [SEP]",
    pair="[CLS] $A [SEP] $B:1 [SEP]:1",
    special_tokens=[("[CLS]", VOCABULARY["[CLS]"]), ("[SEP]", VOCABULARY["[SEP]"])],
)
tokenizer.save(str(HERE / "tokenizer.json"))

embeddings = np.eye(len(VOCABULARY), dtype=np.float32)
embeddings[: VOCABULARY["bees"]] = 0  # marks and stop words say nothing


def node(op, inputs, output, **attributes):
    return helper.make_node(op, inputs, [output], **attributes)


graph = helper.make_graph(
    [
        node("Gather", ["embeddings", "input_ids"], "tokens"),
        node("Cast", ["token_type_ids"], "second", to=TensorProto.FLOAT),
        node("Cast", ["attention_mask"], "read", to=TensorProto.FLOAT),
        node("Sub", ["one", "second"], "first"),
        node("Mul", ["first", "read"], "of_question"),
        node("Mul", ["second", "read"], "of_passage"),
        node("Unsqueeze", ["of_question", "last"], "question_mask"),
        node("Unsqueeze", ["of_passage", "last"], "passage_mask"),
        node("Mul", ["tokens", "question_mask"], "question_tokens"),
        node("Mul", ["tokens", "passage_mask"], "passage_tokens"),
        node("ReduceMax", ["question_tokens"], "question", axes=[1], keepdims=0),
        node("ReduceMax", ["passage_tokens"], "passage", axes=[1], keepdims=0),
        node("Mul", ["question", "passage"], "shared"),
        node("ReduceSum", ["shared", "last_of_two"], "logits", keepdims=1),
    ],
    "cross_encoder",
    [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "sequence"])
        for name in ("input_ids", "attention_mask", "token_type_ids")
    ],
    [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", 1])],
    [
        numpy_helper.from_array(embeddings, "embeddings"),
        numpy_helper.from_array(np.array(1, dtype=np.float32), "one"),
        numpy_helper.from_array(np.array([2], dtype=np.int64), "last"),
        numpy_helper.from_array(np.array([1], dtype=np.int64), "last_of_two"),
    ],
)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
checker.check_model(model)
save(model, HERE / "model.onnx")
