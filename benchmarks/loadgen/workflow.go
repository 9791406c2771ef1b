package main

import (
	"encoding/json"
	"fmt"
)

// run is a workflow of the plan's shape that brings its own steps; every step waits for as long as the first Todo of a chain.
func (p plan) run(chain, position int) ([]byte, error) {
	spec := map[string]any{}
	switch p.shape {
	case "chain":
		steps := make([]any, p.steps)
		for number := range p.steps {
			steps[number] = p.step(number, number-1)
		}
		spec["steps"] = steps
	case "fan":
		middle, end := p.step(1, 0), p.step(2, 1)
		middle["forEach"] = map[string]any{"items": items(p.steps - 2)}
		spec["steps"] = []any{p.step(0, -1), middle, end}
	case "items":
		step := p.step(0, -1)
		step["forEach"] = map[string]any{"items": items(p.steps)}
		spec["steps"] = []any{step}
	default:
		return nil, fmt.Errorf("shape %q is not known: chain, fan or items", p.shape)
	}
	return json.Marshal(map[string]any{
		"apiVersion": "todo.myapp.dev/v1alpha1",
		"kind":       "TodoWorkflow",
		"metadata":   map[string]any{"name": p.name(chain, position)},
		"spec":       spec,
	})
}

// step is one that depends on the step of the other number, if that is not negative.
func (p plan) step(number, after int) map[string]any {
	step := map[string]any{
		"name":    stepName(number),
		"content": "Measure how fast this step comes to its end",
		"wait":    map[string]any{"duration": p.firstWait.String()},
	}
	if after >= 0 {
		step["dependsOn"] = []any{map[string]any{"name": stepName(after)}}
	}
	return step
}

func items(count int) []int {
	found := make([]int, count)
	for number := range found {
		found[number] = number
	}
	return found
}

func stepName(number int) string { return fmt.Sprintf("s%d", number) }
