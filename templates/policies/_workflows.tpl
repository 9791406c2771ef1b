{{- define "myapp.policies.workflows" -}}
# What machines do in a run is done with the rights of one service account of its namespace. Whoever brings the steps, or names the
# account, must be allowed to act as it anyway; whoever runs a template with the account that the template names must be allowed to run
# that template: its author, who was asked when it was written, lends the account to those. On an update this is asked only where the
# spec changes, so that the garbage collector and whoever edits a finalizer are never in its way.
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata:
  name: {{ include "myapp.policyName" (list . "workflows") }}
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
        resources: [todoworkflows, todotemplates]
        scope: Namespaced
  matchConditions:
    - name: written-anew
      expression: has(object.spec) && (oldObject == null || !has(oldObject.spec) || object.spec != oldObject.spec)
    - name: not-by-the-operator
      expression: request.userInfo.username != '{{ include "myapp.operatorUser" . }}'
  variables:
    - name: account
      expression: "has(object.spec.serviceAccountName) ? object.spec.serviceAccountName : 'default'"
    - name: steps
      expression: "(has(object.spec.steps) ? object.spec.steps : []) + (has(object.spec.finally) ? object.spec.finally : [])"
    - name: template
      expression: "has(object.spec.templateRef) ? object.spec.templateRef.name : ''"
    - name: lent
      expression: variables.template != '' && !has(object.spec.serviceAccountName)
    - name: own
      expression: >-
        variables.template != '' ? has(object.spec.serviceAccountName)
        : variables.steps.exists(step, has(step.job) || has(step.resource) || has(step.http) || has(step.workflow))
  validations:
    - expression: >-
        !variables.own || authorizer.group('').resource('serviceaccounts').namespace(request.namespace).name(variables.account)
        .check('impersonate').allowed()
      reason: Forbidden
      message: whoever writes a workflow with automated steps must be allowed to impersonate its service account
      messageExpression: >-
        'user "' + request.userInfo.username + '" may not write a ' + object.kind + ' whose steps are done as service account "'
        + variables.account + '": the verb impersonate on serviceaccounts "' + variables.account + '" in namespace "' + request.namespace
        + '" is missing; the ClusterRole edit has it, or bind a Role with it (docs/security.md)'
    - expression: >-
        !variables.lent || authorizer.group('todo.myapp.dev').resource('todotemplates').namespace(request.namespace)
        .name(variables.template).check('run').allowed()
      reason: Forbidden
      message: whoever runs a template with its own service account needs the verb run on it
      messageExpression: >-
        'user "' + request.userInfo.username + '" may not run TodoTemplate "' + variables.template + '" in namespace "'
        + request.namespace + '" with the account that it names: it takes the verb "run" on todotemplates.todo.myapp.dev'
        + ' (check: kubectl auth can-i run todotemplates.todo.myapp.dev/' + variables.template + ' -n ' + request.namespace
        + '); ask for the ClusterRole myapp-runner in that namespace, or for a Role with that verb on that name, or name a'
        + ' serviceAccountName that you may impersonate'
---
{{ include "myapp.policyBinding" (list . "workflows") }}
{{- end -}}
