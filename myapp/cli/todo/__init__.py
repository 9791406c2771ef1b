"""`kubectl todo`: what a person does with Todos, through the person's own kubectl.

It holds no Kubernetes client and reads no kubeconfig: see docs/design/plugin.md.
"""
