{{- define "myapp.policies.creator" -}}
# Who created a Todo or a run is set by the API server itself, for everybody: the annotation todo.myapp.dev/created-by, where it comes
# without one. Where an update leaves it out, as a replacement by a manifest from Git does, it is put back. What is claimed is left for
# the policy created-by to judge, which sees it after this one.
#
# A JSON patch: what it adds belongs to no field manager, so that whoever applies a manifest again neither owns it nor takes it away.
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicy
metadata:
  name: {{ include "myapp.policyName" (list . "creator") }}
  labels:
    {{- include "myapp.labels" (list . "policies") | nindent 4 }}
spec:
  failurePolicy: Fail
  reinvocationPolicy: Never
  matchConstraints:
    matchPolicy: Equivalent
    namespaceSelector: {}
    objectSelector: {}
    resourceRules:
      - apiGroups: [todo.myapp.dev]
        apiVersions: ["*"]
        operations: [CREATE, UPDATE]
        resources: [todos, todoworkflows]
        scope: Namespaced
  matchConditions:
    - name: names-nobody
      expression: object.metadata.?annotations[?'todo.myapp.dev/created-by'].orValue('') == ''
    - name: created-or-named-before
      expression: oldObject == null || oldObject.metadata.?annotations[?'todo.myapp.dev/created-by'].orValue('') != ''
  variables:
    - name: creator
      expression: >-
        oldObject == null ? request.userInfo.username : oldObject.metadata.annotations['todo.myapp.dev/created-by']
  mutations:
    - patchType: JSONPatch
      jsonPatch:
        expression: >-
          has(object.metadata.annotations)
          ? [JSONPatch{op: 'add', path: '/metadata/annotations/' + jsonpatch.escapeKey('todo.myapp.dev/created-by'),
          value: variables.creator}]
          : [JSONPatch{op: 'add', path: '/metadata/annotations', value: {'todo.myapp.dev/created-by': variables.creator}}]
---
{{ include "myapp.policyBinding" (list . "creator") }}
{{- end -}}
