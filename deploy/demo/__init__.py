"""`make demo`: a cluster, the operator and a release of todos, run to their end before the user's eyes.

It only uses what any user has: kubectl, `kubectl todo`, the manifests of the repository and the operator's own command.
"""
