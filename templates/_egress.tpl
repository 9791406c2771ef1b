{{/* What every client of the API server must reach: DNS, and the API server. */}}
{{- define "myapp.egressToCluster" -}}
- ports:
    - {port: 53, protocol: UDP}
    - {port: 53, protocol: TCP}
- ports:
    {{- range .Values.networkPolicy.apiServerPorts }}
    - {port: {{ . | int }}, protocol: TCP}
    {{- end }}
  {{- with .Values.networkPolicy.apiServerCIDRs }}
  to:
    {{- range . }}
    - ipBlock: {cidr: {{ . | quote }}}
    {{- end }}
  {{- end }}
{{- end -}}

{{/* The port in the URL of an external Redis, or the usual one. */}}
{{- define "myapp.redis.externalPort" -}}
{{- regexFind ":[0-9]+$" (urlParse .Values.redis.external.url).host | trimPrefix ":" | default "6379" -}}
{{- end -}}
