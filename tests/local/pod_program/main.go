// Command pod-program is what the tests of the node run in pods:
//
//	pod-program say TEXT     prints TEXT and ends
//	pod-program serve TEXT   answers every HTTP request on port 8080 with TEXT
//	pod-program get URL      prints what URL answers, once it does
//	pod-program version      prints the version of the API server, found and asked as a pod does
package main

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"time"
)

const (
	account  = "/var/run/secrets/kubernetes.io/serviceaccount/"
	patience = 60 * time.Second
)

func main() {
	log.SetFlags(0)
	if len(os.Args) < 2 {
		log.Fatal("what to do?")
	}
	switch os.Args[1] {
	case "say":
		fmt.Println(os.Args[2])
	case "serve":
		log.Fatal(http.ListenAndServe(":8080", http.HandlerFunc(
			func(writer http.ResponseWriter, _ *http.Request) { fmt.Fprint(writer, os.Args[2]) },
		)))
	case "get":
		fmt.Println(get(&http.Client{Timeout: 2 * time.Second}, os.Args[2], ""))
	case "version":
		authorities := x509.NewCertPool()
		authorities.AppendCertsFromPEM(read("ca.crt"))
		transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: authorities}}
		client := &http.Client{Timeout: 2 * time.Second, Transport: transport}
		server := "https://" + os.Getenv("KUBERNETES_SERVICE_HOST") + ":" + os.Getenv("KUBERNETES_SERVICE_PORT")
		fmt.Println(get(client, server+"/version", string(read("token"))))
	default:
		log.Fatalf("cannot %s", os.Args[1])
	}
}

func read(name string) []byte {
	content, err := os.ReadFile(account + name)
	if err != nil {
		log.Fatal(err)
	}
	return content
}

// get tries until patience ends: a Service answers a moment after its pods are ready.
func get(client *http.Client, url, token string) string {
	request, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		log.Fatal(err)
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	for end := time.Now().Add(patience); ; time.Sleep(200 * time.Millisecond) {
		response, err := client.Do(request)
		if err != nil {
			if time.Now().After(end) {
				log.Fatal(err)
			}
			continue
		}
		body, err := io.ReadAll(response.Body)
		if err != nil || response.StatusCode != http.StatusOK {
			log.Fatalf("%s: %s %s", response.Status, body, err)
		}
		return string(body)
	}
}
