"""The operator beside a cluster with a node: as a rule it runs in a pod there, with the account of its installation."""

import yaml

from deploy.local.cluster import LocalCluster
from deploy.local.identities import OPERATOR
from deploy.local.kubeconfig import token_credential, with_user, write_private
from deploy.local.layout import MANIFESTS, kubeconfig_path, kubectl_cache_path
from deploy.local.machine_tokens import request_token


def let_operator_in(cluster: LocalCluster) -> None:
    """Create its namespace and its account; from now on the cluster has the kubeconfig of `operator`.

    Its rights are those that `install` applies, after this. Raises KubectlError.
    """
    cluster.kubectl("apply", f"--filename={MANIFESTS / 'operator.yaml'}")
    token = request_token(cluster.kubeconfig(), OPERATOR, kubectl_cache_path(cluster.state_dir))
    config = with_user(yaml.safe_load(cluster.kubeconfig().read_text()), token_credential(token))
    write_private(kubeconfig_path(cluster.state_dir, OPERATOR.name), yaml.safe_dump(config, sort_keys=False))
