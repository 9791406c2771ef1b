{{- define "myapp.redis.name" -}}
{{- printf "%s-redis" (include "myapp.fullname" .) -}}
{{- end -}}

{{- define "myapp.redis.secretName" -}}
{{- default (include "myapp.redis.name" .) .Values.redis.bundled.existingSecret -}}
{{- end -}}

{{/* The server's own settings; who may log in is added at its start, because only the pod sees the password. */}}
{{- define "myapp.redis.configuration" -}}
port 6379
bind * -::*
# The default user is off; protected mode would only refuse the operator, which comes from another pod.
protected-mode no
save ""
appendonly no
maxmemory {{ .Values.redis.bundled.maxMemory }}
maxmemory-policy allkeys-lru
{{- end -}}
