{{- define "myapp.policies.decisions" -}}
# Who may decide, enforced by the API server itself: it works while the operator is down, and no webhook is needed.
#
# A TodoDecision is admitted only if it names the user who sends it, and if RBAC gives that user the verb that the action takes on the
# target. Identity is checked on creation alone: the spec never changes afterwards (a rule of the CRD), and the garbage collector and
# the operator must still be able to update metadata and status.
#
# This file may be applied before the CRDs. Whoever adds an action to the CRD adds its verb to the map below; an action that is not in
# the map is refused, and so is a decision that the expressions fail on (failurePolicy: Fail).
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata:
  name: {{ include "myapp.policyName" (list . "decisions") }}
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
        operations: [CREATE]
        resources: [tododecisions]
        scope: Namespaced
  variables:
    - name: user
      expression: request.userInfo.username
    - name: target
      expression: object.spec.target
    - name: verb
      expression: >-
        {'Claim': 'claim', 'Release': 'claim', 'Complete': 'complete', 'Approve': 'approve', 'Reject': 'approve',
        'Comment': 'comment', 'Skip': 'control', 'Retry': 'control', 'Cancel': 'control', 'Suspend': 'control',
        'Resume': 'control'}[object.spec.action]
    - name: role
      expression: >-
        {'claim': 'myapp-completer', 'complete': 'myapp-completer', 'approve': 'myapp-approver',
        'comment': 'myapp-completer', 'control': 'myapp-controller'}[variables.verb]
    - name: resource
      expression: "{'Todo': 'todos', 'TodoWorkflow': 'todoworkflows'}[variables.target.kind]"
    - name: owners
      expression: "has(object.metadata.ownerReferences) ? object.metadata.ownerReferences : []"
  validations:
    - expression: object.spec.user.username == variables.user
      reason: Forbidden
      message: spec.user.username must be the user who sends the decision
      messageExpression: >-
        'spec.user.username is "' + object.spec.user.username + '", but the decision is sent by "' + variables.user
        + '": nobody decides in another\'s name (kubectl auth whoami shows yours)'
    - expression: "!has(object.spec.user.groups) || object.spec.user.groups.all(group, group in request.userInfo.groups)"
      reason: Forbidden
      message: spec.user.groups must be groups of the user who sends the decision
      messageExpression: >-
        'spec.user.groups names ' + string(object.spec.user.groups.filter(group, !(group in request.userInfo.groups)).size())
        + ' group(s) that user "' + variables.user + '" is not in, the first is "'
        + object.spec.user.groups.filter(group, !(group in request.userInfo.groups))[0] + '" (kubectl auth whoami shows yours)'
    - expression: {{ include "myapp.mayDecide" . | quote }}
      reason: Forbidden
      message: service accounts may not decide
      messageExpression: >-
        'service account "' + variables.user + '" may not decide: a decision is an act of a person, sent with their own credentials'
        + ' and not committed to Git (kubectl todo ' + object.spec.action.lowerAscii() + ' ' + variables.target.name + ' -n ' + request.namespace + ')'
    - expression: >-
        variables.owners.size() == 1
        && variables.owners[0].apiVersion == 'todo.myapp.dev/v1alpha1'
        && variables.owners[0].kind == variables.target.kind
        && variables.owners[0].name == variables.target.name
        && variables.owners[0].uid == variables.target.uid
        && !variables.owners[0].?controller.orValue(false)
        && !variables.owners[0].?blockOwnerDeletion.orValue(false)
      reason: Forbidden
      message: the decision must carry its target as its only owner reference
      messageExpression: >-
        'metadata.ownerReferences must hold exactly one entry, the target {apiVersion: todo.myapp.dev/v1alpha1, kind: '
        + variables.target.kind + ', name: ' + variables.target.name + ', uid: ' + variables.target.uid
        + '} without controller and blockOwnerDeletion; found '
        + (variables.owners.size() == 1 ? 'another one' : string(variables.owners.size()) + ' entries')
    - expression: >-
        authorizer.group('todo.myapp.dev').resource(variables.resource).namespace(request.namespace)
        .name(variables.target.name).check(variables.verb).allowed()
      reason: Forbidden
      message: the user lacks the verb that the action takes on the target
      messageExpression: >-
        'user "' + variables.user + '" may not ' + variables.verb + ' ' + variables.target.kind + ' "' + variables.target.name
        + '" in namespace "' + request.namespace + '": it takes the verb "' + variables.verb + '" on '
        + variables.resource + '.todo.myapp.dev (check: kubectl auth can-i ' + variables.verb + ' '
        + variables.resource + '.todo.myapp.dev/' + variables.target.name + ' -n ' + request.namespace
        + '); ask for the ClusterRole ' + variables.role + ' in that namespace, or for a Role with that verb on that name'
  auditAnnotations:
    - key: decision
      valueExpression: >-
        variables.user + ' ' + object.spec.action + ' ' + variables.target.kind + ' ' + request.namespace + '/'
        + variables.target.name + ' (uid ' + variables.target.uid + ')'
---
{{ include "myapp.policyBinding" (list . "decisions") }}
{{- end -}}
