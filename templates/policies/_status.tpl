{{- define "myapp.policies.status" -}}
# What has become of a Todo or a decision is the operator's word: nobody else writes the status of these kinds, whatever RBAC grants
# them, for a status could say that something was approved. Only the status subresource is looked at, which neither the garbage
# collector nor whoever edits a spec or a finalizer goes through.
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata:
  name: {{ include "myapp.policyName" (list . "status") }}
  labels:
    {{- include "myapp.labels" (list . "policies") | nindent 4 }}
spec:
  failurePolicy: Fail
  matchConstraints:
    matchPolicy: Equivalent
    namespaceSelector: {}
    objectSelector: {}
    resourceRules:
      - apiGroups: [todo.myapp.dev]
        apiVersions: ["*"]
        operations: [CREATE, UPDATE]
        resources: ["*/status"]
        scope: Namespaced
  validations:
    - expression: request.userInfo.username == '{{ include "myapp.operatorUser" . }}'
      reason: Forbidden
      message: only the operator may write a status
      messageExpression: >-
        'user "' + request.userInfo.username + '" may not write the status of ' + request.resource.resource + ' "' + request.name
        + '" in namespace "' + request.namespace + '": the operator alone may, as {{ include "myapp.operatorUser" . }}; people decide'
        + ' instead (kubectl todo), and where a backup is restored docs/operations.md says how'
---
{{ include "myapp.policyBinding" (list . "status") }}
{{- end -}}
