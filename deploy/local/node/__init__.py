"""A real node for the local cluster: scheduler, kubelet, kube-proxy, name service, containers that run.

Everything lives in namespaces of its own, so that several nodes can run side by side and a killed one leaves nothing.
"""
