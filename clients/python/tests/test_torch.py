"""What needs PyTorch. It is large, so it is no requirement of the tests: where it is not installed, they are skipped."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed here")
pytest.importorskip("onnx2torch", reason="onnx2torch is not installed here")

from gauntlet_arena import Challenge, to_onnx  # noqa: E402


def test_a_network_is_exported_as_the_site_wants_it_and_comes_back_the_same(challenge: Challenge, tmp_path: Path) -> None:
    torch.manual_seed(0)
    network = torch.nn.Sequential(torch.nn.Conv2d(1, 4, 3), torch.nn.ReLU(), torch.nn.Flatten(), torch.nn.Linear(16, 3)).train()
    path = to_onnx(network, torch.zeros(2, 1, 4, 4), tmp_path / "model.onnx")
    assert network.training, "the model is left as it was"
    challenge.check_defense(path).require()
    from gauntlet_arena.torch_models import module_of

    x = torch.from_numpy(challenge.points()[0])
    assert torch.allclose(module_of(path)(x), network(x), atol=1e-5)


def test_public_models_are_attacked_by_foolbox_and_art(challenge: Challenge) -> None:
    from art.attacks.evasion import FastGradientMethod
    from foolbox.attacks import LinfPGD

    x, y = challenge.points()
    defense = next(each for each in challenge.defenses() if each.name == "Linear")
    epsilon = challenge.threat_model.epsilon
    pgd = LinfPGD(steps=5)(defense.as_foolbox(), torch.from_numpy(x), torch.from_numpy(y), epsilons=epsilon)[1].numpy()
    fgsm = FastGradientMethod(defense.as_art(), eps=epsilon).generate(x, y)
    for x_adv in (pgd, fgsm):
        check = challenge.check_attack(np.clip(x_adv, np.maximum(x - epsilon, 0), np.minimum(x + epsilon, 1)))
        assert check.ok and check.admissible is not None and check.admissible.all()
