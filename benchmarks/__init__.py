"""What `make bench` measures."""

import impactline  # noqa: F401 - before numpy, as in the product: it says with how many threads numpy works
