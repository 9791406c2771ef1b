"""Builds the operator's image from the Dockerfile with the real buildah, where no image registry can be reached.

The bases that the Dockerfile names are put together from Debian's packages and get the names under which it asks for
them; everything else is the Dockerfile's. `python -m deploy.image build` is the same for the command line.
"""

from deploy.image.operator_image import build_operator_image
from deploy.image.valkey_image import build_valkey_image

__all__ = ["build_operator_image", "build_valkey_image"]
