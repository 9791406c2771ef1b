package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"time"
)

const groupPath = "/apis/todo.myapp.dev/v1alpha1/"

// apiServer holds two clients: the watch lives as long as the run, every other request is answered within a time limit.
type apiServer struct {
	address  string
	resource string // what is listed and watched
	actAs    string // "" for the certificate's own user
	requests *http.Client
	watches  *http.Client
}

func connect(address, caFile, certFile, keyFile string, connections int) (*apiServer, error) {
	ca, err := os.ReadFile(caFile)
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(ca) {
		return nil, fmt.Errorf("%s holds no certificate", caFile)
	}
	pair, err := tls.LoadX509KeyPair(certFile, keyFile)
	if err != nil {
		return nil, err
	}
	// HTTP/1.1: over HTTP/2 all requests would share one connection.
	transport := &http.Transport{
		TLSClientConfig:     &tls.Config{RootCAs: roots, Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12},
		MaxConnsPerHost:     connections + 1,
		MaxIdleConnsPerHost: connections + 1,
	}
	return &apiServer{
		address:  address,
		resource: todos,
		requests: &http.Client{Transport: transport, Timeout: time.Minute},
		watches:  &http.Client{Transport: transport},
	}, nil
}

// send returns the body of the answer; an answer that tells of an error is an error.
func (s *apiServer) send(method, path, contentType string, body []byte) ([]byte, error) {
	request, err := http.NewRequest(method, s.address+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", contentType)
	if s.actAs != "" {
		request.Header.Set("Impersonate-User", s.actAs)
	}
	response, err := s.requests.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	if response.StatusCode >= http.StatusBadRequest {
		return nil, fmt.Errorf("%s %s: %s: %s", method, path, response.Status, content)
	}
	return content, nil
}

// todo is the part of the object that the load generator looks at.
type todo struct {
	Metadata struct {
		Namespace       string `json:"namespace"`
		Name            string `json:"name"`
		ResourceVersion string `json:"resourceVersion"`
	} `json:"metadata"`
}

// todoList is one page of a list.
type todoList struct {
	Metadata struct {
		ResourceVersion string `json:"resourceVersion"`
		Continue        string `json:"continue"`
	} `json:"metadata"`
	Items []todo `json:"items"`
}

func (s *apiServer) list(query string) (todoList, error) {
	var page todoList
	content, err := s.send(http.MethodGet, groupPath+s.resource+"?"+query, "", nil)
	if err == nil {
		err = json.Unmarshal(content, &page)
	}
	return page, err
}

// watch calls seen for every event after the version, until the context ends. A stream that ends is taken up where it
// stopped, so nothing is missed: a busy API server closes the streams of watchers that it cannot serve in time.
func (s *apiServer) watch(ctx context.Context, version, fieldSelector string, seen func(eventType string, object todo)) error {
	for {
		query := url.Values{
			"watch":               {"true"},
			"allowWatchBookmarks": {"true"},
			"fieldSelector":       {fieldSelector},
			"resourceVersion":     {version},
		}
		err := s.stream(ctx, query, func(eventType string, object todo) {
			version = object.Metadata.ResourceVersion
			seen(eventType, object)
		})
		if err != nil {
			return err
		}
	}
}

// stream is one watch request; it returns nil when the server closed the stream.
func (s *apiServer) stream(ctx context.Context, query url.Values, seen func(eventType string, object todo)) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.address+groupPath+s.resource+"?"+query.Encode(), nil)
	if err != nil {
		return err
	}
	response, err := s.watches.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		content, _ := io.ReadAll(response.Body)
		return fmt.Errorf("watch: %s: %s", response.Status, content)
	}
	decoder := json.NewDecoder(response.Body)
	for {
		var event struct {
			Type   string `json:"type"`
			Object todo   `json:"object"`
		}
		err := decoder.Decode(&event)
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("watch: %w", err)
		}
		if event.Type == "ERROR" {
			return errors.New("watch: the API server has forgotten where it stood; the ends in between are lost")
		}
		seen(event.Type, event.Object)
	}
}
