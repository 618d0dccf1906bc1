"""The built-in network: an encoder, the mean of its token states, and one linear layer."""

from typing import Any

from torch import Tensor, nn
from transformers import BertConfig, BertModel, BertPreTrainedModel
from transformers.modeling_outputs import SequenceClassifierOutput

from sentiment.pooling import mean_of_tokens

HEAD_DROPOUT = 0.1


class MeanPooledClassifier(BertPreTrainedModel):  # type: ignore[no-untyped-call]
    """BERT that reads its classes from the mean of all tokens.

    The base, a sentence encoder, was taught to put a text's meaning there; its first token was taught nothing.
    """

    def __init__(self, config: BertConfig) -> None:
        super().__init__(config)
        self.bert = BertModel(config, add_pooling_layer=False)
        self.dropout = nn.Dropout(HEAD_DROPOUT)
        self.classifier = nn.Linear(int(config.hidden_size), len(config.id2label or {}))
        initialise: Any = self.post_init
        initialise()

    def forward(self, input_ids: Tensor, attention_mask: Tensor, **_: Any) -> SequenceClassifierOutput:
        """Logits ``(batch, labels)`` of token ids and mask, both ``(batch, tokens)``."""
        hidden = self.bert(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        return SequenceClassifierOutput(logits=self.classifier(self.dropout(mean_of_tokens(hidden, attention_mask))))
