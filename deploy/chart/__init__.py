"""What is made from the Helm chart at the repository's root: plain manifests, and the description of its values."""
