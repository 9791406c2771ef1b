{{/* What the operator may do, no more than it uses, in the whole cluster or in each watched namespace. It may not touch a
     spec or grant anything to anybody. It creates the Todos and runs that runs are made of, and the ControllerRevision in which a run
     keeps the definition that it started with. It creates decisions as dry runs only, forged ones, to see them refused; the policy
     refuses whatever a service account decides. Of Jobs it only sees how they do: they are created and deleted with the rights
     of the Todo's account. */}}
{{- define "myapp.operatorRules" -}}
- apiGroups: [todo.myapp.dev]
  resources: [todos, todoworkflows]
  verbs: [get, list, watch, create, delete]
- apiGroups: [todo.myapp.dev]
  resources: [todotemplates]
  verbs: [get, list, watch]
- apiGroups: [todo.myapp.dev]
  resources: [tododecisions]
  verbs: [list, watch, create]
- apiGroups: [todo.myapp.dev]
  resources: [todos/status, todoworkflows/status, todotemplates/status, tododecisions/status]
  verbs: [patch]
- apiGroups: [apps]
  resources: [controllerrevisions]
  verbs: [get, create]
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create, get, list, patch]
- apiGroups: [batch]
  resources: [jobs]
  verbs: [get, list, watch]
- apiGroups: [""]
  resources: [pods]
  verbs: [list, watch]
{{- end -}}

{{/* What lets the operator do what machines do in the name of a Todo's own account. */}}
{{- define "myapp.automationRules" -}}
- apiGroups: [""]
  resources: [serviceaccounts]
  verbs: [impersonate]
{{- end -}}

{{/* The names of the chart's CRDs, as a list: those of the files in crds/. */}}
{{- define "myapp.crdNames" -}}
{{- $names := list -}}
{{- range $path, $_ := .Files.Glob "crds/*.yaml" -}}
{{- $names = append $names (base $path | trimSuffix ".yaml") -}}
{{- end -}}
{{- toJson $names -}}
{{- end -}}
