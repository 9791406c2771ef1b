package main

import (
	"encoding/json"
	"fmt"
	"time"
)

// plan says which Todos are created: chains whose Todos each depend on the one before.
type plan struct {
	prefix          string
	todos           int
	chainsOf        int
	namespaces      int
	firstWait       time.Duration
	chainsPerSecond float64
	action          string
	sinkURL         string
	steps           int    // of each run, items counted; 0: Todos are created, not runs
	shape           string // chain: each step after the one before; fan: one step, items after it, one step after them; items alone
	watchSteps      bool   // ends are those of the steps' Todos, not of the runs
	most            int    // how many are patched at most; 0: all
}

const (
	todos     = "todos"
	workflows = "todoworkflows"
)

// resource is what is created.
func (p plan) resource() string {
	if p.steps > 0 {
		return workflows
	}
	return todos
}

// watched is whose ends are noted, and how many there will be.
func (p plan) watched() (string, int) {
	if p.steps > 0 && !p.watchSteps {
		return workflows, p.todos
	}
	return todos, p.todos * max(1, p.steps)
}

// account is as whom machines do their Todos; it must exist, with the rights for ConfigMaps.
const account = "worker"

func (p plan) chains() int { return (p.todos + p.chainsOf - 1) / p.chainsOf }

func (p plan) chainLength(chain int) int { return min(p.chainsOf, p.todos-chain*p.chainsOf) }

func (p plan) namespace(chain int) string { return fmt.Sprintf("bench-%d", chain%p.namespaces) }

// name tells chain and position, so that whoever reads the result finds a Todo's dependency without the object.
func (p plan) name(chain, position int) string {
	return fmt.Sprintf("%s-%d-%d", p.prefix, chain, position)
}

func (p plan) body(chain, position int) ([]byte, error) {
	if p.steps > 0 {
		return p.run(chain, position)
	}
	spec := map[string]any{
		"content": "Measure how fast this Todo comes to its end",
	}
	if err := p.addAction(spec, chain, position); err != nil {
		return nil, err
	}
	if position > 0 {
		spec["dependsOn"] = []map[string]any{{"name": p.name(chain, position-1)}}
	}
	return json.Marshal(map[string]any{
		"apiVersion": "todo.myapp.dev/v1alpha1",
		"kind":       "Todo",
		"metadata":   map[string]any{"name": p.name(chain, position)},
		"spec":       spec,
	})
}

// addAction sets what is done: nothing that lasts, but for manual and vigil, which do not end by themselves.
func (p plan) addAction(spec map[string]any, chain, position int) error {
	configMap := func(name string) map[string]any {
		return map[string]any{"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": name}}
	}
	switch p.action {
	case "wait":
		wait := time.Duration(0)
		if position == 0 {
			wait = p.firstWait
		}
		spec["wait"] = map[string]any{"duration": wait.String()}
	case "manual":
		spec["manual"] = map[string]any{}
	case "resource":
		manifest := configMap(p.name(chain, position))
		manifest["data"] = map[string]any{"applied": "true"}
		spec["serviceAccountName"] = account
		spec["resource"] = map[string]any{"operation": "Apply", "manifest": manifest}
	case "vigil":
		spec["serviceAccountName"] = account
		spec["resource"] = map[string]any{"operation": "Wait", "manifest": configMap("never-" + p.name(chain, position))}
	case "http":
		spec["serviceAccountName"] = account
		spec["http"] = map[string]any{"url": p.sinkURL, "method": "POST", "body": `{"what": "measure"}`}
	default:
		return fmt.Errorf("action %q is not known: wait, manual, resource, vigil or http", p.action)
	}
	return nil
}
