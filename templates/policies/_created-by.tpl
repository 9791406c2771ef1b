{{- define "myapp.policies.created-by" -}}
# Who created a Todo or a run, for approvals that its requester may not grant: the annotation todo.myapp.dev/created-by, where there is
# one, is the name of the user who created it, and stays what it is. The Todos of a run carry the name of who has started the run, so
# the operator, which creates them, may name others. On an update nothing but a change of it is refused, so that the garbage collector
# and pipelines are never in its way.
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata:
  name: {{ include "myapp.policyName" (list . "created-by") }}
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
        resources: [todos, todoworkflows]
        scope: Namespaced
  variables:
    - name: claimed
      expression: object.metadata.?annotations[?'todo.myapp.dev/created-by'].orValue('')
    - name: before
      expression: "oldObject == null ? '' : oldObject.metadata.?annotations[?'todo.myapp.dev/created-by'].orValue('')"
  validations:
    - expression: >-
        request.operation != 'CREATE' || variables.claimed == '' || variables.claimed == request.userInfo.username
        || request.userInfo.username == '{{ include "myapp.operatorUser" . }}'
      reason: Forbidden
      message: the annotation todo.myapp.dev/created-by must name the user who creates the object
      messageExpression: >-
        'metadata.annotations["todo.myapp.dev/created-by"] is "' + variables.claimed + '", but the ' + object.kind + ' is created by "'
        + request.userInfo.username + '": leave it out, or name yourself'
    - expression: request.operation == 'CREATE' || variables.claimed == variables.before
      reason: Forbidden
      message: the annotation todo.myapp.dev/created-by cannot be changed
      messageExpression: >-
        'metadata.annotations["todo.myapp.dev/created-by"] cannot be changed: it is "' + variables.before + '", found "'
        + variables.claimed + '"'
---
{{ include "myapp.policyBinding" (list . "created-by") }}
{{- end -}}
