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
	forPeople       bool
}

func (p plan) chains() int { return (p.todos + p.chainsOf - 1) / p.chainsOf }

func (p plan) chainLength(chain int) int { return min(p.chainsOf, p.todos-chain*p.chainsOf) }

func (p plan) namespace(chain int) string { return fmt.Sprintf("bench-%d", chain%p.namespaces) }

// name tells chain and position, so that whoever reads the result finds a Todo's dependency without the object.
func (p plan) name(chain, position int) string {
	return fmt.Sprintf("%s-%d-%d", p.prefix, chain, position)
}

func (p plan) body(chain, position int) ([]byte, error) {
	wait := time.Duration(0)
	if position == 0 {
		wait = p.firstWait
	}
	spec := map[string]any{
		"content": "Measure how fast this Todo comes to its end",
	}
	if !p.forPeople {
		spec["wait"] = map[string]any{"duration": wait.String()}
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
