"""Values as people set them, one set for each way to install. What holds for every release is tested on all of them."""

from typing import Any

DIGEST = f"sha256:{'0123456789abcdef' * 4}"
PEOPLES_NAMESPACES = ["team-a", "team-b"]
REDIS_URL = "rediss://cache.example.com:6380/1"

VALUE_SETS: dict[str, dict[str, Any]] = {
    "defaults": {},
    "namespaced": {"watchNamespaces": PEOPLES_NAMESPACES},
    "namespaced-by-cluster-admin": {
        "watchNamespaces": PEOPLES_NAMESPACES,
        "policies": {"install": "always"},
        "roles": {"install": "always"},
        "crds": {"upgrade": "always"},
    },
    "nothing-cluster-scoped-but-rights": {
        "policies": {"install": "never"},
        "roles": {"install": "never"},
        "crds": {"upgrade": "never"},
    },
    "one-replica": {"replicaCount": 1},
    "no-leader-election": {"replicaCount": 1, "leaderElection": {"enabled": False}},
    "redis-bundled": {"redis": {"mode": "bundled"}, "networkPolicy": {"enabled": True}},
    "redis-bundled-with-own-secret": {"redis": {"mode": "bundled", "bundled": {"existingSecret": "own"}}},
    "redis-external-plain": {"redis": {"mode": "external", "external": {"url": "redis://cache:6379/0"}}},
    "redis-external-tls-and-user": {
        "redis": {
            "mode": "external",
            "external": {
                "url": REDIS_URL,
                "username": "todos",
                "existingSecret": "cache",
                "secretKeys": {"password": "pw", "ca": "authority.pem"},
            },
        },
        "networkPolicy": {"enabled": True},
    },
    "redis-external-from-secret": {
        "redis": {
            "mode": "external",
            "external": {"existingSecret": "cache", "secretKeys": {"url": "url", "username": "user", "password": ""}},
        }
    },
    "webhook": {
        "notifications": {
            "existingSecret": "webhook",
            "secretKeys": {"url": "address", "token": "bearer", "ca": "authority.pem"},
            "clusterName": "prod-eu",
        },
        "networkPolicy": {"enabled": True, "webhookPorts": [443, 8443]},
    },
    "automated": {"automation": {"namespaces": PEOPLES_NAMESPACES}},
    "automated-everywhere": {"automation": {"everywhere": True}},
    "monitored": {
        "metrics": {
            "serviceMonitor": {"enabled": True, "labels": {"release": "prometheus"}},
            "podMonitor": {"enabled": True},
        }
    },
    "locked-down": {
        "image": {"digest": DIGEST},
        "networkPolicy": {
            "enabled": True,
            "apiServerCIDRs": ["10.0.0.1/32", "fd00::1/128"],
            "apiServerPorts": [6443],
            "metricsFrom": [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}}],
            "extraEgress": [{"ports": [{"port": 3128, "protocol": "TCP"}]}],
        },
        "hostUsers": False,
        "http": {
            "allowedCIDRs": ["10.20.0.0/16", "fd00:20::/32"],
            "deniedCIDRs": ["10.0.0.0/8", "fd00::/8"],
            "privateNetworks": False,
            "maxRequests": 4096,
            "maxTimeout": "1m30s",
            "maxResponseBytes": 1048576,
            "maxHeaderBytes": 65536,
        },
        "policies": {"serviceAccounts": [{"namespace": "ci", "name": "releaser"}]},
    },
    "placed": {
        "nodeSelector": {"pool": "system"},
        "tolerations": [{"key": "system", "operator": "Exists", "effect": "NoSchedule"}],
        "affinity": {
            "nodeAffinity": {
                "requiredDuringSchedulingIgnoredDuringExecution": {
                    "nodeSelectorTerms": [{"matchExpressions": [{"key": "arch", "operator": "Exists"}]}]
                }
            }
        },
        "priorityClassName": "system-cluster-critical",
        "dnsPolicy": "None",
        "dnsConfig": {"nameservers": ["10.0.0.10"]},
        "imagePullSecrets": [{"name": "registry"}],
        "topologySpreadConstraints": [],
        "redis": {"mode": "bundled"},
    },
    "extended": {
        "commonLabels": {"team": "platform"},
        "podLabels": {"sidecar": "off"},
        "podAnnotations": {"checked": "yes"},
        "deploymentAnnotations": {"reloader": "on"},
        "extraEnv": [{"name": "HTTPS_PROXY", "value": "http://proxy:3128"}],
        "extraVolumes": [{"name": "more", "emptyDir": {}}],
        "extraVolumeMounts": [{"name": "more", "mountPath": "/more"}],
        "podSecurityContext": {"fsGroup": 2000},
        "fullnameOverride": "todos",
        "serviceAccount": {"annotations": {"cloud": "role"}},
    },
    "foreign-rights": {"rbac": {"create": False}, "serviceAccount": {"create": False, "name": "given"}},
    "tuned": {"settings": {"logLevel": "DEBUG", "recentTodos": 1_000_000, "workers": 8, "requestTimeout": "2.5s"}},
}
