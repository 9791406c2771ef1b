module local-cluster/pod-program

go 1.26.0
