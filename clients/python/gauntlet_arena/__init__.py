"""Attack and defend classifiers on a Gauntlet site."""

from gauntlet_arena.challenge import Challenge, ThreatModel
from gauntlet_arena.client import Client
from gauntlet_arena.defense import Budget, Defense
from gauntlet_arena.examples import AttackCheck
from gauntlet_arena.model_check import DefenseCheck
from gauntlet_arena.problem import Problem
from gauntlet_arena.submission import Evaluation, Submission
from gauntlet_arena.torch_models import to_onnx

__version__ = "0.1.0"
__all__ = [
    "AttackCheck",
    "Budget",
    "Challenge",
    "Client",
    "Defense",
    "DefenseCheck",
    "Evaluation",
    "Problem",
    "Submission",
    "ThreatModel",
    "to_onnx",
]
