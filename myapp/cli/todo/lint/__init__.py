"""What `kubectl todo lint` says of files without a cluster: the same problems as the operator's acceptance.

The one part of the plug-in that knows the operator's models and its expression language. It is imported by that command
alone, because it takes longer to load than all the rest.
"""
