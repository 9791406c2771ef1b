{{/* Names and labels. A name leaves room for the suffixes that Kubernetes adds: a StatefulSet's pods carry the set's name
     and a hash in a label of 63 characters. */}}

{{- define "myapp.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 46 | trimSuffix "-" -}}
{{- end -}}

{{- define "myapp.fullname" -}}
{{- $name := include "myapp.name" . -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 46 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 46 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 46 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* The name of a policy tells the release, because two releases may have policies of different versions; a release is
     told by name and namespace: (list $ "decisions"). */}}
{{- define "myapp.policyName" -}}
{{- $root := index . 0 -}}
{{- printf "%s.%s.%s.todo.myapp.dev" (include "myapp.fullname" $root) $root.Release.Namespace (index . 1) -}}
{{- end -}}

{{/* Cluster-scoped, so it tells the namespace too where several releases may have one of a name. */}}
{{- define "myapp.guardRole" -}}
{{- if .Values.watchNamespaces -}}
{{- printf "%s-%s-guard" .Release.Namespace (include "myapp.fullname" .) -}}
{{- else -}}
{{- printf "%s-guard" (include "myapp.fullname" .) -}}
{{- end -}}
{{- end -}}

{{/* Whether that role is part of the release. */}}
{{- define "myapp.ownsGuardRole" -}}
{{- if and .Values.rbac.create (or (not .Values.watchNamespaces) (include "myapp.installs" (list . .Values.policies.install))) -}}
true
{{- end -}}
{{- end -}}

{{- define "myapp.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "myapp.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{/* Who the operator is to the API server. */}}
{{- define "myapp.operatorUser" -}}
system:serviceaccount:{{ .Release.Namespace }}:{{ include "myapp.serviceAccountName" . }}
{{- end -}}

{{/* What selects the pods of one component: (list $ "operator"). */}}
{{- define "myapp.selectorLabels" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/name: {{ include "myapp.name" $root }}
app.kubernetes.io/instance: {{ $root.Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end -}}

{{/* The labels of an object of one component: (list $ "operator"). The chart's own are what selectors rely on: they win. */}}
{{- define "myapp.labels" -}}
{{- $root := index . 0 -}}
{{- $own := include "myapp.selectorLabels" . | fromYaml -}}
{{- $_ := set $own "helm.sh/chart" (printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-") -}}
{{- $_ := set $own "app.kubernetes.io/managed-by" $root.Release.Service -}}
{{- $_ := set $own "app.kubernetes.io/part-of" "myapp" -}}
{{- $_ := set $own "app.kubernetes.io/version" $root.Chart.AppVersion -}}
{{- toYaml (merge $own $root.Values.commonLabels) -}}
{{- end -}}

{{/* An image reference: its digest if there is one, else its tag: (list $ .Values.image). */}}
{{- define "myapp.image" -}}
{{- $root := index . 0 -}}
{{- $image := index . 1 -}}
{{- if $image.digest -}}
{{- printf "%s@%s" $image.repository $image.digest -}}
{{- else -}}
{{- printf "%s:%s" $image.repository (default $root.Chart.AppVersion $image.tag) -}}
{{- end -}}
{{- end -}}

{{/* Whether something cluster-scoped is installed, by its value auto, always or never: (list $ .Values.policies.install).
     With `auto` a namespaced install takes no more than the rights of an admin of its namespaces. */}}
{{- define "myapp.installs" -}}
{{- $root := index . 0 -}}
{{- $choice := index . 1 -}}
{{- if or (eq $choice "always") (and (eq $choice "auto") (not $root.Values.watchNamespaces)) -}}
true
{{- end -}}
{{- end -}}

{{/* The namespace in which `helm test` makes its Todo. */}}
{{- define "myapp.testNamespace" -}}
{{- default (first (append .Values.watchNamespaces .Release.Namespace)) .Values.test.namespace -}}
{{- end -}}
