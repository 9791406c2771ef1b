// Command promql_engine answers questions with Prometheus' own engine: is the condition of an alert met by these series?
// It reads a JSON list of questions on its standard input and writes the list of answers.
package main

import (
	"context"
	"encoding/json"
	"log"
	"os"
	"testing"
	"time"

	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/promqltest"
)

// question: the series, in the notation of Prometheus' own tests with a sample a minute, and what is asked of them when.
type question struct {
	Series     string `json:"series"`
	Expression string `json:"expression"`
	Minute     int    `json:"minute"`
}

// answer: the labels of each series that the expression gives.
type answer struct {
	Error  string              `json:"error,omitempty"`
	Labels []map[string]string `json:"labels"`
}

// stopper is as much of a test as Prometheus' loader of series needs: it ends the process.
type stopper struct{ testing.TB }

func (stopper) Helper()                        {}
func (stopper) Cleanup(func())                 {}
func (stopper) FailNow()                       { os.Exit(1) }
func (stopper) Fatal(args ...any)              { log.Fatal(args...) }
func (stopper) Errorf(format string, a ...any) { log.Fatalf(format, a...) }

func main() {
	var questions []question
	if err := json.NewDecoder(os.Stdin).Decode(&questions); err != nil {
		log.Fatal(err)
	}
	engine := promql.NewEngine(promql.EngineOpts{MaxSamples: 1_000_000, Timeout: time.Minute})
	answers := make([]answer, 0, len(questions))
	for _, asked := range questions {
		answers = append(answers, ask(engine, asked))
	}
	if err := json.NewEncoder(os.Stdout).Encode(answers); err != nil {
		log.Fatal(err)
	}
}

func ask(engine *promql.Engine, asked question) answer {
	storage := promqltest.LoadedStorage(stopper{}, "load 1m\n"+asked.Series)
	defer storage.Close()
	at := time.Unix(0, 0).Add(time.Duration(asked.Minute) * time.Minute)
	query, err := engine.NewInstantQuery(context.Background(), storage, nil, asked.Expression, at)
	if err != nil {
		return answer{Error: err.Error()}
	}
	result := query.Exec(context.Background())
	vector, err := result.Vector()
	if err != nil {
		return answer{Error: err.Error()}
	}
	found := answer{Labels: []map[string]string{}}
	for _, sample := range vector {
		found.Labels = append(found.Labels, sample.Metric.Map())
	}
	return found
}
