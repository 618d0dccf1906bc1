import pytest
import torch

from sentiment.training.examples import Example
from sentiment.training.losses import Disagreement, class_weights, distance
from sentiment.training.recipe import STUDENT, Recipe


def test_rarer_classes_weigh_more_where_the_share_says_so():
    tweets = [Example("a", 0, "TweetEval")] + [Example("b", 1, "TweetEval")] * 9
    weights = class_weights(tweets, STUDENT[0].shares)["TweetEval"]
    assert weights[0] / weights[1] == pytest.approx(9**0.9)
    assert float(weights[0] + 9 * weights[1]) == pytest.approx(10)
    films = [Example("a", 0, "SST-2"), Example("b", 2, "SST-2"), Example("c", 2, "SST-2")]
    assert class_weights(films, STUDENT[0].shares)["SST-2"].tolist() == [1, 1, 1]


def test_people_and_the_teacher_are_weighed_by_trust():
    answer = (2.0, 0.0, -2.0)
    both, people, teacher = Example("a", 2, "x", answer), Example("a", 2, "x"), Example("a", None, "x", answer)
    recipe, logits = Recipe(trust=0.6, shares={}), torch.tensor([[0.3, 0.1, 0.2]])
    losses = {one: float(Disagreement([people], recipe)(logits, [one])) for one in (both, people, teacher)}
    assert losses[both] == pytest.approx(0.6 * losses[teacher] + 0.4 * losses[people])
    assert losses[people] == pytest.approx(float(torch.nn.functional.cross_entropy(logits, torch.tensor([2]))))


def test_the_distance_from_a_teacher_is_none_for_the_same_scores_and_its_gradient_is_that_of_the_scores():
    raw = torch.tensor([[1.0, 0.0, -2.0]])
    assert float(distance(raw + 5, raw, 2.0)) == pytest.approx(0, abs=1e-6)
    ours = torch.zeros(1, 3, requires_grad=True)
    torch.autograd.backward(distance(ours, raw, 50.0).sum())
    assert ours.grad is not None
    assert torch.allclose(ours.grad, -(raw - raw.mean()) / 3, atol=0.02)
