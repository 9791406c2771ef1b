"""Everything around the operator: the local cluster, the demo, manifests. Not part of the operator's wheel."""
