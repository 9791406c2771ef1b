//go:build tools

// Package helm pins what is built here: go.mod and go.sum fix Helm, so that
// the same sources are built on every machine.
package helm

import (
	_ "helm.sh/helm/v4/cmd/helm"
)
