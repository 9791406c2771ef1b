{{/* The operator's environment: every setting of the values as a variable MYAPP_*. */}}

{{- define "myapp.environment" -}}
{{- with .Values.watchNamespaces }}
- name: MYAPP_NAMESPACES
  value: {{ join "," . | quote }}
{{- end }}
- name: MYAPP_POLICIES
  value: /etc/myapp/policies
- name: MYAPP_GUARD_NAME
  value: {{ include "myapp.fullname" . }}-guard
- name: MYAPP_GUARD_NAMESPACE
  valueFrom:
    fieldRef:
      fieldPath: metadata.namespace
- name: MYAPP_LEADER_ELECTION
  value: {{ .Values.leaderElection.enabled | quote }}
{{- if .Values.leaderElection.enabled }}
- name: MYAPP_LEASE_NAME
  value: {{ include "myapp.fullname" . }}
- name: MYAPP_LEASE_NAMESPACE
  valueFrom:
    fieldRef:
      fieldPath: metadata.namespace
- name: MYAPP_IDENTITY
  valueFrom:
    fieldRef:
      fieldPath: metadata.name
{{- include "myapp.settings" (omit .Values.leaderElection "enabled") }}
{{- end }}
{{- include "myapp.settings" .Values.settings }}
{{- include "myapp.redisEnvironment" . }}
{{- include "myapp.webhookEnvironment" . }}
{{- with .Values.http }}
{{- with .allowedCIDRs }}
- name: MYAPP_HTTP_ALLOWED_CIDRS
  value: {{ join "," . | quote }}
{{- end }}
{{- with .deniedCIDRs }}
- name: MYAPP_HTTP_DENIED_CIDRS
  value: {{ join "," . | quote }}
{{- end }}
- name: MYAPP_HTTP_PRIVATE_NETWORKS
  value: {{ .privateNetworks | quote }}
- name: MYAPP_HTTP_MAX_REQUESTS
  value: {{ int64 .maxRequests | quote }}
- name: MYAPP_HTTP_MAX_TIMEOUT
  value: {{ .maxTimeout | quote }}
- name: MYAPP_HTTP_MAX_RESPONSE_BYTES
  value: {{ int64 .maxResponseBytes | quote }}
- name: MYAPP_HTTP_MAX_HEADER_BYTES
  value: {{ int64 .maxHeaderBytes | quote }}
{{- end }}
{{- end -}}

{{/* `requestTimeout: 10s` becomes MYAPP_REQUEST_TIMEOUT. Large whole numbers would be printed as 1e+06. */}}
{{- define "myapp.settings" -}}
{{- range $key, $value := . }}
- name: MYAPP_{{ $key | snakecase | upper }}
  value: {{ ternary (int64 $value | toString) ($value | toString) (kindIs "float64" $value) | quote }}
{{- end }}
{{- end -}}

{{- define "myapp.redisEnvironment" -}}
{{- $redis := .Values.redis }}
{{- $keys := $redis.external.secretKeys }}
{{- $secret := $redis.external.existingSecret }}
{{- if eq $redis.mode "bundled" }}
- name: MYAPP_REDIS_URL
  value: redis://{{ include "myapp.redis.name" . }}.{{ .Release.Namespace }}.svc:6379/0
- name: MYAPP_REDIS_USERNAME
  value: myapp
- name: MYAPP_REDIS_PASSWORD_FILE
  value: /etc/myapp/redis/password
{{- else if eq $redis.mode "external" }}
- name: MYAPP_REDIS_URL
  {{- include "myapp.valueOrSecretKey" (list $redis.external.url $secret $keys.url) | nindent 2 }}
{{- if or $redis.external.username (and $secret $keys.username) }}
- name: MYAPP_REDIS_USERNAME
  {{- include "myapp.valueOrSecretKey" (list $redis.external.username $secret $keys.username) | nindent 2 }}
{{- end }}
{{- if and $secret $keys.password }}
- name: MYAPP_REDIS_PASSWORD_FILE
  value: /etc/myapp/redis/password
{{- end }}
{{- if and $secret $keys.ca }}
- name: MYAPP_REDIS_CA_FILE
  value: /etc/myapp/redis/ca.crt
{{- end }}
{{- end }}
{{- if ne $redis.mode "none" }}
- name: MYAPP_REDIS_PREFIX
  value: {{ $redis.prefix | quote }}
- name: MYAPP_REDIS_TTL
  value: {{ $redis.ttl | quote }}
{{- end }}
{{- end -}}

{{/* The value itself, or a key of the Secret if one is named: (list value secret key). */}}
{{- define "myapp.valueOrSecretKey" -}}
{{- if index . 2 -}}
valueFrom:
  secretKeyRef:
    name: {{ index . 1 }}
    key: {{ index . 2 }}
{{- else -}}
value: {{ index . 0 | quote }}
{{- end -}}
{{- end -}}

{{/* The files that the variables above name, as items of a Secret volume; nothing when there are none. The folder is
     mounted whole, so that a changed password reaches the operator without a restart. */}}
{{- define "myapp.redisFiles" -}}
{{- $redis := .Values.redis }}
{{- if eq $redis.mode "bundled" }}
secretName: {{ include "myapp.redis.secretName" . }}
items:
  - {key: password, path: password}
{{- else if and (eq $redis.mode "external") $redis.external.existingSecret }}
{{- with $redis.external.secretKeys }}
{{- if or .password .ca }}
secretName: {{ $redis.external.existingSecret }}
items:
{{- with .password }}
  - {key: {{ . }}, path: password}
{{- end }}
{{- with .ca }}
  - {key: {{ . }}, path: ca.crt}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "myapp.webhookEnvironment" -}}
{{- with .Values.notifications }}
{{- if .existingSecret }}
- name: MYAPP_WEBHOOK_URL_FILE
  value: /etc/myapp/webhook/url
{{- if .secretKeys.token }}
- name: MYAPP_WEBHOOK_TOKEN_FILE
  value: /etc/myapp/webhook/token
{{- end }}
{{- if .secretKeys.ca }}
- name: MYAPP_WEBHOOK_CA_FILE
  value: /etc/myapp/webhook/ca.crt
{{- end }}
{{- with .clusterName }}
- name: MYAPP_CLUSTER_NAME
  value: {{ . | quote }}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{/* The webhook's files as items of a Secret volume; nothing when there is no webhook. */}}
{{- define "myapp.webhookFiles" -}}
{{- with .Values.notifications }}
{{- if .existingSecret }}
secretName: {{ .existingSecret }}
items:
  - {key: {{ .secretKeys.url }}, path: url}
{{- with .secretKeys.token }}
  - {key: {{ . }}, path: token}
{{- end }}
{{- with .secretKeys.ca }}
  - {key: {{ . }}, path: ca.crt}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}
