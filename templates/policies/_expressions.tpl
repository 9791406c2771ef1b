{{/* The rule against service accounts, except those that the values name. */}}
{{- define "myapp.mayDecide" -}}
!variables.user.startsWith('system:serviceaccount:')
{{- if .Values.policies.serviceAccounts -}}
{{- $allowed := list -}}
{{- range .Values.policies.serviceAccounts -}}
{{- $allowed = append $allowed (printf "'system:serviceaccount:%s:%s'" .namespace .name) -}}
{{- end }} || variables.user in [{{ join ", " $allowed }}]
{{- end -}}
{{- end -}}

{{/* The binding of a policy: (list $ "decisions"). It holds in the watched namespaces, told by a label that nobody can change, or
     in all: by labels that somebody may set, who labels a namespace could switch it off. Every default is spelled out, here and in the
     policies: what the API server shows of them must be what was shipped. */}}
{{- define "myapp.policyBinding" -}}
{{- $root := index . 0 -}}
{{- $mutating := eq (index . 1) "creator" -}}
apiVersion: admissionregistration.k8s.io/v1
kind: {{ if $mutating }}Mutating{{ else }}Validating{{ end }}AdmissionPolicyBinding
metadata:
  name: {{ include "myapp.policyName" . }}
  labels:
    {{- include "myapp.labels" (list $root "policies") | nindent 4 }}
spec:
  policyName: {{ include "myapp.policyName" . }}
  {{- if not $mutating }}
  validationActions: [Deny]
  {{- end }}
  matchResources:
    matchPolicy: Equivalent
    objectSelector: {}
    {{- with $root.Values.watchNamespaces }}
    namespaceSelector:
      matchExpressions:
        - key: kubernetes.io/metadata.name
          operator: In
          values: {{ toJson . }}
    {{- else }}
    namespaceSelector: {}
    {{- end }}
{{- end -}}

{{/* Whether the API server has MutatingAdmissionPolicies: Kubernetes 1.36 and newer. */}}
{{- define "myapp.mutates" -}}
{{- if .Capabilities.APIVersions.Has "admissionregistration.k8s.io/v1/MutatingAdmissionPolicy" -}}
true
{{- end -}}
{{- end -}}

{{/* The chart's policies, as a list. */}}
{{- define "myapp.allPolicies" -}}
["decisions", "created-by", "status", "automation", "workflows", "children", "creator"]
{{- end -}}

{{/* Those that this cluster can have, as a list. */}}
{{- define "myapp.policies" -}}
{{- $all := fromJsonArray (include "myapp.allPolicies" .) -}}
{{- toJson (ternary $all (without $all "creator") (include "myapp.mutates" . | eq "true")) -}}
{{- end -}}

{{/* The names that any of them may have in a cluster, as a list. */}}
{{- define "myapp.policyNames" -}}
{{- $names := list -}}
{{- range fromJsonArray (include "myapp.allPolicies" $) -}}
{{- $names = append $names (include "myapp.policyName" (list $ .)) -}}
{{- end -}}
{{- toJson $names -}}
{{- end -}}

{{/* What the operator compares with: a file for each policy, whoever installs it. */}}
{{- define "myapp.shippedPolicies" -}}
{{- range $at, $name := fromJsonArray (include "myapp.policies" $) -}}
{{- if $at }}{{ "\n" }}{{ end -}}
{{ $name }}.yaml: |
  {{- include (printf "myapp.policies.%s" $name) $ | nindent 2 }}
{{- end }}
{{- end -}}
