"""The built-in network: one encoder, whose one pass gives what is thought, of whom, and what a text is about."""

from typing import Any

import torch
from torch import Tensor, nn
from transformers import BertConfig, BertModel, BertPreTrainedModel
from transformers.modeling_outputs import SequenceClassifierOutput

from sentiment.pooling import direction, mean_of_tokens

HEAD_DROPOUT = 0.1
TARGET_ID = 2
"""Where ``sentiment.text.TARGET`` stands in the vocabulary of the base."""


class TargetAware(nn.Module):
    """Three heads over the means of an encoder's token states, for any encoder of the library.

    A text without target is judged by the mean of all tokens, where a sentence encoder was taught to put the meaning.
    A text with ``target_id`` in it is judged by that mean and the mean of the target's own tokens side by side. The
    third head turns the first mean into a vector of what the text is about, like the base's.
    """

    target_id: int
    base_model: Any
    post_init: Any

    def _add_heads(self, config: Any) -> None:
        """The last step of making a network: the heads that its encoder needs, and first weights for all."""
        width, labels = int(config.hidden_size), len(config.id2label or {})
        self.dropout = nn.Dropout(HEAD_DROPOUT)
        self.classifier = nn.Linear(width, labels)
        self.toward = nn.Linear(2 * width, labels)
        self.meaning = nn.Linear(width, width)
        self.post_init()

    def read(self, input_ids: Tensor, attention_mask: Tensor) -> tuple[Tensor, Tensor]:
        """Logits ``(batch, labels)`` and unit vectors ``(batch, width)`` of ids and mask, both ``(batch, tokens)``."""
        hidden = self.base_model(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state.float()
        whole = mean_of_tokens(hidden, attention_mask)
        target = input_ids == self.target_id
        both = torch.cat([whole, mean_of_tokens(hidden, target)], dim=-1)
        asked = target.any(dim=1, keepdim=True)
        logits = torch.where(asked, self.toward(self.dropout(both)), self.classifier(self.dropout(whole)))
        return logits, direction(self.meaning(whole))

    def forward(self, input_ids: Tensor, attention_mask: Tensor, **_: Any) -> SequenceClassifierOutput:
        """Logits ``(batch, labels)`` of token ids and mask, both ``(batch, tokens)``."""
        logits, _meaning = self.read(input_ids, attention_mask)
        return SequenceClassifierOutput(logits=logits)


class TargetAwareClassifier(TargetAware, BertPreTrainedModel):  # type: ignore[no-untyped-call]
    """The built-in network: BERT with the three heads."""

    target_id = TARGET_ID

    def __init__(self, config: BertConfig) -> None:
        super().__init__(config)
        self.bert = BertModel(config, add_pooling_layer=False)
        self._add_heads(config)
