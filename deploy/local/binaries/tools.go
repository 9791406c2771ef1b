//go:build tools

// Package binaries pins what the local cluster builds: go.mod and go.sum fix
// Kubernetes and etcd, so that the same sources are built on every machine.
package binaries

import (
	_ "go.etcd.io/etcd/server/v3"
	_ "k8s.io/kubernetes/cmd/kube-apiserver"
	_ "k8s.io/kubernetes/cmd/kube-controller-manager"
)
