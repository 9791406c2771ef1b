{{- define "myapp.policies.automation" -}}
# A Todo that a machine does is done with the rights of a service account of its namespace. Whoever writes such a Todo must be allowed
# to act as that account anyway: then creating a Todo lends nobody any power. On an update this is asked only where the spec changes,
# so that the garbage collector and whoever edits a finalizer are never in its way.
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata:
  name: {{ include "myapp.policyName" (list . "automation") }}
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
        resources: [todos]
        scope: Namespaced
  matchConditions:
    - name: done-by-a-machine
      expression: has(object.spec) && (has(object.spec.job) || has(object.spec.resource) || has(object.spec.http))
    - name: written-anew
      expression: oldObject == null || !has(oldObject.spec) || object.spec != oldObject.spec
    - name: not-by-the-operator
      expression: request.userInfo.username != '{{ include "myapp.operatorUser" . }}'
  variables:
    - name: account
      expression: "has(object.spec.serviceAccountName) ? object.spec.serviceAccountName : 'default'"
    - name: action
      expression: "has(object.spec.job) ? 'job' : has(object.spec.http) ? 'http' : 'resource'"
  validations:
    - expression: >-
        authorizer.group('').resource('serviceaccounts').namespace(request.namespace).name(variables.account)
        .check('impersonate').allowed()
      reason: Forbidden
      message: whoever writes a Todo with an automated action must be allowed to impersonate its service account
      messageExpression: >-
        'user "' + request.userInfo.username + '" may not write a Todo whose action ' + variables.action + ' is done as service account "'
        + variables.account + '": the verb impersonate on serviceaccounts "' + variables.account + '" in namespace "' + request.namespace
        + '" is missing; the ClusterRole edit has it, or bind a Role with it (docs/security.md)'
---
{{ include "myapp.policyBinding" (list . "automation") }}
{{- end -}}
