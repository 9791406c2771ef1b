"""The operator and the real kubectl, as the people and pipelines of the local cluster use them."""
