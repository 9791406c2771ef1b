package main

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// patch writes the status of the plan's Todos once: the rate that the API server gives a writer who does nothing else.
func patch(api *apiServer, plan plan, connections int) (*result, error) {
	all, err := listAll(api)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(object todo) bool { return !strings.HasPrefix(object.Metadata.Name, plan.prefix+"-") })
	if plan.most > 0 {
		all = all[:min(plan.most, len(all))]
	}
	queue := make(chan todo, len(all))
	for _, object := range all {
		queue <- object
	}
	close(queue)
	results := make(chan error, connections)
	begin := time.Now()
	for range connections {
		go func() {
			for object := range queue {
				if err := patchStatus(api, object); err != nil {
					results <- err
					return
				}
			}
			results <- nil
		}()
	}
	for range connections {
		if err := <-results; err != nil {
			return nil, err
		}
	}
	return &result{Todos: len(all), Seconds: time.Since(begin).Seconds()}, nil
}

func patchStatus(api *apiServer, object todo) error {
	meta := object.Metadata
	body := fmt.Sprintf(`{"metadata":{"resourceVersion":%q},"status":{"message":"patched by the benchmark"}}`, meta.ResourceVersion)
	path := fmt.Sprintf("/apis/todo.myapp.dev/v1alpha1/namespaces/%s/todos/%s/status", meta.Namespace, meta.Name)
	_, err := api.send(http.MethodPatch, path, "application/merge-patch+json", []byte(body))
	return err
}

func listAll(api *apiServer) ([]todo, error) {
	var all []todo
	query := url.Values{"limit": {"1000"}}
	for {
		page, err := api.list(query.Encode())
		if err != nil {
			return nil, err
		}
		all = append(all, page.Items...)
		if page.Metadata.Continue == "" {
			return all, nil
		}
		query.Set("continue", page.Metadata.Continue)
	}
}
