{{/* What all pods of the chart have in common. They meet the Pod Security level `restricted`. */}}

{{/* Where pods run and what they are kept from. */}}
{{- define "myapp.placement" -}}
enableServiceLinks: false
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.runtimeClassName }}
runtimeClassName: {{ . }}
{{- end }}
{{- if kindIs "bool" .Values.hostUsers }}
hostUsers: {{ .Values.hostUsers }}
{{- end }}
{{- end -}}

{{/* The pod's security context, with further fields: a map. */}}
{{- define "myapp.podSecurityContext" -}}
{{- $restricted := dict "runAsNonRoot" true "seccompProfile" (dict "type" "RuntimeDefault") -}}
{{- toYaml (merge (deepCopy .) $restricted) -}}
{{- end -}}

{{- define "myapp.containerSecurityContext" -}}
allowPrivilegeEscalation: false
capabilities:
  drop: [ALL]
readOnlyRootFilesystem: true
{{- end -}}

{{/* A container that runs one command of the operator's image to its end: (list $ "name" (list "crds" "apply")). */}}
{{- define "myapp.commandContainer" -}}
{{- $root := index . 0 -}}
name: {{ index . 1 }}
image: {{ include "myapp.image" (list $root $root.Values.image) }}
imagePullPolicy: {{ $root.Values.image.pullPolicy }}
args: {{ toJson (index . 2) }}
securityContext:
  {{- include "myapp.containerSecurityContext" $root | nindent 2 }}
resources:
  requests: {cpu: 50m, memory: 96Mi}
  limits: {memory: 256Mi}
{{- end -}}
