package main

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"strings"
	"time"
)

// end is the moment in which a Todo was seen to have succeeded.
type end struct {
	name string
	at   time.Time
}

// create makes the plan's Todos and returns when all of them were seen to have succeeded.
func create(api *apiServer, plan plan, connections int, stall time.Duration) (*result, error) {
	var total int
	api.resource, total = plan.watched()
	page, err := api.list("limit=1")
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	ended := make(chan end, total)
	failed := make(chan error, connections+1)
	go func() {
		// Only ends come down the wire: the API server filters by the selectable field.
		failed <- api.watch(ctx, page.Metadata.ResourceVersion, "status.phase=Succeeded", func(eventType string, object todo) {
			if eventType == "ADDED" && strings.HasPrefix(object.Metadata.Name, plan.prefix+"-") {
				ended <- end{object.Metadata.Name, time.Now()}
			}
		})
	}()

	begin := time.Now()
	created := make(chan time.Duration, 1)
	go func() {
		if err := createChains(api, plan, connections); err != nil {
			failed <- err
			return
		}
		created <- time.Since(begin)
	}()

	measured := &result{Todos: plan.todos, Ends: make(map[string]float64, total)}
	progress := time.NewTicker(time.Second)
	defer progress.Stop()
	last := time.Now()
	for len(measured.Ends) < total {
		select {
		case end := <-ended:
			last = end.at
			measured.Ends[end.name] = last.Sub(begin).Seconds()
		case took := <-created:
			measured.CreateSeconds = took.Seconds()
		case err := <-failed:
			return nil, err
		case <-progress.C:
			log.Printf("ended %d", len(measured.Ends))
			if time.Since(last) > stall {
				return nil, fmt.Errorf("no Todo ended for %s: %d of %d have", stall, len(measured.Ends), total)
			}
		}
	}
	if measured.CreateSeconds == 0 {
		measured.CreateSeconds = (<-created).Seconds()
	}
	measured.Seconds = last.Sub(begin).Seconds()
	return measured, nil
}

// seed makes the plan's Todos and does not wait for their ends.
func seed(api *apiServer, plan plan, connections int) (*result, error) {
	begin := time.Now()
	if err := createChains(api, plan, connections); err != nil {
		return nil, err
	}
	took := time.Since(begin).Seconds()
	return &result{Todos: plan.todos, CreateSeconds: took, Seconds: took}, nil
}

// createChains creates each chain in order over one connection, as kubectl would, and many chains at the same time.
func createChains(api *apiServer, plan plan, connections int) error {
	chains := make(chan int)
	results := make(chan error, connections)
	for range connections {
		go func() {
			for chain := range chains {
				if err := createChain(api, plan, chain); err != nil {
					results <- err
					return
				}
			}
			results <- nil
		}()
	}
	begin := time.Now()
	for chain := range plan.chains() {
		if plan.chainsPerSecond > 0 {
			time.Sleep(time.Until(begin.Add(time.Duration(float64(chain) / plan.chainsPerSecond * float64(time.Second)))))
		}
		select {
		case chains <- chain:
		case err := <-results:
			return err
		}
	}
	close(chains)
	for range connections {
		if err := <-results; err != nil {
			return err
		}
	}
	return nil
}

func createChain(api *apiServer, plan plan, chain int) error {
	path := groupPath + "namespaces/" + plan.namespace(chain) + "/" + plan.resource()
	for position := range plan.chainLength(chain) {
		body, err := plan.body(chain, position)
		if err != nil {
			return err
		}
		if _, err := api.send(http.MethodPost, path, "application/json", body); err != nil {
			return err
		}
	}
	return nil
}
