"""The chart on a real node: image, pods, hooks and `helm test`, while Todos run."""
