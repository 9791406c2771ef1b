package main

import (
	"io"
	"net"
	"net/http"
	"sync"
)

// sink answers the requests of Todos with 200 and counts them, by their keys too.
type sink struct {
	listener net.Listener
	mutex    sync.Mutex
	requests int
	keys     map[string]bool
}

// openSink listens on this machine alone until the process ends.
func openSink() (*sink, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	opened := &sink{listener: listener, keys: map[string]bool{}}
	go http.Serve(listener, opened)
	return opened, nil
}

func (s *sink) url() string { return "http://" + s.listener.Addr().String() + "/" }

func (s *sink) ServeHTTP(response http.ResponseWriter, request *http.Request) {
	io.Copy(io.Discard, request.Body)
	s.mutex.Lock()
	s.requests++
	s.keys[request.Header.Get("Idempotency-Key")] = true
	s.mutex.Unlock()
	response.Header().Set("Content-Type", "application/json")
	io.WriteString(response, `{"done": true}`)
}

func (s *sink) counted() (requests, keys int) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.requests, len(s.keys)
}
