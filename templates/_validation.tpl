{{/* Combinations of values that are each valid and do not fit together; the schema cannot tell why. */}}
{{- define "myapp.validate" -}}
{{- if and (gt (int .Values.replicaCount) 1) (not .Values.leaderElection.enabled) -}}
{{- fail (printf "replicaCount: found %d with leaderElection.enabled: false; several pods need leader election: set it to true, or replicaCount to 1" (int .Values.replicaCount)) -}}
{{- end -}}
{{- range .Values.policies.serviceAccounts -}}
{{- if and (eq .namespace $.Release.Namespace) (eq .name (include "myapp.serviceAccountName" $)) -}}
{{- fail (printf "policies.serviceAccounts: found %s/%s, the operator's own account, which decides nothing" .namespace .name) -}}
{{- end -}}
{{- end -}}
{{- with .Values.automation -}}
{{- if and .everywhere .namespaces -}}
{{- fail "automation.everywhere: found true beside automation.namespaces; keep one" -}}
{{- end -}}
{{- if and .everywhere $.Values.watchNamespaces -}}
{{- fail "automation.everywhere: found true with watchNamespaces; name namespaces of these in automation.namespaces" -}}
{{- end -}}
{{- range .namespaces -}}
{{- if has . (list "kube-system" $.Release.Namespace) -}}
{{- fail (printf "automation.namespaces: found %s; accounts of kube-system and of the release's namespace are never used" .) -}}
{{- end -}}
{{- if and $.Values.watchNamespaces (not (has . $.Values.watchNamespaces)) -}}
{{- fail (printf "automation.namespaces: found %s, which is none of watchNamespaces" .) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- with .Values.redis -}}
{{- if eq .mode "external" -}}
{{- $external := .external -}}
{{- if and (not $external.url) (not $external.secretKeys.url) -}}
{{- fail "redis.external.url: is empty; redis.mode: external needs it, or existingSecret with secretKeys.url" -}}
{{- end -}}
{{- if and $external.url $external.secretKeys.url -}}
{{- fail "redis.external.url and redis.external.secretKeys.url: both are set; keep one" -}}
{{- end -}}
{{- if and $external.username $external.secretKeys.username -}}
{{- fail "redis.external.username and redis.external.secretKeys.username: both are set; keep one" -}}
{{- end -}}
{{- if and $external.secretKeys.ca $external.url (not (hasPrefix "rediss:" $external.url)) -}}
{{- fail (printf "redis.external.secretKeys.ca: found %q, and redis.external.url does not begin with rediss:" $external.secretKeys.ca) -}}
{{- end -}}
{{- if not $external.existingSecret -}}
{{- range $key, $name := omit $external.secretKeys "password" -}}
{{- if $name -}}
{{- fail (printf "redis.external.secretKeys.%s: found %q without a Secret; set redis.external.existingSecret" $key $name) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- with .Values.notifications -}}
{{- if not .existingSecret -}}
{{- range $key, $name := omit .secretKeys "url" -}}
{{- if $name -}}
{{- fail (printf "notifications.secretKeys.%s: found %q without a Secret; set notifications.existingSecret" $key $name) -}}
{{- end -}}
{{- end -}}
{{- if .clusterName -}}
{{- fail (printf "notifications.clusterName: found %q without a webhook, which alone is told; set notifications.existingSecret" .clusterName) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if and .Values.metrics.serviceMonitor.enabled (not .Values.metrics.service.enabled) -}}
{{- fail "metrics.serviceMonitor.enabled: needs metrics.service.enabled: true, or use metrics.podMonitor" -}}
{{- end -}}
{{- $own := list -}}
{{- range include "myapp.environment" . | fromYamlArray -}}
{{- $own = append $own .name -}}
{{- end -}}
{{- range .Values.extraEnv -}}
{{- if has .name $own -}}
{{- fail (printf "extraEnv: %s is set by the chart already; change the value that it comes from (settings, redis, notifications, leaderElection, watchNamespaces)" .name) -}}
{{- end -}}
{{- end -}}
{{- end -}}
