"""Made-up places for the measurements of access and siting: crowded in towns, thin between them."""

import numpy as np
from numpy.typing import NDArray

Positions = NDArray[np.float64]


def crowded(count: int, seed: int, towns: int = 400) -> Positions:
    """Return positions in a box of South China, degrees, lon first: two thirds of them in towns."""
    random = np.random.default_rng(seed)
    centres = np.random.default_rng(1).uniform((109.0, 21.0), (117.0, 27.0), (towns, 2))
    near = centres[random.integers(0, towns, count)] + random.normal(0.0, 0.1, (count, 2))
    anywhere = random.uniform((109.0, 21.0), (117.0, 27.0), (count, 2))
    return np.where(random.random((count, 1)) < 2 / 3, near, anywhere)
