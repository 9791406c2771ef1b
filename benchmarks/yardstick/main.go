// The yardstick: the least that a client-go controller must do for a Todo, so that the operator's figures can be read as
// ratios on any machine. It sees each Todo through a dynamic informer and writes its end once; it decides nothing.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"log"
	"os/signal"
	"syscall"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/dynamic/dynamicinformer"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/util/workqueue"
)

var todos = schema.GroupVersionResource{Group: "todo.myapp.dev", Version: "v1alpha1", Resource: "todos"}

func main() {
	kubeconfig := flag.String("kubeconfig", "", "file with the API server's address and the credentials")
	workers := flag.Int("workers", 16, "reconciles at the same time")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()

	config, err := clientcmd.BuildConfigFromFlags("", *kubeconfig)
	if err != nil {
		log.Fatalf("kubeconfig %q: %v", *kubeconfig, err)
	}
	config.QPS, config.Burst = 10_000, 20_000 // the client's own limit must not be what is measured
	client := dynamic.NewForConfigOrDie(config)

	queue := workqueue.NewTypedRateLimitingQueue(workqueue.DefaultTypedControllerRateLimiter[string]())
	defer queue.ShutDown()
	enqueue := func(object any) {
		if key, err := cache.MetaNamespaceKeyFunc(object); err == nil {
			queue.Add(key)
		}
	}
	informer := dynamicinformer.NewDynamicSharedInformerFactory(client, 0).ForResource(todos)
	_, err = informer.Informer().AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    enqueue,
		UpdateFunc: func(_, object any) { enqueue(object) },
	})
	if err != nil {
		log.Fatalf("event handler: %v", err)
	}
	go informer.Informer().Run(ctx.Done())
	if !cache.WaitForCacheSync(ctx.Done(), informer.Informer().HasSynced) {
		log.Fatal("stopped before the first list was complete")
	}
	log.Print("ready")
	for range *workers {
		go func() {
			for {
				key, shutdown := queue.Get()
				if shutdown {
					return
				}
				if err := reconcile(ctx, client, informer.Lister(), key); err != nil {
					queue.AddRateLimited(key)
				} else {
					queue.Forget(key)
				}
				queue.Done(key)
			}
		}()
	}
	<-ctx.Done()
}

// reconcile writes the end of a Todo that has none yet; a conflict comes back as an error and is tried again later.
func reconcile(ctx context.Context, client dynamic.Interface, lister cache.GenericLister, key string) error {
	object, err := lister.Get(key)
	if apierrors.IsNotFound(err) {
		return nil
	} else if err != nil {
		return err
	}
	todo := object.(*unstructured.Unstructured)
	if phase, _, _ := unstructured.NestedString(todo.Object, "status", "phase"); phase == "Succeeded" {
		return nil
	}
	patch, err := json.Marshal(map[string]any{
		"metadata": map[string]any{"resourceVersion": todo.GetResourceVersion()},
		"status":   map[string]any{"phase": "Succeeded", "observedGeneration": todo.GetGeneration()},
	})
	if err != nil {
		return err
	}
	_, err = client.Resource(todos).Namespace(todo.GetNamespace()).
		Patch(ctx, todo.GetName(), types.MergePatchType, patch, metav1.PatchOptions{}, "status")
	return err
}
