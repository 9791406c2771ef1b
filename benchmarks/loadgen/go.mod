module todo.myapp.dev/benchmarks/loadgen

go 1.26.0
