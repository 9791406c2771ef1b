// The benchmarks' load generator: creates Todos over a fixed number of connections and notes when each one's end is seen
// by a watch, or patches the status of Todos that are there already. Requests that Todos send are answered by it too. It is
// a process of its own, and Go, so that the load costs as little as possible of the cores that it shares with what is measured.
//
// It repeats no request: one that fails ends the run, because the figures would mean nothing.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"syscall"
	"time"
)

// result is what the benchmarks read: times are seconds since the first request.
type result struct {
	Todos         int                `json:"todos"`
	CreateSeconds float64            `json:"create_seconds,omitempty"`
	Seconds       float64            `json:"seconds"`
	CPUSeconds    float64            `json:"cpu_seconds"`
	Ends          map[string]float64 `json:"ends,omitempty"`
	Requests      int                `json:"requests,omitempty"`
	Keys          int                `json:"keys,omitempty"`
}

func main() {
	log.SetFlags(0)
	log.SetPrefix("loadgen: ")
	server := flag.String("server", "", "address of the API server, https://HOST:PORT")
	ca := flag.String("ca", "", "file with the certificate authority of the API server")
	cert := flag.String("cert", "", "file with the client certificate")
	key := flag.String("key", "", "file with the client certificate's key")
	connections := flag.Int("connections", 16, "requests at the same time")
	stall := flag.Duration("stall", 2*time.Minute, "give up when no Todo ended for so long")
	actAs := flag.String("as", "", "user to impersonate")
	output := flag.String("output", "", "file for the result, JSON")
	var plan plan
	flag.StringVar(&plan.prefix, "prefix", "todo", "how the names begin")
	flag.IntVar(&plan.todos, "todos", 1000, "how many Todos")
	flag.IntVar(&plan.chainsOf, "chains-of", 1, "each Todo of a chain depends on the one before; 1: no dependencies")
	flag.IntVar(&plan.namespaces, "namespaces", 4, "spread over the namespaces bench-0, bench-1, ...; they must exist")
	flag.DurationVar(&plan.firstWait, "first-wait", 0, "spec.wait.duration of the first Todo of each chain")
	flag.Float64Var(&plan.chainsPerSecond, "chains-per-second", 0, "begin so many chains a second; 0: all at once")
	flag.StringVar(&plan.action, "action", "wait", "wait, manual, resource (apply a ConfigMap), vigil (wait for one) or http")
	flag.IntVar(&plan.steps, "steps", 0, "create runs of so many steps in place of Todos")
	flag.StringVar(&plan.shape, "shape", "chain", "of the steps: chain, fan or items")
	flag.IntVar(&plan.most, "most", 0, "patch so many Todos at most; 0: all")
	flag.BoolVar(&plan.watchSteps, "watch-steps", false, "note the ends of steps, not of runs")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: loadgen [options] create|seed|patch")
		flag.PrintDefaults()
	}
	flag.Parse()

	api, err := connect(*server, *ca, *cert, *key, *connections)
	if err != nil {
		log.Fatal(err)
	}
	api.actAs = *actAs
	sink, err := openSink()
	if err != nil {
		log.Fatal(err)
	}
	plan.sinkURL = sink.url()
	var measured *result
	switch mode := flag.Arg(0); mode {
	case "create":
		measured, err = create(api, plan, *connections, *stall)
	case "seed":
		measured, err = seed(api, plan, *connections)
	case "patch":
		measured, err = patch(api, plan, *connections)
	default:
		log.Fatalf("mode %q is not known: create, seed or patch", mode)
	}
	if err != nil {
		log.Fatal(err)
	}
	measured.CPUSeconds = cpuSeconds()
	measured.Requests, measured.Keys = sink.counted()
	content, err := json.Marshal(measured)
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(*output, content, 0o600); err != nil {
		log.Fatal(err)
	}
}

// cpuSeconds is what this process used, so that the report can tell how much of the machine the load took.
func cpuSeconds() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		log.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano()).Seconds()
}
