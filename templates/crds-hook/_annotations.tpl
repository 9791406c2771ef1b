{{/* Annotations of an object that lives while CRDs are brought up to date; the argument is its place in the order. */}}
{{- define "myapp.crdsHook" -}}
helm.sh/hook: pre-install,pre-upgrade,pre-rollback
helm.sh/hook-weight: {{ . | quote }}
helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
{{- end -}}
