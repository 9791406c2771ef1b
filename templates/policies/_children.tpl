{{- define "myapp.policies.children" -}}
# The Todos and runs that a run is made of are the operator's: nobody else creates any, makes an object one of them, or changes what
# they say. People act on them by decisions. Owner references can be taken away, finalizers and labels of others edited, and what is
# created for good can be deleted: the garbage collector is never in the way of this.
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata:
  name: {{ include "myapp.policyName" (list . "children") }}
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
  matchConditions:
    - name: not-by-the-operator
      expression: request.userInfo.username != '{{ include "myapp.operatorUser" . }}'
    - name: of-a-run
      expression: >-
        object.metadata.?ownerReferences.orValue([]).exists(owner, owner.?controller.orValue(false)
        && owner.kind == 'TodoWorkflow' && owner.apiVersion.startsWith('todo.myapp.dev/'))
  variables:
    - name: before
      expression: >-
        oldObject == null ? [] : oldObject.metadata.?ownerReferences.orValue([]).filter(owner, owner.?controller.orValue(false)
        && owner.kind == 'TodoWorkflow' && owner.apiVersion.startsWith('todo.myapp.dev/'))
    - name: now
      expression: >-
        object.metadata.?ownerReferences.orValue([]).filter(owner, owner.?controller.orValue(false)
        && owner.kind == 'TodoWorkflow' && owner.apiVersion.startsWith('todo.myapp.dev/'))
    - name: run
      expression: variables.now[0].name
  validations:
    - expression: variables.before.size() == 1 && variables.before[0].uid == variables.now[0].uid
      reason: Forbidden
      message: only the operator creates what a run is made of
      messageExpression: >-
        'user "' + request.userInfo.username + '" may not make ' + object.kind + ' "' + object.metadata.?name.orValue('')
        + '" a part of TodoWorkflow "' + variables.run + '": the operator alone creates what a run is made of; leave the owner reference out'
    - expression: variables.before.size() == 0 || object.spec == oldObject.spec
      reason: Forbidden
      message: only the operator changes the spec of what a run is made of
      messageExpression: >-
        'user "' + request.userInfo.username + '" may not change the spec of ' + object.kind + ' "' + object.metadata.name
        + '", which is a part of TodoWorkflow "' + variables.run + '": people decide instead (kubectl todo), on it or on the run'
    - expression: >-
        variables.before.size() == 0 || ['todo.myapp.dev/workflow', 'todo.myapp.dev/step'].all(label,
        object.metadata.?labels[?label].orValue('') == oldObject.metadata.?labels[?label].orValue(''))
        && ['todo.myapp.dev/part', 'todo.myapp.dev/definition', 'todo.myapp.dev/ready-time'].all(note,
        object.metadata.?annotations[?note].orValue('') == oldObject.metadata.?annotations[?note].orValue(''))
      reason: Forbidden
      message: only the operator says which part of a run an object is
      messageExpression: >-
        'user "' + request.userInfo.username + '" may not change the labels and annotations of todo.myapp.dev on '
        + object.kind + ' "' + object.metadata.name + '": they say which part of TodoWorkflow "' + variables.run + '" it is'
---
{{ include "myapp.policyBinding" (list . "children") }}
{{- end -}}
