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

{{/* The namespaces in which the policies hold: those that are watched, or a selector; nothing stands for all. */}}
{{- define "myapp.policyScope" -}}
{{- if .Values.watchNamespaces -}}
matchExpressions:
  - key: kubernetes.io/metadata.name
    operator: In
    values: {{ toJson .Values.watchNamespaces }}
{{- else if .Values.policies.namespaceSelector -}}
{{- toYaml .Values.policies.namespaceSelector -}}
{{- end -}}
{{- end -}}
